"""What a recorder keeps while a stage runs; children keep it, too, and tell the stage by a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from texloom.staleness.recording.reads import Look, Reads


class Notes:
    """What was noted until now."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self.reads = Reads()
        self.own = set(own)
        self.written: set[str] = set()
        self.read_first: set[str] = set()  # of that, what the same process had read before
        self.left: set[str] = set()  # of that, what the author's code writes outside of the results
        self.places: dict[str, str] = {}  # where the author's code reads, or looks for, a file first
        self.looks: dict[str, Look] = {}
        self.stamps: dict[str, list[int] | None] = {}  # of files, before they were first read
        self.touched: set[str] = set()  # of these, whose stamps the stage itself changes
        self.moved: dict[str, str] = {}  # what the stage has put elsewhere without having read it, and where it is now
        self.read_there: set[str] = set()  # of what is the stage's own, what it reads
        self.databases: dict[str, str | None] = {}  # with their logs merged
        self.imported: set[str] = set()  # source that Python has read as such
        self.imports: dict[str, list[str]] = {}  # modules that the author imports, with the folders that are searched
        self.declared_files: set[str] = set()
        self.declared_in: set[str] = set()
        self.given: dict[str, str] = {}  # files that another program is given, with the author's line
        self.programs: dict[str, str] = {}
        self.told: str | None = None  # the file by which children tell
        self.telling: int | None = None  # in a child: the same, open

    def keep(self, kind: str, name: str, value: Any = None) -> None:
        """Keep what was found, under its kind; a child tells the stage, too."""
        if self.telling is not None:
            os.write(self.telling, f"{json.dumps([kind, name, value])}\n".encode())
        match kind:
            case "files":
                self.reads.files.setdefault(name, value)
            case "folders":
                self.reads.folders.setdefault(name, []).append(value)
            case "looks":
                self.looks[name] = value | self.looks.get(name, {})
            case "imports" | "programs" | "databases" | "places" | "stamps" | "given":
                getattr(self, kind).setdefault(name, value)
            case _:
                getattr(self, kind).add(name)

    def hear_children(self) -> None:
        """Keep what they have told; of what a child was writing when it was killed, nothing."""
        lines = Path(self.told).read_bytes().splitlines() if self.told else []
        for line in lines:
            with suppress(ValueError):
                kind, name, value = json.loads(line)
                known = self.reads.folders.get(name, ()) if kind == "folders" else ()
                if not any(each["pattern"] == value["pattern"] for each in known):
                    self.keep(kind, name, value)
