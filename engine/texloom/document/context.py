"""The variables and functions of section templates: metrics, configuration, floats, listings, claims."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from typing import Any

from texloom.document.claims import Claim
from texloom.document.templating import line_in_template, strip_marks
from texloom.document.tex import floats, latex
from texloom.document.tex.latex import TeX
from texloom.document.tex.listings import listing as make_listing
from texloom.errors import ReportError, closest
from texloom.results.pictures import PICTURES
from texloom.results.places import FIGURE_INDEX
from texloom.results.quantity import Condition, Quantity
from texloom.results.runs import Runs
from texloom.results.sealed import read_sealed
from texloom.results.tables import Table


@dataclass(frozen=True)
class Metrics:
    """A metric over all seeds: `m.fid` or `m["fid"]`. Raises ReportError for an unknown name."""

    runs: Runs

    def __getattr__(self, name: str) -> Quantity:
        if str(name).startswith("_"):  # Jinja looks for attributes such as __html__
            raise AttributeError(name)
        return self.runs.metric(name)

    __getitem__ = __getattr__

    def __str__(self) -> str:
        raise ReportError(
            "", "m is all metrics and cannot be printed", f"print one: m.{next(iter(self.runs[0].metrics), '')}"
        )

    __iter__ = __len__ = __str__


@dataclass(frozen=True)
class Settings:
    """A setting of the runs: `config.epochs` or `config["epochs"]`. Raises ReportError for an unknown name."""

    experiment: str
    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        if str(name).startswith("_"):
            raise AttributeError(name)
        if name not in self.values:
            raise ReportError("", f"unknown setting '{name}' of {self.experiment}", closest(str(name), self.values))
        return self.values[name]

    __getitem__ = __getattr__

    def __str__(self) -> str:
        what = "config is all settings and cannot be printed"
        raise ReportError("", what, f"print one: config.{next(iter(self.values), '')}")

    __iter__ = __len__ = __str__


@dataclass
class SectionContext:
    """The functions for one experiment's template; collects its claims, including broken ones."""

    runs: Runs
    figures: Path
    claims: list[Claim] = field(default_factory=list)

    def names(self) -> dict[str, Any]:
        """The template's variables."""
        return {
            "m": Metrics(self.runs),
            "config": Settings(self.runs.experiment, self.runs.config),
            "seeds": [run.seed for run in self.runs],
            "figure": self.figure,
            "table": self.table,
            "architecture": self.architecture,
            "shape": self.shape,
            "listing": self.listing,
            "claim": self.claim,
            "number": self.number,
        }

    @property
    def _index(self) -> dict[str, Any]:
        path = self.figures / FIGURE_INDEX
        try:
            return read_sealed(path)
        except FileNotFoundError:
            way_out = f"make figures EXPERIMENT={self.runs.experiment}"
            raise ReportError(path, "the figures have not been drawn", way_out) from None

    def _label(self, kind: str, name: str) -> str:
        return f"{kind}:{self.runs.experiment}-{name}".replace("_", "-")

    def figure(self, name: str, caption: str = "", alt: str = "", caller: Callable[[], str] | None = None) -> TeX:
        r"""A figure as a float with the label fig:<experiment>-<name>; the caption is the body of the call block.

        alt: the alternative text, for readers who do not see the figure; by default that of the caption.
        """
        known = self._index["figures"]
        paths = [path for ending in PICTURES if (path := self.figures / f"{name}{ending}").exists()]
        if not isinstance(name, str) or name not in known or not paths:
            raise ReportError("", f"unknown figure '{name}' of {self.runs.experiment}", closest(str(name), known))
        image, caption = Path(self.runs.experiment) / paths[0].name, _caption(caption, caller)
        fitted = "program" in self.runs[0].record  # which knows nothing of this page's width
        return floats.figure_float(image, caption, self._label("fig", name), alt, fitted=fitted)

    def table(self, name: str, caption: str = "", caller: Callable[[], str] | None = None) -> TeX:
        r"""A table as a float with the label tab:<experiment>-<name>; over several pages if it is longer than one."""
        known = self._index["tables"]
        if not isinstance(name, str) or name not in known:
            raise ReportError("", f"unknown table '{name}' of {self.runs.experiment}", closest(str(name), known))
        return floats.table_float(Table.from_json(known[name]), _caption(caption, caller), self._label("tab", name))

    def architecture(self, name: str, caption: str = "", caller: Callable[[], str] | None = None) -> TeX:
        r"""The layers of a built model as a table with the label tab:<experiment>-architecture-<name>."""
        label = self._label("tab", f"architecture-{name}")
        return floats.architecture_float(self._layers(name), _caption(caption, caller), label)

    def shape(self, name: str, layer: str) -> TeX:
        r"""The output shape of a layer for one example, as a formula, for diagrams and text."""
        known = {row["name"]: row["shape"] for row in self._layers(name)[:-1]}
        if layer not in known:
            raise ReportError("", f"unknown layer '{layer}' of the architecture '{name}'", closest(layer, known))
        return floats.shape(known[layer])

    def _layers(self, name: str) -> list[dict[str, Any]]:
        known = self.runs[0].architectures
        if name not in known:
            raise ReportError("", f"unknown architecture '{name}' of {self.runs.experiment}", closest(str(name), known))
        return known[name]

    def listing(self, module: str, name: str, caption: str = "", caller: Callable[[], str] | None = None) -> TeX:
        r"""A function or class of a module as a listing with the label lst:<experiment>-<name>."""
        return make_listing(module, name, _caption(caption, caller), self._label("lst", name.split(".")[-1]))

    def claim(self, sentence: str, *conditions: Condition, about: str | Sequence[str] = ()) -> TeX:
        """The sentence with its limits filled in; in red, with the values found, if one of its conditions fails.

        about: what is compared, for the table of claims in the appendix; by default the meanings of the metrics.
        Give several texts if the comparisons are of several kinds, that is, differ in relation, limit or seed.
        """
        if not conditions or not all(isinstance(condition, Condition) for condition in conditions):
            raise ReportError(
                "", f"claim without a comparison of metrics: '{sentence}'", "for instance m.fid < m.fid_noise"
            )
        if not isinstance(sentence, str) or not sentence.strip():
            raise ReportError(
                "", f"claim without a sentence: {sentence!r:.60}", 'claim("It is so.", m.fid < m.fid_noise)'
            )
        condition, number = functools.reduce(operator.and_, conditions), len(self.claims) + 1
        texts = (about,) if isinstance(about, str) else tuple(about)
        claim = Claim(sentence, condition, line_in_template(), self.runs.experiment, number, texts)
        self.claims.append(claim)
        anchor = rf"\claimanchor{{{claim.anchor}}}"
        if claim.condition.holds:
            return TeX(rf"{anchor}\claimed{{{claim.sentence}}}")
        return TeX(rf"{anchor}\brokenclaim{{{claim.sentence}}}{{{latex.escape(claim.condition.text)}}}")

    @staticmethod
    def number(value: float, digits: int | None = None) -> TeX:
        """A number with `digits` significant digits, four by default; whole numbers are printed whole."""
        if isinstance(value, bool) or not isinstance(value, Real | Quantity):
            what = f"number() needs a number, not {value!r:.60} ({type(value).__name__})"
            raise ReportError("", what, "a text is printed as it is, \\VAR{text}")
        if digits is not None and (not isinstance(digits, int) or not 1 <= digits <= 15):
            raise ReportError("", f"number() prints 1 to 15 digits, not {digits!r:.60}", "digits=3")
        return TeX(latex.number(value, digits))


def _caption(text: str, caller: Callable[[], str] | None) -> str:
    body = str(strip_marks(caller())) if caller else str(latex.to_tex(text))
    return " ".join(body.split())
