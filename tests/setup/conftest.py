"""The set-up scripts in a copy, with a PATH that holds stubs and the few real programs that the scripts need."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
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

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A set-up script with nothing but PATH and `environment` set, called from elsewhere."""
        return subprocess.run(
            ["/bin/sh", str(self.folder / "setup" / script)],
            cwd="/",
            env={"PATH": str(self.programs)} | environment,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def place(tmp_path: Path, root: Path) -> Place:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in REAL:
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    folder = tmp_path / "a project"
    shutil.copytree(root / "setup", folder / "setup")
    (folder / "requirements.lock").write_text(
        "numpy==2.0 \\\n    --hash=sha256:00\nscipy==1.0 \\\n    --hash=sha256:11\n"
    )
    made = Place(folder, programs)
    made.stub("df", "printf 'Filesystem 1024-blocks Used Available\\n/dev/x 9 9 99999999 1%% /\\n'")
    return made


@pytest.fixture
def failure(place: Place) -> Callable[..., tuple[str, str]]:
    """Runs a script that must fail with exit code 2; its message in two parts, first line and the rest."""

    def run(script: str, **environment: str) -> tuple[str, str]:
        finished = place.run(script, **environment)
        assert finished.returncode == 2, finished.stdout + finished.stderr
        first, _, rest = finished.stderr.partition("\n")
        return first, rest

    return run
