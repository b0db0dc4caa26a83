"""Snakemake behind plain words: one build at a time, killed builds go on, only our own messages on the terminal."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weave import manifest as manifests
from weave.errors import ReportError, closest
from weave.manifest import Profile

LOCK = Path(".snakemake/build.lock")
PUBLIC_NAME = {"report": "report.pdf", "theory": "theory.pdf"}
SOURCE = {"report": "tex", "theory": "theory"}


@contextmanager
def build_lock(path: Path = LOCK) -> Iterator[None]:
    """One build at a time in a checkout. The system frees the lock when its holder dies, so a killed build leaves none.

    Raises ReportError that names the process holding it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise ReportError("make", f"another build is running here (process {holder})", "wait for it, or stop it") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def snakemake_command(target: str, profile: str, *options: str) -> list[str]:
    """Snakemake as every build calls it.

    Staleness is by content (modification times only say where to look), inputs and parameters; a rule's shell line is not a reason
    to train again. No lock of its own: ours dies with its process. What a killed build left incomplete is made anew.
    """
    return [
        *(sys.executable, "-m", "snakemake", target, "--cores", "all", "--nolock", "--rerun-incomplete"),
        *("--rerun-triggers", "mtime", "params", "input", "--latency-wait", "2", "--scheduler", "greedy"),
        *options,
        *("--config", f"profile={profile}"),
    ]


def build(target: str, profile_name: str, *, experiment: str = "", force: bool = False) -> None:
    """Make a target of the Snakefile and put the finished PDF in its place.

    Raises ReportError for a bad manifest, an unknown experiment, a running build; exits with 2 when a stage has failed, after
    the stage's own message. The last good PDF stays where it is until a new one is whole.
    """
    started = time.perf_counter()
    manifest = manifests.load()
    profile = manifest.profile(profile_name)
    config = _experiments_config(experiment, list(manifest.experiments))
    forced = _forced_rules(target, experiment) if force else []
    with build_lock():
        command = snakemake_command(target, profile_name, "--quiet", "all", *forced) + config
        status = _run(command)
    if status:
        sys.exit(2)
    if target in PUBLIC_NAME:
        publish(target, profile, started)


def _experiments_config(experiment: str, known: list[str]) -> list[str]:
    if not experiment:
        return []
    if experiment not in known:
        raise ReportError("EXPERIMENT", f"report.toml has no experiment '{experiment}'", closest(experiment, known))
    return [f"experiments=['{experiment}']"]


def _forced_rules(target: str, experiment: str) -> list[str]:
    rules = {"report": ["check", "train"], "theory": ["check"], "figures": ["train"]}[target]
    del experiment  # only what the target needs is in the graph, so forcing the rule forces just that
    return ["--forcerun", *rules]


def _run(command: list[str]) -> int:
    """Run Snakemake; its own complaints are shown only when no stage of ours has explained itself."""
    process = subprocess.Popen(command)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        raise


def publish(target: str, profile: Profile, started: float) -> None:
    """Move the new PDF to its public name, unless the one there has the same bytes; say where it is."""
    build_folder = Path(profile.folder)
    made = build_folder / SOURCE[target] / "report.pdf"
    public = build_folder / PUBLIC_NAME[target]
    if public.exists() and public.read_bytes() == made.read_bytes():
        word = "is up to date"
    else:
        partial = public.with_suffix(".partial")
        shutil.copyfile(made, partial)
        os.replace(partial, public)
        word = "is ready"
    print(f"{public} {word} ({time.perf_counter() - started:.1f} s)")


def why(profile: str) -> None:
    """Print what would be made and which input changed."""
    raise NotImplementedError(profile)
