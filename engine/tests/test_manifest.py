"""report.toml: valid manifests, and errors with file, line and the closest name."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from texloom import manifest
from texloom.errors import ReportError


def refused(project: Path, old: str, new: str) -> ReportError:
    """The error of the manifest with one edit."""
    path = project / "report.toml"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    with pytest.raises(ReportError) as error:
        manifest.load()
    return error.value


def test_reads_parts_in_order_with_seeds_and_labels(project: Path) -> None:
    report = manifest.load()
    assert report.report.date == datetime.date(2024, 1, 2)
    assert [part.name for part in report.parts] == ["alpha_text", "toy"]
    assert [part.label for part in report.parts] == ["sec:alpha-text", "sec:toy-experiment"]
    assert report.fragments == ["alpha_text"]
    assert report.experiments["toy"].seeds == (0, 1)
    assert report.profile("smoke").watermark == "DRAFT"


@pytest.mark.parametrize(
    ("old", "new", "where", "what", "hint"),
    [
        ("author =", "autor =", "report.toml:3", "unknown key 'report.autor'", "closest: 'author'"),
        ("[report]", "[reprot]", "report.toml:1", "unknown key 'reprot'", "closest: 'report'"),
        ("seeds =", "seed =", "report.toml:16", "unknown key 'sections.0.parts.1.seed'", "closest: 'seeds'"),
        ("theory =", "theroy =", "report.toml:11", "unknown key 'sections.0.parts.0.theroy'", "closest: 'theory'"),
        ('title = "One"', 'tilte = "One"', "report.toml:7", "unknown key 'sections.0.tilte'", "closest: 'title'"),
        ("watermark =", "watermrk =", "report.toml:25", "unknown key 'profiles.smoke.watermrk'", "'watermark'"),
        ('"alpha_text"', '"alpha_txt"', "report.toml:11", "not in theory/", "closest: 'alpha_text'"),
        ('"alpha_text"', '"notation"', "report.toml:11", "not in theory/", "there are: alpha_text"),
        ('"toy"', '"toi"', "report.toml:15", "names experiment 'toi'", "closest: 'toy'"),
        ("2024-01-02", '"soon"', "report.toml:4", "report.date: Input should be a valid date", ""),
        ("[0, 1]", '["first"]', "report.toml:16", "seeds", ""),
        ("[0, 1]", "[-1]", "report.toml:16", "greater than or equal to 0", ""),
        ('"show"', '"ignore"', "report.toml:26", "'enforce' or 'show'", ""),
        ('title = "A title"', 'title = ""', "report.toml:2", "report.title", ""),
        ("build/smoke", "out (v2)", "report.toml:23", "TeX cannot write into 'out (v2)'", ""),
    ],
)
def test_refuses_with_line_and_closest(project: Path, old: str, new: str, where: str, what: str, hint: str) -> None:
    error = refused(project, old, new)
    assert error.where == where
    assert what in error.what
    assert hint in error.way_out


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("[0, 1]", "[1, 1]", "part 'Code' needs at least one seed, and each only once"),
        ("[0, 1]", "[]", "part 'Code' needs at least one seed"),
        ('experiment = "toy"', "", "part 'Code' needs either theory"),
        ('experiment = "toy"', 'experiment = "toy"\ntheory = "alpha_text"', "part 'Code' needs either theory"),
        ('theory = "alpha_text"', 'theory = "alpha_text"\nheadline = ["x"]', "part 'Text' is a written answer"),
        ('author = "An author"', "", "key 'report.author' is missing"),
        ("2024-01-02", "2024-02-30", "is not TOML"),
        ("[[sections]]", "[[sections", "is not TOML"),
    ],
)
def test_refuses_what_does_not_fit_together(project: Path, old: str, new: str, what: str) -> None:
    error = refused(project, old, new)
    assert error.where.startswith("report.toml")
    assert what in error.what


def test_missing_manifest(project: Path) -> None:
    (project / "report.toml").unlink()
    with pytest.raises(ReportError, match=r"^report\.toml: is missing"):
        manifest.load()


def test_unknown_profile_names_the_closest(project: Path) -> None:
    with pytest.raises(ReportError, match=r"unknown profile 'smok'\n.*closest: 'smoke'"):
        manifest.load().profile("smok")


def test_a_profile_takes_the_first_of_the_seeds(project: Path) -> None:
    report = manifest.load()
    assert report.limited(manifest.Profile(seeds=1)).experiments["toy"].seeds == (0,)
    assert report.limited(manifest.Profile(seeds=5)).experiments["toy"].seeds == (0, 1)
    assert report.limited(manifest.Profile()) == report


def test_a_folder_without_a_stage_is_reported_as_such(project: Path) -> None:
    (project / "experiments" / "toy" / "train.py").unlink()
    with pytest.raises(ReportError) as error:
        manifest.load()
    assert str(error.value) == (
        "report.toml:15: experiments/toy has no train.py and no analysis.py\n"
        "  it needs one of them; make new NAME=x shows how"
    )


# ---------------------------------------------------------------- data

SHA256 = "0" * 64


def with_data(table: str) -> None:
    """Replace the data of the project by a table."""
    path = Path("report.toml")
    path.write_text(path.read_text().partition("[data")[0] + table + "\n")


@pytest.mark.parametrize(
    ("keys", "kind", "own"),
    [
        ('file = "measured/rain.csv"', "file", True),
        (f'folder = "/mine"\nsha256 = "{SHA256}"', "folder", True),
        (f'url = "https://example.org/rain.csv?raw=1"\nsha256 = "{SHA256}"', "url", False),
        ('doi = "10.5281/zenodo.4924875"\nfiles = ["rain.csv"]', "doi", False),
        ('module = "experiments.digits"\nlicence = "CC0"\ncitation = "Me"', "module", False),
    ],
)
def test_data_have_one_source(keys: str, kind: str, own: bool, project: Path) -> None:
    with_data(f"[data.rain]\n{keys}")
    data = manifest.load().data["rain"]
    assert (data.kind, data.own) == (kind, own)
    assert not data.source.keys() & {"licence", "citation"}


@pytest.mark.parametrize(
    ("table", "where", "what"),
    [
        ("[data.rain]", 28, "data.rain: needs one of file, folder, url, doi, module; has none"),
        ('[data.rain]\nlicence = "CC0"', 28, "data.rain: needs one of file, folder, url, doi, module; has none"),
        (
            f'[data.rain]\nfile = "a"\nurl = "https://example.org/a"\nsha256 = "{SHA256}"',
            28,
            "data.rain: needs one of file, folder, url, doi, module; has file and url",
        ),
        ('[data.rain]\nfile = ""', 28, "data.rain: file is empty"),
        ('[data.rain]\nfile = ["a"]', 29, "data.rain.file: Input should be a valid string"),
        (
            '[data.rain]\nurl = "https://example.org/a"',
            28,
            'data.rain: needs sha256 = "…", because the file at a URL can',
        ),
        (f'[data.rain]\nurl = "ftp://a/b"\nsha256 = "{SHA256}"', 29, "data.rain.url: 'ftp://a/b' is not the address"),
        (
            f'[data.rain]\nurl = "https://a.org/"\nsha256 = "{SHA256}"',
            29,
            "'https://a.org/' is not the address of a file",
        ),
        (f'[data.rain]\nurl = "https://a.org/.."\nsha256 = "{SHA256}"', 29, "'https://a.org/..' is not the address"),
        ('[data.rain]\nfile = "a"\nsha256 = "12ab"', 30, "data.rain.sha256: sha256 has 64 digits, 0 to 9 and a to f"),
        (f'[data.rain]\ndoi = "10.5281/zenodo.1"\nsha256 = "{SHA256}"', 28, "sha256 cannot be given with doi"),
        (
            '[data.rain]\ndoi = "zenodo.4924875"',
            29,
            "data.rain.doi: 'zenodo.4924875' is not a DOI, such as 10.5281/zen",
        ),
        (
            '[data.rain]\ndoi = "10.5281/zenodo.1"\nfiles = ["../a"]',
            30,
            "data.rain.files: '../a' is not the name of a file",
        ),
        ('[data.rain]\nfile = "a"\nfiles = ["b"]', 28, "data.rain: files can only be given with doi, not with file"),
        (
            '[data."my rain"]\nfile = "a"',
            28,
            "'my rain' is not a valid name of a data set: use letters, digits and _, no digit first",
        ),
        ('[data.my-rain]\nfile = "a"', 28, "'my-rain' is not a valid name of a data set"),
        ('[data]\nrain = "experiments.digits"', 29, "'data.rain' is not a table"),
        ('[data.rain]\nfiel = "a"', 29, "unknown key 'data.rain.fiel'"),
        ('[data.rain]\nmodule = "experiments.nowhere"', 29, "there is no module 'experiments.nowhere' in the report"),
        ('[data.rain]\nmodule = ".."', 29, "there is no module '..' in the report"),
    ],
)
def test_data_that_cannot_be_meant_are_refused_with_their_place(
    table: str, where: int, what: str, project: Path
) -> None:
    with_data(table)
    with pytest.raises(ReportError) as error:
        manifest.load()
    assert error.value.where == f"report.toml:{where}"
    assert what in error.value.what


def test_errors_in_data_sets_are_reported(project: Path) -> None:
    with_data('[data]\nrain = "rain.csv"')
    with pytest.raises(ReportError, match=r"put its keys below a line \[data\.rain\]: file, folder, url, doi, mod"):
        manifest.load()
    with_data('[data.rain]\nfiel = "a"')
    with pytest.raises(ReportError, match="closest: 'file'"):
        manifest.load()


# ---------------------------------------------------------------- exemptions


def test_exemptions_are_names_with_reasons(project: Path) -> None:
    assert (manifest.load().exempt, set(manifest.exempt_names())) == ({}, set())
    with_data('[exempt]\nPillow_SIMD = "only reads\\n PNGs"\nXLA_FLAGS = "the same digits"')
    assert manifest.load().exempt == {"Pillow_SIMD": "only reads PNGs", "XLA_FLAGS": "the same digits"}
    assert manifest.exempt_names() == {"pillow-simd", "xla-flags"}
    Path("report.toml").unlink()
    assert set(manifest.exempt_names()) == set()


@pytest.mark.parametrize(
    ("table", "where", "what"),
    [
        (
            '[exempt]\nnumpy = " "',
            29,
            "exempt.numpy: needs the reason why it cannot matter, which the",
        ),
        ("[exempt]\nnumpy = true", 29, "exempt.numpy: Input should be a valid string"),
        ("[exempt.numpy]\nreason = 'x'", 28, "exempt.numpy: Input should be a valid string"),
        ('exempt = "numpy"', "", "'exempt' is not a table"),
        ('[exemt]\nnumpy = "x"', 28, "unknown key 'exemt'"),
    ],
)
def test_exemptions_that_cannot_be_meant_are_refused_with_their_place(
    table: str, where: int | str, what: str, project: Path
) -> None:
    with_data(table)
    if not where:  # before the first table
        path = Path("report.toml")
        path.write_text(f"{table}\n{path.read_text().replace(table, '')}")
    with pytest.raises(ReportError) as error:
        manifest.load()
    assert what in error.value.what
    assert not where or error.value.where == f"report.toml:{where}"


# ---------------------------------------------------------------- authors, language


def with_title(*lines: str) -> None:
    """Write lines in place of the author's."""
    path = Path("report.toml")
    path.write_text(path.read_text().replace('author = "An author"', "\n".join(lines)), encoding="utf-8")


def test_authors_are_names_or_tables(project: Path) -> None:
    with_title('authors = ["A. One", {name = "B. Two", affiliation = "There", orcid = "0000-0002-1825-009X"}]')
    title = manifest.load().report
    assert title.names == ["A. One", "B. Two"]
    assert (title.author, title.authors[1].affiliation, title.authors[0].email) == ("", "There", "")


def test_one_author_is_a_text(project: Path) -> None:
    title = manifest.load().report
    assert (title.names, title.authors, title.language, title.engine) == (["An author"], (), "en", "pdflatex")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('author = "A"\nauthors = ["B"]', "has both author and authors"),
        ('author = "A"\nlanguage = "zh"', 'language = "zh" needs engine = "lualatex"'),
        ('author = "A"\nlanguage = "it"', "'en', 'de', 'fr', 'es' or 'zh'"),
        ('author = "A"\nabstract = "5 % less"', "% begins a comment"),
        ('authors = [{name = "A", orcid = "1"}]', "orcid"),
        ('authors = [{name = "A", affilation = "B"}]', "unknown key 'report.authors.0.affilation'"),
    ],
)
def test_title_blocks_that_are_refused(project: Path, line: str, what: str) -> None:
    with_title(line)
    with pytest.raises(ReportError) as error:
        manifest.load()
    assert what in error.value.what, error.value
    assert error.value.where.startswith("report.toml")
