"""Blows at a small report: its build is killed or interrupted, its files are removed, truncated or swapped.

After each blow the PDF is the last good one or the right new one, to the byte; the next build needs no hand, but for
a damaged run, which it may refuse with its name and the way out; and when it has ended, nothing is left over: no
process, no temporary file, no lock.

    .venv/bin/python -m tests.end_to_end.blows /tmp/blows --seeds 0 300      prints a line for each blow

A seed fixes what is edited, which blow falls and when, but not the speed of the machine at that moment.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
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
"""What is edited between two builds: a file, and the two texts that it changes between."""
REFUSED = re.compile(r"\b(?:remove|rm -r) (build/runs/\w+/seed-\d+)\b")
"""The way out of a damaged run."""
LATEX = ("latexmk", "pdflatex", "bibtex")
PATIENCE = 300.0
"""Seconds that a build may take on a busy machine."""


@dataclass
class Report:
    """A small report in a folder of its own, built by this checkout's engine."""

    folder: Path
    variant: dict[str, int] = field(default_factory=lambda: dict.fromkeys(EDITS, 0))
    """Which of its two texts each edited file has."""

    @classmethod
    def new(cls, folder: Path) -> Report:
        """Make the report; a file that git does not know keeps every build of it one of uncommitted changes."""
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
        """The public PDF; empty where there is none."""
        path = self.build_folder / "report.pdf"
        return path.read_bytes() if path.exists() else b""

    def edit(self, name: str) -> None:
        """Change a file to its other text."""
        self.set_variant(self.variant | {name: 1 - self.variant[name]})

    def set_variant(self, wanted: dict[str, int]) -> None:
        for name, (file, *texts) in EDITS.items():
            before, after = texts[self.variant[name]], texts[wanted[name]]
            if before != after:
                path = self.folder / file
                path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
        self.variant = dict(wanted)

    def start(self, room: int = resource.RLIM_INFINITY) -> subprocess.Popen[str]:
        """`make` without its set-up, in a process group of its own as a terminal starts it.

        room: bytes that a file may have, which is a full disk to whoever writes more.
        """

        def in_the_child() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background ignores,
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and nohup this

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
        """A build to its end: its exit code and what it said."""
        said, _ = (process := self.start(room)).communicate(timeout=PATIENCE)
        return process.returncode, said

    def processes(self) -> list[psutil.Process]:
        """All that work in the folder."""
        found = []
        for process in psutil.process_iter(["name"]):
            try:
                if Path(process.cwd()).is_relative_to(self.folder) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def left_over(self) -> list[str]:
        """What a finished build must not leave: processes, temporary files, the lock."""
        temporary = [p for folder in ("build", ".snakemake") for p in (self.folder / folder).rglob("*.*")]
        left = [str(path) for path in temporary if path.suffix in (".partial", ".replaced")]
        left += [f"{process.pid} {' '.join(process.cmdline())}" for process in self.processes()]
        try:
            with build_lock(self.folder):
                return left
        except ReportError as error:
            return [*left, str(error)]


# -------------------------------------------------------------------- blows at files


def products(folder: Path, rng: random.Random) -> list[Path]:
    """Files of one kind that a build has made: most often what LaTeX left, where most builds broke."""
    kinds = {"build/tex/**/*": 8, "build/runs/**/*": 6, "build/figures/**/*": 4, "build/*.json": 3, "build/*.pdf": 2}
    kinds |= {".snakemake/**/*": 3, "build/history/*": 1}
    (pattern,) = rng.choices(list(kinds), list(kinds.values()))
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def remove(path: Path, _: list[Path], rng: random.Random) -> str:
    """Remove a file, or the folder around it."""
    if rng.random() < 0.3 and path.parent.name not in ("build", ".snakemake"):
        shutil.rmtree(path.parent, ignore_errors=True)
        return f"remove {path.parent}"
    path.unlink(missing_ok=True)
    return f"remove {path}"


def truncate(path: Path, _: list[Path], rng: random.Random) -> str:
    size = rng.choice([0, rng.randrange(path.stat().st_size + 1)])
    os.truncate(path, size)
    return f"truncate {path} to {size}"


def change_byte(path: Path, _: list[Path], rng: random.Random) -> str:
    content = bytearray(path.read_bytes())
    place = rng.randrange(len(content)) if content else 0
    content[place : place + 1] = b"7" if content[place : place + 1] != b"7" else b"8"
    path.write_bytes(content)
    return f"byte {place} of {path}"


def swap(path: Path, others: list[Path], rng: random.Random) -> str:
    """Exchange two files; of runs the whole folders."""
    other = rng.choice(others)
    if "runs" in path.parts:
        path, other = path.parent, other.parent
    if path != other:
        aside = path.with_name("aside")
        path.rename(aside)
        other.rename(path)
        aside.rename(other)
    return f"swap {path} and {other}"


DAMAGES: tuple[Callable[[Path, list[Path], random.Random], str], ...] = (remove, truncate, change_byte, swap)


def damage(report: Report, rng: random.Random) -> str:
    """Damage a random product; what was done."""
    found = products(report.folder, rng)
    if not found:
        return "nothing to damage"
    try:
        return rng.choice(DAMAGES)(rng.choice(found), found, rng).replace(f"{report.folder}/", "")
    except FileNotFoundError:  # the build was faster
        return "damaged nothing"


# -------------------------------------------------------------------- blows at processes


def strike(report: Report, process: subprocess.Popen[str], rng: random.Random) -> str:
    """A signal to the process group or to one process of the build, or damage under its hands; what was done."""
    kinds = {"kill group": 4, "kill one": 4, "SIGINT": 4, "SIGTERM": 2, "SIGHUP": 2, "damage": 4}
    (kind,) = rng.choices(list(kinds), list(kinds.values()))
    if kind == "damage":
        return damage(report, rng)
    if kind == "SIGTERM":
        process.terminate()
    elif kind == "kill one":
        victim = rng.choice(report.processes() or [psutil.Process(process.pid)])
        try:
            kind = f"kill {' '.join(victim.cmdline()[-6:])}"
            victim.kill()
        except psutil.NoSuchProcess:
            kind = "killed nothing"
    else:
        number = signal.SIGKILL if kind == "kill group" else signal.Signals[kind]
        os.killpg(process.pid, number)
    return kind


def wait_for_the_moment(report: Report, process: subprocess.Popen[str], edited: str, rng: random.Random) -> str:
    """Two of three blows fall while LaTeX works, the others at any time; which moment it was."""
    in_latex, share = rng.random() < 2 / 3, rng.random()
    begun = time.monotonic()
    if in_latex:
        while process.poll() is None and not is_in_latex(report):
            time.sleep(0.02)
        time.sleep(share * 4)
    else:
        time.sleep(share * {"text": 8, "figure": 20, "analysis": 30}[edited])
    return f"{'in LaTeX' if in_latex else 'any time'}, {time.monotonic() - begun:.2f} s"


def is_in_latex(report: Report) -> bool:
    """Whether LaTeX, or what belongs to it, is at work."""
    return any(process.info["name"] in LATEX for process in report.processes())


# -------------------------------------------------------------------- one blow, and what must be true after it


@dataclass
class Attack:
    """A report under attack, and one beside it that nobody attacks, which says what is right."""

    report: Report
    untouched: Report
    right: dict[str, bytes] = field(default_factory=dict)
    """The PDF of each variant."""

    @classmethod
    def start(cls, folder: Path) -> Attack:
        """Two equal reports in an empty folder, both built."""
        report = Report.new(folder / "report")
        shutil.copytree(report.folder, folder / "untouched")
        attack = cls(report, Report(folder / "untouched"))
        attack.mend()
        return attack

    def right_pdf(self) -> bytes:
        """The PDF of the attacked report's variant, as the other one makes it."""
        variant = "".join(map(str, self.report.variant.values()))
        if variant not in self.right:
            self.untouched.set_variant(self.report.variant)
            code, said = self.untouched.build()
            assert code == 0, said
            self.right[variant] = self.untouched.pdf
        return self.right[variant]

    def blow(self, seed: int) -> str:
        """One blow and all that must be true after it; what was done. Raises AssertionError with what is not true."""
        rng, report = random.Random(seed), self.report
        last_good = report.pdf
        edited = rng.choices(list(EDITS), [8, 1, 1])[0]  # the quickest, and where most broke
        report.edit(edited)
        right = self.right_pdf()
        kind = rng.random()
        if kind < 0.3:
            done = f"at rest: {damage(report, rng)}"
        elif kind < 0.4:
            room = int(10 ** rng.uniform(2, 5.5))
            code, said = report.build(room)
            done = f"room for files of {room} bytes"
            assert code in (0, 2), f"{done}: exit code {code}\n{said}"
            assert "Traceback" not in said, f"{done}: traceback\n{said}"
            assert report.pdf in (last_good, right), f"{done}: another PDF\n{said}"
        else:
            process = report.start()
            moment = wait_for_the_moment(report, process, edited, rng)
            done = f"{moment}: {strike(report, process, rng)}"
            if not done.endswith("report.pdf"):  # the blow did not hit the PDF itself
                said = self._end(process)
                assert report.pdf in (last_good, right), f"{done}: another PDF\n{said}"
        return f"seed {seed}, {edited} edited, {done}; {self._recover(done, right)}"

    def _end(self, process: subprocess.Popen[str]) -> str:
        """Wait for the build, not for what it may have left running."""
        process.wait(timeout=PATIENCE)
        return "" if any(self.report.processes()) else process.communicate()[0]

    def _recover(self, done: str, right: bytes) -> str:
        """The next build, with the way out of refused runs followed to the letter; what it took."""
        report, refused = self.report, []
        code, said = report.build()
        while code == 2 and (run := REFUSED.search(said)) and len(refused) < 3:
            refused.append(run[1])
            shutil.rmtree(report.folder / run[1])
            code, said = report.build()
        assert code == 0, f"{done}: the next make failed\n{said}"
        assert "Traceback" not in said, f"{done}: traceback\n{said}"
        assert report.pdf == right, f"{done}: the next make left a wrong PDF\n{said}"
        assert report.left_over() == [], f"{done}: left over {report.left_over()}\n{said}"
        return f"refused {', '.join(refused)}, then right" if refused else "right"

    def mend(self) -> None:
        """From nothing, after a failure."""
        for process in self.report.processes():
            process.kill()
        for folder in ("build", ".snakemake"):
            shutil.rmtree(self.report.folder / folder, ignore_errors=True)
        code, said = self.report.build()
        assert code == 0, said
        assert self.report.pdf == self.right_pdf(), "two builds from nothing differ"


def main() -> None:
    """Strike with each seed; a line for each blow, a failure with what was said, and the sum."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, help="for the two reports; must not be there yet")
    options.add_argument("--seeds", type=int, nargs=2, default=(0, 300), metavar=("FIRST", "END"))
    given = options.parse_args()
    attack, failed = Attack.start(given.folder.resolve()), []
    for seed in range(*given.seeds):
        try:
            print(attack.blow(seed), flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed.append(seed)
            print(f"FAILED seed {seed}: {error}", flush=True)
            attack.mend()
    print(f"{given.seeds[1] - given.seeds[0]} blows, {len(failed)} failed: {failed}")


if __name__ == "__main__":
    main()
