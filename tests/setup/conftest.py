"""The set-up scripts in a copy, with a PATH that holds stubs and the few real programs that the scripts need."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

REAL = (
    "sh",
    "awk",
    "cat",
    "cut",
    "dirname",
    "grep",
    "head",
    "id",
    "mkdir",
    "rm",
    "sed",
    "sha256sum",
    "sort",
    "tail",
    "tr",
)

APT = """
echo "$@" >> "{calls}"
case "$*" in
  update) {update} ;;
  *--assume-no*) echo "Need to get 66.1 MB of archives."; echo "After this operation, 190 MB will be used."; exit 1 ;;
  *) {install} ;;
esac"""
SIZES = ["setup:   Need to get 66.1 MB of archives.", "setup:   After this operation, 190 MB will be used."]
"""What a script passes on of it."""

UNTIL = "n=0; until [ -s {file} ]; do sleep 0.05; n=$((n + 1)); [ $n -lt 600 ] || exit 1; done"
"""Of a stub: wait for a file that is written, not only made."""
ENDLESS = "echo $$ > {name}-pid; exec sleep 60"
"""Of a stub: say the number of its process, which does not end by itself."""


@dataclass(frozen=True)
class Place:
    """A copy of the project's set-up, and the folder that is its whole PATH."""

    folder: Path
    programs: Path

    def stub(self, name: str, script: str, folder: str = "") -> Path:
        """A program made of a line of shell."""
        path = (self.folder / folder if folder else self.programs) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def stub_apt(self, update: str = "true", install: str = "true") -> None:
        """An apt-get that we may call, and what its `update` and its installation do."""
        self.stub("id", "echo 0")
        self.stub("apt-get", APT.format(calls=self.folder / "apt-calls", update=update, install=install))

    def apt_calls(self) -> list[str]:
        """The arguments of each call of it."""
        calls = self.folder / "apt-calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def installed_with_apt(self, package: str) -> bool:
        """Whether it was asked for the package's size, then for the package, and nothing else."""
        return self.apt_calls() == [
            "update",
            f"install --no-install-recommends --assume-no {package}",
            f"install -y --no-install-recommends {package}",
        ]

    def run(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A set-up script with nothing but PATH and `environment` set, called from elsewhere."""
        return subprocess.run(
            ["/bin/sh", str(self.folder / "engine" / "setup" / script), *arguments],
            cwd="/",
            env={"PATH": str(self.programs)} | environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    @contextmanager
    def started(self, *command: str) -> Iterator[subprocess.Popen[str]]:
        """A command in the folder as from a terminal: a group of processes of its own, which Ctrl-C reaches."""
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env={"PATH": str(self.programs)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(
                signal.SIGINT, signal.SIG_DFL
            ),  # ignored if the tests are in the background
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def wait_for(self, *names: str) -> None:
        """Return when files are there and not empty; AssertionError after half a minute."""
        for _ in range(600):
            files = [self.folder / name for name in names]
            if all(file.exists() and file.stat().st_size for file in files):
                return
            time.sleep(0.05)
        raise AssertionError(f"{names} are not there")

    def ended(self, name: str) -> bool:
        """Whether the process of an ENDLESS stub is gone, or goes within half a minute."""
        process = int((self.folder / f"{name}-pid").read_text())
        for _ in range(600):
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                return True
            time.sleep(0.05)
        return False


@pytest.fixture
def place(tmp_path: Path, root: Path) -> Place:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in REAL:
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    folder = tmp_path / "a project"
    shutil.copytree(root / "engine" / "setup", folder / "engine" / "setup")
    (folder / "requirements.lock").write_text(
        "numpy==2.0 \\\n    --hash=sha256:00\nscipy==1.0 \\\n    --hash=sha256:11\nuv==0.1 \\\n    --hash=sha256:22\n"
    )
    made = Place(folder, programs)
    made.stub("df", "printf 'Filesystem 1024-blocks Used Available\\n/dev/x 9 9 99999999 1%% /\\n'")
    return made


@pytest.fixture
def failure(place: Place) -> Callable[..., tuple[str, str]]:
    """Runs a script that must fail with exit code 2; its message in two parts, first line and the rest."""

    def run(script: str, *arguments: str, **environment: str) -> tuple[str, str]:
        finished = place.run(script, *arguments, **environment)
        assert finished.returncode == 2, finished.stdout + finished.stderr
        first, _, rest = finished.stderr.partition("\n")
        return first, rest

    return run
