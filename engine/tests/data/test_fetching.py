"""Data from a URL or DOI: fetched and checked, or an error with the expected and the received, and the way out."""

from __future__ import annotations

import errno
import gc
import hashlib
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pooch
import pytest
import requests

from texloom.data import fetching
from texloom.data.declared import data_digests, fetch, missing
from texloom.data.paths import data_path
from texloom.data.sources import keep
from texloom.data.sums import SUMS
from texloom.errors import ReportError

Declare = Callable[..., None]
RAIN = b"day,mm\n1,3.5\n"
SHA256 = hashlib.sha256(RAIN).hexdigest()


# pooch leaves the connection of a failed download to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(scope="module", autouse=True)
def connections() -> Iterator[None]:
    """Collects them before the tests of others run."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(autouse=True)
def no_folder_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAIN_DIR", raising=False)


def refused() -> str:
    """The error of a failed fetch; nothing is kept."""
    with pytest.raises(ReportError) as error:
        fetch("rain")
    assert [path.name for path in Path("data").iterdir()] == [".rain.lock"]
    return str(error.value)


# ---------------------------------------------------------------- an address


def test_a_file_is_fetched_and_the_experiment_gets_its_path(declare: Declare, server: str, served: Path) -> None:
    (served / "of day 1.csv").write_bytes(RAIN)
    declare(rain=f'url = "{server}/of%20day%201.csv?raw=1"\nsha256 = "{SHA256}"')
    Path("data/.rain.fetching").mkdir(parents=True)
    Path("data/.rain.fetching/left").write_text("by a fetch that was killed")
    assert missing(["toy"]) == ["rain"]
    fetch("rain")
    assert missing(["toy"]) == []
    assert data_path("rain") == Path("data/rain/of day 1.csv")
    assert data_path("rain").read_bytes() == RAIN
    assert data_digests("toy") == {"rain/of day 1.csv": SHA256}
    assert {path.name for path in Path("data").iterdir()} == {"rain", ".rain.lock"}


def test_what_is_declared_anew_is_missing_and_fetched_anew(declare: Declare, server: str, served: Path) -> None:
    other = RAIN + b"2,4\n"
    for name, content in (("rain.csv", RAIN), ("other.csv", RAIN), ("more.csv", other)):
        (served / name).write_bytes(content)
    declare(rain=f'url = "{server}/rain.csv"\nsha256 = "{SHA256}"')
    fetch("rain")
    declare(rain=f'url = "{server}/moved/rain.csv"\nsha256 = "{SHA256}"')
    assert missing(["toy"]) == []
    digest = hashlib.sha256(other).hexdigest()
    for name, declared_digest in (("other.csv", SHA256), ("more.csv", digest)):
        declare(rain=f'url = "{server}/{name}"\nsha256 = "{declared_digest}"')
        assert missing(["toy"]) == ["rain"]
        with pytest.raises(
            ReportError, match=r"declares other data than were fetched\n  python -m experiments data rain"
        ):
            data_digests("toy")
        fetch("rain")
        assert missing(["toy"]) == []
        assert data_digests("toy") == {f"rain/{name}": declared_digest}


def test_other_files_of_a_record_are_missing(declare: Declare) -> None:
    declare(rain='doi = "10.5281/zenodo.1"\nfiles = ["a"]')
    keep(Path("data/rain"), {"a": b"a"})
    assert missing(["toy"]) == []
    declare(rain='doi = "10.5281/zenodo.1"\nfiles = ["a", "b"]')
    assert missing(["toy"]) == ["rain"]


def test_data_from_elsewhere_are_missing_until_they_were_fetched_from_there(
    declare: Declare, server: str, served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their source is printed; they are fetched again even if the files may be the same."""
    (served / "rain.csv").write_bytes(RAIN)
    (tmp_path / "fetching_rain.py").write_text(
        "from pathlib import Path\nfrom texloom.data.sources import keep\n"
        f"def fetch(*, user_folder):\n    keep(Path('data/rain'), {{'rain.csv': {RAIN!r}}})\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(fetching, "_read_record", lambda doi, files, scratch: {"rain.csv": RAIN})
    address = f'url = "{server}/rain.csv"\nsha256 = "{SHA256}"'
    declare(rain=address)
    fetch("rain")
    for source in ('doi = "10.5281/zenodo.1"', 'doi = "10.5281/zenodo.2"', 'module = "fetching_rain"'):
        declare(rain=source)
        assert missing(["toy"]) == ["rain"]
        with pytest.raises(ReportError, match=r"declares other data than were fetched"):
            data_digests("toy")
        fetch("rain")
        assert missing(["toy"]) == []
    declare(rain=address)
    assert missing(["toy"]) == []  # the very file that is declared
    Path("data/.rain.lock").write_text("")  # unknown for data that an earlier engine fetched
    declare(rain='doi = "10.5281/zenodo.1"')
    assert missing(["toy"]) == []


@pytest.mark.parametrize("content", [RAIN[:-1], RAIN.replace(b"3", b"4"), b""])
def test_another_content_than_declared_is_not_kept(content: bytes, declare: Declare, server: str, served: Path) -> None:
    (served / "rain.csv").write_bytes(content)
    declare(rain=f'url = "{server}/rain.csv"\nsha256 = "{SHA256}"')
    assert refused() == (
        f"report.toml:30: {server}/rain.csv is not as declared: expected {SHA256}, got "
        f"{hashlib.sha256(content).hexdigest()} ({len(content)} bytes); nothing was kept\n"
        "  try again if it is truncated; if its new content is right, declare the new digest"
    )


def test_an_interrupted_transfer_is_reported(declare: Declare, server: str, served: Path, monkeypatch: Any) -> None:
    (served / "rain.csv").write_bytes(RAIN)
    declare(rain=f'url = "{server}/rain.csv"\nsha256 = "{SHA256}"')
    from http.server import SimpleHTTPRequestHandler

    monkeypatch.setattr(SimpleHTTPRequestHandler, "copyfile", lambda _self, source, out: out.write(source.read()[:5]))
    assert f"report.toml:29: {server}/rain.csv cannot be fetched; nothing was kept: " in refused()


def test_a_file_that_is_not_there_and_a_server_that_is_not_there(declare: Declare, server: str) -> None:
    declare(rain=f'url = "{server}/rain.csv"\nsha256 = "{SHA256}"')
    way_out = "\n  put rain.csv into a folder and run: RAIN_DIR=/that/folder make"
    assert refused() == (
        f"report.toml:29: {server}/rain.csv cannot be fetched; nothing was kept: "
        f"404 Client Error: File not found for url: {server}/rain.csv{way_out}"
    )
    declare(rain=f'url = "http://127.0.0.1:1/rain.csv"\nsha256 = "{SHA256}"')
    assert refused().startswith("report.toml:29: http://127.0.0.1:1/rain.csv cannot be fetched; nothing was kept: ")
    assert refused().endswith(way_out)


def test_without_a_network_the_file_comes_from_a_folder_and_stays_there(
    declare: Declare, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path_factory.mktemp("mine")
    monkeypatch.setenv("RAIN_DIR", str(mine))
    declare(rain=f'url = "http://127.0.0.1:1/rain.csv"\nsha256 = "{SHA256}"')
    assert refused() == (f"{mine}/rain.csv: cannot be read: No such file or directory\n  rain.csv must be in {mine}")
    (mine / "rain.csv").write_bytes(RAIN[:-1])
    assert f"{mine}/rain.csv is not as declared: expected {SHA256}, got " in refused()
    (mine / "rain.csv").write_bytes(RAIN)
    fetch("rain")
    assert data_path("rain").read_bytes() == (mine / "rain.csv").read_bytes() == RAIN


# ---------------------------------------------------------------- a module


def test_a_module_that_is_not_there_or_fetches_nothing(
    declare: Declare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(rain='module = "experiments.nowhere"')
    with pytest.raises(ReportError, match=r"report\.toml:29: there is no module 'experiments\.nowhere' in the report"):
        fetch("rain")
    (tmp_path / "fetches_nothing.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    declare(rain='module = "fetches_nothing"')
    assert refused() == "report.toml:29: fetches_nothing has no function fetch\n  add fetch(*, user_folder)"


# ---------------------------------------------------------------- a DOI

RECORD = {"rain.csv": RAIN, "notes.txt": b"measured on the roof\n"}
MD5 = {name: hashlib.md5(content).hexdigest() for name, content in RECORD.items()}


def zenodo(server: str) -> tuple[str, str, dict[str, Any]]:
    """A DOI of Zenodo, its target, and the answers of Zenodo's API, by URL."""
    files = [
        {"key": name, "checksum": f"md5:{md5}", "links": {"self": f"{server}/{name}"}} for name, md5 in MD5.items()
    ]
    return (
        "10.5281/zenodo.4924875",
        "https://zenodo.org/records/4924875",
        {"https://zenodo.org/api/records/4924875": {"id": 4924875, "files": files}},
    )


def figshare(server: str) -> tuple[str, str, dict[str, Any]]:
    files = [{"name": name, "computed_md5": md5, "download_url": f"{server}/{name}"} for name, md5 in MD5.items()]
    return (
        "10.6084/m9.figshare.14763051.v1",
        "https://figshare.com/articles/dataset/1/14763051/1",
        {
            "https://api.figshare.com/v2/articles?doi=10.6084/m9.figshare.14763051.v1": [{"id": 14763051}],
            "https://api.figshare.com/v2/articles/14763051/versions/1": {"files": files},
        },
    )


def dataverse(server: str) -> tuple[str, str, dict[str, Any]]:
    files = [{"dataFile": {"id": name, "filename": name, "md5": md5}} for name, md5 in MD5.items()]
    doi = "10.11588/data/TKCFEF"
    address = f"{server}/api/datasets/:persistentId?persistentId=doi:{doi}"
    return doi, f"{server}/dataset.xhtml", {address: {"data": {"latestVersion": {"files": files}}}}


@pytest.fixture
def archive(server: str, served: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Answer like the API of an archive; the files come from `server`. Returns the DOI."""
    for name, content in RECORD.items():
        (served / name).write_bytes(content)
        (served / "api/access/datafile").mkdir(parents=True, exist_ok=True)
        (served / "api/access/datafile" / name).write_bytes(content)
    get = requests.get

    def open_archive(answers: Callable[[str], tuple[str, str, dict[str, Any]]]) -> str:
        doi, leads_to, known = answers(server)

        def answer(url: str, **options: Any) -> Any:
            if url == f"https://doi.org/{doi}":
                return SimpleNamespace(url=leads_to, status_code=200)
            if url in known:
                content = json.loads(json.dumps(known[url]))
                return SimpleNamespace(status_code=200, json=lambda: content, raise_for_status=lambda: None)
            if url.startswith(server):
                return get(url, **options)
            return SimpleNamespace(url=url, status_code=404, raise_for_status=lambda: 1 / 0, json=dict)

        monkeypatch.setattr(requests, "get", answer)
        return doi

    return open_archive


@pytest.mark.parametrize("answers", [zenodo, figshare, dataverse])
def test_all_files_of_a_record_are_fetched(answers: Callable, declare: Declare, archive: Callable[..., str]) -> None:
    declare(rain=f'doi = "{archive(answers)}"')
    fetch("rain")
    assert data_path("rain") == Path("data/rain")
    assert {path.name: path.read_bytes() for path in data_path("rain").iterdir() if path.name != SUMS} == RECORD
    assert data_digests("toy")["rain/rain.csv"] == SHA256


@pytest.mark.parametrize("answers", [zenodo, figshare, dataverse])
def test_or_those_that_are_wanted(answers: Callable, declare: Declare, archive: Callable[..., str]) -> None:
    declare(rain=f'doi = "{archive(answers)}"\nfiles = ["rain.csv"]')
    fetch("rain")
    assert data_digests("toy") == {"rain/rain.csv": SHA256}


@pytest.mark.parametrize("answers", [zenodo, figshare, dataverse])
def test_a_file_that_is_not_as_the_archive_says_is_not_kept(
    answers: Callable, declare: Declare, archive: Callable[..., str], served: Path
) -> None:
    doi = archive(answers)
    for path in (served / "rain.csv", served / "api/access/datafile/rain.csv"):
        path.write_bytes(RAIN[:-1])
    declare(rain=f'doi = "{doi}"')
    message = refused()
    assert message.startswith(f"report.toml:29: doi:{doi} cannot be fetched; nothing was kept: MD5 hash of downloaded")
    assert MD5["rain.csv"] in message
    assert hashlib.md5(RAIN[:-1]).hexdigest() in message
    assert message.endswith("\n  put its files into a folder and run: RAIN_DIR=/that/folder make")


def test_a_file_that_the_record_does_not_have_is_reported_with_the_closest(
    declare: Declare, archive: Callable[..., str]
) -> None:
    declare(rain=f'doi = "{archive(zenodo)}"\nfiles = ["rian.csv"]')
    assert refused() == (
        "report.toml:30: doi:10.5281/zenodo.4924875 has no file 'rian.csv'\n"
        "  there are: notes.txt, rain.csv; closest: 'rain.csv'"
    )


def test_a_record_whose_files_would_lead_elsewhere_is_refused(
    declare: Declare, server: str, archive: Callable[..., str]
) -> None:
    doi, leads_to, answers = zenodo(server)
    next(iter(answers.values()))["files"][0]["key"] = "../../report.toml"
    declare(rain=f'doi = "{archive(lambda _: (doi, leads_to, answers))}"')
    before = Path("report.toml").read_text()
    assert "a fetched file cannot have the name '../../report.toml'" in refused()
    assert Path("report.toml").read_text() == before


def test_a_doi_of_no_archive_and_no_network(declare: Declare, archive: Callable[..., str], monkeypatch: Any) -> None:
    archive(lambda _: ("10.1000/182", "https://www.doi.org/the-identifier", {}))
    declare(rain='doi = "10.1000/182"\nfiles = ["rain.csv"]')
    message = refused()
    assert message.startswith("report.toml:29: doi:10.1000/182 cannot be fetched; nothing was kept: Invalid data repo")
    assert message.endswith("\n  put rain.csv into a folder and run: RAIN_DIR=/that/folder make")

    def no_network(*_: Any, **__: Any) -> None:
        raise requests.ConnectionError("Failed to resolve 'doi.org'")

    monkeypatch.setattr(requests, "get", no_network)
    assert "nothing was kept: Failed to resolve 'doi.org'" in refused()


def test_a_record_comes_from_a_folder_without_a_network(
    declare: Declare, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path_factory.mktemp("mine")
    monkeypatch.setenv("RAIN_DIR", str(mine))
    declare(rain='doi = "10.5281/zenodo.4924875"')
    assert refused() == f"{mine}: contains no files\n  put those of doi:10.5281/zenodo.4924875 there"
    for name, content in RECORD.items():
        (mine / name).write_bytes(content)
    fetch("rain")
    assert data_digests("toy")["rain/rain.csv"] == SHA256
    assert {path.name for path in mine.iterdir()} == set(RECORD)


def test_the_log_of_pooch_is_not_printed(
    declare: Declare, archive: Callable[..., str], capfd: pytest.CaptureFixture[str]
) -> None:
    pooch.get_logger().setLevel("INFO")
    declare(rain=f'doi = "{archive(zenodo)}"')
    fetch("rain")
    assert capfd.readouterr() == ("data: rain from doi:10.5281/zenodo.4924875, 2 files\n", "")


@pytest.mark.parametrize(("entry", "wrapped"), [("url", False), ("url", True), ("doi", True), ("folder", False)])
def test_a_full_disk_is_reported_as_such_and_not_as_a_network_error(
    declare: Declare,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    entry: str,
    wrapped: bool,
) -> None:
    def full(*_: Any, **__: Any) -> None:
        error = OSError(errno.ENOSPC, "No space left on device")
        if wrapped:
            raise requests.ConnectionError("as a library says it") from error
        raise error

    if entry == "folder":
        mine = tmp_path_factory.mktemp("mine")
        (mine / "rain.csv").write_bytes(RAIN)
        monkeypatch.setenv("RAIN_DIR", str(mine))
        monkeypatch.setattr(fetching.shutil, "copyfile", full)
    monkeypatch.setattr(fetching, "download", full)
    monkeypatch.setattr(fetching, "_read_record", full)
    declare(
        rain='doi = "10.5281/zenodo.4924875"'
        if entry == "doi"
        else f'url = "https://example.org/rain.csv"\nsha256 = "{SHA256}"'
    )
    with pytest.raises(OSError, match="No space left on device") as raised:
        fetch("rain")
    assert raised.value.errno == errno.ENOSPC
    assert [path.name for path in Path("data").iterdir()] == [".rain.lock"]
