"""Check that a picture is complete: at a truncated one, LaTeX stops without a message."""

from __future__ import annotations

from pathlib import Path

BEGIN_AND_END = {
    ".png": (b"\x89PNG\r\n\x1a\n", b"IEND"),
    ".jpg": (b"\xff\xd8", b"\xff\xd9"),
    ".pdf": (b"%PDF", b"%%EOF"),
}
"""The first bytes of a complete picture, and bytes near its end, by the extension of its name."""
PICTURES = (".pdf", ".png")
"""The kinds of pictures that figures are stored as."""


def fault_of_picture(path: Path) -> str:
    """What is wrong with a picture; empty if it is complete, or of another kind."""
    begin, end = BEGIN_AND_END.get(path.suffix.lower(), (b"", b""))
    content = path.read_bytes() if begin else b""
    if not begin or (content.startswith(begin) and end in content[-2048:]):
        return ""
    if not content:
        return "is empty"
    return "is cut short" if content.startswith(begin) else "is not what its name says"
