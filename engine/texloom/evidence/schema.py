"""The contents of evidence.json, version 1; docs/evidence.md describes them for readers."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from texloom.errors import ReportError

FORMAT = "texloom evidence"
VERSION = 1
EVIDENCE, SOURCES = "evidence.json", "sources.tar.xz"
"""The names of the attachments."""

Operation = Literal["+", "−", "×", "÷", "in % of", "power", "rounded", "lowest", "highest", "magnitude", "minus"]
Relation = Literal["<", "≤", ">", "≥"]


class Entry(BaseModel):
    """An object of evidence.json; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OfMetric(Entry):
    """A metric over the seeds, by "<experiment>.<name>"."""

    metric: str


class Derived(Entry):
    """A quantity computed from others, seed by seed."""

    operation: Operation
    operands: tuple[Expression, ...] = Field(min_length=1, max_length=2)


class Given(Entry):
    """Values of which the evidence holds no metric: they were computed in Python for a table."""

    values: tuple[float, ...] = Field(min_length=1)
    unit: str = ""
    error: float | None = None


Expression = int | float | OfMetric | Derived | Given


class Metric(Entry):
    """A metric of an experiment."""

    unit: str
    meaning: str
    values: tuple[float, ...] = Field(min_length=1)
    """One value for each seed, in the order of the runs."""
    error: float | None = None
    """The standard error, if there is one seed and it was measured."""


class Run(Entry):
    """What one run was made from."""

    seed: int
    identity: str
    """Digest of code, settings, seed, data, libraries, environment and cores; the same run has the same digest."""
    commit: str | None
    """Commit of the report when it was made; null in an anonymous report."""
    uncommitted: bool | None
    """Whether there were uncommitted changes; null in an anonymous report."""
    kind: str
    """Operating system, architecture and instruction set."""
    code: str
    """Digest of the digests of all code that the run could reach."""
    data: str
    """Digest of the digests of its data."""
    libraries: dict[str, str]
    """Versions."""
    accepted: tuple[str, ...] = ()
    """Reasons for which changes since the run were accepted."""


class Experiment(Entry):
    """An experiment: its runs and what they measured."""

    title: str
    runs: tuple[Run, ...] = Field(min_length=1)
    metrics: dict[str, Metric]


class Comparison(Entry):
    """One comparison of a claim, of the means over the seeds."""

    left: Expression
    relation: Relation
    right: Expression
    """A number is the limit of the claim."""
    found: float
    """The mean of the left side, by which the claim was judged."""
    bound: float
    """The right side: the limit, or the mean of a measured quantity."""
    holds: bool


class Claim(Entry):
    """A sentence that compares results."""

    experiment: str
    place: str
    """The author's file and line."""
    sentence: str
    comparisons: tuple[Comparison, ...] = Field(min_length=1)
    holds: bool


class Check(Entry):
    """A check of an equation."""

    label: str
    how: str
    place: str
    kind: str
    error: float
    tolerance: float
    standard_error: float | None


class Value(Entry):
    """A value in the text, where it is printed; a value that is printed twice is there twice."""

    number: int
    """Number of the splice in the rendered text."""
    place: str
    """The author's file and line."""
    page: int
    """From 1, the cover page."""
    printed: str
    """As read back from the PDF, without spaces."""
    form: Literal["quantity", "number", "exact_number", "limit", "one_digit", "check_error"]
    """The function that formatted it."""
    options: dict[Literal["with_unit", "decimals", "digits"], bool | Annotated[int, Field(ge=0, le=30)] | None]
    of: Expression | None
    """What was printed; null for a check."""
    unit: str = ""
    """The unit of a limit."""
    check: str | None = None
    """The label of the check."""


class Evidence(Entry):
    """Everything that a reader needs to check the text of a PDF against the results."""

    format: Literal["texloom evidence"] = FORMAT
    version: Literal[1] = VERSION
    title: str
    date: str
    draft: bool
    """Whether the report was made with short runs, or shows claims even if they do not hold."""
    anonymous: bool
    experiments: dict[str, Experiment]
    claims: tuple[Claim, ...]
    checks: tuple[Check, ...]
    values: tuple[Value, ...]
    """In the order of the text."""
    pages: tuple[str, ...]
    """sha256 of what each page draws: text, fonts, pictures, links."""
    sources: str | None
    """sha256 of sources.tar.xz; null if it is not attached."""

    def to_bytes(self) -> bytes:
        """The file: JSON in UTF-8 with a digest of its content under "seal"."""
        content = self.model_dump(mode="python")
        return dumped(content | {"seal": _seal(content)})

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read the file. Raises ReportError if it is not evidence of this version or has been changed."""
        try:
            read = json.loads(content)
            seal = read.pop("seal", "")
            evidence = cls.model_validate(read)
        except (ValueError, RecursionError, AttributeError, TypeError) as error:
            raise ReportError(EVIDENCE, f"is not evidence of version {VERSION}: {_reason(error)}") from None
        if seal != _seal(read):
            raise ReportError(EVIDENCE, "was changed after the build wrote it: its digest does not fit its content")
        return evidence


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return type(error).__name__


def dumped(content: Any) -> bytes:
    """JSON in UTF-8; the same content gives the same bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _seal(content: Any) -> str:
    return hashlib.sha256(dumped(content)).hexdigest()


def same(one: float, other: float) -> bool:
    """Whether two numbers are identical to the bit, or both NaN."""
    return one == other or (math.isnan(one) and math.isnan(other))
