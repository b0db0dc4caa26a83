"""Read and validate `report.toml`: title block, ordered sections and parts, data sets, profiles."""

from __future__ import annotations

import datetime
import json
import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from texloom.errors import Place, ReportError, closest
from texloom.results.places import DEFAULT_FOLDER, BuildFolder
from texloom.results.utf8 import parse_toml, read_utf8

STAGES = ("train", "analysis")
"""The modules that can make an experiment's runs: one that trains a model, or one without training."""
COMMAND = "command"
"""Stands for one of STAGES, for an experiment whose runs are made by a command of report.toml."""

SOURCES = ("file", "folder", "url", "doi", "module")
"""The keys for the source of a data set; the first two are the author's own data, which are never fetched."""


def experiment_names(root: Path = Path()) -> list[str]:
    """The experiments: packages of `experiments/` with a train module or an analysis module."""
    return sorted({path.parent.name for stage in STAGES for path in (root / "experiments").glob(f"*/{stage}.py")})


def stage_of(experiment: str, root: Path = Path()) -> str:
    """Which of STAGES an experiment has, or COMMAND."""
    if experiment in command_parts(root):
        return COMMAND
    return next(stage for stage in STAGES if (root / "experiments" / experiment / f"{stage}.py").exists())


def theory_module(fragment: str, root: Path = Path()) -> str | None:
    """The module with the checks of a written answer, theory/<fragment>.py or a package; None if there is none."""
    code = root / "theory" / fragment
    exists = code.with_suffix(".py").exists() or (code / "__init__.py").exists()
    return f"theory.{fragment}" if exists else None


class Entry(BaseModel):
    """A table of the manifest; unknown keys are refused. docs/ and the schema print the docstrings of its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Author(Entry):
    """An author; a list `authors = […]` in `[report]` may also give only names."""

    name: str = Field(min_length=1)
    """Name, as it is printed."""
    affiliation: str = ""
    """Printed behind the name."""
    email: str = Field(default="", pattern=r"^(\S+@\S+)?$")
    """Printed as a link."""
    orcid: str = Field(default="", pattern=r"^(\d{4}-\d{4}-\d{4}-\d{3}[\dX])?$")
    """ORCID iD, for example `0000-0002-1825-0097`; printed as a link."""

    @model_validator(mode="before")
    @classmethod
    def _only_a_name(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


def _words(command: Any) -> Any:
    if isinstance(command, str):
        words = ", ".join(f'"{word}"' for word in command.split())
        raise ValueError(f"command is a list of words, which no shell reads: [{words}]")
    return command


def _pattern(text: str) -> str:
    if Path(text).is_absolute() or ".." in Path(text).parts or text.startswith("**") or not text:
        raise ValueError(
            f"'{text}' is not a pattern of files in a folder of the report, such as R/*.R or R/**/*.R; "
            'files elsewhere are data: [data.<name>] with file = "…"'
        )
    return text


def _settings(values: dict[str, Any]) -> dict[str, Any]:
    for name, value in values.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError):
            raise ValueError(f"config.{name} is {value}, which JSON cannot store; write it as a text") from None
    return values


def _abstract(text: str) -> str:
    if re.search(r"(?<!\\)%", text):
        raise ValueError("abstract is LaTeX, in which % begins a comment; write \\% in a text between '''")
    return text.strip()


class Title(Entry):
    """The title block of the first page."""

    title: str = Field(min_length=1, pattern=r"\S")
    """Title of the report."""
    subtitle: str = ""
    """Printed below the title."""
    course: str = ""
    """Printed above the title, on the left."""
    institute: str = ""
    """Printed above the title, on the right."""
    author: str = ""
    """Name of the author; needed unless there are `authors`."""
    authors: tuple[Author, ...] = ()
    """Several authors, or one with affiliation; each below a line `[[report.authors]]`."""
    abstract: Annotated[str, AfterValidator(_abstract)] = ""
    """Abstract in LaTeX, printed below the title block."""
    keywords: tuple[str, ...] = ()
    """Printed below the abstract, and stored in the PDF."""
    language: Literal["en", "de", "fr", "es", "zh"] = "en"
    """Language of hyphenation, dates, numbers and of all words that the engine prints; `"zh"` needs LuaLaTeX."""
    engine: Literal["pdflatex", "lualatex"] = "pdflatex"
    """The TeX program. `"lualatex"` prints characters of any script; it is slower."""
    roll_number: str = ""
    """Printed beside the author."""
    notebook_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    """Where the notebooks can be opened, printed below the author."""
    date: Annotated[datetime.date, Field(ge=datetime.date(1970, 1, 1))]
    """Date on the first page, for example `2024-08-23`, without quotes. The PDF does not use the current date."""

    @model_validator(mode="after")
    def _fits_together(self) -> Title:
        if not self.author and not self.authors:
            raise ValueError("key 'report.author' is missing; or give tables [[report.authors]], each with a name")
        if self.author and self.authors:
            raise ValueError("has both author and authors; give one of them")
        if self.language == "zh" and self.engine != "lualatex":
            raise ValueError('language = "zh" needs engine = "lualatex"')
        return self

    @property
    def names(self) -> list[str]:
        """The names of all authors."""
        return [author.name for author in self.authors] or [self.author]


class Part(Entry):
    """A subsection: a written answer or an experiment, so exactly one of `theory` and `experiment` is given."""

    title: str = Field(min_length=1)
    """Heading of the subsection."""
    theory: str | None = None
    """The written answer `theory/<name>.tex`; its checks are in `theory/<name>.py` or a package of that name."""
    experiment: str | None = None
    """The package `experiments/<name>/`, or the runs of `command`; laid out by `templates/sections/<name>.tex.j2`."""
    command: Annotated[tuple[Annotated[str, Field(pattern=r"^[^\x00]+$")], ...], BeforeValidator(_words)] = ()
    """The program that makes the experiment's runs in place of the package, with arguments: `["Rscript", "rain.R"]`."""
    inputs: tuple[Annotated[str, AfterValidator(_pattern)], ...] = ()
    """Patterns of the files that the command reads, such as `R/*.R`; files that its arguments name always count."""
    data: tuple[str, ...] = ()
    """Data sets that the command reads, by the names of their tables `[data.<name>]`."""
    config: Annotated[dict[str, Any], AfterValidator(_settings)] = {}
    """Settings of the command, `config.<name>` in the section."""
    seeds: tuple[Annotated[int, Field(strict=True, ge=0, lt=2**31)], ...] = (0,)
    """One run for each seed; values are printed as mean ± standard deviation over them."""
    headline: tuple[str, ...] = ()
    """Names of metrics that the first page shows as results at a glance."""
    labels: dict[str, str] = {}
    """Names for metrics of `headline` on the first page, in place of their descriptions in `metrics.py`."""
    given: tuple[str, ...] = ()
    """Settings whose values the task gives, `name` or `group.name`; the provenance marks them."""
    priority: int = 0
    """Runs with a higher number start first. Give it to the longest runs, so that no core is idle at the end."""

    @model_validator(mode="after")
    def _one_kind(self) -> Part:
        if (self.theory is None) == (self.experiment is None):
            raise ValueError(f"part '{self.title}' needs either theory = … or experiment = …")
        if self.theory is not None and self.headline:
            raise ValueError(f"part '{self.title}' is a written answer and has no metrics for a headline")
        if unknown := sorted(set(self.labels) - set(self.headline)):
            raise ValueError(f"part '{self.title}' has a label for '{unknown[0]}', which is not in its headline")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"part '{self.title}' needs at least one seed, and each only once")
        if len(set(self.headline)) < len(self.headline):
            raise ValueError(f"part '{self.title}' names a metric twice in its headline")
        self._check_command()
        return self

    def _check_command(self) -> None:
        """Raise ValueError for keys that only a command has, and for a command of a written answer."""
        needs_command = [key for key in ("inputs", "data", "config") if getattr(self, key)]
        if needs_command and not self.command:
            raise ValueError(f"part '{self.title}' needs command = […], because it has {needs_command[0]}")
        if self.command and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", self.experiment or ""):
            raise ValueError(
                f"part '{self.title}' needs experiment = …, a name of letters, digits and _, for its command"
            )

    @property
    def name(self) -> str:
        """The fragment or the experiment."""
        return self.theory or self.experiment or ""

    @property
    def label(self) -> str:
        r"""The label for \cref: sec:<name>, with -experiment appended for an experiment."""
        return f"sec:{self.name.replace('_', '-')}" + ("-experiment" if self.experiment else "")


class Section(Entry):
    """A numbered section."""

    title: str = Field(min_length=1)
    """Heading of the section."""
    parts: tuple[Part, ...] = Field(min_length=1)
    """Its subsections, in order, each below a line `[[sections.parts]]`."""


def _sha256(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise ValueError(f"sha256 has 64 digits, 0 to 9 and a to f, not {len(text)} characters like '{text[:12]}'")
    return text


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^/]+/(.*/)?(?!\.{1,2}$)[^/?#]+([?#].*)?", text):
        raise ValueError(f"'{text}' is not the address of a file, such as https://example.org/rain.csv")
    return text


def _doi(text: str) -> str:
    if not re.fullmatch(r"10\.\d{4,9}/\S+", text):
        raise ValueError(f"'{text}' is not a DOI, such as 10.5281/zenodo.4924875")
    return text


def _file_names(names: tuple[str, ...]) -> tuple[str, ...]:
    if bad := [name for name in names if "/" in name or name in ("", ".", "..")]:
        raise ValueError(f"'{bad[0]}' is not the name of a file in a record")
    return names


class DataSet(Entry):
    """A data set: exactly one of `file`, `folder`, `url`, `doi` and `module` says where it comes from."""

    file: str | None = None
    """Your own file, which stays in place. It needs `sha256` if it is outside the report or not in git."""
    folder: str | None = None
    """Your own folder, which stays in place; `sha256` as for a file."""
    url: Annotated[str, AfterValidator(_url)] | None = None
    """URL of a file, which is fetched into `data/`; needs `sha256`."""
    doi: Annotated[str, AfterValidator(_doi)] | None = None
    """DOI of a record of Zenodo, figshare or Dataverse, which is fetched into `data/`."""
    module: str | None = None
    """Module of this report whose function `fetch` fetches the data, for example `experiments.rain`."""
    sha256: Annotated[str, AfterValidator(_sha256)] | None = None
    """Digest of the file; for a folder, of the list that `sha256sum` prints for its files, sorted by name."""
    files: Annotated[tuple[str, ...], AfterValidator(_file_names)] = ()
    """The wanted files of a DOI's record; all by default."""
    licence: str = ""
    """Printed in the provenance."""
    citation: str = ""
    """Printed in the provenance."""

    @model_validator(mode="after")
    def _one_source(self) -> DataSet:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs one of {', '.join(SOURCES)}; has {' and '.join(given) or 'none'}")
        if not getattr(self, given[0]):
            raise ValueError(f"{given[0]} is empty")
        if self.url and not self.sha256:
            raise ValueError('needs sha256 = "…", because the file at a URL can change')
        if self.sha256 and (self.doi or self.module):
            raise ValueError(f"sha256 cannot be given with {given[0]}, which has its own digests")
        if self.files and not self.doi:
            raise ValueError(f"files can only be given with doi, not with {given[0]}")
        return self

    @property
    def kind(self) -> str:
        """The key of SOURCES that is given."""
        return next(name for name in SOURCES if getattr(self, name) is not None)

    @property
    def source(self) -> dict[str, Any]:
        """The keys that determine how it is fetched, without those that are only printed."""
        return self.model_dump(exclude_defaults=True, exclude={"licence", "citation"})

    @property
    def own(self) -> bool:
        """Whether it is the author's own data, which stay where they are; others are fetched."""
        return self.kind in ("file", "folder")


def _identifier(name: str) -> str:
    if not name.isidentifier():
        raise ValueError(f"'{name}' is not a valid name of a data set: use letters, digits and _, no digit first")
    return name


SOURCES_OF_REPORT = (
    *("theory", "experiments", "templates", "tests", "docs", "data", "engine", ".git", ".venv", ".snakemake"),
)
"""Folders of a report that no build may write to."""


def _of_results(folder: str) -> str:
    """The folder of a profile. Raises ValueError for a folder with sources, and for one with a report in it."""
    path = Path(os.path.normpath(folder))
    inside = path.parts[:1] and not path.is_absolute() and path.parts[0] != ".."
    if not re.fullmatch(r"(?!-)[\w./+-]+", folder):
        raise ValueError(f"TeX cannot write into {folder!r}: use letters, digits and . / + - _, no - first, no spaces")
    if Path.cwd().is_relative_to(path.absolute().resolve()) or (inside and path.parts[0] in SOURCES_OF_REPORT):
        raise ValueError(
            f"folder '{folder}' contains files of the report, so no results are written there; choose another"
        )
    return folder


class Profile(Entry):
    """A way to build, chosen by `make PROFILE=<name>`; the default is the profile `report`."""

    folder: Annotated[str, AfterValidator(_of_results)] = DEFAULT_FOLDER
    """Folder of all generated files."""
    smoke: bool = False
    """Run experiments with the values of `Config.smoke()`, which make them short."""
    seeds: Annotated[int, Field(strict=True, ge=1)] | None = None
    """Use only this many seeds of each experiment, the first ones; all by default."""
    watermark: str = ""
    """Text printed across every page."""
    claims: Literal["enforce", "show"] = "enforce"
    """`enforce`: a broken claim stops the build; `show`: it is printed in red."""

    @property
    def options(self) -> list[str]:
        """The command-line options of its runs that change results."""
        return ["--smoke"] if self.smoke else []

    @property
    def build(self) -> BuildFolder:
        """The paths in the profile's folder."""
        return BuildFolder(Path(self.folder))


def _reason(text: str) -> str:
    if not text.strip():
        raise ValueError("needs the reason why it cannot matter, which the provenance prints")
    return " ".join(text.split())


class Proof(Entry):
    """What the PDF carries for `make verify`. The whole table may be left out."""

    attach: Literal["none", "evidence", "all"] = "evidence"
    """`evidence`: results and printed values; `all`: also the files tracked by git; `none`: nothing."""
    anonymous: bool = False
    """Leave out authors, institute, commits and addresses, for a blind review."""

    @model_validator(mode="after")
    def _no_names(self) -> Proof:
        if self.anonymous and self.attach == "all":
            raise ValueError('anonymous = true needs attach = "evidence" or "none", because sources name their authors')
        return self


class Manifest(Entry):
    """The file `report.toml`."""

    report: Title
    """The title block."""
    sections: tuple[Section, ...] = Field(min_length=1)
    """The numbered sections, in order, each below a line `[[sections]]`."""
    data: dict[Annotated[str, AfterValidator(_identifier)], DataSet] = {}
    """Data sets by the names that experiments declare, `DATA = ("<name>",)`."""
    exempt: dict[str, Annotated[str, AfterValidator(_reason)]] = {}
    """Libraries and variables whose changes rebuild nothing, each with a reason, which the provenance prints."""
    proof: Proof = Proof()
    """What the PDF carries for `make verify`."""
    profiles: dict[str, Profile] = {}
    """Ways to build, by name."""

    @property
    def parts(self) -> list[Part]:
        return [part for section in self.sections for part in section.parts]

    @property
    def fragments(self) -> list[str]:
        return [part.theory for part in self.parts if part.theory]

    @property
    def experiments(self) -> dict[str, Part]:
        return {part.experiment: part for part in self.parts if part.experiment}

    @property
    def seeds(self) -> dict[str, tuple[int, ...]]:
        """The seeds of each experiment."""
        return {name: part.seeds for name, part in self.experiments.items()}

    def limited(self, profile: Profile) -> Manifest:
        """The manifest limited to the seeds of the profile."""

        def shortened(section: Section) -> Section:
            parts = (part.model_copy(update={"seeds": part.seeds[: profile.seeds]}) for part in section.parts)
            return section.model_copy(update={"parts": tuple(parts)})

        return self.model_copy(update={"sections": tuple(map(shortened, self.sections))})

    def profile(self, name: str) -> Profile:
        """A profile by name. Raises ReportError for an unknown one."""
        if name not in self.profiles:
            raise ReportError("report.toml", f"unknown profile '{name}'", closest(name, self.profiles))
        return self.profiles[name]


MANIFEST = Path("report.toml")


def exempt_names() -> Collection[str]:
    """The names in [exempt]; quick, because nothing else is checked. Empty if there is no report.toml."""
    return _exempt_names(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.exists() else ()


@lru_cache(maxsize=1)
def _exempt_names(text: str) -> Collection[str]:
    found = parse_toml(text, MANIFEST).get("exempt", {})
    return frozenset(map(as_compared, found if isinstance(found, dict) else ()))


def command_parts(root: Path = Path()) -> Mapping[str, Any]:
    """The parts with a command, by experiment; quick, because nothing is checked. Empty if there is no report.toml."""
    path = root / MANIFEST
    return _command_parts(path.read_text(encoding="utf-8")) if path.exists() else {}


@lru_cache(maxsize=1)
def _command_parts(text: str) -> Mapping[str, Any]:
    with suppress(AttributeError, KeyError, TypeError):
        parts = [part for section in parse_toml(text, MANIFEST)["sections"] for part in section["parts"]]
        return {str(part["experiment"]): part for part in parts if part.get("command") and "experiment" in part}
    return {}


def place_in_part(experiment: str, key: str) -> str:
    """report.toml:line of a key of an experiment's part; of the experiment's name if the part lacks the key."""
    found, of_part = [0, 0], False
    for number, line in enumerate(MANIFEST.read_text(encoding="utf-8").splitlines(), start=1):
        if re.match(r"\s*\[+[\w.]+\]+\s*(#.*)?$", line):
            if of_part:
                break
            found = [0, 0]
        named = re.match(rf"\s*experiment\s*=\s*[\"']{re.escape(experiment)}[\"']", line)
        of_part = of_part or named is not None
        found[0] = number if named else found[0]
        found[1] = number if re.match(rf"\s*{key}\s*=", line) else found[1]
    line = found[1] or found[0] if of_part else 0
    return f"{MANIFEST}:{line}" if line else str(MANIFEST)


def as_compared(name: str) -> str:
    """The normalized name of a library or variable, for comparisons: jinja2 for Jinja2."""
    return re.sub(r"[-_.]+", "-", name).lower()


def load(path: Path = MANIFEST) -> Manifest:
    """Read and validate the manifest, and check that the files it names exist.

    Raises ReportError, with file and line if the key is found in the text.
    """
    try:
        text = read_utf8(path)
    except FileNotFoundError:
        raise ReportError(path, "is missing", "every report needs one; the repository has an example") from None
    try:
        manifest = Manifest.model_validate(parse_toml(text, path))
    except ValidationError as error:
        found = sorted(error.errors(), key=lambda each: each["type"] != "extra_forbidden")  # misspelt keys first
        raise _explain(found[0], text, path) from None
    for part in manifest.parts:
        _check_names(part, text, path)
        if unknown := [name for name in part.data if name not in manifest.data]:
            what = f"part '{part.title}' names the data set '{unknown[0]}', which is not declared"
            raise ReportError(place_in_part(part.name, "data"), what, closest(unknown[0], manifest.data))
    _check_once(manifest, text, path)
    for name, data in manifest.data.items():
        if data.module is not None and not _exists(data.module):
            what = f"there is no module '{data.module}' in the report"
            raise ReportError(Place(path, "data", name, "module"), what, "experiments.rain is experiments/rain.py")
    return manifest


def _check_once(manifest: Manifest, text: str, path: Path) -> None:
    """Raise ReportError for two parts of the same name and kind, and for two profiles with one folder."""
    seen: set[tuple[bool, str]] = set()
    for part in manifest.parts:
        kind = "theory" if part.theory else "experiment"
        if (part.theory is None, part.name) in seen:
            lines = [
                n
                for n, line in enumerate(text.splitlines(), 1)
                if re.match(rf"\s*{kind}\s*=.*\b{re.escape(part.name)}\b", line)
            ]
            where = f"{path}:{lines[-1]}" if lines else path
            what = f"{kind} '{part.name}' is listed as a part twice"
            raise ReportError(
                where, what, f"the other is in line {lines[0]}; remove one" if len(lines) > 1 else "remove one"
            )
        seen.add((part.theory is None, part.name))
    folders: dict[str, str] = {}
    for name, profile in manifest.profiles.items():
        if other := folders.get(folder := os.path.normpath(profile.folder)):
            what = f"profile '{name}' has the folder '{folder}' of profile '{other}', whose results it would overwrite"
            raise ReportError(Place(path, "profiles", name), what, f'give it another: folder = "{folder}/{name}"')
        folders[folder] = name


def _exists(module: str) -> bool:
    """Whether the report has a module of this name."""
    names = module.split(".")
    files = (Path(*names[:-1], f"{names[-1]}.py"), Path(*names, "__init__.py"))
    return all(map(str.isidentifier, names)) and any(map(Path.is_file, files))


def _place(path: Path, text: str, pattern: str) -> str:
    """path:line of the first line that matches, or only the path."""
    for number, line in enumerate(text.splitlines(), start=1):
        if re.search(pattern, line):
            return f"{path}:{number}"
    return str(path)


def _explain(error: Any, text: str, path: Path) -> ReportError:
    names = [str(part) for part in error["loc"] if part != "[key]"]  # pydantic's mark of a bad key
    key = next((name for name in reversed(names) if not name.isdigit()), "")
    dotted = ".".join(names)
    if error["type"] == "extra_forbidden":
        way_out = closest(key, _known_keys(error["loc"]))
        return ReportError(
            _place(path, text, rf"^\s*\[*(\w+\.)*{re.escape(key)}\b"), f"unknown key '{dotted}'", way_out
        )
    if error["type"] == "missing":
        return ReportError(path, f"key '{dotted}' is missing")
    if error["type"] in ("model_type", "dict_type"):
        keys = ", ".join(_known_keys((*error["loc"], "")))
        return ReportError(
            Place(path, *names), f"'{dotted}' is not a table", f"put its keys below a line [{dotted}]: {keys}"
        )
    message = error["msg"].removeprefix("Value error, ")
    if names[:1] in (["data"], ["exempt"]):
        return ReportError(Place(path, *names), f"{dotted}: {message}")
    if names[:1] in (["report"], ["profiles"]):
        where: object = Place(path, *names)
    else:
        where = _place(path, text, rf"^\s*{re.escape(key)}\s*=") if key else path
    if found := re.match(r"part '(.+)' (?:needs|names|is)", message):
        where = _place(path, text, rf"^\s*title\s*=\s*[\"']{re.escape(found[1])}[\"']")
    return ReportError(where, f"{dotted}: {message}" if error["type"] != "value_error" else message)


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """The valid keys of the table that contains an unknown key."""
    table: type[Entry] = Manifest
    children = {
        "report": Title,
        "authors": Author,
        "sections": Section,
        "parts": Part,
        "data": DataSet,
        "proof": Proof,
        "profiles": Profile,
    }
    for name in location[:-1]:
        table = children.get(str(name), table)
    return list(table.model_fields)


def _check_names(part: Part, text: str, path: Path) -> None:
    if part.theory is not None:
        known = sorted(file.stem for file in Path("theory").glob("*.tex") if file.stem != "notation")
        kind, folder = "theory", "theory/"
    elif part.command:
        return
    else:
        known, kind, folder = experiment_names(), "experiment", "experiments/"
    if part.name not in known:
        where = _place(path, text, rf"^\s*{kind}\s*=\s*[\"']{re.escape(part.name)}[\"']")
        if kind == "experiment" and (package := Path("experiments", part.name)).is_dir():
            without = " and no ".join(f"{stage}.py" for stage in STAGES)
            raise ReportError(where, f"{package} has no {without}", "it needs one of them; make new NAME=x shows how")
        what = f"part '{part.title}' names {kind} '{part.name}', which is not in {folder}"
        raise ReportError(where, what, closest(part.name, known))
