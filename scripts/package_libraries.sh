#!/usr/bin/env bash
# Builds libheif, FFmpeg and libvips from Debian's sources with the parts that the project calls, for packages that contain
# their libraries (the wheel and the tarball). Debian's builds of the three need 160 libraries of 190 MB; these need 40.
#
# Use: scripts/package_libraries.sh FOLDER; then PKG_CONFIG_PATH=FOLDER/lib/pkgconfig finds them.
# apt checks the sources with Debian's signatures. The prefix inside the files is /usr, so that no path of this machine
# remains in them.
set -euo pipefail
folder=$(realpath -m "$1")
work=$folder/work
jobs=${JOBS:-$(nproc)}
rm -rf "$folder"
mkdir -p "$work/apt/lists/partial"
cd "$work"
flags="-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2"
export CFLAGS="$flags -ffile-prefix-map=$work=." LDFLAGS="-Wl,-z,relro -Wl,-z,now"
export CXXFLAGS=$CFLAGS PKG_CONFIG_PATH=$folder/lib/pkgconfig LD_LIBRARY_PATH=$folder/lib

# The sources of the Debian releases that this machine's package lists name.
fetch_sources() {
  local options=(-o "Dir::Etc::SourceList=$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/apt/lists" -o APT::Sandbox::User=root)
  apt-get indextargets --format 'deb-src $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
    sort -u >apt/sources.list
  apt-get "${options[@]}" update
  apt-get "${options[@]}" source libheif ffmpeg vips
}

# The prefix of each pkg-config file becomes the place of the file.
install_into_folder() {
  env DESTDIR="$work/root" "$@"
  cp -a root/usr/. "$folder/"
  sed -i 's|^prefix=.*|prefix=${pcfiledir}/../..|; s|=/usr/|=${prefix}/|' "$folder"/lib/pkgconfig/*.pc
}

# Reads HEIC and AVIF, writes AVIF. x265 would only write HEIC.
build_libheif() {
  cmake -S libheif-*/ -B libheif-build -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_INSTALL_PREFIX=/usr \
    -D CMAKE_INSTALL_LIBDIR=lib -D ENABLE_PLUGIN_LOADING=OFF -D WITH_EXAMPLES=OFF -D WITH_GDK_PIXBUF=OFF -D BUILD_TESTING=OFF \
    -D WITH_LIBDE265=ON -D WITH_DAV1D=ON -D WITH_AOM_DECODER=ON -D WITH_AOM_ENCODER=ON \
    -D WITH_X265=OFF -D WITH_RAV1E=OFF -D WITH_SvtEnc=OFF
  cmake --build libheif-build --parallel "$jobs"
  install_into_folder cmake --install libheif-build
}

# The encoders and containers of src/io/color_film.cpp. x264 makes the result GPL-2.0-or-later. FFmpeg writes its options
# into the library: they name no path of this machine.
build_ffmpeg() {
  (
    cd ffmpeg-*/
    env --unset=CFLAGS --unset=CXXFLAGS ./configure --prefix=/usr --libdir=/usr/lib --enable-shared --disable-static --disable-everything --disable-autodetect \
      --disable-programs --disable-doc --disable-network --disable-avdevice --disable-avfilter --disable-swresample \
      --disable-postproc --disable-debug --enable-pthreads --enable-gpl --enable-libx264 --enable-libvpx --enable-libaom \
      --enable-libwebp --enable-encoder=libx264,libvpx_vp9,libaom_av1,libwebp_anim --enable-muxer=mp4,webm,webp,avif \
      --enable-protocol=file --extra-cflags="$flags" --extra-ldflags="$LDFLAGS"
    make --jobs "$jobs"
  )
  install_into_folder make -C "$work"/ffmpeg-*/ install
}

# The loaders of src/io/vips_session.cpp and their writers.
build_vips() {
  meson setup vips-build vips-*/ --prefix /usr --libdir lib --buildtype release -D auto_features=disabled \
    -D jpeg=enabled -D png=enabled -D webp=enabled -D tiff=enabled -D heif=enabled -D heif-module=disabled -D lcms=enabled \
    -D exif=enabled -D zlib=enabled -D orc=enabled -D modules=disabled -D deprecated=false -D examples=false -D cplusplus=false \
    -D introspection=false -D radiance=false -D ppm=false -D analyze=false
  meson compile -C vips-build --jobs "$jobs"
  install_into_folder meson install -C vips-build --no-rebuild
}

fetch_sources
build_libheif
build_ffmpeg
build_vips
mkdir -p "$folder/copyright"
for source in libheif ffmpeg vips; do cp "$work/$source"-*/debian/copyright "$folder/copyright/$source"; done
cat "$work"/*.dsc | grep -E '^(Source|Version):' >"$folder/versions"
rm -rf "$work"
