"""The summary of a build, stored in one small file for each commit, and the differences of two builds."""

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
from texloom.results.quantity import Quantity, rounded
from texloom.results.runs import Runs
from texloom.results.sealed import read_sealed

BROKEN = "broken: "
"""Prefix of the condition of a claim that did not hold, which a draft may contain."""


@dataclass(frozen=True)
class Summary:
    """The metrics, claims and figures of one build."""

    metrics: Mapping[str, Mapping[str, Any]]
    """Values over seeds and unit, by "experiment.metric"."""
    claims: Mapping[str, str]
    """The condition of each claim with the values found, by its sentence."""
    figures: Mapping[str, str]
    """The sha256 of each figure's file, by "experiment/figure"."""

    @classmethod
    def of(cls, runs: Mapping[str, Runs], claims: Sequence[Claim], figures: Path) -> Self:
        """The summary of a report's runs, claims and figures."""
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
        """Read a summary. Raises ReportError if the file is damaged."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            raise ReportError(path, "is damaged", "remove it and run make again") from None

    @classmethod
    def read_kept(cls, path: Path) -> Self:
        """Read a summary from the history. Raises ReportError if it is not as a build stored it."""
        try:
            return cls(**read_sealed(path))
        except (ReportError, TypeError):
            what = "was changed after it was stored, or was stored by an earlier engine"
            way_out = "remove it; make in a clean checkout of its commit stores it again"
            raise ReportError(path, what, way_out) from None

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def resolve(revision: str) -> str:
    """The commit of a revision. Raises ReportError if git does not know it."""
    finished = git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if finished.returncode:
        raise ReportError("REV", f"git knows no revision '{revision}'", "for instance make diff REV=HEAD~1")
    return finished.stdout.strip()


def of_revision(revision: str, build: BuildFolder) -> Summary:
    """The summary of the build of a commit. Raises ReportError if that commit was never built here."""
    commit = resolve(revision)
    path = build.summary_of(commit)
    if not path.exists():
        kept = sorted(old.stem[:12] for old in build.history.glob("*.json"))
        way_out = f"there are builds of {', '.join(kept)}" if kept else "run make in a clean checkout of it"
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
    """Names whose values differ, with both values; None for a missing one."""
    names = [*before, *(name for name in after if name not in before)]
    return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def _value(stored: Mapping[str, Any] | None) -> str:
    if stored is None:
        return "–"
    quantity = Quantity("", tuple(stored["values"]), stored["unit"])
    spread = "" if quantity.deviation is None else f" ± {quantity.deviation:.2g}"
    return f"{rounded(quantity.mean, 6)}{spread} {quantity.unit}".rstrip()


def _standing(condition: str | None) -> str:
    if condition is None:
        return "–"
    return "broken" if condition.startswith(BROKEN) else "holds"


def as_text(changes: Sequence[Change], width: int = 60) -> str:
    """The differences as a table for a terminal; names longer than `width` are wrapped."""
    if not changes:
        return "nothing changed: the same metrics, claims and figures"
    heads = ("what", "name", "before", "after")
    return tabulate(changes, heads, tablefmt="plain", disable_numparse=True, maxcolwidths=[None, width, None, None])
