"""Blows at a small report: its build is killed or interrupted, its files are removed, truncated or swapped.

After each blow the PDF is the last good one or the right new one, to the byte, and whoever failed has said why, without
a traceback; the next build needs no hand, but for a damaged run, which it may refuse with its name and the way out; and
when it has ended, nothing is left over: no process, no temporary file, no lock. The user's own files among the results
are there as they were, and the build after that finds nothing to do. Of seven blows one is followed by another, before
anything has recovered.

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
from contextlib import suppress
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
PUBLIC = "build/report.pdf"
"""In what was done, where a blow hits the PDF itself."""
LATEX = ("latexmk", "pdflatex", "bibtex")
OWN = (
    "build/notes.txt",
    "build/tex/report.notes",
    "build/figures/parabola/mine.pdf",
    "build/runs/parabola/seed-0/notes.txt",
    "build/history/notes.json",
    ".snakemake/notes.txt",
)
"""A user's files, where no build may touch them."""
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

    def put_own_files(self) -> None:
        """Put the user's files where they belong, as at first, and after a blow of ours that took them along."""
        for name in OWN:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(name, encoding="utf-8")

    def lost(self) -> list[str]:
        """The user's files that are not there as they were."""
        files = {name: self.folder / name for name in OWN}
        return [name for name, path in files.items() if not path.is_file() or path.read_text() != name]

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
        for process in psutil.process_iter():
            try:
                if Path(process.cwd()).is_relative_to(self.folder) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def left_over(self) -> list[str]:
        """What a finished build must not leave: processes, temporary files, the lock."""
        temporary = [p for folder in ("build", ".snakemake") for p in (self.folder / folder).rglob("*.*")]
        left = [str(path) for path in temporary if path.suffix in (".partial", ".replaced", ".tmp")]
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
    own = {folder / name for name in OWN}
    return sorted(path for path in folder.glob(pattern) if path.is_file() and path not in own)


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
        done = rng.choice(DAMAGES)(rng.choice(found), found, rng)
    except (FileNotFoundError, FileExistsError):  # the build was faster
        done = "damaged nothing"
    report.put_own_files()
    return done.replace(f"{report.folder}/", "")


# -------------------------------------------------------------------- blows at processes


def strike(report: Report, process: subprocess.Popen[str], rng: random.Random) -> str:
    """A signal to the process group or to one process of the build, or damage under its hands; what was done."""
    kinds = {"kill group": 4, "kill one": 4, "SIGINT": 4, "SIGINT to one": 1, "SIGTERM": 2, "SIGHUP": 2, "damage": 4}
    kinds |= {"SIGINT twice": 1, "SIGTERM twice": 1}
    (kind,) = rng.choices(list(kinds), list(kinds.values()))
    if kind == "damage" or process.poll() is not None:
        return damage(report, rng)
    name, _, how = kind.partition(" ")
    number = signal.SIGKILL if name == "kill" else signal.Signals[name]
    if kind == "kill one":
        victim = rng.choice(report.processes() or [psutil.Process(process.pid)])
        try:
            kind = f"kill {' '.join(victim.cmdline()[-6:])}"
            victim.kill()
        except psutil.NoSuchProcess:
            kind = "killed nothing"
    elif name == "SIGTERM" or how == "to one":
        process.send_signal(number)
    else:
        os.killpg(process.pid, number)
    if how == "twice":
        time.sleep(rng.random() / 4)
        process.send_signal(number)
    return kind


def wait_for_the_moment(report: Report, process: subprocess.Popen[str], edited: str, rng: random.Random) -> str:
    """Let the build go on until a blow falls, or it has ended; which moment it was.

    Most blows at edited text fall while LaTeX works, most others at any time.
    """
    in_latex, share = rng.random() < (3 / 4 if edited == "text" else 1 / 4), rng.random()
    begun = time.monotonic()
    if in_latex:
        while process.poll() is None and not is_in_latex(process):
            time.sleep(0.05)
    with suppress(subprocess.TimeoutExpired):
        process.wait(share * (2 if in_latex else {"text": 6, "figure": 15, "analysis": 25}[edited]))
    ended = ", it had ended" if process.poll() is not None else ""
    return f"{'in LaTeX' if in_latex else 'any time'}, {time.monotonic() - begun:.2f} s{ended}"


def is_in_latex(process: subprocess.Popen[str]) -> bool:
    """Whether LaTeX, or what belongs to it, is at work for a build."""
    with suppress(psutil.Error):
        return any(each.name() in LATEX for each in psutil.Process(process.pid).children(recursive=True))
    return False


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
        """One blow, or two, and all that must be true after it; what was done.

        Raises AssertionError with what is not true.
        """
        rng, report = random.Random(seed), self.report
        edited = rng.choices(list(EDITS), [6, 1, 1])[0]  # the quickest, and where most broke
        report.edit(edited)
        right, good = self.right_pdf(), {report.pdf}
        good.add(right)
        report.put_own_files()
        done = [self._one(edited, good, rng) for _ in range(1 + (rng.random() < 1 / 7))]
        return f"seed {seed}, {edited} edited, {' + '.join(done)}; {self._recover(' + '.join(done), right)}"

    def _one(self, edited: str, good: set[bytes], rng: random.Random) -> str:
        """A blow of a random kind; good: what the PDF may be after it, unless the blow hits the PDF itself."""
        report, kind = self.report, rng.random()
        good = good | {report.pdf}  # a blow before this one may have hit it
        if kind < 0.3:
            return f"at rest: {damage(report, rng)}"
        if kind < 0.4:
            room = int(10 ** rng.uniform(2, 5.5))
            code, said = report.build(room)
            done = f"room for files of {room} bytes"
            self._check_ending(done, code, said)
        else:
            process = report.start()
            moment = wait_for_the_moment(report, process, edited, rng)
            done = f"{moment}: {strike(report, process, rng)}"
            self._check_ending(done, *self._end(process))
        assert PUBLIC in done or report.pdf in good, f"{done}: another PDF"
        return done

    @staticmethod
    def _check_ending(done: str, code: int, said: str) -> None:
        """Whoever ends badly says why, once, without a traceback."""
        assert code in (0, 2, 130, -signal.SIGKILL), f"{done}: exit code {code}\n{said}"
        assert "Traceback" not in said, f"{done}: traceback\n{said}"
        assert code <= 0 or said.strip(), f"{done}: ended with {code} without a word"
        assert said.count("interrupted; ") <= 1, f"{done}: told twice\n{said}"

    def _end(self, process: subprocess.Popen[str]) -> tuple[int, str]:
        """Wait for the build, not for what it may have left running: then nothing is known of what it said."""
        process.wait(timeout=PATIENCE)
        if any(self.report.processes()):
            return -signal.SIGKILL, ""
        return process.returncode, process.communicate()[0]

    def _recover(self, done: str, right: bytes) -> str:
        """The next build, with the way out of refused runs followed to the letter; what it took."""
        report, refused = self.report, []
        code, said = report.build()
        while code == 2 and (run := REFUSED.search(said)) and len(refused) < 3:
            refused.append(run[1])
            shutil.rmtree(report.folder / run[1])
            report.put_own_files()
            code, said = report.build()
        assert code == 0, f"{done}: the next make failed\n{said}"
        assert "Traceback" not in said, f"{done}: traceback\n{said}"
        assert report.pdf == right, f"{done}: the next make left a wrong PDF\n{said}"
        assert report.left_over() == [], f"{done}: left over {report.left_over()}\n{said}"
        assert report.lost() == [], f"{done}: lost {report.lost()}\n{said}"
        code, said = report.build()
        assert (code, report.pdf == right) == (0, True), f"{done}: the make after the next went wrong\n{said}"
        assert " is up to date (" in said, f"{done}: the make after the next found something to do\n{said}"
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
    """Strike with each seed; a line for each blow with what it took, a failure with what was said, and the sum."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, help="for the two reports; must not be there yet")
    options.add_argument("--seeds", type=int, nargs=2, default=(0, 300), metavar=("FIRST", "END"))
    given = options.parse_args()
    attack, failed = Attack.start(given.folder.resolve()), []
    for seed in range(*given.seeds):
        begun = time.monotonic()
        try:
            print(f"{attack.blow(seed)} ({time.monotonic() - begun:.0f} s)", flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed.append(seed)
            print(f"FAILED seed {seed}: {error}", flush=True)
            attack.mend()
    print(f"{given.seeds[1] - given.seeds[0]} blows, {len(failed)} failed: {failed}")


if __name__ == "__main__":
    main()
