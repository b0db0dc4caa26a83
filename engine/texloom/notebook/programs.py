"""The notebook of an experiment that a command has made: a page without code cells, because Python did not make it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from texloom.manifest import Part
from texloom.notebook.runtime.show import html_table, text
from texloom.programs import showing
from texloom.results.digits import column_decimals
from texloom.results.runs import Runs
from texloom.results.tables import Table

LARGEST = 50_000
"""Largest size in bytes of an input that is printed."""

WHAT = """\
# {title}

Python did not make this part: its runs were made by the command

    {command}

in the folder of the report, once for each seed: {seeds}. {version}This page shows what the command has read and
written, and has no cells to run. To run the command again in the folder of the report:

    .venv/bin/python -m experiments run {experiment} --seed {seed}

The command gets `TEXLOOM_RUN`, the path of a JSON file with its settings and the paths of its data, `TEXLOOM_SEED` and
`TEXLOOM_OUT`, the folder for what it writes. Its settings were

```json
{settings}
```"""


def program_notebook(part: Part, runs: Runs) -> NotebookNode:
    """The page of a finished experiment: the command, its inputs, metrics, tables and pictures."""
    program = runs[0].record["program"]
    title = WHAT.format(
        title=part.title,
        command=program["command"],
        seeds=", ".join(str(run.seed) for run in runs),
        version=f"`{program['version']}` ran it. " if program["version"] else "",
        experiment=part.experiment,
        seed=runs[0].seed,
        settings=json.dumps(runs.config, indent=2, ensure_ascii=False),
    )
    metrics = [runs.metric(name) for name in runs[0].metrics]
    rows = [[each.name, text(each), each.unit, each.meaning] for each in metrics]
    cells = [
        new_markdown_cell(title, id="title"),
        *(_input(Path(name), digest, f"input-{n}") for n, (name, digest) in enumerate(program["inputs"].items(), 1)),
        new_markdown_cell(
            "## Results\n\n" + html_table(["metric", "value", "unit", "what it is"], rows, "left"), id="metrics"
        ),
        *(_table(name, table) for name, table in showing.tables(runs).items()),
        *_pictures(runs),
    ]
    return new_notebook(cells=cells)


def _input(path: Path, digest: str, identity: str) -> NotebookNode:
    """An input with its text, or, if it is large or no text, with its digest."""
    shown = f"`sha256 {digest}`"
    if path.stat().st_size <= LARGEST:
        try:
            content, fence = path.read_text(encoding="utf-8"), "````"
            shown = f"{fence}{path.suffix.removeprefix('.').lower()}\n{content.rstrip()}\n{fence}"
        except UnicodeDecodeError:
            pass
    return new_markdown_cell(f"## {path.as_posix()}\n\n{shown}", id=identity)


def _table(name: str, table: Table) -> NotebookNode:
    decimals = [column_decimals(table, column) for column in range(len(table.columns))]
    rows = [[text(value, places) for value, places in zip(row, decimals, strict=True)] for row in table.rows]
    shown = html_table([head for head, _ in table.columns], rows, "right")
    return new_markdown_cell(f"### {name}\n\n{shown}", id=f"table-{name}")


def _pictures(runs: Runs) -> Iterator[NotebookNode]:
    """The pictures; a notebook can show only those in PNG."""
    for name, content in showing.pictures(runs):
        if name.endswith(".png"):
            attached = {name: {"image/png": base64.b64encode(content).decode()}}
            picture = new_markdown_cell(f"### {name}\n\n![{name}](attachment:{name})", id=f"picture-{Path(name).stem}")
            yield NotebookNode({**picture, "attachments": attached})
        else:
            where = "is in the report; a notebook cannot show a PDF"
            yield new_markdown_cell(f"### {name}\n\n`{name}` {where}.", id=f"picture-{Path(name).stem}")
