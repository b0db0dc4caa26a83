"""Read back from a PDF: the marked values in the order of the text, and a digest of what each page draws."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

TOKEN = re.compile(
    rb"/TL\s*<<\s*/(?P<end>[NE])\s+(?P<number>\d{1,9})\s*>>\s*DP"
    rb"|/(?P<font>[^\s/()<>\[\]{}%]+)\s+[-+.\d]+\s+Tf"
    rb"|\((?P<text>(?:\\.|[^\\()])*)\)"
    rb"|(?<!<)<(?P<hex>[0-9A-Fa-f\s]*)>(?!>)",
    re.DOTALL,
)
"""The parts of the content of a page that matter: marks, font changes, strings."""
ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
CHARACTERS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
HEXADECIMAL = rb"<\s*([0-9A-Fa-f]+)\s*>"
NOT_DRAWN = {
    "page": {"/Parent", "/StructParents"},
    "annotation": {"/P", "/Parent", "/StructParent"},
    "stream": {"/Length", "/Filter", "/DecodeParms", "/StructParent", "/StructParents"},
}
"""Keys that do not affect drawing, or lead back. In other objects, such as resources, a key may be any name."""


@dataclass(frozen=True)
class Font:
    """How to read strings set in a font."""

    letters: Mapping[int, str]
    """The letters for each code, without spaces."""
    size: int
    """Bytes per code: 2 in the fonts of LuaTeX."""

    def text(self, content: bytes) -> str:
        """The letters of a string; a code without letters in the font is read as ASCII, or else written as a number."""
        codes = (int.from_bytes(content[at : at + self.size]) for at in range(0, len(content), self.size))
        return "".join(self.letters.get(code, _letter(code)) for code in codes)


UNKNOWN = Font({}, 1)


@dataclass(frozen=True)
class Printed:
    """A marked value in the PDF."""

    number: int
    page: int
    """From 1."""
    text: str
    """Without spaces."""


def printed_values(reader: PdfReader) -> list[Printed]:
    """The marked values of all pages, in the order of the text; a value that continues on the next page is cut off."""
    fonts: dict[Any, Font] = {}
    return [found for number, page in enumerate(reader.pages, start=1) for found in _on_page(page, number, fonts)]


def _on_page(page: DictionaryObject, number: int, fonts: dict[Any, Font]) -> Iterator[Printed]:
    contents = page.get_contents()  # type: ignore[attr-defined]
    resources: Any = page["/Resources"].get_object() if "/Resources" in page else {}
    named = resources["/Font"].get_object() if "/Font" in resources else {}
    font = UNKNOWN
    inside: list[tuple[int, list[str]]] = []
    for token in TOKEN.finditer(contents.get_data() if contents is not None else b""):
        if token["number"]:
            if token["end"] == b"N":
                inside.append((int(token["number"]), []))
            elif inside and inside[-1][0] == int(token["number"]):
                value, parts = inside.pop()
                yield Printed(value, number, "".join(parts))
        elif token["font"]:
            font = _font(named, f"/{token['font'].decode('latin-1')}", fonts)
        elif inside:
            content = _literal(token["text"]) if token["text"] is not None else _hexadecimal(token["hex"])
            inside[-1][1].append(font.text(content))
    for value, parts in inside:
        yield Printed(value, number, "".join(parts))


def _letter(code: int) -> str:
    return "" if code == 32 else chr(code) if 32 < code < 127 else f"\\{code:02x}"


def _literal(text: bytes) -> bytes:
    def replaced(match: re.Match[bytes]) -> bytes:
        return bytes([int(match[1], 8) & 255]) if match[1] else ESCAPED.get(match[2], match[2])

    return ESCAPE.sub(replaced, text)


def _hexadecimal(digits: bytes) -> bytes:
    packed = b"".join(digits.split())
    return bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode())


def _font(named: Any, name: str, known: dict[Any, Font]) -> Font:
    """A font of a page, as its ToUnicode table describes it."""
    if name not in named:
        return UNKNOWN
    key = str(named.raw_get(name))
    if key not in known:
        font = named[name].get_object()
        table = font["/ToUnicode"].get_object().get_data() if "/ToUnicode" in font else b""
        known[key] = Font(dict(_read_table(table)), 2 if font.get("/Subtype") == "/Type0" else 1)
    return known[key]


def _read_table(table: bytes) -> Iterator[tuple[int, str]]:
    for block in CHARACTERS.findall(table):
        for code, text in re.findall(HEXADECIMAL + rb"\s*" + HEXADECIMAL, block):
            yield int(code, 16), _unicode(text)
    for block in RANGES.findall(table):
        for first, last, text in re.findall(HEXADECIMAL + rb"\s*" + HEXADECIMAL + rb"\s*" + HEXADECIMAL, block):
            start = int(first, 16)
            for code in range(start, min(int(last, 16), start + 255) + 1):
                yield code, _unicode(f"{int(text, 16) + code - start:0{len(text)}x}".encode())


def _unicode(digits: bytes) -> str:
    return "".join(_hexadecimal(digits).decode("utf-16-be", "replace").split())


def page_digests(reader: PdfReader) -> list[str]:
    """sha256 of what each page draws: content, fonts, pictures and links, regardless of object numbers in the file."""
    known: dict[tuple[int, int, str], bytes] = {}
    return [_digest(page, known, "page").hex() for page in reader.pages]


def _digest(value: Any, known: dict[tuple[int, int, str], bytes], kind: str = "") -> bytes:
    """kind: how the value is used, if it is a page, an annotation or a list of these."""
    if isinstance(value, IndirectObject):
        key = (value.idnum, value.generation, kind)
        if key not in known:
            known[key] = b"an object that contains itself"
            known[key] = _digest(value.get_object(), known, kind)
        return known[key]
    total, inner = hashlib.sha256(), partial(_digest, known=known)
    if isinstance(value, DictionaryObject):
        if value.get("/Type") == "/Page" and kind != "page":
            return b"a page"
        if isinstance(value, StreamObject):
            total.update(hashlib.sha256(_data(value)).digest())
            kind = "stream"
        for name in sorted(map(str, value.keys() - NOT_DRAWN.get(kind, set()))):
            of_page = kind == "page" and name == "/Annots"
            found = inner(value.raw_get(name), kind="annotation" if of_page else "")
            total.update(name.encode() + b"\0" + found + b"\0")
    elif isinstance(value, list):
        for each in value:
            total.update(inner(each, kind=kind))
    elif isinstance(value, int | float):  # 1.0 may be written as 1
        total.update(f"number {float(value):.9g}".encode())
    else:
        total.update(f"{type(value).__name__} {value!r}".encode())
    return total.digest()


def _data(stream: StreamObject) -> bytes:
    """The content of a stream, decompressed if FlateDecode is the only filter; else the stored bytes and their filters.

    Pictures are not decoded to pixels, because pypdf is slow at this.
    """
    how = [_resolved(stream[name]) if name in stream else None for name in ("/Filter", "/DecodeParms")]
    filters = how[0] if isinstance(how[0], list) else [how[0]]
    content = stream._data
    if filters == ["/FlateDecode"]:
        with suppress(zlib.error):  # damaged content is compared undecoded
            content, how[0] = zlib.decompress(content), None
    return repr(how).encode() + b"\0" + content


def _resolved(value: Any) -> Any:
    """A value as plain Python objects, with references resolved."""
    value = value.get_object() if isinstance(value, IndirectObject) else value
    if isinstance(value, DictionaryObject):
        return {str(name): _resolved(value.raw_get(name)) for name in sorted(value)}
    if isinstance(value, list):
        return [_resolved(each) for each in value]
    return float(value) if isinstance(value, int | float) else str(value)
