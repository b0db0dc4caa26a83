r"""Find errors in templates and manifest without a build: unknown metrics, and numbers typed in claims.

A training takes hours, and a misspelt `m.fid` would stop the report only after it, so names are compared with the
metrics that each experiment declares in its metrics.py. Names that are not in Jinja's syntax tree, such as `m[name]`
with a name from the results, are checked by the build.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path

import jinja2
from jinja2 import nodes

from texloom.document.templating import TEMPLATES, make_environment
from texloom.errors import ReportError, closest
from texloom.manifest import Manifest
from texloom.results.utf8 import read_utf8

VALUE = "□"
"""Stands for a value that is joined to a sentence."""
NO_TEXT = re.compile(
    r"\\(?:[A-Za-z]*(?:ref|cite)[a-z]*|label|url|unit|si|[hv]space|(?:text)?color)\*?(?:\[[^]]*\])*\{[^{}]*\}"
)
"""A command whose argument is not part of the sentence: a reference, a unit, a space."""
QUANTITY = re.compile(r"\\(?:num|qty|SI)(?:\[[^]]*\])?\{([^{}]*)\}(?:\{[^{}]*\})?")
FORMULA = re.compile(r"\$[^$]*\$|\\\(.*?\\\)")
UNIT = re.compile(r"(?<=[\d}])(?:\\[,;: ]|[\s~])*\\(?:mathrm|text)\{[^{}]*\}")
NO_SYMBOL = re.compile(r"\\(?:[gl]e(?:q|qslant)?|[gl]t|approx|sim(?:eq)?|pm|times|cdot|math[a-z]+|text[a-z]*)\b")
"""Relations, operators and font commands.

A formula with nothing but these and numbers contains no symbols, so its numbers are checked.
"""
NUMBER = re.compile(r"(?<![\w:.^])(?<![A-Za-z]-)(?<!\^\{)(?:\d+(?:[.,]\d+)*|\.\d+)(?:e[+-]?\d+)?")
"""A number that is not part of a name or an exponent. Number words are ignored: 'one' and 'two' are rarely limits."""


def lint(manifest: Manifest) -> None:
    """Check the templates of all experiments and the headlines. Raises ReportError with all errors."""
    environment = make_environment()
    problems: list[ReportError] = []
    for name, part in manifest.experiments.items():
        declared = declared_metrics(name)
        problems += headline_problems(part.headline, declared, name)
        problems += template_problems(environment, f"sections/{name}.tex.j2", declared, name)
    if problems:
        first, *rest = problems
        raise ReportError(first.where, first.what, "\n".join([first.way_out, *map(str, rest)]))


def declared_metrics(experiment: str) -> Mapping[str, object]:
    """METRICS of an experiment. Raises ReportError if it has no metrics.py."""
    module = f"experiments.{experiment}.metrics"
    try:
        return importlib.import_module(module).METRICS
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        path = Path("experiments", experiment, "metrics.py")
        raise ReportError(path, "is missing", "declare the metrics of the experiment there, as METRICS") from None


def headline_problems(headline: Iterable[str], declared: Mapping[str, object], experiment: str) -> list[ReportError]:
    """Errors for metrics of a headline that the experiment does not declare, each with its line in the manifest."""
    path = Path("report.toml")
    lines = read_utf8(path).splitlines()
    found = []
    for name in headline:
        if name not in declared:
            quoted = re.compile(rf"[\"']{re.escape(name)}[\"']")
            at = next((number for number, line in enumerate(lines, start=1) if quoted.search(line)), 1)
            found.append(_unknown(f"{path}:{at}", name, declared, experiment))
    return found


def template_problems(
    environment: jinja2.Environment, template: str, declared: Mapping[str, object], experiment: str
) -> list[ReportError]:
    """Errors in a template and in those that it includes.

    Raises ReportError for a syntax error, and for a missing template.
    """
    path = TEMPLATES / template
    if not path.exists():
        raise ReportError(path, f"is missing; report.toml has the experiment '{experiment}'", "write its section there")
    try:
        tree = environment.parse(read_utf8(path), template)
    except jinja2.TemplateSyntaxError as error:
        raise ReportError(f"{path}:{error.lineno}", str(error.message)) from None
    own = any(name.name == "m" and name.ctx != "load" for name in tree.find_all(nodes.Name))  # `m` is redefined
    problems = {
        (line, name): _unknown(f"{path}:{line}", name, declared, experiment)
        for line, name in ([] if own else metrics_used(tree))
        if name not in declared
    }
    typed = [_typed(f"{path}:{line}", number) for line, number in typed_numbers(tree)]
    included = [name for name in _included(tree) if (TEMPLATES / name).exists()]
    deeper = [each for name in included for each in template_problems(environment, name, declared, experiment)]
    return [*problems.values(), *typed, *deeper]


def metrics_used(node: nodes.Node, loops: Mapping[str, list[str]] | None = None) -> Iterator[tuple[int, str]]:
    """Line and name of each metric that a template uses from `m`, if the name is in the syntax tree.

    loops: for each variable of the surrounding loops, the values written in the template.
    """
    loops = loops or {}
    if isinstance(node, nodes.Getattr | nodes.Getitem) and isinstance(node.node, nodes.Name) and node.node.name == "m":
        names = [node.attr] if isinstance(node, nodes.Getattr) else _texts(node.arg, loops)
        yield from ((node.lineno, name) for name in names)
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
        values = node.iter.items if isinstance(node.iter, nodes.List | nodes.Tuple) else []
        loops = {**loops, node.target.name: [text for value in values for text in _texts(value, loops)]}
    for child in node.iter_child_nodes():
        yield from metrics_used(child, loops)


def _texts(expression: nodes.Expr, loops: Mapping[str, list[str]]) -> list[str]:
    """The possible texts of an expression; empty if its syntax does not determine them."""
    if isinstance(expression, nodes.Const):
        return [str(expression.value)]
    if isinstance(expression, nodes.Name):
        return loops.get(expression.name, [])
    if isinstance(expression, nodes.Concat):
        return ["".join(pieces) for pieces in product(*(_texts(piece, loops) for piece in expression.nodes))]
    return []


def typed_numbers(tree: nodes.Node) -> Iterator[tuple[int, str]]:
    """Line and number of each number typed in the sentence of a claim; allowed only in formulas with symbols."""
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "claim" and call.args:
            sentence = _without_mathematics(_typed_text(call.args[0]))
            yield from ((call.lineno, number) for number in NUMBER.findall(sentence))


def _typed_text(sentence: nodes.Expr) -> str:
    """The parts of a sentence that are written in the template, with VALUE for the rest."""
    if isinstance(sentence, nodes.Const):
        return str(sentence.value)
    return "".join(map(_typed_text, sentence.nodes)) if isinstance(sentence, nodes.Concat) else VALUE


def _without_mathematics(sentence: str) -> str:
    """A sentence without references and similar commands and without formulas with symbols; $5$, $\\ge 5$ have none."""
    plain = QUANTITY.sub(r" \1 ", NO_TEXT.sub("", sentence))
    return FORMULA.sub(lambda formula: "" if _has_symbols(formula[0]) else formula[0], plain)


def _has_symbols(formula: str) -> bool:
    return bool(re.search("[A-Za-z]", NO_SYMBOL.sub("", UNIT.sub("", formula))))


def _included(tree: nodes.Node) -> list[str]:
    return [name for include in tree.find_all(nodes.Include) for name in _texts(include.template, {})]


def _unknown(where: str, name: str, declared: Mapping[str, object], experiment: str) -> ReportError:
    return ReportError(where, f"unknown metric '{name}' of {experiment}", closest(name, declared))


def _typed(where: str, number: str) -> ReportError:
    way_out = (
        'write {limit} for the number in the condition; append other values with ~, as in "the first " ~ config.steps'
    )
    return ReportError(where, f"a claim with a typed number: '{number}'", way_out)
