"""A report that declares data, and a local server to fetch them from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


@pytest.fixture
def declare(project: Path) -> Callable[..., None]:
    """Replace the [data.<name>] tables of the project, whose experiment `toy` uses all of them."""

    def put(**tables: str) -> None:
        manifest = Path("report.toml")
        head = manifest.read_text(encoding="utf-8").partition("\n[data.")[0].rstrip("\n")
        data = "".join(f"\n\n[data.{name}]\n{keys}" for name, keys in tables.items())
        manifest.write_text(head + data + "\n", encoding="utf-8")
        Path("experiments/toy/__init__.py").write_text(f"DATA = {tuple(tables)!r}\n", encoding="utf-8")

    return put


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `server` serves."""
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
