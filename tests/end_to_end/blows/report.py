"""A small report that is built, edited and damaged, and what its builds must not leave behind."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests import ROOT
from texloom.errors import ReportError
from texloom.machine.lock import build_lock

EDITS = {
    "text": ("templates/sections/parabola.tex.j2", "Result.", "Results."),
    "figure": ("experiments/parabola/figures.py", "bins=40", "bins=50"),
    "analysis": ("experiments/parabola/config.py", "default=20_000", "default=10_000"),
}
"""The edits between two builds: a file, and the two texts between which it alternates."""
OWN = (
    "build/notes.txt",
    "build/tex/report.notes",
    "build/figures/parabola/mine.pdf",
    "build/runs/parabola/seed-0/notes.txt",
    "build/history/notes.json",
    ".snakemake/notes.txt",
)
"""A user's files, which no build may touch."""
PATIENCE = 300.0
"""Maximum duration of a build in seconds, on a busy machine."""


@dataclass
class Report:
    """A small report in its own folder, built by this checkout's engine."""

    folder: Path
    variant: dict[str, int] = field(default_factory=lambda: dict.fromkeys(EDITS, 0))
    """For each edited file, which of the two texts it has."""

    @classmethod
    def new(cls, folder: Path) -> Report:
        """Create the report; an untracked file makes every build of it one with uncommitted changes."""
        author = {f"GIT_{role}_{key}": "a@b" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
        command = [sys.executable, "-m", "texloom", "new", "--report", str(folder), "--name", "parabola"]
        subprocess.run(command, cwd=ROOT, check=True, env=os.environ | author, stdout=subprocess.DEVNULL)
        (folder / "unknown_to_git").touch()
        return cls(folder)

    @property
    def build_folder(self) -> Path:
        return self.folder / "build"

    @property
    def pdf(self) -> bytes:
        """The published PDF; empty if there is none."""
        path = self.build_folder / "report.pdf"
        return path.read_bytes() if path.exists() else b""

    def put_own_files(self) -> None:
        """Put the user's files in place, at the start and after a fault that removed them."""
        for name in OWN:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(name, encoding="utf-8")

    def lost(self) -> list[str]:
        """The user's files that are missing or changed."""
        files = {name: self.folder / name for name in OWN}
        return [name for name, path in files.items() if not path.is_file() or path.read_text() != name]

    def edit(self, name: str) -> None:
        """Switch a file to its other text."""
        self.set_variant(self.variant | {name: 1 - self.variant[name]})

    def set_variant(self, wanted: dict[str, int]) -> None:
        for name, (file, *texts) in EDITS.items():
            before, after = texts[self.variant[name]], texts[wanted[name]]
            if before != after:
                path = self.folder / file
                path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
        self.variant = dict(wanted)

    def start(self, room: int = resource.RLIM_INFINITY) -> subprocess.Popen[str]:
        """Start `make` without its set-up, in its own process group, as a terminal does.

        room: maximum size of a file in bytes, which acts like a full disk for larger files.
        """

        def in_the_child() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            signal.signal(signal.SIGINT, signal.default_int_handler)  # in a shell's background it is ignored,
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and this one under nohup

        return subprocess.Popen(
            [sys.executable, "-m", "texloom", "build", "report"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=in_the_child,
        )

    def build(self, room: int = resource.RLIM_INFINITY) -> tuple[int, str]:
        """Run a build to its end: its exit code and its output."""
        said, _ = (process := self.start(room)).communicate(timeout=PATIENCE)
        return process.returncode, said

    def processes(self) -> list[psutil.Process]:
        """All processes that work in the folder."""
        found = []
        for process in psutil.process_iter():
            try:
                if Path(process.cwd()).is_relative_to(self.folder) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def left_over(self) -> list[str]:
        """What a finished build must not leave behind: processes, temporary files, the lock."""
        temporary = [p for folder in ("build", ".snakemake") for p in (self.folder / folder).rglob("*.*")]
        left = [str(path) for path in temporary if path.suffix in (".partial", ".replaced", ".tmp")]
        left += [f"{process.pid} {' '.join(process.cmdline())}" for process in self.processes()]
        try:
            with build_lock(self.folder):
                return left
        except ReportError as error:
            return [*left, str(error)]
