"""Faults in processes: a build, or one of its processes, is killed or interrupted at a random moment."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

from tests.end_to_end.blows.files import damage
from tests.end_to_end.blows.report import Report

LATEX = ("latexmk", "pdflatex", "bibtex")


def strike(report: Report, process: subprocess.Popen[str], rng: random.Random) -> str:
    """Send a signal to the process group or to one process of the build, or damage its files; returns what was done."""
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
    """Let the build run until the moment of a fault, or until it has ended; return which moment it was.

    Most faults after an edit of text are injected while LaTeX runs, most others at any time.
    """
    in_latex, share = rng.random() < (3 / 4 if edited == "text" else 1 / 4), rng.random()
    while process.poll() is None and not listens(process):
        time.sleep(0.01)
    begun = time.monotonic()
    if in_latex:
        while process.poll() is None and not is_in_latex(process):
            time.sleep(0.05)
    with suppress(subprocess.TimeoutExpired):
        process.wait(share * (2 if in_latex else {"text": 6, "figure": 15, "analysis": 25}[edited]))
    ended = ", it had ended" if process.poll() is not None else ""
    return f"{'in LaTeX' if in_latex else 'any time'}, {time.monotonic() - begun:.2f} s{ended}"


def listens(process: subprocess.Popen[str]) -> bool:
    """Whether a build handles signals already; while Python itself starts, its reaction is undefined."""
    status = Path(f"/proc/{process.pid}/status")
    with suppress(OSError):
        caught = re.search(r"^SigCgt:\s*(\w+)", status.read_text(encoding="ascii"), re.MULTILINE)
        return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)
    return True


def is_in_latex(process: subprocess.Popen[str]) -> bool:
    """Whether LaTeX or one of its programs is running for a build."""
    with suppress(psutil.Error):
        return any(each.name() in LATEX for each in psutil.Process(process.pid).children(recursive=True))
    return False
