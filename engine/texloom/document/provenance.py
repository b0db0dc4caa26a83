"""The runs that a document is made from, which must be up to date, and their provenance in the appendix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from texloom.data.sums import combined
from texloom.document.tex.latex import TeX
from texloom.document.words import say
from texloom.errors import ReportError
from texloom.manifest import DataSet, Part, Profile
from texloom.results.places import RUN_RECORD
from texloom.results.runs import Runs
from texloom.staleness.jobs import changed
from texloom.staleness.judge import judge, refuse_made_by_hand
from texloom.staleness.keys import run_key
from texloom.staleness.recording.recorder import unrecorded


def load_runs(part: Part, profile: Profile) -> Runs:
    """The runs of a part.

    Raises ReportError if one is out of date, or was made by hand with options that the profile does not have.
    """
    assert part.experiment is not None
    runs = Runs.load(profile.build.folder, part.experiment, part.seeds)
    with unrecorded():  # files compared here are no inputs of the document
        now = run_key(part.experiment, profile.options)
        for run in runs:
            refuse_made_by_hand(run.folder / RUN_RECORD, run.record)
            if found := judge(run.record, now):
                raise ReportError(
                    run.folder, f"is out of date: {changed(found)} since it was made", "the next build makes it again"
                )
    return runs


def facts(runs: Runs) -> list[tuple[str, TeX | str]]:
    """The facts of an experiment for the provenance appendix."""
    record = runs[0].record
    commits = sorted(
        {
            run.record["commit"][:12] + (f" {say('with uncommitted changes')}" if run.record["dirty"] else "")
            for run in runs
        }
    )
    versions = record["versions"]
    return [
        (say("Commit"), ", ".join(commits)),
        (
            say("Code"),
            say("{number} files, identity {identity}", number=len(record["code"]), identity=record["identity"][:16]),
        ),
        (say("Libraries"), ", ".join(f"{name} {version}" for name, version in versions.items())),
        (say("Kind of machine"), "; ".join(sorted({run.record.get("kind", say("not recorded")) for run in runs}))),
        *_accepted(runs),
    ]


def _accepted(runs: Runs) -> Iterator[tuple[str, str]]:
    """The changes since the runs were made that the author accepted, each once with its reason."""
    accepted = {
        f"{entry['reason']} ({', '.join(entry['changed'])})": None
        for run in runs
        for entry in run.record.get("accepted", ())
    }
    yield from ((say("Accepted"), each) for each in accepted)


def exempt_facts(exempt: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The facts of exempt libraries and variables for the provenance appendix, if there are any."""
    if exempt:
        yield {"title": say("Changes that rebuild nothing"), "facts": list(exempt.items()), "settings": []}


LISTED = 20
"""The largest number of files of a data set that are listed; for more, their number and one digest are printed."""

ORIGINS = {"file": "File", "folder": "Folder", "url": "Address", "doi": "DOI", "module": "Fetched by"}
"""The printed name of each kind of source."""

OF_ADDRESSES = "/:?#[]@!$&'()*+,;=%~"
"""Characters that are not quoted in a URL, besides letters and digits; others, such as braces, are written with %."""


def data_digests(runs: Iterable[Runs]) -> list[tuple[str, str]]:
    """The sha256 of the data used by runs, by "<data set>/<file>"."""
    found: dict[str, dict[str, str]] = {}
    for name, digest in sorted(item for each in runs for item in each[0].record["data"].items()):
        data_set, _, file = name.partition("/")
        found.setdefault(data_set, {})[file] = digest
    return [entry for name, files in found.items() for entry in _listed(name, files)]


def _listed(name: str, files: Mapping[str, str]) -> list[tuple[str, str]]:
    if len(files) > LISTED:
        return [(f"{name}/ ({say('{number} files', number=len(files))})", combined(files))]
    return [(f"{name}/{file}", digest) for file, digest in files.items()]


def data_facts(name: str, data: DataSet) -> list[tuple[str, TeX | str]]:
    """The facts of a data set for the provenance appendix."""
    source: TeX | str = str(getattr(data, data.kind))
    if data.url or data.doi:
        source = TeX(rf"\url{{{quote(data.url or f'https://doi.org/{data.doi}', safe=OF_ADDRESSES)}}}")
    facts = [
        (say("Name"), name),
        (say(ORIGINS[data.kind]), source),
        (say("Licence"), data.licence),
        (say("Citation"), data.citation),
    ]
    return [(label, value) for label, value in facts if value]
