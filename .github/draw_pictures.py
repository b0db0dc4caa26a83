"""Draw small pictures that a training can learn from in place of the emojis, which may not be redistributed.

    python3 .github/draw_pictures.py FOLDER

Needs Python only, because it runs before the packages are installed.
"""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

SIDE, NUMBER = 32, 600


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(rows: list[bytes]) -> bytes:
    """A PNG file of rows of RGB pixels."""
    head = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def disc(number: int) -> list[bytes]:
    """A disc on white; colour, size and place depend on the number."""
    colour = bytes((number * 37 % 256, number * 91 % 256, number * 53 % 256))
    radius, x, y = 6 + number % 9, 14 + number // 9 % 5, 14 + number // 45 % 5
    return [
        b"".join(colour if (i - x) ** 2 + (j - y) ** 2 <= radius**2 else b"\xff\xff\xff" for i in range(SIDE))
        for j in range(SIDE)
    ]


def main() -> None:
    """Write the pictures as PNG files into the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(NUMBER):
        (folder / f"{number:04}.png").write_bytes(png(disc(number)))


if __name__ == "__main__":
    main()
