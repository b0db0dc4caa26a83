"""Common code of studies with many trainings: a process for each, and a page that is written after each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from texloom.machine.cores import available


def train_elsewhere(module: str, arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> Any:
    """The last output line of `python -m module arguments`, as JSON; variables: its environment variables.

    Raises RuntimeError with its output if it fails.
    """
    command = [sys.executable, "-m", module, *arguments]
    environment = os.environ | {"TQDM_DISABLE": "1"} | dict(variables or {})
    finished = subprocess.run(command, env=environment, capture_output=True, text=True)
    if finished.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {finished.stderr}")
    return json.loads(finished.stdout.splitlines()[-1])


def train_all(wanted: Iterable[Sequence[Any]], train: Callable[..., Any], take: Callable[[Any], None]) -> None:
    """Train with each of the wanted arguments, as many at a time as there are cores; call `take` with each result.

    A RuntimeError in a training is reported and does not stop the others; SystemExit is then raised at the end.
    """
    failed = 0
    with ThreadPoolExecutor(available()) as pool:
        for started in as_completed([pool.submit(train, *arguments) for arguments in wanted]):
            try:
                take(started.result())
            except RuntimeError as error:
                failed += 1
                print(error, file=sys.stderr, flush=True)
    if failed:
        sys.exit(f"{failed} trainings failed; the table has the others")


def write_page(page: Path, text: str) -> None:
    """Replace a page atomically, so that it is complete even if the study is killed."""
    partial = page.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(page)
