"""make_seeds.py [CORPUS]: writes the seeds that are files of known formats, for every target that reads files.

Small photos of all formats, JPEGs and HEICs with depth as phones and Google's cameras put it there, XMP and EXIF alone.
Needs Pillow and libvips with libheif's encoders.
"""

import base64
import ctypes
import io
import random
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

from PIL import Image

LARGEST_SEED = 4096
XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
APPLE = 'xmlns:a="http://ns.apple.com/pixeldatainfo/1.0/" xmlns:d="http://ns.apple.com/depthData/1.0/"'
GOOGLE = 'xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/"'


def drawn(mode: str) -> Image.Image:
    picture = Image.new(mode, (16, 12))
    for x in range(16):
        color = (x * 16, 128, 90, 255 - x)[: len(picture.getbands())]
        picture.paste(color if len(color) > 1 else x * 16, (x, 0, x + 1, 12))
    return picture


def encoded(mode: str, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    if kind == "JPEG":
        options = {"quality": 70, "optimize": True, **options}
    drawn(mode).save(file, kind, **options)
    return file.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def described(attributes: str, content: str = "") -> bytes:
    return f"<x:xmpmeta><rdf:Description {attributes}>{content}</rdf:Description></x:xmpmeta>".encode()


def exif(orientation: int) -> bytes:
    directory = struct.pack(">HHHIHHI", 1, 0x112, 3, 1, orientation, 0, 0)
    return segment(0xE1, b"Exif\0\0MM\0*" + struct.pack(">I", 8) + directory)


def apple_disparity() -> bytes:
    """XMP of a disparity picture with its camera."""
    matrix = "".join(f"<rdf:li>{v}</rdf:li>" for v in [20, 0, 0, 0, 20, 0, 8, 6, 1])
    return described(
        f'{APPLE} a:AuxiliaryImageType="disparity" a:FloatMinValue="0.5" a:FloatMaxValue="2" d:Accuracy="absolute" '
        'd:IntrinsicMatrixReferenceWidth="16" d:IntrinsicMatrixReferenceHeight="12"',
        f"<d:IntrinsicMatrix><rdf:Seq>{matrix}</rdf:Seq></d:IntrinsicMatrix>",
    )


def apple() -> bytes:
    """A photo turned by EXIF, a disparity picture and a matte behind it, named by a Multi-Picture index."""
    depth = apple_disparity()
    matte = described(f'{APPLE} a:AuxiliaryImageSubType="portraiteffectsmatte"')
    pictures = [with_segments(encoded("L", "JPEG"), segment(0xE1, XMP + xmp)) for xmp in (depth, matte)]
    photo = with_segments(encoded("RGB", "JPEG"), exif(6))
    index_size = 4 + 8 + 2 + 12 + 4 + 3 * 16
    at = 2 + 4 + 4  # of the index's TIFF header in the file
    size = len(photo) + 4 + index_size
    entries, offset = struct.pack(">IIII", 0x030000, size, 0, 0), size - at
    for picture in pictures:
        entries += struct.pack(">IIII", 0, len(picture), offset, 0)
        offset += len(picture)
    tiff = b"MM\0*" + struct.pack(">IHHHIII", 8, 1, 0xB002, 7, len(entries), 26, 0) + entries
    index = segment(0xE2, b"MPF\0" + tiff)
    assert len(index) == 4 + index_size
    return with_segments(photo, index) + b"".join(pictures)


GOOGLE_LIMITS = f'{GOOGLE} GDepth:Near="0.5" GDepth:Far="2" GDepth:Units="m"'


def google_limits() -> bytes:
    return described(f'{GOOGLE_LIMITS} GDepth:Format="RangeLinear"', "<GDepth:Data>AAAA&#xA;AAAA</GDepth:Data>")


def google() -> dict[str, bytes]:
    """Depth as text in the main packet, and in an extended one that spans two segments."""
    data = base64.b64encode(encoded("L", "PNG")).decode()
    photo = encoded("RGB", "JPEG")
    main = described(f'{GOOGLE_LIMITS} GDepth:Format="RangeLinear" GDepth:Data="{data}"')
    files = {"gdepth.jpg": with_segments(photo, segment(0xE1, XMP + main))}
    guid = b"0123456789ABCDEF0123456789ABCDEF"
    extended = described(f'{GOOGLE} GDepth:Data="{data}"')
    half = len(extended) // 2
    parts = [
        segment(0xE1, EXTENSION + guid + struct.pack(">II", len(extended), start) + extended[start:end])
        for start, end in ((0, half), (half, len(extended)))
    ]
    main = described(f'{GOOGLE_LIMITS} GDepth:Format="RangeInverse" xmpNote:HasExtendedXMP="{guid.decode()}"')
    files["extended.jpg"] = with_segments(photo, segment(0xE1, XMP + main), *parts)
    return files


# -- HEIC: libvips encodes the pictures, and a file is built around their data ---------------------------------------


def by_libvips(mode: str, suffix: str) -> bytes:
    """A file that libvips writes; `suffix` is a file name's ending with options, such as .heic[Q=50]."""
    vips = ctypes.CDLL("libvips.so.42")
    vips.vips_image_new_from_buffer.restype = ctypes.c_void_p
    assert vips.vips_init(b"make_seeds") == 0
    png = encoded(mode, "PNG")
    image = vips.vips_image_new_from_buffer(png, ctypes.c_size_t(len(png)), b"", None)
    content, size = ctypes.c_void_p(), ctypes.c_size_t()
    to_buffer = vips.vips_image_write_to_buffer
    assert to_buffer(ctypes.c_void_p(image), suffix.encode(), ctypes.byref(content), ctypes.byref(size), None) == 0
    return ctypes.string_at(content, size.value)


class HeifError(ctypes.Structure):
    _fields_ = (("code", ctypes.c_int), ("subcode", ctypes.c_int), ("message", ctypes.c_char_p))


def gray_heic() -> bytes:
    """A HEIC without chroma, as phones store disparity; libvips writes color only."""
    heif = ctypes.CDLL("libheif.so.1")

    def call(name: str, *arguments: object) -> None:
        function = getattr(heif, name)
        function.restype = HeifError
        error = function(*arguments)
        assert error.code == 0, error.message

    monochrome, channel_y, hevc = 2, 0, 1
    context, image, encoder = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    heif.heif_context_alloc.restype = ctypes.c_void_p
    context = ctypes.c_void_p(heif.heif_context_alloc())
    call("heif_image_create", 16, 12, monochrome, 0, ctypes.byref(image))
    call("heif_image_add_plane", image, channel_y, 16, 12, 8)
    stride = ctypes.c_int()
    heif.heif_image_get_plane.restype = ctypes.POINTER(ctypes.c_ubyte)
    plane = heif.heif_image_get_plane(image, channel_y, ctypes.byref(stride))
    for y in range(12):
        for x in range(16):
            plane[y * stride.value + x] = 16 * x
    call("heif_context_get_encoder_for_format", context, hevc, ctypes.byref(encoder))
    call("heif_context_encode_image", context, image, encoder, None, None)
    with tempfile.NamedTemporaryFile() as file:
        call("heif_context_write_to_file", context, file.name.encode())
        return Path(file.name).read_bytes()


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", len(content) + 8) + kind + content


def full_box(kind: bytes, version: int, *parts: bytes) -> bytes:
    return box(kind, struct.pack(">I", version << 24), *parts)


def found_box(file: bytes, kind: bytes) -> bytes:
    at = file.index(kind) - 4
    return file[at : at + struct.unpack(">I", file[at : at + 4])[0]]


def first_item(file: bytes) -> bytes:
    """The data of the first item of libheif's files, whose iloc box is of version 1 with numbers of 4 bytes."""
    base, _, offset, size = struct.unpack(">IHII", found_box(file, b"iloc")[22:36])
    return file[base + offset : base + offset + size]


def heic_with_depth(targets: list[int], matte_targets: list[int]) -> bytes:
    """Item 1 is the photo, item 2 its disparity for each of `targets`, item 3 XMP of item 2.

    Item 4 is a matte for each of `matte_targets`.
    """
    files = [by_libvips("RGB", ".heic[compression=hevc,Q=40]"), gray_heic()]
    xmp = apple_disparity()
    contents = [first_item(file) for file in files] + [xmp]
    if matte_targets:
        contents.append(contents[1])
    properties = [found_box(files[0], b"hvcC"), found_box(files[0], b"ispe"), found_box(files[1], b"hvcC")]
    properties.append(full_box(b"auxC", 0, b"urn:mpeg:hevc:2015:auxid:2\0"))
    properties.append(box(b"colr", b"nclx", struct.pack(">HHHB", 1, 13, 6, 0x80)))
    uses = [(1, [1, 2, 5]), (2, [3, 2, 4])]
    if matte_targets:
        properties.append(full_box(b"auxC", 0, b"urn:com:apple:photo:2018:aux:portraiteffectsmatte\0"))
        uses.append((4, [3, 2, 6]))
    ipma = b"".join(struct.pack(f">HB{len(used)}B", item, len(used), *used) for item, used in uses)
    entries = [full_box(b"infe", 2, struct.pack(">HH", item, 0), b"hvc1\0") for item in (1, 2)]
    entries.append(full_box(b"infe", 2, struct.pack(">HH", 3, 0), b"mime\0application/rdf+xml\0\0"))
    if matte_targets:
        entries.append(full_box(b"infe", 2, struct.pack(">HH", 4, 0), b"hvc1\0"))
    auxiliary = [(item, owners) for item, owners in ((2, targets), (4, matte_targets)) if owners]
    references = [
        box(b"auxl", struct.pack(f">HH{len(owners)}H", item, len(owners), *owners)) for item, owners in auxiliary
    ]
    references.append(box(b"cdsc", struct.pack(">HHH", 3, 1, 2)))

    def file_of(offsets: list[int]) -> bytes:
        iloc = struct.pack(">BBH", 0x44, 0, len(contents))
        for item, (offset, content) in enumerate(zip(offsets, contents, strict=True), 1):
            iloc += struct.pack(">HHHII", item, 0, 1, offset, len(content))
        meta = full_box(
            b"meta",
            0,
            full_box(b"hdlr", 0, bytes(4), b"pict", bytes(13)),
            full_box(b"pitm", 0, struct.pack(">H", 1)),
            full_box(b"iloc", 0, iloc),
            full_box(b"iinf", 0, struct.pack(">H", len(entries)), *entries),
            full_box(b"iref", 0, *references),
            box(b"iprp", box(b"ipco", *properties), full_box(b"ipma", 0, struct.pack(">I", len(uses)), ipma)),
        )
        return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + meta + box(b"mdat", *contents)

    offset = len(file_of([0] * len(contents))) - sum(map(len, contents))
    offsets = [offset + sum(map(len, contents[:index])) for index in range(len(contents))]
    return file_of(offsets)


# -- The corpora of the targets ---------------------------------------


def exif_of_camera() -> bytes:
    """The content of an EXIF segment: make, model, focal lengths."""
    tags = Image.Exif()
    tags[0x010F], tags[0x0110], tags[0x0112] = "Maker", "Model (1)", 6
    tags.get_ifd(0x8769).update({0x920A: (26, 10), 0xA405: 28, 0xA002: 16, 0xA003: 12, 0xA20E: (100, 1), 0xA210: 3})
    return tags.tobytes()


def exif_of_phone() -> bytes:
    """The same of a phone's front camera, with gravity in Apple's maker note: -2/7, -6/7, -3/7."""
    gravity = struct.pack(">6i", -2, 7, -6, 7, -3, 7)
    note = b"Apple iOS\0\0\1MM" + struct.pack(">HHHIII", 1, 8, 10, 3, 32, 0) + gravity
    tags = Image.Exif()
    tags[0x010F], tags[0x0112] = "Apple", 1
    tags.get_ifd(0x8769).update({0x927C: note, 0xA434: "iPhone 14 front TrueDepth camera 2.69mm f/1.9"})
    return tags.tobytes()


def photos() -> dict[str, bytes]:
    png = encoded("RGBA", "PNG")
    cicp = b"cICP" + bytes([9, 16, 0, 1])
    cicp = struct.pack(">I", 4) + cicp + struct.pack(">I", zlib.crc32(cicp))
    return {
        "camera.jpg": with_segments(encoded("RGB", "JPEG"), segment(0xE1, exif_of_camera())),
        "progressive.jpg": encoded("RGB", "JPEG", progressive=True),
        "cmyk.jpg": encoded("CMYK", "JPEG"),
        "no-end.jpg": encoded("L", "JPEG")[:-2],
        "alpha.png": png,
        "palette.png": encoded("P", "PNG"),
        "pq.png": png[:33] + cicp + png[33:],
        "lossy.webp": encoded("RGB", "WEBP", quality=40),
        "lossless.webp": encoded("RGBA", "WEBP", lossless=True),
        "plain.tif": encoded("RGB", "TIFF"),
        "lzw.tif": encoded("RGBA", "TIFF", compression="tiff_lzw"),
        "big-endian.tif": by_libvips("RGB", ".tif[compression=deflate,bitdepth=8,tile,tile-width=16,tile-height=16]"),
        "float.tif": encoded("F", "TIFF"),
        "loop.gif": encoded("P", "GIF", save_all=True, append_images=[drawn("P")], loop=0),
        "plain.heic": by_libvips("RGB", ".heic[compression=hevc,Q=40]"),
        "plain.avif": by_libvips("RGB", ".avif[Q=40,effort=0]"),
    }


def masks() -> dict[str, bytes]:
    return {
        "gray.png": encoded("L", "PNG"),
        "16-bit.png": encoded("I;16", "PNG"),
        "alpha.webp": encoded("RGBA", "WEBP", lossless=True),
        "gray.jpg": encoded("L", "JPEG"),
        "alpha.tif": encoded("LA", "TIFF"),
    }


def networks() -> dict[str, bytes]:
    """The small ones of the networks that tests/inference makes."""
    inference = Path(__file__).parents[1] / "inference"
    with tempfile.TemporaryDirectory() as folder:
        for script in ("make_networks.py", "make_refused_networks.py"):
            subprocess.run([sys.executable, "-B", inference / script, folder], check=True)
        files = {path.name: path.read_bytes() for path in sorted(Path(folder).rglob("*.onnx"))}
    return {name: content for name, content in files.items() if len(content) < LARGEST_SEED}


# The input of the writers' targets is a sequence of numbers (fuzz_input.hpp). A byte of 1 takes a usual number.


def scene() -> bytes:
    """Two textures of 4 x 4 pixels, a title, a path of two poses, two meshes of two triangles, a camera."""
    textures = struct.pack("<HHBHHB", 4, 4, 1, 4, 4, 0)
    title = b"\1\5a<&>b"
    path = struct.pack("<H", 2) + b"\1" * 10
    mesh = struct.pack("<H", 4) + b"\1" * 20 + struct.pack("<H6B", 6, 0, 1, 3, 0, 3, 2)
    return textures + title + path + mesh + mesh + b"\1" * 4


def depth_photo() -> bytes:
    """8 x 6 pixels, 8 bits."""
    return struct.pack("<HHBBB", 7, 5, 0, 1, 0) + b"\1" * (2 * 8 * 6 + 4)


def film(row: int) -> bytes:
    """Three frames of 9 x 7 pixels in the format of this row."""
    return struct.pack("<BBBBBHHBH", row, 1, 1, 1, 0, 9, 7, 0, 3) + bytes([0, 10, 3] * 3)


def depth_files(every: dict[str, bytes], depth: dict[str, bytes]) -> dict[str, bytes]:
    """Maps of 3 x 2 values; the first byte of each seed selects the unit."""
    numbers = struct.pack("<6f", 0.5, 0.6, 0.7, 0.8, 0.9, 0)
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n"
    files = {
        "map.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + numbers,
        "map.pfm": b"Pf\n3 2\n-1.0\n" + numbers,
        "map.exr": exr(3, 2, numbers),
        "apple.jpg": depth["apple.jpg"],
    }
    files |= {name: every[name] for name in every if name.endswith((".png", ".tif"))}
    return {name: bytes([index % 4]) + content for index, (name, content) in enumerate(files.items())}


def exr(width: int, height: int, numbers: bytes) -> bytes:
    """One channel Z of floats, without compression."""

    def attribute(name: str, kind: str, value: bytes) -> bytes:
        return name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<I", len(value)) + value

    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    header = attribute("channels", "chlist", b"Z\0" + struct.pack("<IBBBBII", 2, 0, 0, 0, 0, 1, 1) + b"\0")
    header += attribute("compression", "compression", b"\0") + attribute("dataWindow", "box2i", window)
    header += attribute("displayWindow", "box2i", window) + attribute("lineOrder", "lineOrder", b"\0")
    header += attribute("pixelAspectRatio", "float", struct.pack("<f", 1))
    header += attribute("screenWindowCenter", "v2f", bytes(8)) + attribute(
        "screenWindowWidth", "float", struct.pack("<f", 1)
    )
    start = b"\x76\x2f\x31\x01" + struct.pack("<I", 2) + header + b"\0"
    row = 4 * width
    rows = [struct.pack("<iI", y, row) + numbers[y * row : (y + 1) * row] for y in range(height)]
    offsets = [len(start) + 8 * height + y * (8 + row) for y in range(height)]
    return start + struct.pack(f"<{height}Q", *offsets) + b"".join(rows)


def write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def main() -> None:
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "corpus"
    every, depth = photos(), {"apple.jpg": apple(), **google()}
    depth |= {"depth.heic": heic_with_depth([1], []), "two-targets.heic": heic_with_depth([4, 1], [1, 2])}
    write(corpus / "photo", every)
    write(corpus / "mask", masks())
    write(corpus / "embedded_depth", depth)
    write(corpus / "depth_file", depth_files(every, depth))
    write(corpus / "tiff_layout", {name: content for name, content in every.items() if name.endswith(".tif")})
    heifs = {**every, **depth}
    write(corpus / "heif_boxes", {name: heifs[name] for name in heifs if name.endswith((".heic", ".avif"))})
    jpegs = {name: content for name, content in {**every, **depth}.items() if name.endswith(".jpg")}
    write(corpus / "jpeg_segments", jpegs | {"pq.png": every["pq.png"]})
    write(corpus / "network", networks())
    write(corpus / "xmp", {"apple.xmp": apple_disparity(), "google.xmp": google_limits()})
    exifs = {"camera.exif": exif_of_camera(), "phone.exif": exif_of_phone(), "orientation.exif": exif(6)[4:]}
    write(corpus / "exif", exifs)
    write(corpus / "scene", {"whole": scene()})
    write(corpus / "depth_photo", {"whole": depth_photo()})
    write(corpus / "film", {f"row-{row}": film(row) for row in range(6)})
    numbers = random.Random(1)
    for target in ("scene", "film", "depth_photo"):
        write(corpus / target, {f"numbers-{size}": numbers.randbytes(size) for size in (40, 120, 400)})


if __name__ == "__main__":
    main()
