"""The PDF of the smoke profile, read back."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.end_to_end.conftest import Checkout

METHODS = {
    "Noisy input": "noisy",
    "Median filter": "median",
    "Non-local means": "nl_means",
    "Total variation": "tv",
    "Non-local means, gated": "gated",
    "Plain perceptron": "plain",
    "Ours, joint position": "joint",
    "Autoencoder (ours)": "ours",
}
COLUMNS = ("psnr_inside", "psnr_outside", "psnr_whole", "ssim", "psnr_masked")


@pytest.fixture(scope="module")
def reader(built: Checkout) -> PdfReader:
    return PdfReader(built.pdf)


@pytest.fixture(scope="module")
def pages(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


@pytest.fixture(scope="module")
def manifest(built: Checkout) -> dict[str, Any]:
    return tomllib.loads((built.folder / "report.toml").read_text(encoding="utf-8"))


def metrics(built: Checkout, name: str, experiment: str = "denoising_autoencoder") -> list[float]:
    """A metric of an experiment in each seed's metrics.json; empty if it is not measured."""
    paths = sorted(Path(built.folder, "build/smoke/runs", experiment).glob("seed-*/metrics.json"))
    stored = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return [each[name]["value"] for each in stored if name in each]


def is_rounded(text: str, value: float) -> bool:
    """Whether a printed number is this value, rounded to the printed decimals, of which there is at least one."""
    places = len(text.partition(".")[2])
    return places > 0 and text == f"{value:.{places}f}"


def test_nothing_is_unresolved(pages: list[str]) -> None:
    assert [number for number, text in enumerate(pages, start=1) if "??" in text or "[?]" in text] == []


def test_title_and_author_are_in_the_metadata(reader: PdfReader, manifest: dict[str, Any]) -> None:
    assert reader.metadata
    assert reader.metadata.author == manifest["report"]["author"]
    assert reader.metadata.title == f"{manifest['report']['title']}: {manifest['report']['subtitle']}"


def test_the_title_block_is_the_manifest_s(pages: list[str], manifest: dict[str, Any]) -> None:
    for key in ("title", "subtitle", "course", "institute", "author", "roll_number"):
        assert manifest["report"][key] in pages[0]
    date = manifest["report"]["date"]
    assert f"{date.day} {date:%B %Y}" in pages[0]


def test_the_first_page_tells_of_published_values(pages: list[str]) -> None:
    assert "quoted from the literature" in " ".join(pages[0].split())


def test_every_page_is_marked_as_a_draft(pages: list[str]) -> None:
    assert len(pages) > 5
    assert [number for number, text in enumerate(pages, start=1) if "DRAFT" not in text] == []


def test_sections_and_parts_are_bookmarks_in_order(reader: PdfReader, manifest: dict[str, Any]) -> None:
    def titles(outline: list[Any]) -> list[str]:
        return [title for item in outline for title in (titles(item) if isinstance(item, list) else [item.title])]

    expected = []
    for number, section in enumerate(manifest["sections"], start=1):
        expected.append(f"{number} {section['title']}")
        expected += [f"{number}.{part} {each['title']}" for part, each in enumerate(section["parts"], start=1)]
    assert titles(reader.outline)[: len(expected)] == expected


def test_the_pdf_can_be_searched_and_heard(reader: PdfReader, pages: list[str]) -> None:
    """The language is set, ligatures and signs are copied as letters, and each figure has an alternative text."""
    assert reader.root_object["/Lang"] == "en"
    text = " ".join("\n".join(pages).split())
    for word in ("coefficient", "Fréchet", "σ", "≤"):
        assert word in text
    assert not set(text) & set("\ufb00\ufb01\ufb02\ufb03\ufb04")
    figures = Counter(
        reader.get_destination_page_number(place)
        for name, place in reader.named_destinations.items()
        if name.startswith("figure.")  # each caption has one
    )
    contents = [page.get_contents().get_data() for page in reader.pages]  # type: ignore[union-attr]
    assert figures.total() > 40
    assert Counter({number: content.count(b"/Alt(") for number, content in enumerate(contents)}) == figures


def test_every_number_of_the_comparison_is_that_of_the_run(built: Checkout, pages: list[str]) -> None:
    heads = "Method Inside (dB) Outside (dB) Whole (dB) SSIM Masking (dB)"
    (page,) = [text for text in pages if heads in text]
    rows = page.split(heads, 1)[1]  # the page's prose names the methods, too
    compared = 0
    for label, method in METHODS.items():
        cells = rows.split(f"{label} ", 1)[1].split()
        for column in COLUMNS:
            values = metrics(built, f"{column}_{method}")
            if values:
                assert is_rounded(cells.pop(0), values[0]), (label, column)
                compared += 1
            elif column == "psnr_outside":
                assert (label, cells.pop(0)) == ("Noisy input", "∞")
            if cells[:1] == ["±"]:
                del cells[:2]
    assert compared == 8 * 4 - 1 + 5


def test_short_trainings_learn_what_long_ones_do(built: Checkout) -> None:
    noisy, ours = (metrics(built, f"psnr_inside_{method}")[0] for method in ("noisy", "ours"))
    assert ours > noisy + 0.7
    assert metrics(built, "psnr_outside_ours")[0] > 28
    assert metrics(built, "located")[0] > 3  # chance level is a quarter of a per cent
    gan = {name: metrics(built, f"improved_{name}", "quadratic_gan")[0] for name in ("on_curve", "coverage")}
    assert gan["on_curve"] > 85
    assert gan["coverage"] > 95
    (loss,) = metrics(built, "improved_discriminator_loss", "quadratic_gan")
    assert loss == pytest.approx(0.25, abs=0.01)  # for equal distributions


def test_headlines_are_those_of_the_run(built: Checkout, pages: list[str], manifest: dict[str, Any]) -> None:
    (part,) = [
        part
        for section in manifest["sections"]
        for part in section["parts"]
        if part.get("experiment") == "denoising_autoencoder"
    ]
    printed = re.findall(r"\d+\.\d+", pages[0])
    for name in part["headline"]:
        assert any(is_rounded(each, metrics(built, name)[0]) for each in printed), name


def test_each_check_that_passed_stands_in_the_appendix(built: Checkout, pages: list[str]) -> None:
    checks = json.loads((built.folder / "build/smoke/checks.json").read_text(encoding="utf-8"))["checks"]
    (count,) = re.findall(r"belongs to one of the (\d+) checks", " ".join(" ".join(pages).split()))
    assert int(count) == len(checks) > 0


def test_provenance_names_the_commit_and_the_data(built: Checkout, pages: list[str]) -> None:
    commit = built.run("git", "rev-parse", "HEAD").stdout.strip()
    text = " ".join(pages)
    assert commit[:12] in text
    assert "uncommitted changes" not in text
    digest, name = (built.folder / "data/mnist/SHA256SUMS").read_text().splitlines()[0].split()
    assert f"mnist/{name}" in text
    assert digest[:32] in text
