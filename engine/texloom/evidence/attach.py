"""Attach files to a finished PDF; the same files give the same bytes.

The attachments are appended as an incremental update: no byte of the document changes. pypdf only reads
here: it can append, too, but then writes an object table with a wrong size.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, TextStringObject

from texloom.results.places import partial_of

MEDIA_TYPES = {".json": "application#2Fjson", ".xz": "application#2Fx-xz"}
DESCRIPTIONS = {
    "evidence.json": "What this report was made from, and every value that it prints; make verify checks it",
    "sources.tar.xz": "The sources of this report and its engine",
}
START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")


def attach(pdf: Path, files: Mapping[str, bytes]) -> None:
    """Append files to a PDF made by LaTeX that has no attachments yet."""
    before = pdf.read_bytes()
    partial = partial_of(pdf)
    partial.write_bytes(with_attachments(before, files))
    partial.replace(pdf)


def with_attachments(before: bytes, files: Mapping[str, bytes]) -> bytes:
    """The PDF with the files appended."""
    reader = PdfReader(BytesIO(before))
    size = _size(reader)
    objects: dict[int, bytes] = {}

    def added(body: bytes) -> IndirectObject:
        number = size + len(objects)
        objects[number] = body
        return IndirectObject(number, 0, reader)

    names = ArrayObject()
    for name, content in sorted(files.items()):
        stored = added(_embedded(name, content))
        names += [TextStringObject(name), added(_as_bytes(_specification(name, stored)))]
    tree = added(_as_bytes(DictionaryObject({NameObject("/Names"): names})))
    changed: dict[int, bytes] = {}
    root = reader.trailer.raw_get("/Root")
    catalog = root.get_object()
    within: Any = catalog.raw_get("/Names") if "/Names" in catalog else DictionaryObject()
    table = DictionaryObject(within.get_object())
    table[NameObject("/EmbeddedFiles")] = tree
    if isinstance(within, IndirectObject):
        changed[within.idnum] = _as_bytes(table)
    else:
        catalog = DictionaryObject(catalog)
        catalog[NameObject("/Names")] = table
        changed[root.idnum] = _as_bytes(catalog)
    return _appended(before, reader, changed | objects)


def _size(reader: PdfReader) -> int:
    """The number after that of the last object."""
    size: Any = reader.trailer["/Size"]
    return int(size)


def _embedded(name: str, content: bytes) -> bytes:
    is_packed = name.endswith(".xz")
    packed = content if is_packed else zlib.compress(content, 9)
    kind = MEDIA_TYPES.get(Path(name).suffix, "application#2Foctet-stream")
    packing = "" if is_packed else "/Filter /FlateDecode "
    head = (
        f"<< /Type /EmbeddedFile /Subtype /{kind} {packing}/Length {len(packed)} /Params << /Size {len(content)} >> >>"
    )
    return head.encode() + b"\nstream\n" + packed + b"\nendstream"


def _specification(name: str, stored: IndirectObject) -> DictionaryObject:
    title = TextStringObject(name)
    files = DictionaryObject({NameObject("/F"): stored, NameObject("/UF"): stored})
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Filespec"),
            NameObject("/F"): title,
            NameObject("/UF"): title,
            NameObject("/Desc"): TextStringObject(DESCRIPTIONS.get(name, "")),
            NameObject("/EF"): files,
        }
    )


def _as_bytes(value: Any) -> bytes:
    out = BytesIO()
    value.write_to_stream(out)
    return out.getvalue()


def _appended(before: bytes, reader: PdfReader, objects: Mapping[int, bytes]) -> bytes:
    """The PDF with new versions of objects appended, and a table of them in the format of its own table."""
    match = START.search(before[-1024:])
    assert match, "LaTeX wrote no startxref"
    previous = int(match[1])
    out = bytearray(before if before.endswith(b"\n") else before + b"\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    trailer = {
        "/Root": reader.trailer.raw_get("/Root"),
        "/Prev": previous,
        **{name: reader.trailer.raw_get(name) for name in ("/Info", "/ID") if name in reader.trailer},
    }
    kept = b"".join(
        f"{name} ".encode() + (str(value).encode() if isinstance(value, int) else _as_bytes(value)) + b" "
        for name, value in trailer.items()
    )
    start, size = len(out), max(*places, _size(reader) - 1) + 1
    if before[previous : previous + 4] == b"xref":
        out += b"xref\n"
        for number, place in places.items():
            out += f"{number} 1\n{place:010d} 00000 n \n".encode()
        out += b"trailer\n<< " + kept + f"/Size {size} >>\n".encode()
    else:
        places[size] = start  # the table itself
        index = " ".join(f"{number} 1" for number in places)
        rows = zlib.compress(b"".join(struct.pack(">BIB", 1, place, 0) for place in places.values()), 9)
        out += f"{size} 0 obj\n<< /Type /XRef /W [1 4 1] /Index [{index}] /Size {size + 1} ".encode() + kept
        out += f"/Filter /FlateDecode /Length {len(rows)} >>\nstream\n".encode() + rows + b"\nendstream\nendobj\n"
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())
