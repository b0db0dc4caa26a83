"""The notes of a recorder while a stage runs; child processes keep them, too, and report them through a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from texloom.staleness.recording.reads import PathState, Reads


class Notes:
    """Everything that was noted so far."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self.reads = Reads()
        self.own = set(own)
        self.written: set[str] = set()
        self.read_first: set[str] = set()  # written files that the same process had read before
        self.left: set[str] = set()  # written files that the author's code writes outside the results
        self.places: dict[str, str] = {}  # the author's line that first reads, or looks for, a file
        self.looks: dict[str, PathState] = {}
        self.stamps: dict[str, list[int] | None] = {}  # the metadata of files before they were first read
        self.touched: set[str] = set()  # files whose stamps the stage itself changes
        self.moved: dict[str, str] = {}  # files that the stage moved without having read them, with their new place
        self.read_there: set[str] = set()  # the stage's own files that it reads
        self.databases: dict[str, str | None] = {}  # digests with the logs merged
        self.imported: set[str] = set()  # source files that Python read to import them
        self.imports: dict[str, list[str]] = {}  # modules that the author imports, with the folders that are searched
        self.declared_files: set[str] = set()
        self.declared_in: set[str] = set()
        self.given: dict[str, str] = {}  # files that are passed to another program, with the author's line
        self.programs: dict[str, str] = {}
        self.channel: str | None = None  # the file through which child processes report
        self.channel_fd: int | None = None  # in a child process: its descriptor

    def keep(self, kind: str, name: str, value: Any = None) -> None:
        """Store a note of the given kind; a child process also reports it to the stage."""
        if self.channel_fd is not None:
            os.write(self.channel_fd, f"{json.dumps([kind, name, value])}\n".encode())
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

    def read_children(self) -> None:
        """Store the notes of child processes; an incomplete line of a killed one is ignored."""
        lines = Path(self.channel).read_bytes().splitlines() if self.channel else []
        for line in lines:
            with suppress(ValueError):
                kind, name, value = json.loads(line)
                known = self.reads.folders.get(name, ()) if kind == "folders" else ()
                if not any(each["pattern"] == value["pattern"] for each in known):
                    self.keep(kind, name, value)
