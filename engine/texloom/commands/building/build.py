"""A build: one at a time, killed builds go on, only our own messages on the terminal."""

from __future__ import annotations

import sys
import time
from typing import Literal

from texloom import manifest as manifests
from texloom.commands.building import costs, why, workflow
from texloom.commands.building.failures import GOES_ON, KILLED
from texloom.commands.building.publish import publish, publish_notebooks
from texloom.commands.clean import remove_unfinished
from texloom.commands.storage import check_writable
from texloom.document.document import make_document
from texloom.errors import ReportError, closest
from texloom.machine import processes
from texloom.machine.disk import check_room
from texloom.machine.lock import build_lock, end_left_over
from texloom.machine.records import RECORDS
from texloom.machine.told import TOLD
from texloom.manifest import Manifest
from texloom.results.places import DOCUMENTS, Document
from texloom.results.written import Written
from texloom.staleness import stamps, watched
from texloom.staleness.keys import products_of

Target = Literal["report", "theory", "figures", "notebooks"]


def build(target: Target, profile_name: str, *, experiment: str = "", force: bool = False) -> None:
    """Make a target of the Snakefile and put what is finished in its place.

    Raises ReportError for a bad manifest, an unknown experiment, a running build; exits with 2 when a stage has failed,
    after the stage's own message. The last good PDF stays where it is until a new one is whole.
    """
    started, began = time.perf_counter(), time.time()
    before = watched.sources()  # first: what is edited from now on is for the next build
    manifest = manifests.load()
    profile = manifest.profile(profile_name)
    experiments = _chosen(experiment, list(manifest.experiments))
    known = stamps.changed_since_built(target, profile_name)
    if target in DOCUMENTS and known and known.only_text and not force:
        refresh_text(target, profile_name, manifest, before)
        return
    runs = costs.runs_of(profile, manifest.limited(profile))
    with build_lock(results=profile.build.folder):
        check_writable([RECORDS, *profile.build.written_again()])  # Snakemake would fail without a word
        remove_unfinished(Written(profile.build, manifest.seeds))
        _make(workflow.command(target, profile_name, experiment=experiment, force=force))
        if target == "report":
            costs.remember_duration(profile.build, runs, began)
            costs.write_costs(profile.build, runs)
        if target in DOCUMENTS:
            publish(target, profile.build, manifest, started)
            remember_what_it_is_made_of(target, profile_name, manifest, before)
        if target == "notebooks":
            publish_notebooks(profile.build, experiments, started)


def _make(command: list[str]) -> None:
    """Run the workflow; exits with 2 when it fails, and says why if no stage has said it.

    Raises OSError where nothing can be written any more, which Snakemake does not say, and ReportError when a stage was
    ended from outside.
    """
    TOLD.unlink(missing_ok=True)
    code = processes.run(command).returncode
    if said := processes.ended(code):
        end_left_over()  # its stages, which nobody waits for any more
        raise ReportError("make", f"the process that runs the stages {said}", GOES_ON)
    if code == 1 and not TOLD.exists():  # a stage that failed was told; a plan that could not be made was not
        check_room(TOLD.parent)
        if not why.print_what_stops(command):
            raise ReportError("make", f"a stage {KILLED}", GOES_ON)
    if code:
        sys.exit(2)


def refresh_text(document: Document, profile_name: str, manifest: Manifest, before: watched.Sources) -> None:
    """A document of edited text, from results that are all there. Raises ReportError as a whole build would say it.

    Exits with 2 where the check of templates has failed, after its own message.
    before: the author's files when it was decided that text alone has changed.
    """
    started = time.perf_counter()
    profile = manifest.profile(profile_name)
    with build_lock(results=profile.build.folder):
        remove_unfinished(Written(profile.build, manifest.seeds))
        if document == "report":
            _lint()
        make_document(manifest, profile, theory_only=document == "theory")
        publish(document, profile.build, manifest, started)
        remember_what_it_is_made_of(document, profile_name, manifest, before)


def remember_what_it_is_made_of(
    document: Document, profile_name: str, manifest: Manifest, before: watched.Sources
) -> None:
    """For the quick answer of the next build; before: the author's files at the beginning of this one.

    Says which of them were edited since then, for the document is as they were.
    """
    profile = manifest.profile(profile_name)
    results = products_of(manifest.limited(profile), profile.build, document)
    if edited := watched.record(document, profile_name, profile.build, results, before):
        more = f" and {len(edited) - 3} more" if len(edited) > 3 else ""
        print(f"  but edited meanwhile: {', '.join(edited[:3])}{more}; the next make takes that in")


def _chosen(experiment: str, known: list[str]) -> list[str]:
    """The experiments that a build is about."""
    if experiment and experiment not in known:
        raise ReportError("EXPERIMENT", f"report.toml has no experiment '{experiment}'", closest(experiment, known))
    return [experiment] if experiment else known


def _lint() -> None:
    """Refuse what rendering does not see. In a process of its own, because chapters change while `watch` goes on.

    As a stage of a build, which leaves it to the build to say that it was interrupted.
    """
    TOLD.unlink(missing_ok=True)
    code = processes.run([sys.executable, "-m", "texloom", "lint"]).returncode
    if said := processes.ended(code):
        raise ReportError("make", f"the check of templates {said}", GOES_ON)
    if code:
        sys.exit(2)
