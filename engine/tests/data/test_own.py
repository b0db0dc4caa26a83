"""The author's own files: digests of their content, and errors with position and way out."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.data.declared import data_digests, fetch, missing, sums
from texloom.data.paths import data_path
from texloom.errors import ReportError

Declare = Callable[..., None]
RAIN = "day,mm\n1,3.5\n"
OTHER = "0" * 64


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def rain(declare: Declare) -> Path:
    """A table of the author's, declared as `rain`."""
    table = Path("measured/rain.csv")
    table.parent.mkdir()
    table.write_text(RAIN)
    declare(rain='file = "measured/rain.csv"')
    return table


def refused() -> str:
    """The error for the data of the experiment, after checking that nothing was changed."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file() and ".git" not in path.parts}
    with pytest.raises(ReportError) as error:
        data_digests("toy")
    after = {path: path.read_bytes() for path in before}
    assert before == after
    return str(error.value)


def test_a_file_has_the_digest_of_its_content_and_stays_where_it_is(rain: Path) -> None:
    assert data_digests("toy") == {"rain/rain.csv": sha256(RAIN)}
    assert data_path("rain") == rain
    assert missing(["toy"]) == sums("toy") == []
    assert not Path("data").exists()


def test_an_edit_is_seen_without_anybody_s_help(rain: Path) -> None:
    data_digests("toy")
    rain.write_text(RAIN.replace("3.5", "3.6"))
    assert data_digests("toy") == {"rain/rain.csv": sha256(RAIN.replace("3.5", "3.6"))}


def test_an_edit_that_keeps_size_and_time_is_seen(rain: Path) -> None:
    os.utime(rain, (1e9, 1e9))
    data_digests("toy")
    rain.write_text(RAIN.replace("3.5", "3.6"))
    os.utime(rain, (1e9, 1e9))
    assert data_digests("toy") == {"rain/rain.csv": sha256(RAIN.replace("3.5", "3.6"))}


def test_a_folder_has_the_digests_of_all_files_that_are_not_hidden(declare: Declare) -> None:
    declare(rain='folder = "measured"')
    names = [f"{letter}.csv" for letter in "cebad"] + ["deep/a.csv"]
    for name in (*names, ".b.csv.swp", ".git/config"):
        path = Path("measured", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert list(data_digests("toy").items()) == [(f"rain/{name}", sha256(name)) for name in sorted(names)]
    assert data_path("rain") == Path("measured")
    Path("measured/new.csv").touch()
    assert "rain/new.csv" in data_digests("toy")


def test_a_declared_digest_is_compared(declare: Declare, rain: Path) -> None:
    declare(rain=f'file = "measured/rain.csv"\nsha256 = "{sha256(RAIN)}"')
    assert data_digests("toy") == {"rain/rain.csv": sha256(RAIN)}
    rain.write_text("")
    message = f"measured/rain.csv is not as declared: expected {sha256(RAIN)}, got {sha256('')}\n  restore it"
    assert refused().startswith(f"report.toml:30: {message}")


def test_the_digest_of_a_folder_is_that_of_its_list(declare: Declare, rain: Path) -> None:
    rain.with_name("a.csv").write_text("")
    listed = subprocess.run("sha256sum a.csv rain.csv | sha256sum", shell=True, cwd="measured", capture_output=True)
    digest = listed.stdout.decode().split()[0]
    declare(rain=f'folder = "measured"\nsha256 = "{digest}"')
    assert set(data_digests("toy")) == {"rain/a.csv", "rain/rain.csv"}
    rain.rename("measured/rains.csv")
    assert re.search(f"report.toml:30: measured is not as declared: expected {digest}, got ", refused())


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ('file = "measured/rian.csv"', "measured/rian.csv is not there\n  put it there, or correct the path"),
        ('folder = "measrued"', "measrued is not there\n  put it there, or correct the path"),
        ('file = "measured"', 'measured is a folder, not a file\n  declare it with folder = "measured"'),
        ('folder = "measured/rain.csv"', 'is a file, not a folder\n  declare it with file = "measured/rain.csv"'),
        ('folder = "empty"', "empty contains no files\n  put the data there"),
    ],
)
def test_what_is_not_there_or_of_another_kind(keys: str, message: str, declare: Declare, rain: Path) -> None:
    Path("empty").mkdir()
    declare(rain=keys)
    assert message in refused()
    assert refused().startswith("report.toml:29: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read(rain: Path) -> None:
    rain.chmod(0)
    assert "measured/rain.csv cannot be read: Permission denied" in refused()


def test_an_experiment_that_asks_for_a_file_that_is_gone(rain: Path) -> None:
    rain.unlink()
    with pytest.raises(ReportError, match=r"report\.toml:28: measured/rain\.csv is not there"):
        data_path("rain")


@pytest.mark.parametrize("link", [False, True])
def test_what_lies_outside_the_report_needs_its_digest(
    link: bool, declare: Declare, rain: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "rain.csv"
    outside.write_text(RAIN)
    path = Path("link.csv") if link else outside
    if link:
        path.symlink_to(outside)
    declare(rain=f'file = "{path}"')
    assert refused() == (
        f'report.toml:29: {path} is outside the report: declare its content\n  sha256 = "{sha256(RAIN)}"'
    )
    declare(rain=f'file = "{path}"\nsha256 = "{sha256(RAIN)}"')
    assert data_digests("toy") == {"rain/rain.csv" if not link else "rain/link.csv": sha256(RAIN)}


def test_what_git_ignores_needs_its_digest(declare: Declare, rain: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], check=True)
    assert data_digests("toy")
    Path(".gitignore").write_text("*.csv\n")
    assert refused() == (
        f'report.toml:29: git ignores measured/rain.csv: declare its content\n  sha256 = "{sha256(RAIN)}"'
    )
    subprocess.run(["git", "add", "--force", rain], check=True)
    assert data_digests("toy")


def test_an_own_file_is_never_fetched(rain: Path) -> None:
    with pytest.raises(ReportError, match=r"report\.toml:28: 'rain' is your own file, which is never fetched"):
        fetch("rain")
    assert not Path("data").exists()
