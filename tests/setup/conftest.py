"""A copy of the set-up scripts, with a PATH that contains stubs and the few real programs that the scripts need."""

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
    "rmdir",
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
"""The lines of this output that a script prints."""

UNTIL = "n=0; until [ -s {file} ]; do sleep 0.05; n=$((n + 1)); [ $n -lt 600 ] || exit 1; done"
"""Shell code for a stub: wait for a file that is not empty."""
ENDLESS = "echo $$ > {name}-pid; exec sleep 60"
"""Shell code for a stub: print its process number, then run until it is killed."""

PIP = """
case "$*" in
  "-m pip "*) echo "$@" >> pip-calls; cat >> pip-input; exit 0 ;;
  "-m experiments data") {fetch} ;;
esac"""
UV = """
echo "$@" >> uv-calls
case "$*" in
  --version) {version} ;;
  *" -r -") cat > uv-input ;;
  *) {install} ;;
esac"""
UV_OPTIONS = "--python .venv/bin/python --require-hashes"


@dataclass(frozen=True)
class Place:
    """A copy of the project's set-up, and the only folder in its PATH."""

    folder: Path
    programs: Path

    def stub(self, name: str, script: str, folder: str = "") -> Path:
        """Create a program from a line of shell."""
        path = (self.folder / folder if folder else self.programs) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def stub_apt(self, update: str = "true", install: str = "true") -> None:
        """Create an apt-get that the scripts may use, with the given shell code for `update` and `install`."""
        self.stub("id", "echo 0")
        self.stub("apt-get", APT.format(calls=self.folder / "apt-calls", update=update, install=install))

    def apt_calls(self) -> list[str]:
        """The arguments of each call of apt-get."""
        calls = self.folder / "apt-calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def calls(self, program: str) -> list[str]:
        """The calls recorded by a program's stub, a line for each."""
        return (self.folder / f"{program}-calls").read_text().splitlines()

    def installed_with_apt(self, package: str) -> bool:
        """Whether apt-get was called first for the size of a package, then to install it, and for nothing else."""
        return self.apt_calls() == [
            "update",
            f"install --no-install-recommends --assume-no {package}",
            f"install -y --no-install-recommends {package}",
        ]

    def run(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a set-up script from another folder, with only PATH and `environment` set."""
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
        """Start a command in the folder as from a terminal: in its own process group, which receives Ctrl-C."""
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
            ),  # it is ignored if the tests run in the background
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def wait_for(self, *names: str) -> None:
        """Wait until files exist and are not empty. Raises AssertionError after half a minute."""
        for _ in range(600):
            files = [self.folder / name for name in names]
            if all(file.exists() and file.stat().st_size for file in files):
                return
            time.sleep(0.05)
        raise AssertionError(f"{names} are not there")

    def ended(self, name: str) -> bool:
        """Whether the process of an ENDLESS stub has ended, or ends within half a minute."""
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
    """A function that runs a script, which must exit with code 2; returns the message's first line and the rest."""

    def run(script: str, *arguments: str, **environment: str) -> tuple[str, str]:
        finished = place.run(script, *arguments, **environment)
        assert finished.returncode == 2, finished.stdout + finished.stderr
        first, _, rest = finished.stderr.partition("\n")
        return first, rest

    return run


def python(place: Place, version: str = "3.12.1", name: str = "python3") -> None:
    """A stub interpreter that prints its version; 3.11 to 3.13 are supported."""
    minor = int(version.split(".")[1])
    place.stub(
        name,
        f"""
case $1 in
  -c) exit {0 if 11 <= minor <= 13 else 1} ;;
  --version) echo "Python {version}" ;;
  -m) echo made >> venv-calls; mkdir -p .venv/bin .venv/lib/python3.{minor}/site-packages
      cp pip-stub .venv/bin/python
      if [ -e uv-stub ]; then cp uv-stub .venv/bin/uv; fi ;;
esac""",
    )


@pytest.fixture
def with_pip(place: Place) -> Callable[[str], None]:
    """A supported Python whose virtual environments have a pip that runs the given shell code."""
    (place.programs / "cp").symlink_to("/bin/cp")

    def make(script: str) -> None:
        python(place)
        place.stub("pip-stub", script, folder=".")

    return make


@pytest.fixture
def with_uv(place: Place, with_pip: Callable[[str], None]) -> Callable[..., None]:
    """A supported Python in whose virtual environments pip works; uv and fetching of data run the given shell code."""

    def make(install: str = "true", version: str = "true", fetch: str = "true") -> None:
        with_pip(PIP.format(fetch=fetch))
        place.stub("uv-stub", UV.format(version=version, install=install), folder=".")

    return make


@pytest.fixture
def sleep(place: Place) -> None:
    (place.programs / "sleep").symlink_to("/bin/sleep")
