"""A small report in which mistakes are made, one at a time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import texloom
from texloom.scaffold.experiment import FILES, filled, new_experiment, write

NAME = "spring"
PDF = Path("build", "report.pdf")
ABOUT_GOOD_STAGES = (" checks pass (", " check passes (", "figures: ", "document: ")


@dataclass
class Server:
    """The process that runs the commands."""

    process: subprocess.Popen[str]

    @classmethod
    @contextmanager
    def started(cls) -> Iterator[Server]:
        engine = Path(next(iter(texloom.__path__))).parent
        settings = os.environ | {"PYTHONPATH": str(engine), "MPLBACKEND": "agg", "PYTHONHASHSEED": "0"}
        settings |= {f"GIT_CEILING_{'DIRECTORIES'}": "/"}
        command = [sys.executable, "-P", str(Path(__file__).with_name("server.py"))]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=settings, cwd="/"
        ) as process:
            yield cls(process)
            assert process.stdin
            process.stdin.close()

    def run(self, folder: Path, *command: str, **environment: str) -> tuple[int, str]:
        """Run a command, such as `texloom build report`, in a folder: its exit code and its output."""
        assert self.process.stdin
        assert self.process.stdout
        request = {"folder": str(folder), "command": command, "environment": environment}
        print(json.dumps(request), file=self.process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer["code"], answer["said"]


@dataclass
class Small:
    """The report, with a copy of its good state, to which `mended` returns."""

    folder: Path
    server: Server

    @classmethod
    def new(cls, folder: Path, server: Server) -> Small:
        """Create and build the report; with one experiment, an analysis of some milliseconds."""
        write(filled(FILES / "report", NAME), folder)
        (folder / "requirements.lock").touch()
        new_experiment(NAME, "analysis", folder)
        for name, old, new in (
            ("experiments/spring/config.py", "default=20_000", "default=200"),
            ("report.toml", "seeds = [0, 1, 2]", "seeds = [0, 1]"),
        ):
            path = folder / name
            text = path.read_text(encoding="utf-8")
            assert old in text, text
            path.write_text(text.replace(old, new), encoding="utf-8")
        made = cls(folder, server)
        code, said = made.make()
        assert code == 0, said
        shutil.copytree(folder, made.good, symlinks=True)
        return made

    @property
    def good(self) -> Path:
        return self.folder.with_name("good")

    @property
    def pdf(self) -> bytes:
        """The published PDF; empty if there is none."""
        path = self.folder / PDF
        return path.read_bytes() if path.exists() else b""

    def make(self, *options: str) -> tuple[int, str]:
        """Build the report: the exit code and the output, without what good stages print."""
        return self.run("texloom", "build", "report", *options)

    def run(self, *command: str, **environment: str) -> tuple[int, str]:
        """Run a command in the report."""
        code, said = self.server.run(self.folder, *command, **environment)
        lines = [line for line in said.splitlines() if not any(part in line for part in ABOUT_GOOD_STAGES)]
        return code, "\n".join(lines)

    def mend(self) -> None:
        """Return everything to the good state."""
        shutil.rmtree(self.folder)
        shutil.copytree(self.good, self.folder, symlinks=True)

    def mend_sources(self) -> None:
        """Return the author's files to the good state; results stay as the failed build left them."""
        for path in [*self.folder.iterdir()]:
            if path.name not in ("build", ".snakemake"):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for path in self.good.iterdir():
            if path.name not in ("build", ".snakemake"):
                copy = self.folder / path.name
                shutil.copytree(path, copy, symlinks=True) if path.is_dir() else shutil.copy2(path, copy)
