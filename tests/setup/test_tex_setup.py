"""engine/setup/tex.sh looks for each file, installs only if it may, and otherwise prints the commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup.conftest import SIZES, Place

Failure = Callable[..., tuple[str, str]]

PROGRAMS = ("pdflatex", "bibtex", "latexmk")


def kpsewhich(place: Place, *missing: str) -> None:
    """A stub that finds every file except some, and records that it was called."""
    cases = "".join(f"{name}) ;; " for name in missing)
    find = f'for f; do case $f in {cases}*) echo "/tex/$f" ;; esac; done'
    place.stub("kpsewhich", f'echo call >> "{place.folder}/calls"; {find}; true')


@pytest.fixture(autouse=True)
def tex(place: Place) -> None:
    """A complete TeX, and a user who is not root."""
    for name in PROGRAMS:
        place.stub(name, "true")
    kpsewhich(place)
    place.stub("id", "echo 1000")


def test_a_complete_tex_is_silent_and_asked_once(place: Place) -> None:
    finished = place.run("tex.sh")
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")
    assert (place.folder / "calls").read_text() == "call\n"


def test_missing_files_are_named_with_the_commands_for_apt_dnf_and_brew(place: Place, failure: Failure) -> None:
    kpsewhich(place, "siunitx.sty", "cleveref.sty")
    first, rest = failure("tex.sh")
    assert first == "setup: TeX is not complete; missing: cleveref.sty siunitx.sty "
    assert "sudo apt-get install --no-install-recommends texlive-latex-extra texlive-science \n" in rest
    assert "sudo dnf install 'tex(cleveref.sty)' 'tex(siunitx.sty)'" in rest
    assert "brew install --cask basictex && sudo tlmgr install cleveref siunitx" in rest


def test_a_document_class_is_looked_for_where_the_report_uses_it(place: Place, failure: Failure) -> None:
    kpsewhich(place, "IEEEtran.cls", "scrartcl.cls")
    template = place.folder / "templates" / "report.tex.j2"
    template.parent.mkdir(exist_ok=True)
    template.write_text("\\documentclass{article}\n\\@ifclassloaded{IEEEtran}\n")
    assert place.run("tex.sh").returncode == 0
    template.write_text("\\documentclass[conference]{IEEEtran}\n")
    first, rest = failure("tex.sh")
    assert first == "setup: TeX is not complete; missing: IEEEtran.cls "
    assert "apt-get install --no-install-recommends texlive-publishers" in rest


def test_a_missing_program_is_named(place: Place, failure: Failure) -> None:
    (place.programs / "latexmk").unlink()
    first, rest = failure("tex.sh")
    assert first == "setup: TeX is not complete; missing: latexmk "
    assert "apt-get install --no-install-recommends latexmk" in rest


def test_no_tex_at_all_names_everything(place: Place, failure: Failure) -> None:
    for name in (*PROGRAMS, "kpsewhich"):
        (place.programs / name).unlink()
    first, rest = failure("tex.sh")
    for name in ("pdflatex", "kpsewhich", "article.cls", "siunitx.sty"):
        assert f" {name} " in first
    assert "texlive-latex-base" in rest
    assert "texlive-scheme-basic" in rest


def test_every_file_that_the_preamble_loads_is_looked_for(root: Path) -> None:
    listed = (root / "engine" / "setup" / "tex-packages.txt").read_text()
    loaded = re.findall(r"\\usepackage(?:\[[^]]*\])?\{([^}]+)\}", (root / "templates" / "preamble.tex").read_text())
    names = {name.strip() for group in loaded for name in group.split(",")}
    assert len(names) > 15
    always_there = {"fontenc", "bm", "amsthm"}  # contained in other listed packages
    assert {name for name in names - always_there if f"{name}.sty" not in listed} == set()


def apt(place: Place, update: str = "true", install: str = "true") -> None:
    """One package is missing, and apt-get is available."""
    kpsewhich(place, "siunitx.sty")
    place.stub_apt(update, install)


def test_root_on_debian_installs_what_is_missing_and_says_how_large_it_is(place: Place) -> None:
    found = f"printf '#!/bin/sh\\nfor f; do echo /tex/$f; done\\n' > \"{place.programs}/kpsewhich\""
    apt(place, install=found)
    finished = place.run("tex.sh")
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines() == [
        "setup: TeX is not complete; missing: siunitx.sty ",
        "setup: installing texlive-science ",
        *SIZES,
    ]
    assert place.installed_with_apt("texlive-science")
    assert not (place.folder / ".tex-setup.log").exists()


def test_nothing_is_installed_when_told_not_to(place: Place, failure: Failure) -> None:
    apt(place)
    first, rest = failure("tex.sh", TEX_NO_INSTALL="1")
    assert first == "setup: TeX is not complete; missing: siunitx.sty "
    assert "sudo apt-get install" in rest
    assert place.apt_calls() == []


def test_nothing_is_installed_without_being_root(place: Place, failure: Failure) -> None:
    apt(place)
    place.stub("id", "echo 1000")
    failure("tex.sh")
    assert place.apt_calls() == []


@pytest.mark.parametrize(
    ("stubs", "what"),
    [
        (
            {"update": "echo 'Temporary failure resolving' ; exit 100"},
            "apt-get update failed: Temporary failure resolving",
        ),
        (
            {"install": "echo 'E: Unable to locate package' ; exit 100"},
            "apt-get install failed: E: Unable to locate package",
        ),
        ({"install": "echo 'E: No space left on device' ; exit 100"}, "the disk is full while installing TeX"),
        ({}, "apt-get succeeded, but these are still not found: siunitx.sty"),
    ],
)
def test_a_failed_installation_says_why_and_how_to_do_it_by_hand(
    place: Place, failure: Failure, stubs: dict[str, str], what: str
) -> None:
    apt(place, **stubs)
    first, rest = failure("tex.sh")
    assert what in first
    for tool in ("apt-get install", "dnf install", "brew install"):
        assert tool in rest


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ("", ""),
        ('engine = "lualatex"   # for names\nlanguage = "fr"', "FreeSerif.otf french.ldf "),
        ("language = 'de'", "ngerman.ldf "),
        ('language = "zh"\nengine = "lualatex"', "FreeSerif.otf FandolSong-Regular.otf "),
    ],
)
def test_fonts_and_languages_are_looked_for_only_if_the_report_asks_for_them(
    place: Place, settings: str, missing: str
) -> None:
    place.stub("lualatex", "true")
    kpsewhich(place, "FreeSerif.otf", "FandolSong-Regular.otf", "ngerman.ldf", "french.ldf")
    (place.folder / "report.toml").write_text(f'[report]\ntitle = "x"\n{settings}\n')
    finished = place.run("tex.sh")
    assert finished.stderr.partition("\n")[0] == (f"setup: TeX is not complete; missing: {missing}" if missing else "")


def test_a_font_that_tex_live_does_not_have_is_named(place: Place, failure: Failure) -> None:
    place.stub("lualatex", "true")
    kpsewhich(place, "DroidSansFallbackFull.ttf")
    (place.folder / "report.toml").write_text('[report]\nengine = "lualatex"\n')
    _, rest = failure("tex.sh")
    assert "sudo apt-get install --no-install-recommends fonts-droid-fallback \n" in rest
    assert "a font for the whole system: DroidSansFallbackFull.ttf" in rest
