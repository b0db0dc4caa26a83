"""Run a build: one at a time, killed builds resume, only our own messages on the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection
from typing import Literal

from texloom import manifest as manifests
from texloom.commands.building import costs, why, workflow
from texloom.commands.building.failures import GOES_ON, KILLED
from texloom.commands.building.publish import publish, publish_notebooks
from texloom.commands.clean import remove_unfinished
from texloom.commands.storage import check_writable
from texloom.document.document import make_document
from texloom.document.intact import refuse_outdated
from texloom.document.sources import check_sources
from texloom.errors import ReportError, closest
from texloom.machine import processes
from texloom.machine.disk import check_room
from texloom.machine.lock import build_lock, kill_leftover_processes
from texloom.machine.records import RECORDS
from texloom.machine.stage_errors import STAGE_ERRORS
from texloom.manifest import Manifest
from texloom.results.places import DOCUMENTS, BuildFolder, Document, indexed_files
from texloom.results.written import Written
from texloom.staleness import needs, stamps, watched
from texloom.staleness.keys import products_of

Target = Literal["report", "theory", "figures", "notebooks"]


def build(target: Target, profile_name: str, *, experiment: str = "", force: bool = False) -> None:
    """Build a target of the Snakefile and publish the finished files.

    Raises ReportError for an invalid manifest, an unknown experiment or a running build; exits with 2 if a stage
    failed, after the stage's own message. The last good PDF stays in place until the new one is complete.
    """
    started, began = time.perf_counter(), time.time()
    before = watched.sources()  # first: later edits are left to the next build
    manifest = manifests.load()
    profile = manifest.profile(profile_name)
    if target in DOCUMENTS:
        check_sources()
    experiments = _chosen(experiment, list(manifest.experiments))
    known = stamps.changed_since_built(target, profile_name)
    if target in DOCUMENTS and known and known.only_text and not force:
        refresh_text(target, profile_name, manifest, before)
        return
    runs = costs.runs_of(profile, manifest.limited(profile))
    with build_lock(results=profile.build.folder):
        check_writable([RECORDS, *profile.build.written_again()])  # Snakemake would fail without a message
        remove_unfinished(Written(profile.build, manifest.seeds))
        _make(workflow.command(target, profile_name, experiment=experiment, force=force))
        if target == "report":
            costs.remember_duration(profile.build, runs, began)
            costs.write_costs(profile.build, runs)
        if target in DOCUMENTS:
            publish(target, profile.build, manifest, started)
            record_inputs(target, profile_name, manifest, before)
        if target == "figures":
            print_figures(profile.build, experiments)
        if target == "notebooks":
            refuse_outdated(map(profile.build.tangled_record, experiments), profile.build.folder)
            publish_notebooks(profile.build, experiments, started)


def _make(command: list[str]) -> None:
    """Run the workflow; exit with 2 if it fails, and print the reason unless a stage has printed it.

    Raises OSError if nothing can be written any more, which Snakemake does not report, and ReportError if a stage was
    killed.
    """
    STAGE_ERRORS.unlink(missing_ok=True)
    known = needs.attempted()
    code = processes.run(command).returncode
    if needs.attempted() != known:  # a stage needs the result of another one, which is now made first
        _make(command)
        return
    if killed := processes.ended(code):
        kill_leftover_processes()  # its stages
        raise ReportError("make", f"the process that runs the stages {killed}", GOES_ON)
    if code == 1 and not STAGE_ERRORS.exists():  # a failed stage has printed its error, a failed plan has not
        check_room(STAGE_ERRORS.parent)
        if not why.print_planning_error(command):
            raise ReportError("make", f"a stage {KILLED}", GOES_ON)
    if code:
        sys.exit(2)
    needs.NEEDS.unlink(missing_ok=True)  # from now on the results' own records say this


def print_figures(build: BuildFolder, experiments: Collection[str]) -> None:
    """Print the path and size of each figure of some experiments."""
    for path in (path for name in experiments for path in indexed_files(build.figure_index(name))):
        print(f"{path} ({path.stat().st_size / 1000:.0f} kB)")


def refresh_text(document: Document, profile_name: str, manifest: Manifest, before: watched.Sources) -> None:
    """Rebuild a document after edits of text, from existing results. Raises the same ReportErrors as a whole build.

    Exits with 2 if the check of templates fails, after its own message.
    before: the state of the author's files when only text was found to have changed.
    """
    started = time.perf_counter()
    profile = manifest.profile(profile_name)
    with build_lock(results=profile.build.folder):
        remove_unfinished(Written(profile.build, manifest.seeds))
        if document == "report":
            _lint()
        make_document(manifest, profile, theory_only=document == "theory")
        publish(document, profile.build, manifest, started)
        record_inputs(document, profile_name, manifest, before)


def record_inputs(document: Document, profile_name: str, manifest: Manifest, before: watched.Sources) -> None:
    """Store the inputs of a document for the quick check of the next build, and print which were edited since `before`.

    before: the state of the author's files at the start of this build, which the document was made from.
    """
    profile = manifest.profile(profile_name)
    results = products_of(manifest.limited(profile), profile.build, document)
    if edited := watched.record(document, profile_name, profile.build, results, before):
        more = f" and {len(edited) - 3} more" if len(edited) > 3 else ""
        print(f"  edited during the build: {', '.join(edited[:3])}{more}; run make again to include these edits")


def _chosen(experiment: str, known: list[str]) -> list[str]:
    """The experiments to build."""
    if experiment and experiment not in known:
        raise ReportError("EXPERIMENT", f"report.toml has no experiment '{experiment}'", closest(experiment, known))
    return [experiment] if experiment else known


def _lint() -> None:
    """Check templates for errors that rendering does not find.

    Runs in a separate process, because modules change while `watch` runs; as a stage of a build, so that only the build
    reports an interrupt.
    """
    STAGE_ERRORS.unlink(missing_ok=True)
    code = processes.run([sys.executable, "-m", "texloom", "lint"]).returncode
    if killed := processes.ended(code):
        raise ReportError("make", f"the check of templates {killed}", GOES_ON)
    if code:
        sys.exit(2)
