"""The table of claims in the appendix: what was compared, in words, the value found, and the limit.

The words are the meanings declared in metrics.py. Parts that several meanings share are printed once; parts are
separated by commas: "PSNR inside, network" and "PSNR inside, filter" give "PSNR inside: network − filter". A claim that
says what it is about has these words instead: one text for all its comparisons, or one for each kind of comparison.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import NamedTuple

from texloom.document.claims import Claim, value_text
from texloom.document.tex import latex
from texloom.document.tex.latex import TeX
from texloom.document.words import say
from texloom.errors import ReportError
from texloom.evidence.splices import without_marks
from texloom.results.quantity import POINTS, Comparison, Quantity

PART = re.compile(r"(?=[,:] | \()(?![^\[(]*[\])])")
"""Matches before a new part of a meaning: at a comma, colon or parenthesis that is not within brackets."""
SYMBOLS = {"+": "$+$", "−": "$-$", "×": r"$\times$", "÷": "/"}
SUMS = ("+", "−")
ORDER = {"<": "$<$", "≤": r"$\leq$", ">": "$>$", "≥": r"$\geq$"}
ONE_SEED = {"lowest": r"$\min$", "highest": r"$\max$"}


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    anchor: TeX
    """The anchor of its claim in the text."""
    meaning: TeX
    found: TeX
    limit: TeX


@dataclass(frozen=True)
class Chapter:
    """The claims of one experiment."""

    title: str
    seeds: int
    rows: list[Row]


class Phrase(NamedTuple):
    """A quantity in words: the parts that its operands have in common, and the rest; each part includes its comma."""

    shared: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        return self.shared + self.rest

    @property
    def text(self) -> str:
        rest = _joined(self.rest)
        return f"{_joined(self.shared)}: {rest}" if self.shared else rest


def chapters(claims: Sequence[Claim], titles: Mapping[str, str], seeds: Mapping[str, int]) -> list[Chapter]:
    """The claims by experiment. titles, seeds: title and number of seeds, by the name of the experiment."""
    found = []
    for name, title in titles.items():
        rows = [row for claim in claims if claim.experiment == name for row in rows_of(claim)]
        found += [Chapter(title, seeds[name], rows)] if rows else []
    return found


def rows_of(claim: Claim) -> Iterator[Row]:
    """The rows of a claim: one for each comparison, or for several that differ only in a part of their words."""
    if claim.about:
        yield from _described(claim)
        return
    for alike in _grouped(claim.condition.comparisons, _kind):
        merged = _merged(alike) if len(alike) > 1 else None
        for meaning, found, limit in [merged] if merged else map(_single, alike):
            yield Row(TeX(claim.anchor), TeX(meaning), TeX(found), TeX(limit))


def _grouped(comparisons: Sequence[Comparison], key: Callable[[Comparison], Hashable]) -> list[list[Comparison]]:
    groups: dict[Hashable, list[Comparison]] = {}
    for comparison in comparisons:
        groups.setdefault(key(comparison), []).append(comparison)
    return list(groups.values())


def _kind(comparison: Comparison) -> Hashable:
    """A key that is the same for comparisons that may share a row.

    Comparisons with numbers may share one if they have the same relation and limit, and all compare minima, maxima or
    means. Comparisons with other quantities may share one if they compare the same quantity by the same relation.
    """
    if isinstance(comparison.right, Quantity):
        return (comparison.relation, comparison.left.name)
    return (comparison.relation, comparison.limit, _seed_named(comparison.left))


def _single(comparison: Comparison) -> tuple[str, str, str]:
    """The columns of a single comparison: what was compared, the value found, the limit."""
    phrase = _words(_every_seed(comparison.left))
    if isinstance(comparison.right, Quantity):
        shared, (left, right) = _factored([phrase.parts, _words(comparison.right).parts])
        phrase = Phrase(shared, _part(f"{_joined(left)} {ORDER[comparison.relation]} {_joined(right)}"))
    found = f"{_seed_named(comparison.left)} {value_text(comparison.left, comparison)}".strip()
    return phrase.text, found, _marked(_limit(comparison), comparison)


def _merged(comparisons: Sequence[Comparison]) -> tuple[str, str, str] | None:
    """The columns of several comparisons in one row; None if their words share no part."""
    first = comparisons[0]
    if isinstance(first.right, Quantity):
        return _against_several(comparisons)
    shared, rests = _factored([_words(_every_seed(each.left)).parts for each in comparisons])
    values = [value_text(each.left, each) for each in comparisons]
    found = _seed_named(first.left) or say("each")
    return (f"{_joined(shared)}: {_list(comparisons, rests, values)}", found, _limit(first)) if shared else None


def _against_several(comparisons: Sequence[Comparison]) -> tuple[str, str, str] | None:
    """The columns of comparisons of one quantity with several others; None if their words share no part."""
    first = comparisons[0]
    others = [each.right for each in comparisons if isinstance(each.right, Quantity)]
    shared, (left, *rests) = _factored([_words(each).parts for each in (_every_seed(first.left), *others)])
    values = [value_text(each.right, each) for each in comparisons]
    found = max((value_text(first.left, each) for each in comparisons), key=_length)
    text = f"{_joined(shared)}: {_joined(left)} {ORDER[first.relation]} {_list(comparisons, rests, values)}"
    found = f"{_seed_named(first.left)} {found}".strip()
    return (text, found, f"{ORDER[first.relation]}~{say('each')}") if shared else None


def _described(claim: Claim) -> Iterator[Row]:
    """The rows of a claim with texts of its own; comparisons of one kind have the same relation, limit, unit and seed.

    Raises ReportError if there are several texts, but not as many as kinds.
    """

    def kind(comparison: Comparison) -> Hashable:
        left = comparison.left
        return (comparison.relation, comparison.limit, left.unit, _seed_named(left))

    kinds = _grouped(claim.condition.comparisons, kind)
    rows = [kinds] if len(claim.about) == 1 else [[kind] for kind in kinds]
    if len(rows) != len(claim.about):
        what = f"the claim '{claim.text}' has {len(claim.about)} texts and {len(kinds)} kinds of comparison"
        raise ReportError(claim.place, what, "give about one text, or one for each kind")
    for text, together in zip(claim.about, rows, strict=True):
        worst = min(chain(*together), key=lambda each: each.holds)  # one that does not hold, if there is one
        yield Row(TeX(claim.anchor), TeX(_marked(text, worst)), _values(together), _limits(together))


def _values(kinds: Sequence[Sequence[Comparison]]) -> TeX:
    """The values found, as a range for each kind; the symbol of minimum or maximum is printed once if all share it."""
    symbols = [_seed_named(kind[0].left) for kind in kinds]
    shown = symbols if len(set(symbols)) > 1 else [symbols[0], *[""] * (len(kinds) - 1)]
    values = [
        _several([(each.left.mean, value_text(each.left, each)) for each in kind], ordered=_is_paired(kind))
        for kind in kinds
    ]
    return TeX("; ".join(f"{symbol} {value}".strip() for symbol, value in zip(shown, values, strict=True)))


def _limits(kinds: Sequence[Sequence[Comparison]]) -> TeX:
    """The limits of each kind with their units; a unit is left out if the next kind has the same."""
    units = [_unit(kind[0]) for kind in kinds]
    shown = ["" if unit == later else unit for unit, later in zip(units, [*units[1:], None], strict=True)]
    return TeX("; ".join(_bounds(kind) + unit for kind, unit in zip(kinds, shown, strict=True)))


def _bounds(alike: Sequence[Comparison]) -> str:
    """The relation of like comparisons, and their limit or the range of the values that they compare with."""
    first = alike[0]
    if first.limit:
        return f"{ORDER[first.relation]}~{latex.exact_number(first.bound)}"
    bounds = [(each.bound, value_text(each.right, each)) for each in alike]
    return f"{ORDER[first.relation]}~{_several(bounds, ordered=_is_paired(alike))}"


def _is_paired(alike: Sequence[Comparison]) -> bool:
    """Whether each comparison has its own values on both sides."""
    return alike[0].limit is None and len({each.left.mean for each in alike}) > 1


def _several(values: Sequence[tuple[float, str]], *, ordered: bool) -> str:
    """Values, given with their texts: all in order, or the least and the largest."""
    if ordered:
        return ", ".join(text for _, text in values)
    (_, least), (_, largest) = min(values), max(values)
    if without_marks(least) == without_marks(largest):
        return least
    return say("{least} to {largest}", least=least, largest=largest)


def _list(comparisons: Sequence[Comparison], rests: Sequence[tuple[str, ...]], values: Sequence[str]) -> str:
    named = zip(comparisons, rests, values, strict=True)
    return "; ".join(_marked(f"{_joined(rest)}~=~{value}", each) for each, rest, value in named)


def _length(text: str) -> int:
    return len(without_marks(text))


def _joined(parts: Sequence[str]) -> str:
    return "".join(parts).lstrip(",: ")


def _part(text: str) -> tuple[str]:
    """The text as a tuple of one part, with the comma that precedes it."""
    return (f", {text}",)


def _marked(text: str, comparison: Comparison) -> str:
    """The text, in red if the comparison does not hold, which is possible in a draft."""
    return text if comparison.holds else rf"\textcolor{{broken}}{{{text} ({say('not met')})}}"


def _seed_named(quantity: Quantity) -> str:
    """The symbol of minimum or maximum; empty for a mean, or if there is only one seed."""
    several = len(_every_seed(quantity).values) > 1
    return ONE_SEED.get(quantity.operation, "") if several else ""


def _every_seed(quantity: Quantity) -> Quantity:
    """The quantity over all seeds whose lowest or highest value is compared."""
    if quantity.operation in ONE_SEED and isinstance(quantity.operands[0], Quantity):
        return quantity.operands[0]
    return quantity


def _words(quantity: Quantity) -> Phrase:
    """A quantity in words, from the meanings of the metrics that it was computed from."""
    if not quantity.operands:
        return Phrase((), _meaning(quantity))
    operand = quantity.operands[0]
    assert isinstance(operand, Quantity)
    if len(quantity.operands) == 2:
        return _operation(quantity.operation, operand, quantity.operands[1])
    return _of_one(quantity.operation, _words(operand))


def _of_one(operation: str, phrase: Phrase) -> Phrase:
    """Apply an operation on a single quantity to the first part of a phrase."""
    first, *others = phrase.rest
    text = _joined([first])
    applied = {
        "minus": f"$-$ {text}",
        "magnitude": f"$|${text}$|$",
        "lowest": say("lowest {text}", text=text),
        "highest": say("highest {text}", text=text),
    }
    return Phrase(phrase.shared, (*_part(applied[operation]), *others))


def _meaning(quantity: Quantity) -> tuple[str, ...]:
    """The parts of a metric's meaning; parts of its name are written as words, as in "salt_and_pepper"."""

    def spaced(word: re.Match[str]) -> str:
        return word[0].replace("_", " ") if word[0] in quantity.name else word[0]

    meaning = re.sub(r"\w+_\w+", spaced, quantity.meaning or quantity.name)
    return tuple(map(latex.escape, PART.split(meaning)))


def _operation(operation: str, left: Quantity, right: Quantity | float) -> Phrase:
    """Two operands with the symbol between them."""
    phrase = _words(left)
    if operation == "rounded":
        return phrase
    if operation == "power":
        return Phrase(phrase.shared, _part(f"({_joined(phrase.rest)})$^{{{right:g}}}$"))
    if operation == "in % of" and (whole := _back_reference(left, right)):
        return Phrase(phrase.shared, _part(f"{_side(phrase.rest, left, operation)} {_symbol(operation)} {whole}"))
    if not isinstance(right, Quantity):
        text = f"{_side(phrase.rest, left, operation)} {_symbol(operation)} {latex.number(right)}"
        return Phrase(phrase.shared, _part(text))
    shared, (mine, other) = _factored([phrase.parts, _words(right).parts])
    text = f"{_side(mine, left, operation)} {_symbol(operation)} {_side(other, right, operation, second=True)}"
    return Phrase(shared, _part(text))


def _symbol(operation: str) -> str:
    return say(r"in~\% of") if operation == "in % of" else SYMBOLS[operation]


def _back_reference(share: Quantity, whole: Quantity | float) -> str:
    """The words for `whole`, "the former" or "the latter", if it is one of the two operands of the difference `share`.

    Otherwise an empty string.
    """
    while len(share.operands) == 1 and isinstance(share.operands[0], Quantity):
        share = share.operands[0]
    names = [each.name for each in share.operands if isinstance(each, Quantity)]
    if isinstance(whole, Quantity) and len(names) == 2 and whole.name in names:
        return (say("the former"), say("the latter"))[names.index(whole.name)]
    return ""


def _side(parts: Sequence[str], quantity: Quantity, operation: str, *, second: bool = False) -> str:
    """An operand, in parentheses if it would be ambiguous: a sum, or a factor with commas."""
    is_factor = operation not in SUMS
    ambiguous = (is_factor or second) if quantity.operation in SUMS else is_factor and len(parts) > 1
    return f"({_joined(parts)})" if ambiguous else _joined(parts)


def _factored(phrases: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The common first and last parts of all phrases, and the rest of each, which has at least one part."""
    left = min(map(len, phrases)) - 1
    first = len(list(takewhile(_all_equal, zip(*(phrase[:left] for phrase in phrases), strict=True))))
    ends = zip(*(phrase[::-1][: left - first] for phrase in phrases), strict=True)
    last = len(list(takewhile(_all_equal, ends)))
    one = phrases[0]
    shared = one[:first] + one[len(one) - last :]
    return shared, [phrase[first : len(phrase) - last] for phrase in phrases]


def _all_equal(parts: tuple[str, ...]) -> bool:
    return len(set(map(without_marks, parts))) == 1


def _limit(comparison: Comparison) -> str:
    """The limit, with relation and unit."""
    bound = comparison.bound
    number = latex.exact_number(bound) if comparison.limit else value_text(comparison.right, comparison)
    return f"{ORDER[comparison.relation]}~{number}{_unit(comparison)}"


def _unit(comparison: Comparison) -> str:
    unit = comparison.left.unit
    return {"%": r"\,\%", POINTS: rf"\,\% {say('points')}", "": ""}.get(unit, f"~{latex.escape(unit)}")
