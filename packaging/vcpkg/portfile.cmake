# Builds the source archive portrait_depth-VERSION.tar.gz (`make release`). PORTRAIT_DEPTH_SOURCES is its path; a registry
# replaces it with vcpkg_download_distfile and the hash of SHA256SUMS. Untried: vcpkg was not available.
vcpkg_extract_source_archive(SOURCE_PATH ARCHIVE "$ENV{PORTRAIT_DEPTH_SOURCES}")
vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DPORTRAIT_DEPTH_TESTS=OFF -DPORTRAIT_DEPTH_BENCH=OFF -DPORTRAIT_DEPTH_TRAINING=OFF -DPORTRAIT_DEPTH_PYTHON=OFF
  -DPORTRAIT_DEPTH_LAUNCHER=OFF)  # vcpkg moves programs to folders of its own
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME portrait_depth CONFIG_PATH lib/cmake/portrait_depth)
vcpkg_fixup_pkgconfig()
vcpkg_copy_tools(TOOL_NAMES portrait-depth AUTO_CLEAN)
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE" "${SOURCE_PATH}/THIRD_PARTY.md")
