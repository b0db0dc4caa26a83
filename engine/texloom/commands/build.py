"""Snakemake behind plain words: one build at a time, killed builds go on, only our own messages on the terminal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from texloom import manifest as manifests
from texloom.document import summary
from texloom.document.document import make_document, publish_file, remove_draft
from texloom.errors import ReportError, closest
from texloom.machine import processes
from texloom.machine.kind import usable_memory
from texloom.machine.lock import build_lock
from texloom.manifest import Manifest, Profile
from texloom.results import places
from texloom.results.runs import Run, Runs
from texloom.staleness import stamps
from texloom.staleness.damage import refuse_damaged_runs, remove_damaged
from texloom.staleness.identity import git_state

FORCED_RULES = {"report": ("check", "train"), "theory": ("check",), "figures": ("train",), "notebooks": ("train",)}
"""What FORCE=1 runs again; the rest follows. Only what the target needs is in the graph, so only that is forced."""


def snakemake_command(target: str, profile: str, *options: str) -> list[str]:
    """Snakemake as every build calls it.

    Staleness is by content (modification times only say where to look), inputs and parameters; a rule's shell line is
    no reason to train again. No lock of its own: ours dies with its process. What a killed build left is made anew.
    """
    return [
        *(sys.executable, "-m", "snakemake", target, "--cores", "all", "--nolock", "--rerun-incomplete"),
        *("--rerun-triggers", "mtime", "params", "input", "--latency-wait", "2", "--scheduler", "greedy"),
        *("--resources", f"mem_mb={usable_memory()}"),
        *options,
        *("--config", f"profile={profile}"),
    ]


def build(target: str, profile_name: str, *, experiment: str = "", force: bool = False) -> None:
    """Make a target of the Snakefile and put the finished PDF in its place.

    Raises ReportError for a bad manifest, an unknown experiment, a running build; exits with 2 when a stage has failed,
    after the stage's own message. The last good PDF stays where it is until a new one is whole.
    """
    started, began = time.perf_counter(), time.time()
    manifest = manifests.load()
    profile = manifest.profile(profile_name)
    config = _experiments_config(experiment, list(manifest.experiments))
    _, changed = stamps.changed_since_built(target, profile_name) or (None, None)
    if changed is not None and stamps.only_text(changed) and not force:
        refresh_text(target, profile_name, manifest)
        return
    if target == "report":
        _lint()
    forced = ["--forcerun", *FORCED_RULES[target]] if force else []
    before = stamps.sources()
    with build_lock() as held:
        remove_damaged(Path(profile.folder))
        if target != "theory":
            refuse_damaged_runs(runs_of(profile, manifest.limited(profile)))
        command = snakemake_command(target, profile_name, "--quiet", "all", *forced) + config
        if processes.run(command, pass_fds=[held]).returncode:
            _tell_what_stops_the_plan(target, profile_name, config)
            sys.exit(2)
    if target == "report":
        remember_duration(profile, manifest.limited(profile), began)
        write_costs(profile, manifest.limited(profile))
    if target in places.PUBLIC:
        publish(target, profile, started)
        stamps.record(target, profile_name, profile.folder, before)
    if target == "notebooks":
        publish_notebooks(profile, [experiment] if experiment else list(manifest.experiments), started)


def refresh_text(target: str, profile_name: str, manifest: Manifest) -> None:
    """A document of edited text, from results that are all there. Raises ReportError as a whole build would say it."""
    started, before = time.perf_counter(), stamps.sources()
    profile = manifest.profile(profile_name)
    with build_lock():
        make_document(manifest, profile, theory_only=target == "theory")
        publish(target, profile, started)
        stamps.record(target, profile_name, profile.folder, before)


def _experiments_config(experiment: str, known: list[str]) -> list[str]:
    if not experiment:
        return []
    if experiment not in known:
        raise ReportError("EXPERIMENT", f"report.toml has no experiment '{experiment}'", closest(experiment, known))
    return [f"experiments=['{experiment}']"]


def _lint() -> None:
    """Refuse what trainings would be in vain for. In its own process, because chapters change while `watch` goes on."""
    if processes.run([sys.executable, "-m", "texloom", "lint"]).returncode:
        sys.exit(2)


def _tell_what_stops_the_plan(target: str, profile_name: str, config: list[str]) -> None:
    """A failed stage has spoken for itself; a plan that cannot even be made is told by a dry run that is not quiet."""
    command = snakemake_command(target, profile_name, "--dry-run", "--quiet", "progress", "host") + config
    planned = subprocess.run(command, capture_output=True, text=True)
    if planned.returncode:
        sys.stderr.write(planned.stderr)


def made(profile: Profile, target: str = "report") -> Path:
    """Where a target's PDF is compiled, before it is published."""
    return Path(profile.folder, places.MADE[target])


def publish(target: str, profile: Profile, started: float) -> None:
    """Move the new PDF to its public name, unless the one there has the same bytes; say where it is."""
    public = Path(profile.folder, places.PUBLIC[target])
    if public.exists() and public.read_bytes() == made(profile, target).read_bytes():
        word = "is up to date"
    else:
        publish_file(made(profile, target), public)
        word = "is ready"
    if target == "report":
        remove_draft(profile)
        publish_animations(profile)
        remember(profile)
    print(f"{public} {word} ({time.perf_counter() - started:.1f} s)")


def publish_animations(profile: Profile) -> None:
    """Put the experiments' animations beside the PDF, as <experiment>_<name>.gif."""
    folder = Path(profile.folder)
    for animation in sorted(folder.glob("figures/*/*.gif")):
        publish_file(animation, folder / f"{animation.parent.name}_{animation.name}")


def publish_notebooks(profile: Profile, experiments: list[str], started: float) -> None:
    """Put newly made notebooks in their public place; one that was edited there stays until there is a newer one."""
    folder = Path(profile.folder) / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    for name in experiments:
        made_one, public = Path(profile.folder) / "tangled" / f"{name}.ipynb", folder / f"{name}.ipynb"
        if not public.exists() or public.stat().st_mtime < made_one.stat().st_mtime:
            publish_file(made_one, public)
    print(f"{folder}: {', '.join(experiments)} up to date ({time.perf_counter() - started:.1f} s)")


def remember(profile: Profile) -> None:
    """Keep what this build says under the commit that it is the build of, for `make diff`; nothing of edited files."""
    commit, dirty = git_state()
    if not dirty:
        kept = Path(profile.folder) / summary.HISTORY / f"{commit}.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        publish_file(made(profile).with_name(summary.NAME), kept)


def runs_of(profile: Profile, manifest: Manifest) -> list[Run]:
    """The report's runs, whether they are there or not; manifest: with the seeds that the profile takes."""
    parts = manifest.experiments.items()
    return [run for name, part in parts for run in Runs.load(Path(profile.folder), name, part.seeds)]


def remember_duration(profile: Profile, manifest: Manifest, began: float) -> None:
    """Keep how long this build took if it trained everything, for `make bench`. began: seconds since the epoch."""
    folder, runs = Path(profile.folder), runs_of(profile, manifest)
    if all((run.folder / "run.json").stat().st_mtime >= began for run in runs):
        record = {"seconds": round(time.time() - began, 1), "trainings": len(runs), "commit": git_state()[0]}
        (folder / places.WHOLE).write_text(json.dumps(record) + "\n", encoding="utf-8")


def write_costs(profile: Profile, manifest: Manifest) -> None:
    """Put what each training took beside the document."""
    costs = [
        {name: run.record[name] for name in ("experiment", "seed", "seconds", "peak_mib", "processor")}
        for run in runs_of(profile, manifest)
    ]
    path = Path(profile.folder, places.COSTS)
    path.write_text(json.dumps(costs, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def plan(profile_name: str) -> list[str]:
    """What `make all` would do, a line for each job. Exits with 2, after Snakemake's words, when there is no plan.

    Raises ReportError for a bad manifest or profile.
    """
    profile = manifests.load().profile(profile_name)
    _lint()
    with suppress(ReportError), build_lock():  # while a build runs, what looks unfinished is its own
        remove_damaged(Path(profile.folder))
    command = snakemake_command("report", profile_name, "--dry-run", "--quiet", "progress", "host")
    finished = subprocess.run(command, capture_output=True, text=True)
    if finished.returncode:
        sys.stderr.write(finished.stderr)
        sys.exit(2)
    return planned_jobs(finished.stdout + finished.stderr)


def why(profile_name: str) -> None:
    """Print what `make all` would do, a line for each job, and which input changed."""
    jobs = plan(profile_name)
    print("\n".join(jobs) if jobs else "nothing to do: everything is up to date")


JOB = re.compile(r"^(?:local)?rule (\w+):\n((?:    .*\n)+)", re.MULTILINE)
FIELD = re.compile(r"^    (reason|wildcards): (.*)$", re.MULTILINE)
REASONS = (
    (r"Missing output files: .*", "not made yet"),
    (r"Input files updated by another job: .*", "what it is made from is made anew"),
    (r"Set of input files has changed since last execution.*", "it has other inputs than before"),
    (r"Params have changed since last execution.*", "its settings or a numeric library's version changed"),
    (r"Forced execution", "forced"),
)


def planned_jobs(dry_run: str) -> list[str]:
    """What Snakemake's dry run would do, in our words: "train gan, seed 0: engine/texloom/training/loop.py changed"."""
    lines = []
    for rule, body in JOB.findall(dry_run):
        fields = dict(FIELD.findall(body))
        if rule in ("report", "theory", "figures", "notebooks"):  # only gather
            continue
        wildcards = [value.partition("=")[2] for value in fields.get("wildcards", "").split(", ") if value]
        subject = ", seed ".join(wildcards)
        reasons = [_in_words(reason) for reason in fields.get("reason", "").split("; ")]
        lines.append(f"{rule.replace('_', ' ')}{' ' + subject if subject else ''}: {'; '.join(reasons)}")
    return sorted(set(lines), key=lines.index)


def _in_words(reason: str, shown: int = 3) -> str:
    if changed := re.match(r"Updated input files: (.*)", reason):
        files = sorted(changed[1].split(", "))
        more = f" and {len(files) - shown} more" if len(files) > shown else ""
        return f"{', '.join(files[:shown])}{more} changed"
    return next((words for pattern, words in REASONS if re.match(pattern, reason)), reason)
