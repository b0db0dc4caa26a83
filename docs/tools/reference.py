"""Write docs/report-toml.md, docs/templates.md, docs/evidence.schema.json and report.schema.json from the code.

    .venv/bin/python docs/tools/reference.py

The description of each key, or of each name in a template, is its docstring; a test compares the pages with the code.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
sys.path[:0] = [str(ROOT / "engine")]

from texloom import manifest  # noqa: E402
from texloom.document.context import Metrics, SectionContext, Settings  # noqa: E402
from texloom.evidence.schema import Evidence  # noqa: E402
from texloom.results.quantity import Quantity  # noqa: E402
from texloom.scaffold.experiment import FILES  # noqa: E402

GENERATED = "<!-- Written by docs/tools/reference.py: edit the docstrings and run it. -->\n\n"
TABLES = {
    "[report]": manifest.Title,
    "[[report.authors]]": manifest.Author,
    "[[sections]]": manifest.Section,
    "[[sections.parts]]": manifest.Part,
    "[data.<name>]": manifest.DataSet,
    "[proof]": manifest.Proof,
    "[profiles.<name>]": manifest.Profile,
}
"""The tables of report.toml, in the order of the page."""

INTRODUCTION = r"""`templates/sections/<experiment>.tex.j2` is LaTeX with `\VAR{…}` for a value, `\BLOCK{…}` for a
Jinja statement and `\#{…}` for a comment. A name or metric that does not exist is rejected, and the
message suggests the closest one that does.
"""
FUNCTIONS = ("claim", "figure", "table", "listing", "architecture", "shape", "number")


def field_descriptions(model: type) -> dict[str, str]:
    """The docstring below each field of a class, on one line."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            said = text.value.value if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) else ""
            found[field.target.id] = " ".join(str(said).split())
    return found


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of report.toml, which editors use to complete and check it."""
    whole = manifest.Manifest.model_json_schema()
    models = {model.__name__: model for model in (*TABLES.values(), manifest.Manifest)}
    for name, table in {**whole["$defs"], "Manifest": whole}.items():
        table["description"] = _first_line(models[name])
        for field, text in field_descriptions(models[name]).items():
            table["properties"][field]["description"] = text
    return whole


def report_toml() -> str:
    """The page of report.toml's keys."""
    sections = "".join(_table_of_keys(head, model) for head, model in TABLES.items())
    return (
        f"{GENERATED}# report.toml\n\nA key that is not listed here is rejected, and the message suggests the closest "
        "one. Editors that read the first line\nof report.toml use `docs/report.schema.json` to complete and check "
        "the keys.\n"
        f"{sections}"
        f"\n## `[exempt]`\n{field_descriptions(manifest.Manifest)['exempt']}\n"
        'For example `tqdm = "draws progress bars"`.\n'
    )


def _table_of_keys(head: str, model: type[manifest.Entry]) -> str:
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    for name, text in field_descriptions(model).items():
        properties = _referenced(schema()["$defs"][model.__name__]["properties"][name])
        default = "required" if model.model_fields[name].is_required() else _default(properties.get("default"))
        rows.append(f"| `{name}` | {_kind(properties)} | {default} | {text} |")
    return f"\n## `{head}`\n{_first_line(model)}\n\n" + "\n".join(rows) + "\n"


def _referenced(properties: dict[str, Any]) -> dict[str, Any]:
    """A key's own properties; for an optional key, those of its value."""
    choices = [each for each in properties.get("anyOf", ()) if each.get("type") != "null"]
    return {**properties, **choices[0]} if choices else properties


def _kind(properties: dict[str, Any]) -> str:
    """The type of a value, in TOML's words."""
    if "enum" in properties:
        return " or ".join(f'`"{value}"`' for value in properties["enum"])
    if properties.get("format") == "date":
        return "date"
    if properties.get("type") == "array":
        return f"list of {_kind(properties['items'])}s" if "type" in properties["items"] else "tables"
    if properties.get("type") == "object":
        values = properties["additionalProperties"]
        return "table" if values is True else f"table of {_kind(values)}s"
    return {"string": "text", "integer": "whole number", "boolean": "`true` or `false`"}[properties["type"]]


def _default(value: Any) -> str:
    return "none" if value in (None, "", [], {}) else f"`{json.dumps(value)}`"


def templates() -> str:
    """The page of the names that a section's template can use."""
    return GENERATED + "\n".join(_templates())


def _templates() -> Iterator[str]:
    yield "# Templates of sections\n"
    yield INTRODUCTION
    yield "## Values\n"
    yield "| name | meaning |\n|---|---|"
    yield f"| `m.<metric>` | {_first_line(Metrics)} |"
    yield f"| `config.<setting>` | {_first_line(Settings)} |"
    yield "| `seeds` | The seeds of the runs, in order. |"
    yield "\n## Functions\n"
    yield "| call | result |\n|---|---|"
    for name in FUNCTIONS:
        function = getattr(SectionContext, name)
        yield f"| `{name}{_signature(function)}` | {_first_line(function)} |"
    yield "\nA caption may also be the body of a call block:\n"
    yield '```latex\n\\BLOCK{call figure("losses")}\nThe losses fall. \\BLOCK{endcall}\n```'
    yield "\n## Metrics\n"
    yield f"{_first_line(Quantity)} Sums, differences, products and ratios (`+ - * /`) are taken seed by seed.\n"
    yield "| name | meaning |\n|---|---|"
    for name, member in vars(Quantity).items():
        if not name.startswith("_") and (isinstance(member, property) or inspect.isfunction(member)):
            function = member.fget if isinstance(member, property) else member
            call = "" if isinstance(member, property) else _signature(member)
            yield f"| `.{name}{call}` | {_first_line(function)} |"
    yield "\n## Conditions\n"
    yield "Comparing metrics with `< <= > >=` gives a condition, which holds or not and stores what was compared."
    yield "Combine conditions with `&`.\n"
    yield "In the sentence of a claim `{limit}` prints the limit, which is the number that a condition compares with."
    yield "`{found}` prints the value found instead, rounded as in the list of claims in the appendix; if there are"
    yield "several values, the one nearest to the limit. The limit is then printed in that list only."
    yield 'Write "is {found}", not "is at least {found}".\n'


def _signature(function: Any) -> str:
    """A call as an author writes it: without self, types, or arguments that Jinja passes."""
    parameters = inspect.signature(function).parameters.values()
    shown = [each for each in parameters if each.name not in ("self", "caller")]
    return f"({', '.join(str(each.replace(annotation=inspect.Parameter.empty)) for each in shown)})"


def _first_line(thing: Any) -> str:
    """The first paragraph of a docstring, on one line, without what matters only to callers in Python."""
    text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    return text.partition(" Raises ")[0].replace("<", "&lt;")


@cache
def pages() -> dict[Path, str]:
    """Every generated file with its content."""
    as_json = json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
    evidence = {"$id": "texloom evidence, version 1"} | Evidence.model_json_schema()
    return {
        DOCS / "evidence.schema.json": json.dumps(evidence, indent=1, ensure_ascii=False) + "\n",
        DOCS / "report-toml.md": report_toml(),
        DOCS / "templates.md": templates(),
        DOCS / "report.schema.json": as_json,
        FILES / "report" / "docs" / "report.schema.json": as_json,
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
