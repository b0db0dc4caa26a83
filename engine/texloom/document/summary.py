"""What a build says, in one small file for each commit, and what two builds say differently."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from tabulate import tabulate

from texloom.document.claims import Claim
from texloom.errors import ReportError
from texloom.machine.git import git
from texloom.results.places import BuildFolder
from texloom.results.quantity import Quantity
from texloom.results.runs import Runs
from texloom.results.sealed import read_sealed

BROKEN = "broken: "
"""Before the condition of a claim that did not hold, as a draft may show."""


@dataclass(frozen=True)
class Summary:
    """The metrics, claims and figures of one build."""

    metrics: Mapping[str, Mapping[str, Any]]
    """"experiment.metric" to its values over seeds and its unit."""
    claims: Mapping[str, str]
    """Each claim's sentence to the condition with the values found."""
    figures: Mapping[str, str]
    """"experiment/figure" to the sha256 of its file."""

    @classmethod
    def of(cls, runs: Mapping[str, Runs], claims: Sequence[Claim], figures: Path) -> Self:
        """The summary of what a report is made from."""
        metrics = {
            f"{experiment}.{name}": {"values": list(each.metric(name).values), "unit": each.metric(name).unit}
            for experiment, each in runs.items()
            for name in each[0].metrics
        }
        files = sorted(figures.glob("**/*.pdf"))
        digests = {
            path.relative_to(figures).with_suffix("").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }
        standing = {
            claim.text: claim.condition.text if claim.condition.holds else BROKEN + claim.condition.text
            for claim in claims
        }
        return cls(metrics, standing, digests)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises ReportError for a file that is no summary any more."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            raise ReportError(path, "is damaged", "remove it and run make again") from None

    @classmethod
    def read_kept(cls, path: Path) -> Self:
        """One in the history. Raises ReportError where it is not as a build has kept it."""
        try:
            return cls(**read_sealed(path))
        except (ReportError, TypeError):
            what = "was changed after it was kept, or an earlier engine kept it"
            way_out = "remove it; a make in a clean checkout of its commit leaves it again"
            raise ReportError(path, what, way_out) from None

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def resolve(revision: str) -> str:
    """The commit that a revision names. Raises ReportError when git knows none."""
    finished = git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if finished.returncode:
        raise ReportError("REV", f"git knows no revision '{revision}'", "for instance make diff REV=HEAD~1")
    return finished.stdout.strip()


def of_revision(revision: str, build: BuildFolder) -> Summary:
    """The summary that the build of a commit left. Raises ReportError when that commit was never built here."""
    commit = resolve(revision)
    path = build.summary_of(commit)
    if not path.exists():
        kept = sorted(old.stem[:12] for old in build.history.glob("*.json"))
        way_out = f"there are builds of {', '.join(kept)}" if kept else "a make in a clean checkout of it leaves one"
        raise ReportError("REV", f"there is no build of {commit[:12]} in {build.folder}", way_out)
    return Summary.read_kept(path)


Change = tuple[str, str, str, str]
"""Kind, name, before, after."""


def compare(before: Summary, after: Summary) -> list[Change]:
    """All differences: metrics by exact value, claims by sentence and whether they hold, figures by content."""
    changes = [("metric", name, _value(old), _value(new)) for name, old, new in _pairs(before.metrics, after.metrics)]
    changes += [
        ("claim", sentence, _standing(old), _standing(new))
        for sentence, old, new in _pairs(before.claims, after.claims)
        if _standing(old) != _standing(new)
    ]
    changes += [
        ("figure", name, "–" if old is None else old[:8], "–" if new is None else new[:8])
        for name, old, new in _pairs(before.figures, after.figures)
    ]
    return changes


def _pairs(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Names whose values differ, with both; None where there is none."""
    names = [*before, *(name for name in after if name not in before)]
    return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def _value(stored: Mapping[str, Any] | None) -> str:
    if stored is None:
        return "–"
    quantity = Quantity("", tuple(stored["values"]), stored["unit"])
    spread = "" if quantity.deviation is None else f" ± {quantity.deviation:.2g}"
    return f"{quantity.mean:.6g}{spread} {quantity.unit}".rstrip()


def _standing(condition: str | None) -> str:
    if condition is None:
        return "–"
    return "broken" if condition.startswith(BROKEN) else "holds"


def as_text(changes: Sequence[Change], width: int = 60) -> str:
    """The differences as a table for a terminal; names longer than `width` go on in the next line."""
    if not changes:
        return "nothing changed: the same metrics, claims and figures"
    heads = ("what", "name", "before", "after")
    return tabulate(changes, heads, tablefmt="plain", disable_numparse=True, maxcolwidths=[None, width, None, None])
