"""Lines whose reads cannot be recorded are reported once by the stages of a build."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from texloom.errors import ReportError
from texloom.machine.lock import HOLDER, MARK
from texloom.results import inputs
from texloom.staleness.made_from import MadeFrom
from texloom.staleness.recording.reads import Reads
from texloom.staleness.recording.unseen import reading_in_c, warn

Stage = Callable[[], object]
ReadsOf = Callable[[Stage], Reads]


def test_the_stages_of_a_build_report_a_line_once_and_a_stage_by_hand_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*places: str) -> list[str]:
        warn(places)
        return [line.partition(";")[0] for line in capsys.readouterr().err.splitlines() if "not recorded" in line]

    monkeypatch.delenv(MARK, raising=False)
    assert [told("a.py:1: x"), told("a.py:1: x")] == [["a.py:1: x"]] * 2
    monkeypatch.setenv(MARK, str(tmp_path))
    assert told("a.py:1: x") == ["a.py:1: x"]  # the process of the build is not known
    (tmp_path / HOLDER).parent.mkdir()
    odd = 'a.py:3: reads a file \udcff\n"%'
    for build in ("1", "21"):
        (tmp_path / HOLDER).write_text(build)
        assert [told("a.py:1: x"), told("a.py:1: x", "a.py:2: y")] == [["a.py:1: x"], ["a.py:2: y"]]
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            warn([odd])
            warn([odd])
        assert printed.getvalue().count("a.py:3") == 1


def test_another_program_is_named_with_the_author_s_line_until_its_reading_is_declared(
    folder: Path, reads_of: ReadsOf, author: Callable[[str], ModuleType]
) -> None:
    module = author("import subprocess\n\n\ndef run():\n    subprocess.run(['true'])\n")
    (place,) = reads_of(module.run).unseen
    assert place.startswith("own/code.py:5: ")
    module = author(
        "import subprocess\nfrom texloom.results.inputs import reads\n\n\ndef run():\n    reads('own/b.csv')\n"
        "    subprocess.run(['true'])\n",
    )
    found = reads_of(module.run)
    assert (found.unseen, list(found.files)) == ([], ["own/b.csv"])


COMMANDS = (
    *("['cat', 'own/a.csv', 'own/b.csv']", "'cat own/a.csv own/b.csv', shell=True"),
    *("['echo', '--input=own/a.csv']", "['echo', 'x=own/b.csv,own/a.csv']", "['echo', '@own/a.csv']"),
    *(
        "['echo', '-Iown/a.csv']",
        "['echo', 'own/a.csv:2']",
        """['echo', 'open("own/a.csv")']""",
        "'a=own/a.csv', shell=True",
    ),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_a_program_is_given_is_named_where_the_module_declares_another(
    folder: Path, reads_of: ReadsOf, author: Callable[[str], ModuleType], command: str
) -> None:
    module = author(
        "import subprocess\nfrom texloom.results.inputs import reads\n\n\ndef run():\n    reads('own/b.csv')\n"
        f"    subprocess.check_output({command})\n",
    )
    assert reads_of(module.run).unseen == ["own/code.py:7: gives own/a.csv to another program"]


def test_a_declared_file_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(ReportError, match=r"own/none\.h5: is declared as read, but there is no such file"):
        inputs.reads("own/none.h5")


def test_a_pipe_that_is_read_is_named(folder: Path, reads_of: ReadsOf, author: Callable[[str], ModuleType]) -> None:
    module = author("def run():\n    open('own/pipe', 'rb', buffering=0).close()\n")
    os.mkfifo("own/pipe")
    writer = threading.Thread(target=lambda: os.close(os.open("own/pipe", os.O_WRONLY)))
    writer.start()
    found = reads_of(module.run)
    writer.join()
    assert found.unseen == ["own/code.py:2: reads own/pipe, which is not a regular file"]


def test_a_library_in_c_is_named_in_modules_that_no_import_reaches_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, modules: None, made_from: Callable[[Stage], MadeFrom]
) -> None:
    monkeypatch.syspath_prepend(folder)
    Path("own/reading.py").write_text("def load(pandas):\n    pandas.read_parquet('x')\n")
    assert made_from(lambda: importlib.import_module("own.reading")).reads["unseen"] == [
        "own/reading.py:2: calls read_parquet"
    ]


IN_C = {
    "import lxml.etree\n": "1: calls lxml",
    "def font(module):\n    module.truetype('x.ttf')\n": "2: calls truetype",
    "from scipy.io import mmread\n": "1: calls mmread",
    "def load(io):\n    io.mminfo('x.mtx')\n": "2: calls mminfo",
    "import fast_matrix_market\n": "1: calls fast_matrix_market",
    "from PIL.ImageFont import truetype\n": "1: calls truetype",
    "from pandas import read_csv, read_parquet as load\n": "1: calls read_parquet",
    "def attach(base, name):\n    base.execute(f'attach {name!r} as other')\n": "2: calls ATTACH of SQLite",
    "def attach(base):\n    base.execute(' ATTACH DATABASE ? AS other', ['x'])\n": "2: calls ATTACH of SQLite",
    "def other():\n    return 'to attach the weight'\n": "",
}


@pytest.mark.parametrize(("source", "told"), IN_C.items())
def test_what_opens_files_in_c_is_found_in_the_source(tmp_path: Path, source: str, told: str) -> None:
    path = tmp_path / "reading.py"
    path.write_text(source)
    assert [f"{line}: calls {name}" for line, name in reading_in_c(path)] == ([told] if told else [])


def test_a_library_in_c_that_the_author_calls_is_named(author: Callable[[str], ModuleType], reads_of: ReadsOf) -> None:
    module = author("import ctypes\n\n\ndef run():\n    ctypes.CDLL(None).getpid()\n")
    assert reads_of(module.run).unseen == ["own/code.py:5: loads a library in C (ctypes)"]


def test_reading_from_the_network_is_named_with_the_author_s_line(
    author: Callable[[str], ModuleType], reads_of: Callable[..., Reads]
) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    address = server.getsockname()[:2]
    module = author(f"import socket\ndef load():\n    socket.create_connection({address}).close()\n")
    with server:
        assert reads_of(module.load).unseen == ["own/code.py:3: reads from the network"]


IN_A_POOL = "def run():\n    with {pool}(1) as pool:\n        list(pool.map(subprocess.check_output, [['true']]))\n"


@pytest.mark.parametrize("pool", ["futures.ThreadPoolExecutor", "ThreadPool", "spawned"])
def test_a_program_that_a_pool_starts_is_named_with_the_line_that_started_the_pool(
    folder: Path, reads_of: ReadsOf, author: Callable[[str], ModuleType], pool: str
) -> None:
    source = (
        "import multiprocessing, subprocess\nfrom concurrent import futures\n"
        "from multiprocessing.pool import ThreadPool\n"
        "spawned = lambda count: futures.ProcessPoolExecutor(count, multiprocessing.get_context('spawn'))\n"
    )
    (told,) = reads_of(author(source + IN_A_POOL.format(pool=pool)).run).unseen
    assert told in [f"own/code.py:{line}: starts another program (subprocess.Popen)" for line in (6, 7)]
    declared = source.replace("\n", "\nfrom texloom.results.inputs import reads\n", 1)
    body = IN_A_POOL.format(pool=pool).replace("    with", "    reads('own/b.csv')\n    with")
    assert reads_of(author(declared + body).run).unseen == []


def test_a_program_that_tells_of_the_machine_is_not_named(
    folder: Path, reads_of: ReadsOf, author: Callable[[str], ModuleType]
) -> None:
    module = author("import platform\n\n\ndef run():\n    platform._Processor.from_subprocess()\n")
    assert reads_of(module.run).unseen == []


def test_a_program_that_is_started_as_python_starts_its_own_children_is_named(
    folder: Path, reads_of: ReadsOf, author: Callable[[str], ModuleType]
) -> None:
    module = author(
        "import os\nfrom multiprocessing import util\n\n"
        "start = type(lambda: 0)(util.spawnv_passfds.__code__, globals())\n\n\n"
        "def run():\n    os.waitpid(start(b'/bin/true', [b'true'], []), 0)\n"
    )
    assert reads_of(module.run).unseen == ["own/code.py:8: starts another program (_posixsubprocess.fork_exec)"]
