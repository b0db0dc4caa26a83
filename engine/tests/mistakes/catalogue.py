r"""The catalogue of mistakes, by kind."""

from __future__ import annotations

from pathlib import Path

from .mistake import (
    ANALYSIS,
    CHECKS,
    CONFIG,
    FIGURES,
    FRAGMENT,
    METRICS,
    TEMPLATE,
    TOML,
    Mistake,
    appended,
    changed,
    dangling,
    encoded,
    made_folder,
    nothing,
    removed,
    together,
    written,
)

BIB, NOTATION, PICTURE = "theory/references.bib", "theory/notation.tex", "theory/photo.png"


def files() -> list[Mistake]:
    """Files that are not what they should be."""
    found = []
    for name in (FRAGMENT, TEMPLATE, TOML, BIB, NOTATION, "templates/report.tex.j2", "templates/preamble.tex"):
        short = Path(name).name
        if name != "templates/report.tex.j2":
            found.append(
                Mistake(
                    f"{short} in Latin-1",
                    together(
                        appended(name, "% groesse"),
                        lambda folder, name=name: (folder / name).write_bytes(
                            (folder / name).read_bytes() + b"% gr\xf6\xdfe\n"
                        ),
                    ),
                    f"{name}:",
                    ("UTF-8",),
                )
            )
        found += [
            Mistake(f"{short} in UTF-16", encoded(name, "utf-16"), f"{name}:1: ", ("UTF-8",)),
            Mistake(f"{short} is a folder", made_folder(name), f"{name}: "),
            Mistake(f"{short} is a dangling link", dangling(name), f"{name}: "),
            Mistake(
                f"{short} is removed",
                removed(name),
                "" if name == FRAGMENT else f"{name}: ",
                (name.split("/")[-1].split(".")[0],),
            ),
        ]
    shown = appended(FRAGMENT, r"\includegraphics{theory/photo.png}")
    for what, content in (("empty", b""), ("cut short", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), ("a text", b"photo")):
        found.append(
            Mistake(
                f"a picture is {what}",
                together(shown, written(PICTURE, content)),
                f"{FRAGMENT}@photo.png",
                ("photo.png",),
            )
        )
    found.append(Mistake("a picture is missing", shown, f"{FRAGMENT}@photo.png", ("photo.png",)))
    found.append(
        Mistake(
            "a picture is a folder",
            together(shown, lambda folder: (folder / PICTURE).mkdir()),
            f"{FRAGMENT}@photo.png",
            ("photo.png",),
        )
    )
    for name in (ANALYSIS, FIGURES, CONFIG, METRICS, CHECKS):
        short = Path(name).name
        found += [
            Mistake(f"{short} in UTF-16", encoded(name, "utf-16"), f"{name}:1: ", ("UTF-8",)),
            Mistake(f"{short} is a folder", made_folder(name), f"{name}"),
            Mistake(
                f"{short} has an error of syntax",
                appended(name, "def broken(:"),
                f"{name}@def broken",
                ("is not Python",),
            ),
            Mistake(f"{short} has a null byte", appended(name, "x = '\0'"), f"{name}:", ()),
            Mistake(
                f"{short} is indented wrongly", appended(name, "def f():\npass"), f"{name}@pass", ("is not Python",)
            ),
        ]
    return found


def in_template(text: str, *words: str, where: str = "") -> Mistake:
    """A template with a line at its end."""
    return Mistake(text, appended(TEMPLATE, text), where or f"{TEMPLATE}@{text.splitlines()[0]}", words)


def arithmetic() -> list[Mistake]:
    """Arithmetic in templates that means nothing."""
    return [
        in_template(each)
        for each in (
            r"\VAR{1 / 0}",
            r"\VAR{1 % 0}",
            r"\VAR{m.coverage + 'text'}",
            r"\VAR{m.coverage * [1]}",
            r"\VAR{m.coverage ** 'x'}",
            r"\VAR{m.coverage - none}",
            r"\VAR{(-m.coverage) ** 0.5}",
            r"\VAR{m.coverage + m.end_points_deviation}",
            r"\VAR{m.coverage - m.end_points_deviation}",
            r"\VAR{2 ** m.coverage}",
            r"\VAR{m.coverage | sqrt}",
            r"\VAR{m.coverage // 0}",
            r"\VAR{m.coverage % 0}",
            r"\VAR{m.coverage is even}",
            r"\VAR{m.coverage | length}",
            r"\VAR{m.coverage[0]}",
            r"\VAR{m.coverage()}",
            r"\VAR{m.coverage.mean.x}",
            r"\VAR{config.noise + 'x'}",
            r"\VAR{config.noise.x}",
            r"\VAR{seeds[7]}",
            r"\VAR{seeds + 1}",
            r"\VAR{'%d' % m.coverage.name}",
            r"\VAR{10 ** 400 * 1.5}",
            r"\VAR{m.coverage | round('x')}",
            r"\VAR{[m.coverage, 'x'] | sum}",
            r"\VAR{[m.coverage, 'x'] | max}",
            r"\VAR{m.coverage in 3}",
        )
    ]


def functions() -> list[Mistake]:
    """Functions of templates that are called wrongly."""
    return [
        *(
            in_template(each)
            for each in (
                r"\VAR{claim('It is so.', 'text')}",
                r"\VAR{claim('It is so.', true)}",
                r"\VAR{claim('It is so.')}",
                r"\VAR{claim()}",
                r"\VAR{claim(3, m.coverage > 0)}",
                r"\VAR{claim('It is so.', m.coverage)}",
                r"\VAR{claim('It is so.', m.coverage == m.coverage)}",
                r"\VAR{claim('It is so.', m.coverage > m.end_points_deviation)}",
                r"\VAR{claim('It is so.', m.end_points_deviation < m.coverage)}",
                r"\VAR{claim('It is so.', m.coverage > 'x')}",
                r"\VAR{claim('It is so.', m.coverage > none)}",
                r"\VAR{claim('It is so.', 1 < m.coverage < 200)}",
                r"\VAR{claim('It is so.', condition=m.coverage > 0)}",
                r"\VAR{claim('', m.coverage > 0)}",
                r"\VAR{claim('It is so.', m.coverage > 0, m)}",
                r"\VAR{figure()}",
                r"\VAR{figure(3)}",
                r"\VAR{figure('stiffnes')}",
                r"\VAR{figure('../theory/x')}",
                r"\VAR{figure('stiffness', width=3)}",
                r"\VAR{figure('stiffness', caption=3.5, size='x')}",
                r"\VAR{figure}",
                r"\VAR{table()}",
                r"\VAR{table('comparisn')}",
                r"\VAR{table(['comparison'])}",
                r"\VAR{table('comparison', colour='red')}",
                r"\VAR{listing()}",
                r"\VAR{listing('experiments.spring.estimates')}",
                r"\VAR{listing('experiments.spring.nowhere', 'f')}",
                r"\VAR{listing('experiments.spring.estimates', 'nowhere')}",
                r"\VAR{listing('experiments/spring/estimates.py', 'least_squares')}",
                r"\VAR{listing(3, 4)}",
                r"\VAR{architecture('net')}",
                r"\VAR{architecture()}",
                r"\VAR{shape('net', 'x')}",
                r"\VAR{number('text')}",
                r"\VAR{number(none)}",
                r"\VAR{number()}",
                r"\VAR{number(1.5, digits=0)}",
                r"\VAR{number(1.5, digits=-1)}",
                r"\VAR{number(1.5, digits='x')}",
                r"\VAR{number([1])}",
                r"\VAR{m}",
                r"\VAR{config}",
                r"\VAR{claim}",
                r"\VAR{seeds.x}",
                r"\VAR{m.coverag}",
                r"\VAR{m['coverag']}",
                r"\VAR{m[0]}",
                r"\VAR{m.coverage.lowst}",
                r"\VAR{config.nois}",
                r"\VAR{config[0]}",
                r"\VAR{config['nois']}",
                r"\VAR{nowhere}",
                r"\VAR{nowhere(3)}",
                r"\VAR{m.coverage | nowhere}",
                r"\VAR{m.coverage is nowhere}",
                r"\VAR{m.coverage",
                r"\VAR{}",
                r"\BLOCK{for x in 3}x\BLOCK{endfor}",
                r"\BLOCK{for x in m}x\BLOCK{endfor}",
                r"\BLOCK{nowhere}",
                r"\BLOCK{if m.coverage > 3}x",
                r"\BLOCK{include 'sections/spring.tex.j2'}",
                r"\BLOCK{include 'sections/nowhere.tex.j2'}",
                r"\BLOCK{include 3}",
                r"\BLOCK{extends 'nowhere.tex.j2'}",
                r"\BLOCK{import 'nowhere.tex.j2' as x}",
                r"\BLOCK{call figure('stiffness', 'two captions')}a\BLOCK{endcall}\BLOCK{call nowhere()}a\BLOCK{endcall}",
                r"\BLOCK{macro f(x)}\VAR{x / 0}\BLOCK{endmacro}\VAR{f(1)}",
            )
        )
    ]


def names() -> list[Mistake]:
    """Names used twice."""
    part = '[[sections.parts]]\ntitle = "Again"\n{} = "{}"\n'
    sections = lambda text: changed(TOML, "[profiles.report]", f"{text}\n[profiles.report]")  # noqa: E731
    label = "\\begin{equation}\n  \\label{eq:slope-even} x=1\n\\end{equation}"
    return [
        Mistake(
            "the same experiment twice", sections(part.format("experiment", "spring")), f"{TOML}:", ("spring", "twice")
        ),
        Mistake(
            "the same answer twice",
            sections(part.format("theory", "first_answer")),
            f"{TOML}:",
            ("first_answer", "twice"),
        ),
        Mistake("a label twice in a fragment", appended(FRAGMENT, label), f"{FRAGMENT}:", ("eq:slope-even",)),
        Mistake(
            "a label in fragment and template", appended(TEMPLATE, label), f"{TEMPLATE}:", ("eq:slope-even", FRAGMENT)
        ),
        Mistake(
            "a label twice in a template",
            appended(TEMPLATE, r"\label{a:x}" "\n\n" r"Text.\label{a:x}"),
            f"{TEMPLATE}:",
            ("a:x",),
        ),
        Mistake(
            "a figure twice",
            appended(TEMPLATE, r"\VAR{figure('stiffness', 'Again.')}"),
            f"{TEMPLATE}@Again",
            ("stiffness",),
        ),
        Mistake(
            "a table twice",
            appended(TEMPLATE, r"\VAR{table('comparison', 'Again.')}"),
            f"{TEMPLATE}@Again",
            ("comparison",),
        ),
        Mistake(
            "a check twice",
            appended(CHECKS, '@verifies("eq:slope-even", how="x")\ndef again():\n    return Absolute(0.0, 1.0)'),
            f"{CHECKS}:",
            ("eq:slope-even",),
        ),
        Mistake(
            "an entry of the bibliography twice",
            appended(BIB, "@book{plackett1950, title={x}, author={A}, year={1}, publisher={x}}"),
            f"{BIB}:",
            ("plackett1950",),
        ),
        Mistake(
            "a key of report.toml twice",
            changed(TOML, 'title = "My report"', 'title = "My report"\ntitle = "Again"'),
            f"{TOML}@Again",
            (),
        ),
        Mistake("a table of report.toml twice", appended(TOML, '[profiles.smoke]\nfolder = "b"'), f"{TOML}:", ()),
        Mistake(
            "a profile for the same folder",
            appended(TOML, '[profiles.other]\nfolder = "build"'),
            f"{TOML}@[profiles.other]",
            ("folder",),
        ),
    ]


def manifest() -> list[Mistake]:
    """Values of report.toml outside their range."""
    seeds = [
        ("-1", ()),
        ("10000000000000000000000000000000", ()),
        ("true", ()),
        ("0.5", ()),
        ('"0"', ()),
        ("", ("seed",)),
        ("0, 0", ("once",)),
        ("[0]", ()),
    ]
    folders = [
        "",
        ".",
        "..",
        "theory",
        "experiments",
        "templates/x",
        "a b\n",
        "build/../theory",
        ".git",
        ".snakemake",
        "data",
        "~",
        "engine",
        ".venv/x",
        "tests",
    ]
    dates = ["0001-01-01", '"yesterday"', "2024", "2024-13-01", "true", "1969-12-31", "2024-01-01T10:00:00"]
    values = [
        ("title", 'title = "My report"', 'title = ""'),
        ("title a number", 'title = "My report"', "title = 3"),
        ("title of blanks", 'title = "My report"', 'title = "  "'),
        ("author", 'author = "A. Student"', 'author = ["A"]'),
        ("author empty", 'author = "A. Student"', 'author = ""'),
        ("headline", 'headline = ["least_squares_deviation"', 'headline = ["nowhere"'),
        ("headline a text", 'headline = ["least_squares_deviation", "end_points_deviation"]', 'headline = "coverage"'),
        ("headline twice", 'headline = ["least_squares_deviation"', 'headline = ["end_points_deviation"'),
        ("part without a title", 'title = "Spring"\n', ""),
        ("part empty", 'title = "Spring"', 'title = ""'),
        ("experiment misspelt", 'experiment = "spring"', 'experiment = "sprin"'),
        ("experiment empty", 'experiment = "spring"', 'experiment = ""'),
        ("experiment with a slash", 'experiment = "spring"', 'experiment = "../spring"'),
        ("theory misspelt", 'theory = "first_answer"', 'theory = "first_anser"'),
        ("theory with its ending", 'theory = "first_answer"', 'theory = "first_answer.tex"'),
        ("theory is the notation", 'theory = "first_answer"', 'theory = "notation"'),
        ("smoke a text", "smoke = true", 'smoke = "maybe"'),
        ("claims", 'claims = "show"', 'claims = "maybe"'),
        ("key", 'claims = "show"', 'clams = "show"'),
        ("seeds of a profile", 'claims = "show"', "seeds = 0"),
        ("seeds of a profile, true", 'claims = "show"', "seeds = true"),
        ("watermark", 'watermark = "DRAFT"', "watermark = 3"),
        ("no quotes", 'author = "A. Student"', "author = A. Student"),
        ("no profile", "[profiles.report]", "[profiles.reprt]"),
        ("a section without parts", "[[sections]]", '[[sections]]\ntitle = "Empty"\n\n[[sections]]'),
        ("[sections] for [[sections]]", "[[sections]]", "[sections]"),
        ("exempt without reason", "[profiles.report]", '[exempt]\npooch = ""\n\n[profiles.report]'),
        ("exempt of nothing", "[profiles.report]", '[exempt]\nnowhere = "x"\n\n[profiles.report]'),
        ("data without a source", "[profiles.report]", '[data.rain]\nlicence = "x"\n\n[profiles.report]'),
        ("data of two sources", "[profiles.report]", '[data.rain]\nfile = "x"\nfolder = "y"\n\n[profiles.report]'),
        ("data with a blank", "[profiles.report]", '[data."a b"]\nfile = "x"\n\n[profiles.report]'),
        (
            "a url without digest",
            "[profiles.report]",
            '[data.rain]\nurl = "https://example.org/x"\n\n[profiles.report]',
        ),
        ("priority", 'title = "Spring"', 'title = "Spring"\npriority = "high"'),
        ("notebook_url", 'roll_number = ""', 'notebook_url = "my page"'),
    ]
    return [
        *(
            Mistake(
                f"seeds = [{each}]",
                changed(TOML, "seeds = [0, 1]", f"seeds = [{each}]"),
                TOML if words else f"{TOML}@seeds = [{each}]",
                words,
            )
            for each, words in seeds
        ),
        Mistake("seeds = 3", changed(TOML, "seeds = [0, 1]", "seeds = 3"), f"{TOML}@seeds = 3", ()),
        *(
            Mistake(
                f"folder = {each!r}",
                changed(TOML, 'folder = "build/smoke"', f"folder = {_toml(each)}"),
                f"{TOML}@folder = {_toml(each)}",
                ("folder",),
            )
            for each in folders
        ),
        *(
            Mistake(
                f"date = {each}",
                changed(TOML, "date = 2024-01-01", f"date = {each}"),
                f"{TOML}@date = {each}" if "13" not in each else f"{TOML}:",
                (),
            )
            for each in dates
        ),
        *(Mistake(name, changed(TOML, old, new), TOML, ()) for name, old, new in values),
        Mistake("report.toml is empty", written(TOML, ""), f"{TOML}: ", ()),
        Mistake("report.toml is a text", written(TOML, "My report\n"), f"{TOML}:1: ", ()),
    ]


def _toml(text: str) -> str:
    return '"' + text.replace("\n", "\\n") + '"'


def checks() -> list[Mistake]:
    """Checks that are wrong."""
    old = "return Absolute(error=abs(line_covariance(UNEVEN)[1, 1] - formula(SIGMA, UNEVEN)), tolerance=1e-12)"
    at, by = f"{CHECKS}:", ("eq:slope-variance",)
    returned = {
        "raises": "raise ValueError('no')",
        "divides by 0": "return 1 / 0",
        "a number": "return 0.5",
        "nothing": "pass",
        "true": "return True",
        "an array": "return np.zeros(3)",
        "a complex error": "return Absolute(error=1j, tolerance=1e-12)",
        "an array as error": "return Absolute(error=np.zeros(3), tolerance=1e-12)",
        "an error None": "return Absolute(error=None, tolerance=1e-12)",
        "an error NaN": "return Absolute(error=float('nan'), tolerance=1e-12)",
        "a negative error": "return Absolute(error=-1.0, tolerance=1e-12)",
        "an error of text": "return Absolute(error='0', tolerance=1e-12)",
        "no tolerance": "return Absolute(error=0.0)",
        "a tolerance of text": "return Absolute(error=0.0, tolerance='1e-3')",
        "a tolerance None": "return Absolute(error=0.0, tolerance=None)",
        "a tolerance infinite": "return Absolute(error=0.0, tolerance=float('inf'))",
        "a relative tolerance of 1": "return Relative(error=0.5, tolerance=1.0)",
        "a tolerance NaN": "return Absolute(error=0.0, tolerance=float('nan'))",
        "a negative tolerance": "return Absolute(error=0.0, tolerance=-1.0)",
        "Measured itself": "return Measured(0.0, 1.0)",
        "the class": "return Absolute",
        "fails": "return Absolute(error=1.0, tolerance=1e-12)",
        "symbolic text": "return Symbolic('x')",
        "symbolic half": "return Symbolic(0.5)",
        "symbolic bool": "return Symbolic(True)",
        "Monte Carlo of 0": "return MonteCarlo(0.0, 0.0)",
        "Monte Carlo infinite": "return MonteCarlo(0.0, float('inf'))",
        "Monte Carlo text": "return MonteCarlo(0.0, 'x')",
        "Monte Carlo above 1": "return MonteCarlo(0.1, 3.0)",
        "sys.exit": "import sys; sys.exit(3)",
        "exits well": "raise SystemExit",
        "yields": "yield Absolute(0.0, 1e-9)",
    }
    imported = changed(
        CHECKS,
        "import Absolute, Measured, verifies",
        "import Absolute, Measured, MonteCarlo, Relative, Symbolic, verifies",
    )
    head = '@verifies("eq:slope-variance", how="pseudo-inverse of the design matrix, five uneven places")'
    fails_in = {"raises", "divides by 0", "sys.exit", "exits well", "no tolerance"}
    return [
        *(
            Mistake(
                f"a check: {name}",
                together(imported, changed(CHECKS, old, text)),
                f"{CHECKS}@{text}" if name in fails_in else at,
                by,
            )
            for name, text in returned.items()
        ),
        Mistake("@verifies without arguments", changed(CHECKS, head, "@verifies"), f"{CHECKS}:", ("@verifies",)),
        Mistake("@verifies()", changed(CHECKS, head, "@verifies()"), f"{CHECKS}@@verifies()", ("label",)),
        Mistake(
            "@verifies without how",
            changed(CHECKS, head, '@verifies("eq:slope-variance")'),
            f'{CHECKS}@@verifies("eq:slope-variance")',
            ("how",),
        ),
        Mistake("@verifies a number", changed(CHECKS, head, '@verifies(3, how="x")'), f"{CHECKS}:", ()),
        Mistake(
            "how of None", changed(CHECKS, head, '@verifies("eq:slope-variance", how=None)'), f"{CHECKS}:", ("how",)
        ),
        Mistake("how empty", changed(CHECKS, head, '@verifies("eq:slope-variance", how="")'), f"{CHECKS}:", ("how",)),
        Mistake(
            "a label misspelt",
            changed(CHECKS, head, '@verifies("eq:slope-varianc", how="x")'),
            f"{CHECKS}:",
            ("eq:slope-varianc", "closest"),
        ),
        Mistake(
            "a check wants arguments",
            changed(CHECKS, "formula: Callable[..., float] = variance_over_uneven", "formula"),
            f"{CHECKS}:",
            by,
        ),
        Mistake(
            "a check is a class",
            appended(CHECKS, '@verifies("eq:slope-even", how="x")\nclass Again:\n    pass'),
            f"{CHECKS}:",
            (),
        ),
        Mistake(
            "an import that does not exist",
            changed(CHECKS, "import numpy as np", "import numpi as np"),
            f"{CHECKS}@import numpi",
            ("numpi",),
        ),
        Mistake(
            "a name that numpy does not have",
            changed(CHECKS, "import numpy as np", "from numpy import nowhere\nimport numpy as np"),
            f"{CHECKS}@nowhere",
            ("nowhere",),
        ),
        Mistake(
            "a module without its fragment",
            written(
                "theory/second_answer.py",
                "from texloom.document.checks import Absolute, verifies\n\n\n@verifies('eq:x', how='x')\ndef x():\n    return Absolute(0.0, 1e-9)\n",
            ),
            "theory/second_answer.py: ",
            (),
        ),
        Mistake(
            "a mark without a check",
            appended(FRAGMENT, r"\begin{equation}\label{eq:new}x\checked{eq:new}\end{equation}"),
            f"{FRAGMENT}@eq:new",
            ("has no check",),
        ),
        Mistake(
            "a mark misspelt",
            changed(FRAGMENT, r"\checked{eq:slope-even}", r"\checked{eq:slope-evn}"),
            "theory/first_answer",
            (),
        ),
        Mistake(
            "a name misspelt at import",
            changed(CHECKS, "SIGMA = 0.7", "SIGMA = nowhere"),
            f"{CHECKS}@SIGMA = nowhere",
            ("nowhere",),
        ),
        Mistake(
            "a figure of a written answer raises",
            appended(CHECKS, "def figures():\n    return {'x': 1 / 0}"),
            f"{CHECKS}@1 / 0",
            ("division by zero",),
        ),
        Mistake(
            "figures of a written answer are a list",
            appended(CHECKS, "def figures():\n    return []"),
            f"{CHECKS}:",
            ("figures",),
        ),
        Mistake(
            "a figure of a written answer is None",
            appended(CHECKS, "def figures():\n    return {'x': None}"),
            f"{CHECKS}:",
            ("'x'",),
        ),
    ]


def drawing() -> list[Mistake]:
    """figures(), tables() and animations()."""
    figures, tables = 'return {"stiffness": stiffness(runs)}', 'return {"comparison": comparison(runs)}'
    begin = f"{FIGURES}:"
    what = {
        "an int": "return 3",
        "a list": "return [stiffness(runs)]",
        "None": "return None",
        "an Axes": "return stiffness(runs).axes[0]",
        "a figure": "return stiffness(runs)",
        "nothing": "pass",
        "a figure None": 'return {"stiffness": None}',
        "a figure that is an Axes": 'return {"stiffness": stiffness(runs).axes[0]}',
        "a figure that is a list": 'return {"stiffness": [stiffness(runs)]}',
        "a figure that is an array": 'return {"stiffness": np.zeros(3)}',
        "a figure not called": 'return {"stiffness": stiffness}',
        "a name that is a number": "return {1: stiffness(runs)}",
        "an empty name": 'return {"": stiffness(runs)}',
        "a name with a slash": 'return {"a/b": stiffness(runs)}',
        "a name with ..": 'return {"../stiffness": stiffness(runs)}',
        "a name with a line break": 'return {"a\\nb": stiffness(runs)}',
        "a name with %": 'return {"a%b": stiffness(runs)}',
        "a name with ~": 'return {"a~b": stiffness(runs)}',
        "a name of 300 letters": 'return {"a" * 300: stiffness(runs)}',
        "a name with a brace": 'return {"a{b": stiffness(runs)}',
        "an array that is not there": 'return {"stiffness": runs[0].arrays["nowhere"]}',
        "a metric that is not there": 'return {"stiffness": runs.metric("coverag")}',
        "a setting that is not there": 'return {"stiffness": runs[0].config["nois"]}',
        "a run that is not there": 'return {"stiffness": runs[7]}',
        "mathtext": 'f = stiffness(runs); f.suptitle(r"$\\frac{1}$"); return {"stiffness": f}',
        "raises": 'raise ValueError("two\\nlines")',
        "a size of 0": 'return {"stiffness": new_figure(height=0)}',
        "a size of NaN": 'return {"stiffness": new_figure(height=float("nan"))}',
        "sys.exit": "import sys; sys.exit('enough')",
        "an attribute that is not there": "return runs.nowhere",
        "a recursion": "return figures(runs)",
        "a history that is not there": 'return {"stiffness": runs[0].history["loss"]}',
        "weights that are not there": 'return {"stiffness": runs[0].weights["w"]}',
    }
    table = {
        "an int": "return 3",
        "a list": "return []",
        "None": "return None",
        "a table None": 'return {"comparison": None}',
        "a list for a table": 'return {"comparison": [[1]]}',
        "a name that is a number": "return {1: comparison(runs)}",
        "an empty name": 'return {"": comparison(runs)}',
        "an array as a cell": 'return {"comparison": Table([("a", ""), ("b", "")], [["x", np.zeros(3)]])}',
        "a list as a cell": 'return {"comparison": Table([("a", ""), ("b", "")], [["x", [1]]])}',
        "a dictionary as a cell": 'return {"comparison": Table([("a", ""), ("b", "")], [["x", {}]])}',
        "rows of unequal length": 'return {"comparison": Table([("a", ""), ("b", "")], [["x"]])}',
        "columns without units": 'return {"comparison": Table(["a", "b"], [["x", 1]])}',
        "a unit None": 'return {"comparison": Table([("a", None)], [["x"]])}',
        "no columns": 'return {"comparison": Table([], [])}',
        "a row that is a number": 'return {"comparison": Table([("a", "")], [3])}',
        "emphasis outside": 'return {"comparison": Table([("a", "")], [["x"]], emphasis=7)}',
        "decimals too few": 'return {"comparison": Table([("a", ""), ("b", "")], [["x", 1]], decimals=[1])}',
        "a complex cell": 'return {"comparison": Table([("a", ""), ("b", "")], [["x", 1j]])}',
        "a null character": 'return {"comparison": Table([("a", "")], [["\\0"]])}',
        "a metric that is not there": 'return {"comparison": Table([("a", "")], [[runs.metric("coverag")]])}',
        "raises": "return {}['x']",
        "a set as a cell": 'return {"comparison": Table([("a", "")], [[{1}]])}',
        "a row that is a text": 'return {"comparison": Table([("a", ""), ("b", "")], ["xy"])}',
    }
    moving = {
        "an int": "return 3",
        "a text": "return {'x': 'y'}",
        "a figure": "return {'x': figures(runs)}",
        "None": "return None",
        "a name with ..": "return {'../x': b'GIF89a'}",
        "a name that is a number": "return {1: b'GIF89a'}",
        "no GIF": "return {'x': b'text'}",
        "empty": "return {'x': b''}",
        "raises": "return {'x': 1 / 0}",
    }
    return [
        *(Mistake(f"figures(): {name}", changed(FIGURES, figures, text), begin, ()) for name, text in what.items()),
        *(Mistake(f"tables(): {name}", changed(FIGURES, tables, text), begin, ()) for name, text in table.items()),
        *(
            Mistake(f"animations(): {name}", appended(FIGURES, f"def animations(runs):\n    {text}"), begin, ())
            for name, text in moving.items()
        ),
        Mistake(
            "a figure taller than a page",
            changed(FIGURES, figures, 'return {"stiffness": new_figure(height=30)}'),
            f"{TEMPLATE}:",
            ("too high",),
        ),
        Mistake(
            "a figure wider than the page",
            changed(FIGURES, figures, 'return {"stiffness": new_figure(height=1, width=20)}'),
            f"{TEMPLATE}:",
            ("too wide",),
        ),
        Mistake("figures missing", changed(FIGURES, "def figures(", "def figurs("), f"{FIGURES}: ", ("figures",)),
        Mistake("tables missing", changed(FIGURES, "def tables(", "def tabls("), f"{FIGURES}: ", ("tables",)),
        Mistake(
            "figures is no function",
            changed(FIGURES, "def figures(", "figures = 3\n\n\ndef figurs("),
            begin,
            ("figures",),
        ),
        Mistake(
            "figures() without runs",
            changed(FIGURES, "def figures(runs: Runs)", "def figures()"),
            f"{FIGURES}@def figures",
            ("figures()",),
        ),
        Mistake(
            "figures() of two arguments",
            changed(FIGURES, "def figures(runs: Runs)", "def figures(runs: Runs, more)"),
            f"{FIGURES}@def figures",
            ("figures()",),
        ),
        Mistake(
            "tables() without runs",
            changed(FIGURES, "def tables(runs: Runs)", "def tables()"),
            f"{FIGURES}@def tables",
            ("tables()",),
        ),
        Mistake("animations is no function", appended(FIGURES, "animations = {}"), begin, ("animations",)),
        Mistake("figures.py is missing", removed(FIGURES), "experiments/spring: ", ("figures.py",)),
        Mistake(
            "an import that is not there",
            changed(FIGURES, "import numpy as np", "import numpi as np"),
            f"{FIGURES}@numpi",
            ("numpi",),
        ),
        Mistake(
            "a name that texloom does not have",
            changed(FIGURES, "import Table\n", "import Tabel\n"),
            f"{FIGURES}@Tabel",
            ("Tabel",),
        ),
    ]


def running() -> list[Mistake]:
    """The analysis, its configuration and its metrics."""
    last = 'run.array("end_points", joined)'
    line = lambda name, text, *words: Mistake(name, changed(ANALYSIS, last, text), f"{ANALYSIS}@{text}", words)  # noqa: E731
    covered = 'run.metric("coverage", 100 * covered.mean())'
    value = lambda text, *words: Mistake(
        f"a metric {text}",
        changed(ANALYSIS, covered, f'run.metric("coverage", {text})'),
        f'{ANALYSIS}@run.metric("coverage", {text})',
        ("coverage", *words),
    )
    declared = (
        '"coverage": Metric("%", "series whose interval of ±1.96 standard deviations contains the true stiffness"),'
    )
    meaning = lambda name, text, *words: Mistake(
        f"METRICS: {name}", changed(METRICS, declared, text), f"{METRICS}:", words
    )
    field = 'noise: NonNegativeFloat = Field(default=0.2, description="standard deviation of a measured force, in N")'
    setting = lambda name, text, *words: Mistake(f"Config: {name}", changed(CONFIG, field, text), f"{CONFIG}:", words)  # noqa: E731
    smoke = ("experiments", "analyse", "spring", "--smoke", "--build", "build/smoke")
    return [
        Mistake("analyse missing", changed(ANALYSIS, "def analyse(", "def analyze("), f"{ANALYSIS}: ", ("analyse",)),
        Mistake(
            "analyse without run",
            changed(ANALYSIS, "(config: Config, seed: int, run: RunWriter)", "(config: Config, seed: int)"),
            f"{ANALYSIS}@def analyse",
            ("analyse()",),
        ),
        Mistake(
            "analyse with more",
            changed(ANALYSIS, "run: RunWriter)", "run: RunWriter, data)"),
            f"{ANALYSIS}@def analyse",
            ("analyse()",),
        ),
        Mistake(
            "analyse is a number",
            changed(ANALYSIS, "def analyse(", "analyse = 3\n\n\ndef analyze("),
            f"{ANALYSIS}:",
            ("analyse",),
        ),
        line("raises", "raise ValueError('no')", "ValueError: no", "seed 0"),
        line("divides by 0", "1 / 0", "ZeroDivisionError"),
        line("a file that is not there", "open('nowhere.csv')", "nowhere.csv"),
        line("numpy cannot multiply", "np.zeros((2, 3)) @ np.zeros((2, 3))", "ValueError"),
        line("exits", "import sys; sys.exit(0)"),
        line("exits without a word", "raise SystemExit"),
        line("asserts", "assert seed == 7", "AssertionError"),
        line("an exception without text", "raise RuntimeError", "RuntimeError"),
        line("an exception of many lines", "raise RuntimeError('a\\n' * 50)", "RuntimeError"),
        line("a recursion", "analyse(config, seed, run)", "RecursionError"),
        line("a data set misspelt", "from texloom.data.paths import data_path; data_path('rain')", "rain"),
        line("a name misspelt", "nowhere", "nowhere"),
        line("a group of exceptions", "raise ExceptionGroup('two', [ValueError('a'), ValueError('b')])", "two"),
        line("an array of objects", "run.array('x', [None, {}])", "'x'"),
        line("an array of unequal rows", "run.array('x', [[1], [1, 2]])"),
        line("an array without a name", "run.array('', [1])"),
        line("an array named by a number", "run.array(3, [1])"),
        line("columns of unequal length", "run.history({'a': [1], 'b': [1, 2]})"),
        line(
            "a warning as an error",
            "import warnings; warnings.simplefilter('error'); warnings.warn('old')",
            "UserWarning",
        ),
        line("an error of its own kind", "raise type('Odd', (BaseException,), {})('odd')", "Odd: odd"),
        line("an unpickled error", "from texloom.errors import ReportError; raise ReportError('', 'mine')", "mine"),
        line("a setting that is not there", "config.nothing", "nothing"),
        line("a setting changed", "config.noise = 3", "noise"),
        Mistake(
            "an error in another module",
            changed("experiments/spring/estimates.py", "centred = series", "centred = 1 / 0 * series"),
            "experiments/spring/estimates.py@1 / 0",
            (ANALYSIS, "ZeroDivisionError"),
        ),
        Mistake(
            "an error at import",
            changed(ANALYSIS, "NORMAL_QUANTILE = 1.96", "NORMAL_QUANTILE = 1 / 0"),
            f"{ANALYSIS}@1 / 0",
            ("ZeroDivisionError",),
        ),
        Mistake(
            "an import that is not there",
            changed(ANALYSIS, "import numpy as np", "import numpi as np"),
            f"{ANALYSIS}@numpi",
            ("numpi",),
        ),
        Mistake(
            "an own module that is not there",
            changed(
                ANALYSIS,
                "from experiments.spring import estimates",
                "from experiments.spring import estimats as estimates",
            ),
            f"{ANALYSIS}@estimats",
            ("estimats",),
        ),
        Mistake(
            "a circular import",
            changed(
                "experiments/spring/data.py",
                "import numpy as np",
                "import numpy as np\nfrom experiments.spring.analysis import NORMAL_QUANTILE",
            ),
            "",
            ("NORMAL_QUANTILE",),
        ),
        value("'text'"),
        value("None"),
        value("np.zeros(3)"),
        value("float('inf')"),
        value("float('nan')"),
        value("1j"),
        value("[1]"),
        value("{}"),
        value("10**400"),
        value("True"),
        value("covered"),
        value("b'1'"),
        value("np.datetime64('2024-01-01')"),
        value("1.0, error='x'"),
        value("1.0, error=-1.0"),
        value("1.0, unit='%'"),
        Mistake(
            "a metric that is not declared",
            changed(ANALYSIS, 'run.metric("coverage"', 'run.metric("coverag"'),
            f'{ANALYSIS}@"coverag"',
            ("coverag", "closest"),
        ),
        Mistake(
            "a metric without a value",
            changed(ANALYSIS, covered, 'run.metric("coverage")'),
            f'{ANALYSIS}@run.metric("coverage")',
            ("coverage",),
        ),
        Mistake("a metric that is not recorded", changed(ANALYSIS, covered, "pass"), f"{METRICS}", ("coverage",)),
        Mistake(
            "a metric named by a number",
            changed(ANALYSIS, covered, "run.metric(3, 1.0)"),
            f"{ANALYSIS}@run.metric(3",
            ("3",),
        ),
        meaning("a text", '"coverage": "%",'),
        meaning("None", '"coverage": None,'),
        meaning("without meaning", '"coverage": Metric("%"),'),
        meaning("an empty meaning", '"coverage": Metric("%", ""),', "coverage"),
        meaning("a unit None", '"coverage": Metric(None, "series"),', "coverage"),
        meaning("a meaning None", '"coverage": Metric("%", None),', "coverage"),
        meaning("an empty name", declared + '\n    "": Metric("", "x"),'),
        meaning("a numeric name", declared + '\n    3: Metric("", "x"),'),
        meaning("a name with a blank", declared + '\n    "a b": Metric("", "x"),'),
        meaning("a placeholder that is not filled", '"coverage": Metric("%", "series of {n}"),', "coverage"),
        meaning("a brace", '"coverage": Metric("%", "series {"),', "coverage"),
        meaning("a tuple of three", '"coverage": ("%", "x", "y"),', "coverage"),
        meaning("a unit that is a number", '"coverage": Metric(3, "x"),', "coverage"),
        Mistake(
            "METRICS a list", changed(METRICS, "METRICS = {", "METRICS = [1]\nOTHER = {"), f"{METRICS}", ("METRICS",)
        ),
        Mistake("METRICS empty", changed(METRICS, "METRICS = {", "METRICS = {}\nOTHER = {"), f"{METRICS}", ()),
        Mistake("METRICS missing", changed(METRICS, "METRICS = {", "METRIC = {"), f"{METRICS}: ", ("METRICS",)),
        Mistake("metrics.py is missing", removed(METRICS), "experiments/spring", ("metrics.py",)),
        setting("a field without a type", "noise = 0.2", "noise"),
        setting("a field without a default", "noise: float", "noise"),
        setting("a default of another type", 'noise: NonNegativeFloat = Field(default="x", description="x")', "noise"),
        setting("a default out of range", "noise: NonNegativeFloat = -1.0", "noise"),
        setting("a type that is not there", "noise: Nowhere = 0.2", "Nowhere"),
        setting("a type that pydantic does not know", "noise: np.ndarray = 0.2\n"),
        setting("a field that is an object", "noise: object = object()", "noise"),
        setting("a name with a _", "_noise: float = 0.2", "noise"),
        setting("a name of pydantic", "model_config: int = 3"),
        setting("an infinite default", "noise: float = float('inf')"),
        Mistake(
            "Config: smoke not implemented",
            changed(CONFIG, "    @classmethod\n    def smoke(cls) -> Self:\n        return cls(series=500)", ""),
            f"{CONFIG}@class Config",
            ("smoke",),
            smoke,
        ),
        Mistake(
            "Config: smoke without classmethod",
            changed(CONFIG, "    @classmethod\n", ""),
            f"{CONFIG}:",
            ("smoke",),
            smoke,
        ),
        Mistake(
            "Config: smoke returns nothing",
            changed(CONFIG, "return cls(series=500)", "cls(series=500)"),
            f"{CONFIG}:",
            ("smoke",),
            smoke,
        ),
        Mistake(
            "Config: smoke of an unknown setting",
            changed(CONFIG, "cls(series=500)", "cls(serie=500)"),
            f"{CONFIG}@serie=500",
            ("serie",),
            smoke,
        ),
        Mistake(
            "Config: smoke out of range",
            changed(CONFIG, "cls(series=500)", "cls(series=-1)"),
            f"{CONFIG}@series=-1",
            ("series",),
            smoke,
        ),
        Mistake(
            "Config is no Configuration",
            changed(CONFIG, "class Config(Configuration)", "class Config"),
            f"{CONFIG}:",
            ("Config",),
        ),
        Mistake("Config missing", changed(CONFIG, "class Config(", "class Confg("), f"{CONFIG}: ", ("Config",)),
        Mistake("config.py is missing", removed(CONFIG), "experiments/spring", ("config.py",)),
        Mistake(
            "DATA of a name that is not declared",
            changed("experiments/spring/__init__.py", "DATA = ()", 'DATA = ("rain",)'),
            "experiments/spring/__init__.py",
            ("rain",),
        ),
        Mistake(
            "DATA is a text",
            changed("experiments/spring/__init__.py", "DATA = ()", 'DATA = ("rain")'),
            "experiments/spring/__init__.py",
            ("DATA",),
        ),
        Mistake(
            "DATA is computed",
            changed("experiments/spring/__init__.py", "DATA = ()", "DATA = tuple(sorted({}))"),
            "experiments/spring/__init__.py",
            ("DATA",),
        ),
        Mistake(
            "a data file that is not there",
            together(
                changed("experiments/spring/__init__.py", "DATA = ()", 'DATA = ("rain",)'),
                changed(TOML, "[profiles.report]", '[data.rain]\nfile = "rian.csv"\n\n[profiles.report]'),
            ),
            TOML,
            ("rian.csv",),
        ),
        Mistake(
            "train.py and analysis.py",
            written("experiments/spring/train.py", "def train(config, seed, run, checkpoint):\n    pass\n"),
            "experiments/spring: ",
            ("train.py",),
        ),
    ]


def verbs() -> list[Mistake]:
    """Commands with wrong arguments."""
    new = lambda *options: ("texloom", "new", *options)  # noqa: E731
    command = lambda name, words, *command, where="": Mistake(name, nothing, where, words, ("texloom", *command))  # noqa: E731
    return [
        Mistake(
            "make new REPORT= below a file", nothing, "REPORT: ", ("report.toml",), new("--report", "report.toml/x")
        ),
        Mistake("make new REPORT= a file", nothing, "REPORT: ", ("report.toml",), new("--report", "report.toml")),
        Mistake("make new REPORT= this report", nothing, "REPORT: ", (), new("--report", ".")),
        Mistake("make new REPORT= in this report", nothing, "REPORT: ", (), new("--report", "experiments/x")),
        Mistake("make new REPORT= of no user", nothing, "REPORT: ", (), new("--report", "~nobody-here/x")),
        *(
            Mistake(f"make new NAME={name}", nothing, "NAME: ", (name,), new("--name", name))
            for name in (
                "numpy",
                "texloom",
                "experiments",
                "spring",
                "a b",
                "1a",
                "A-b",
                "class",
                "../x",
                "é",
                "a" * 300,
                "matplotlib",
                "json",
                "test",
                "_",
                "__init__",
                "None",
                "theory",
            )
        ),
        Mistake("make new KIND=", nothing, "KIND: ", ("anlysis",), new("--name", "x", "--kind", "anlysis")),
        Mistake("make new alone", nothing, "make new: ", (), new()),
        command(
            "EXPERIMENT= misspelt",
            ("sprin", "closest"),
            "build",
            "report",
            "--experiment",
            "sprin",
            where="EXPERIMENT: ",
        ),
        command(
            "figures EXPERIMENT= misspelt",
            ("sprin", "closest"),
            "build",
            "figures",
            "--experiment",
            "sprin",
            where="EXPERIMENT: ",
        ),
        command(
            "EXPERIMENT= a written answer",
            ("first_answer",),
            "build",
            "figures",
            "--experiment",
            "first_answer",
            where="EXPERIMENT: ",
        ),
        command(
            "PROFILE= misspelt", ("reprt", "closest"), "build", "report", "--profile", "reprt", where="report.toml: "
        ),
        command("PROFILE= with a blank", ("a b",), "build", "report", "--profile", "a b", where="report.toml: "),
        command("PROFILE= empty", ("profile",), "build", "report", "--profile", "", where="report.toml: "),
        command("PROFILE= a path", ("../x",), "build", "report", "--profile", "../x", where="report.toml: "),
        command("why PROFILE= misspelt", ("reprt",), "why", "--profile", "reprt", where="report.toml: "),
        *(
            command(f"REV={rev}", (rev,), "diff", "--", rev, where="REV: ")
            for rev in ("--help", "nowhere", "", "HEAD~99999", "a b", "-x", "HEAD:report.toml")
        ),
        command("accept without EXPERIMENT", (), "accept", "--reason", "x", where="EXPERIMENT: "),
        command("accept without REASON", (), "accept", "--experiment", "spring", where="REASON: "),
        command(
            "accept EXPERIMENT= misspelt",
            ("sprin",),
            "accept",
            "--experiment",
            "sprin",
            "--reason",
            "x",
            where="EXPERIMENT: ",
        ),
        command("accept of nothing", (), "accept", "--experiment", "spring", "--reason", "x", where="spring: "),
        command("PORT= a text", ("x",), "tensorboard", "--port", "x", where="usage: "),
        command("PORT= too high", ("99999",), "tensorboard", "--port", "99999", where="PORT: "),
        command("PORT= negative", ("-1",), "tensorboard", "--port=-1", where="PORT: "),
        Mistake(
            "a stage of an unknown experiment",
            nothing,
            "experiments: ",
            ("sprin", "closest"),
            ("experiments", "analyse", "sprin"),
        ),
        Mistake("train of an analysis", nothing, "experiments/spring: ", (), ("experiments", "train", "spring")),
        Mistake(
            "--set of an unknown setting",
            nothing,
            "--set: ",
            ("nois", "closest"),
            ("experiments", "analyse", "spring", "--set", "nois=1"),
        ),
        Mistake(
            "--set out of range",
            nothing,
            "--set: ",
            ("noise",),
            ("experiments", "analyse", "spring", "--set", "noise=-1"),
        ),
        Mistake(
            "--set without a value",
            nothing,
            "--set: ",
            ("noise",),
            ("experiments", "analyse", "spring", "--set", "noise"),
        ),
        Mistake("--seed negative", nothing, "--seed: ", ("-1",), ("experiments", "analyse", "spring", "--seed=-1")),
        Mistake("--seed huge", nothing, "--seed: ", (), ("experiments", "analyse", "spring", "--seed", "1" + "0" * 30)),
        Mistake("data of an unknown name", nothing, "", ("rain",), ("experiments", "data", "rain")),
        Mistake(
            "figures of seeds without runs",
            nothing,
            "build/runs/spring/seed-7: ",
            (),
            ("experiments", "figures", "spring", "--seeds", "7"),
        ),
    ]


def latex() -> list[Mistake]:
    """LaTeX that does not compile."""
    at = lambda name, text, *words, file=FRAGMENT: Mistake(
        f"LaTeX: {name}", appended(file, text), f"{file}@{text.splitlines()[0]}", words
    )
    return [
        at("an unknown command", r"\nowhere", "Undefined control sequence"),
        at("an unknown command in a template", r"\nowhere", "Undefined control sequence", file=TEMPLATE),
        at("a reference misspelt", r"\cref{eq:slope-evn}", "eq:slope-evn", "closest"),
        at("a citation misspelt", r"\citep{placket1950}", "placket1950", "closest"),
        Mistake("LaTeX: an open brace", appended(FRAGMENT, r"{\bfseries open"), FRAGMENT, ()),
        Mistake("LaTeX: an open environment", appended(FRAGMENT, "\\begin{proof}\nopen"), FRAGMENT, ("proof",)),
        at("a closed brace", "closed}"),
        at("an open formula", "$x"),
        at("a _ in text", "a_b"),
        at("an unknown environment", r"\begin{nowhere}\end{nowhere}", "nowhere"),
        at("a wrong end", r"\begin{proof}\end{problem}", "proof"),
        at("too wide", r"\noindent\rule{20cm}{1pt}", "too wide"),
        at("a word too long", "W" * 200, "too wide"),
        at("a package in the text", r"\usepackage{amsmath}", "preamble"),
        at("a file that is not there", r"\input{nowhere}", "nowhere"),
        at("an end of the document", r"\end{document}", "document"),
        at("a character that no font has", "漢"),
        at("a display in a heading", r"\section{$$x$$}"),
        Mistake(
            "LaTeX: a package that is not there",
            appended("templates/preamble.tex", r"\usepackage{nowhere}"),
            "templates/preamble.tex@nowhere",
            ("nowhere.sty",),
        ),
        Mistake(
            "LaTeX: an error in notation",
            appended(NOTATION, r"\newcommand{\Var}{x}"),
            f"{NOTATION}@newcommand{{\\Var}}{{x}}",
            ("Var",),
        ),
        Mistake(
            "LaTeX: a heading too long",
            changed(TOML, 'title = "Spring"', f'title = "{"W" * 100}"'),
            f"{TOML}@WWW",
            ("too wide",),
        ),
        Mistake(
            "LaTeX: an error in the bibliography",
            changed(BIB, "author  = {Plackett, R. L.},", "author  = {Plackett, R. L.,"),
            f"{BIB}:",
            (),
        ),
        Mistake("LaTeX: a title of LaTeX", changed(TOML, 'title = "Spring"', r"title = 'A \nowhere'"), "", ()),
        Mistake(
            "LaTeX: no problem",
            changed(FRAGMENT, r"\begin{problem}", "Text. \\begin{problem}"),
            f"{FRAGMENT}:1: ",
            ("problem",),
        ),
        Mistake("LaTeX: an empty fragment", written(FRAGMENT, ""), FRAGMENT, ()),
        Mistake("LaTeX: an empty template", written(TEMPLATE, ""), TEMPLATE, ("empty",)),
    ]


DIRECT = {
    "arithmetic": ("texloom", "document", "--profile", "report"),
    "functions": ("texloom", "document", "--profile", "report"),
    "checks": ("texloom", "check", "--out", "build/checks.json"),
    "drawing": ("experiments", "figures", "spring", "--seeds", "0", "1"),
    "running": ("experiments", "analyse", "spring"),
}
STATIC = (
    "include",
    "missing",
    "than a page",
    "than the page",
    "is a folder",
    "syntax",
    "UTF-16",
    "null byte",
    "its fragment",
    "DATA ",
    "a data file",
    "train.py and",
    "smoke",
)
"""What the plan of a build meets before any stage."""
"""The stage that meets the mistakes of a kind; the whole build meets a sample of each."""
KINDS = {
    each.__name__: each()
    for each in (files, arithmetic, functions, names, manifest, checks, drawing, running, verbs, latex)
}
