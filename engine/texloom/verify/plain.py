"""Check a PDF by itself: is the evidence intact, does the text print it, and do the claims follow from it?"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from texloom.errors import ReportError
from texloom.evidence.schema import (
    EVIDENCE,
    SOURCES,
    Claim,
    Derived,
    Evidence,
    Expression,
    Given,
    OfMetric,
    Value,
    same,
)
from texloom.results.quantity import RELATIONS
from texloom.verify.evaluate import NONSENSE, Metrics, as_printed, evaluate, mean, metrics_of, prints
from texloom.verify.read import Reading
from texloom.verify.rows import Answer, Row

LONG = 25_000_000
"""Maximum number of pairs of values to compare."""


def evidence_of(reading: Reading) -> Evidence:
    """The evidence in a PDF. Raises ReportError if there is none, or if it is damaged."""
    if reading.evidence is None:
        others = f"; it has {', '.join(reading.others[:5])}" if reading.others else ""
        what = f"has no attachment {EVIDENCE}{others}"
        raise ReportError("", what, 'it is no report of texloom, has attach = "none", or lost its attachment')
    return Evidence.from_bytes(reading.evidence.encode())


def check(reading: Reading, evidence: Evidence) -> Answer:
    """Check a PDF against its own evidence."""
    metrics = metrics_of(evidence)
    answer = Answer([_pages(reading, evidence), _sequence(reading, evidence), _values(evidence, metrics)])
    answer.rows += [_claims(evidence, metrics), _checks(evidence)]
    if evidence.sources is not None or reading.sources is not None:
        answer.rows.append(_sources(reading, evidence))
    answer.notes = list(_notes(reading, evidence))
    answer.unchecked = list(_unchecked(reading, evidence))
    return answer


def _pages(reading: Reading, evidence: Evidence) -> Row:
    row = Row("pages draw what the build drew")
    for number, digest in enumerate(evidence.pages, start=1):
        found = reading.pages[number - 1] if number <= len(reading.pages) else None
        row.check(found == digest, f"page {number} was {'changed' if found else 'removed'}")
    for number in range(len(evidence.pages) + 1, len(reading.pages) + 1):
        row.check(False, f"page {number} was added")
    return row


def _sequence(reading: Reading, evidence: Evidence) -> Row:
    """The values in the text are those of the evidence, in the same order."""
    row = Row("printed values are those of the evidence, in order")
    read = [(each.number, each.page, each.text) for each in reading.printed]
    wanted = [(each.number, each.page, each.printed) for each in evidence.values]
    for kind, a, b, c, d in _aligned(wanted, read):
        for number in range(max(b - a, d - c)):
            ours = evidence.values[a + number] if a + number < b else None
            theirs = reading.printed[c + number] if c + number < d else None
            row.check(kind == "equal", _difference(ours, theirs.text if theirs else None, theirs.page if theirs else 0))
    return row


def _aligned(wanted: Sequence[Any], read: Sequence[Any]) -> Sequence[tuple[str, int, int, int, int]]:
    """Opcodes of two lists, as from difflib; in long lists, all after the first difference differs."""
    if wanted != read and len(wanted) * len(read) > LONG:
        start = next((n for n, (a, b) in enumerate(zip(wanted, read, strict=False)) if a != b), 0)
        return [("equal", 0, start, 0, start), ("replace", start, len(wanted), start, len(read))]
    return SequenceMatcher(None, wanted, read, autojunk=False).get_opcodes()


def _difference(wanted: Value | None, found: str | None, page: int) -> str:
    if wanted is None:
        return f"page {page} prints {found}, of which the evidence knows nothing"
    prints_it = f"prints {found}" if found is not None else "does not print it"
    return f"page {page or wanted.page} {prints_it}; the evidence has {wanted.printed} ({wanted.place})"


def _values(evidence: Evidence, metrics: Metrics) -> Row:
    """Each value follows from its metrics, with the rounding of the build."""
    row = Row("printed values follow from the results")
    for value in evidence.values:
        try:
            tex = as_printed(value, evidence, metrics)
            said = f"page {value.page} prints {value.printed}; {_name(value.of) or value.check} is {tex}"
            row.check(prints(tex, value.printed), f"{said} ({value.place})")
        except NONSENSE as error:
            reason = f"{type(error).__name__} {error}"
            row.check(False, f"page {value.page} prints {value.printed}: {reason} ({value.place})")
    return row


def _claims(evidence: Evidence, metrics: Metrics) -> Row:
    row = Row("claims follow from their values")
    for claim in evidence.claims:
        problem = _problem(claim, metrics)
        row.check(not problem, f"'{claim.sentence}' ({claim.place}): {problem}")
    return row


def _problem(claim: Claim, metrics: Metrics) -> str:
    """What is wrong with the judgement of a claim; empty if it is right."""
    for each in claim.comparisons:
        try:
            found, bound = mean(evaluate(each.left, metrics)), mean(evaluate(each.right, metrics))
        except NONSENSE as error:
            return f"{type(error).__name__} {error}"
        if not (same(found, each.found) and same(bound, each.bound)):
            judged = f"{each.found:.6g} {each.relation} {each.bound:.6g}"
            return f"judged on {judged}, but its metrics give {found:.6g} and {bound:.6g}"
        if RELATIONS[each.relation](found, bound) != each.holds:
            return f"{found:.6g} {each.relation} {bound:.6g} is said to {'hold' if each.holds else 'fail'}"
    if all(each.holds for each in claim.comparisons) != claim.holds:
        return f"it is said to {'hold' if claim.holds else 'fail'}, against its comparisons"
    return ""


def _checks(evidence: Evidence) -> Row:
    row = Row("errors of checked equations are within tolerance")
    for each in evidence.checks:
        row.check(0 <= each.error <= each.tolerance, f"{each.label}: error {each.error:.3g} of {each.tolerance:.3g}")
    return row


def _sources(reading: Reading, evidence: Evidence) -> Row:
    row = Row(f"{SOURCES} is the archive of the build")
    found = None if reading.sources is None else hashlib.sha256(base64.b64decode(reading.sources)).hexdigest()
    what = "was removed" if found is None else "is another" if evidence.sources else "is not of the build"
    row.check(found == evidence.sources, f"{SOURCES} {what}")
    for fault in reading.faults:
        row.check(False, f"{SOURCES}: {fault}")
    return row


def _notes(reading: Reading, evidence: Evidence) -> Sequence[str]:
    broken = sum(not claim.holds for claim in evidence.claims)
    return [
        *(["it is a draft, made with short runs or with claims that need not hold"] if evidence.draft else []),
        *([f"{broken} of its claims do not hold, and it says so"] if broken else []),
        *(f"it has another attachment, {name}" for name in reading.others[:5]),
    ]


def _unchecked(reading: Reading, evidence: Evidence) -> Sequence[str]:
    given = [value for value in evidence.values if isinstance(value.of, Given)]
    plain = [value for value in evidence.values if isinstance(value.of, int | float) and value.form != "limit"]
    found = ["words, formulas and pictures: only that they are those of the build"]
    if given:
        found.append(f"{len(given)} printed values that were computed in Python: that they follow from the metrics")
    if plain:
        found.append(f"{len(plain)} printed numbers that are no metrics, such as settings: where they come from")
    if evidence.sources is None:
        found.append("sources: the PDF does not have them")
    elif reading.inner:
        more = f" and {len(reading.inner) - 3} more" if len(reading.inner) > 3 else ""
        found.append(f"what is in {', '.join(reading.inner[:3])}{more} of {SOURCES}: archives are not unpacked")
    return found


def _name(expression: Expression | None) -> str:
    """An expression as text."""
    if isinstance(expression, OfMetric):
        return expression.metric
    if isinstance(expression, Derived):
        names = [_name(each) for each in expression.operands]
        return f" {expression.operation} ".join(names) if len(names) > 1 else f"{expression.operation} {names[0]}"
    return "" if expression is None else "the value" if isinstance(expression, Given) else f"{expression:g}"
