"""A copy of the checkout for each worker, in which commands run as if typed by a person."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import ROOT

PYTHON = ".venv/bin/python"


def typed_by_hand() -> dict[str, str]:
    """The environment without the variables that the surrounding `make test` has set."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}


@dataclass
class Watch:
    """A running `make watch` and its output."""

    process: subprocess.Popen
    log: Path
    read: int = 0

    def until(self, text: str, seconds: float = 120) -> str:
        """Its output since the last call, as soon as it contains `text`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            said = self.log.read_text(encoding="utf-8")[self.read :]
            if text in said:
                self.read += len(said)
                return said
            assert self.process.poll() is None, said
            time.sleep(0.05)
        raise AssertionError(f"'{text}' was not said in {seconds} s, but: {said}")


@dataclass(frozen=True)
class Checkout:
    """A checkout with its own git history and build folder, and the environment and data of this one."""

    folder: Path

    @property
    def pdf(self) -> Path:
        return self.folder / "build" / "smoke" / "report.pdf"

    @property
    def runs(self) -> list[Path]:
        """run.json of every smoke run."""
        return sorted((self.folder / "build" / "smoke" / "runs").glob("*/*/run.json"))

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the checkout."""
        settings = typed_by_hand() | environment
        return subprocess.run(command, cwd=self.folder, env=settings, capture_output=True, text=True, timeout=600)

    def make(self, *arguments: str, **environment: str) -> str:
        """Run `make`, which must succeed; returns its output."""
        finished = self.run("make", *arguments, **environment)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout + finished.stderr

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Start `make watch` in the background and wait until it watches for edits."""
        command = ["make", "--no-print-directory", "watch", "PROFILE=smoke"]
        with (self.folder / ".git" / "watch.log").open("w+", encoding="utf-8") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=typed_by_hand(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                yield Watch(process, Path(log.name))
            finally:
                os.killpg(process.pid, signal.SIGTERM)  # SIGINT is ignored if a shell runs the tests in the background
                process.wait(timeout=30)

    @contextmanager
    def edited(self, **files: Callable[[str], str]) -> Iterator[None]:
        """Edit files (named by EDITABLE) and restore them afterwards."""
        paths = {self.folder / EDITABLE[name]: edit for name, edit in files.items()}
        before = {path: path.read_text(encoding="utf-8") for path in paths}
        try:
            for path, edit in paths.items():
                after = edit(before[path])
                assert after != before[path]
                path.write_text(after, encoding="utf-8")
            yield
        finally:
            for path, text in before.items():
                path.write_text(text, encoding="utf-8")

    def appended(self, name: str, line: str) -> AbstractContextManager[None]:
        """Append a line to a file, after an empty one."""
        return self.edited(**{name: lambda text: f"{text.rstrip()}\n\n{line}\n"})

    def last_line(self, name: str) -> str:
        """path:line of the last line of a file."""
        text = (self.folder / EDITABLE[name]).read_text(encoding="utf-8")
        return f"{EDITABLE[name]}:{len(text.splitlines())}"


EDITABLE = {
    "manifest": "report.toml",
    "template": "templates/sections/denoising_autoencoder.tex.j2",
    "fragment": "theory/denoising_autoencoder.tex",
    "figures": "experiments/denoising_autoencoder/figures.py",
    "quality": "experiments/sample_quality/image_quality.py",
    "errors": "engine/texloom/errors.py",
    "loop": "engine/texloom/training/loop.py",
    "stage": "engine/texloom/training/stage.py",
}


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the files that git would commit from this checkout, committed."""
    folder = tmp_path_factory.mktemp("checkout")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
            (folder / name).chmod((ROOT / name).stat().st_mode)
    (ROOT / "data").mkdir(exist_ok=True)  # fetched through the link, so that it is kept for the next time
    for name in (".venv", "data"):
        (folder / name).symlink_to(ROOT / name)
    git = ["git", "-c", "user.name=A Test", "-c", "user.email=test@localhost"]
    subprocess.run([*git, "init", "--quiet"], cwd=folder, check=True)
    (folder / ".git" / "info" / "exclude").write_text("/.venv\n/data\n")
    subprocess.run([*git, "add", "--all"], cwd=folder, check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "copy"], cwd=folder, check=True)
    made = Checkout(folder)
    with (tmp_path_factory.getbasetemp().parent / "fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers share data/, and some train on MNIST while one builds
        if not (folder / "data" / "mnist" / "SHA256SUMS").exists():
            fetched = made.run(PYTHON, "-m", "experiments", "data", "mnist")
            assert fetched.returncode == 0, fetched.stderr
    return made
