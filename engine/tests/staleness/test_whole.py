"""Results as their stages wrote them: damaged, incomplete and foreign ones are reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.data.digests import Digests
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.written import LATEX_SEAL
from texloom.staleness.whole import damage, damage_of_latex

INDEX, FIGURE = Path("figures/toy/index.json"), Path("figures/toy/fit.pdf")
TEX = Path("tex")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Figures of an experiment, and the files of a run of LaTeX."""
    monkeypatch.chdir(tmp_path)
    FIGURE.parent.mkdir(parents=True)
    FIGURE.write_bytes(b"%PDF")
    write_sealed(INDEX, {"of": "toy", "files": {FIGURE.name: file_digest(FIGURE)}})
    TEX.mkdir()
    for name in ("report.pdf", "report.aux"):
        (TEX / name).write_text(name)
    write_sealed(TEX / LATEX_SEAL, {name: file_digest(TEX / name) for name in ("report.aux", "report.pdf")})
    return tmp_path


def found() -> list[str]:
    return [*damage(INDEX, Digests()), *damage_of_latex(TEX, Digests())]


def edit(name: str | Path) -> None:
    path = Path(name)
    path.write_bytes(path.read_bytes().replace(b"fit", b"fitt") + b" x")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda: None, []),
        (lambda: edit(INDEX), [INDEX.as_posix()]),
        (INDEX.unlink, [f"{INDEX} (gone)"]),
        (lambda: INDEX.write_text(""), [INDEX.as_posix()]),
        (lambda: edit(FIGURE), [FIGURE.as_posix()]),
        (FIGURE.unlink, [f"{FIGURE} (gone)"]),
        (lambda: FIGURE.with_name("mine.pdf").touch(), []),
        (lambda: write_sealed(INDEX, {"of": "theory", "files": {}}), [INDEX.as_posix()]),
        (lambda: edit(TEX / LATEX_SEAL), ["tex/sealed.json"]),
        ((TEX / LATEX_SEAL).unlink, ["tex/sealed.json (gone)"]),
        (lambda: edit("tex/report.aux"), ["tex/report.aux"]),
        (Path("tex/report.pdf").unlink, ["tex/report.pdf (gone)"]),
        (lambda: Path("tex/report.toc").touch(), ["tex/report.toc (new)"]),  # LaTeX would read it
        (lambda: Path("tex/report.tex").touch(), []),
    ],
)
def test_what_is_not_as_it_was_written_is_named(folder: Path, harm: Callable[[], object], told: list[str]) -> None:
    harm()
    assert found() == told
