"""A report that declares data, and a server on this machine to fetch them from."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

DIGITS = '\n[data.digits]\nmodule = "experiments.digits"\n'
"""What the project of other tests declares."""


@pytest.fixture
def declare(project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts [data.<name>] tables in place of those of the project, whose experiment `toy` asks for all of them."""

    def put(**tables: str) -> None:
        manifest = Path("report.toml")
        head = manifest.read_text(encoding="utf-8").partition("\n[data.")[0].rstrip("\n")
        data = "".join(f"\n\n[data.{name}]\n{keys}" for name, keys in tables.items())
        manifest.write_text(head + data + "\n", encoding="utf-8")
        experiment = ModuleType("experiments.toy")
        experiment.DATA = tuple(tables)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, experiment.__name__, experiment)

    return put


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `server` shows."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture
def server(served: Path) -> Iterator[str]:
    """The address of a server of files."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served))) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()
