"""Writes the seeds of embedded_depth into corpus/: small JPEGs with depth as phones and Google's cameras put it there.

make_seeds.py FOLDER; needs Pillow.
"""

import base64
import io
import struct
import sys
from pathlib import Path

from PIL import Image

XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
APPLE = 'xmlns:a="http://ns.apple.com/pixeldatainfo/1.0/" xmlns:d="http://ns.apple.com/depthData/1.0/"'
GOOGLE = 'xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/"'


def encoded(mode: str, kind: str) -> bytes:
    picture = Image.new(mode, (16, 12))
    for x in range(16):
        picture.paste(x * 16 if mode == "L" else (x * 16, 128, 90), (x, 0, x + 1, 12))
    file = io.BytesIO()
    picture.save(file, kind, **({"quality": 70, "optimize": True} if kind == "JPEG" else {}))
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


def apple(folder: Path) -> None:
    """A photo turned by EXIF, a disparity picture and a matte behind it, named by a Multi-Picture index."""
    matrix = "".join(f"<rdf:li>{v}</rdf:li>" for v in [20, 0, 0, 0, 20, 0, 8, 6, 1])
    depth = described(
        f'{APPLE} a:AuxiliaryImageType="disparity" a:FloatMinValue="0.5" a:FloatMaxValue="2" d:Accuracy="absolute" '
        'd:IntrinsicMatrixReferenceWidth="16" d:IntrinsicMatrixReferenceHeight="12"',
        f"<d:IntrinsicMatrix><rdf:Seq>{matrix}</rdf:Seq></d:IntrinsicMatrix>",
    )
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
    (folder / "apple.jpg").write_bytes(with_segments(photo, index) + b"".join(pictures))


def google(folder: Path) -> None:
    """Depth as text in the main packet, and in an extended one that spans two segments."""
    data = base64.b64encode(encoded("L", "PNG")).decode()
    limits = f'{GOOGLE} GDepth:Near="0.5" GDepth:Far="2" GDepth:Units="m"'
    photo = encoded("RGB", "JPEG")
    main = described(f'{limits} GDepth:Format="RangeLinear" GDepth:Data="{data}"')
    (folder / "gdepth.jpg").write_bytes(with_segments(photo, segment(0xE1, XMP + main)))
    guid = b"0123456789ABCDEF0123456789ABCDEF"
    extended = described(f'{GOOGLE} GDepth:Data="{data}"')
    half = len(extended) // 2
    parts = [
        segment(0xE1, EXTENSION + guid + struct.pack(">II", len(extended), start) + extended[start:end])
        for start, end in ((0, half), (half, len(extended)))
    ]
    main = described(f'{limits} GDepth:Format="RangeInverse" xmpNote:HasExtendedXMP="{guid.decode()}"')
    (folder / "extended.jpg").write_bytes(with_segments(photo, segment(0xE1, XMP + main), *parts))


if __name__ == "__main__":
    apple(Path(sys.argv[1]))
    google(Path(sys.argv[1]))
