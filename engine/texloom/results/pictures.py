"""Whether a picture is whole: LaTeX stops without a message at one that is cut short."""

from __future__ import annotations

from pathlib import Path

BEGIN_AND_END = {
    ".png": (b"\x89PNG\r\n\x1a\n", b"IEND"),
    ".jpg": (b"\xff\xd8", b"\xff\xd9"),
    ".pdf": (b"%PDF", b"%%EOF"),
}
"""What a whole picture begins with, and has in its last bytes, by the ending of its name."""
PICTURES = (".pdf", ".png")
"""The kinds of pictures that figures are stored as."""


def fault_of_picture(path: Path) -> str:
    """What is wrong with a picture; empty if it is whole, or of another kind."""
    begin, end = BEGIN_AND_END.get(path.suffix.lower(), (b"", b""))
    content = path.read_bytes() if begin else b""
    if not begin or (content.startswith(begin) and end in content[-2048:]):
        return ""
    if not content:
        return "is empty"
    return "is cut short" if content.startswith(begin) else "is not what its name says"
