# The public verbs. `make help` lists them; what is out of date is decided by the Snakefile.

PROFILE ?= report
EXPERIMENT ?=
FORCE ?=
REV ?= HEAD~1
PORT := 6006
NAME :=
REPORT :=
RUN := .venv/bin/python -m texloom
ANY_PYTHON = $(or $(wildcard .venv/bin/python),python3)
TEST := .venv/bin/python -m pytest -n auto
FLAGS := --profile $(PROFILE) $(if $(EXPERIMENT),--experiment $(EXPERIMENT)) $(if $(FORCE),--force)
# Steps of the set-up side by side. In a make of its own, so that the stages see no job server, and goals that are named
# together (make clean all) still run one after the other.
TOGETHER = +@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,--jobs=3)
# pip's own --group is younger than the pip of many a Python.
PEERS = $(shell .venv/bin/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']['peers'])")

.DEFAULT_GOAL := all
.PHONY: all theory figures notebooks bundle watch tensorboard diff new test test-slow quick bench check why clean distclean help python python-and-data tex browser

all:                  ## everything: set up, fetch data, train, draw, weave; leaves build/report.pdf
	$(TOGETHER) python-and-data tex
	@$(RUN) build report $(FLAGS)

theory:               ## the written answers alone, without training: build/theory.pdf
	$(TOGETHER) python tex
	@$(RUN) build theory $(FLAGS)

figures: python-and-data ## rerun what is out of date and draw the figures
	@$(RUN) build figures $(FLAGS)

notebooks: python-and-data ## each experiment as a notebook, outputs in: build/notebooks/
	@$(RUN) build notebooks $(FLAGS)

bundle: all           ## the PDF, the notebooks and LaTeX sources that compile elsewhere: build/report.zip
	@$(RUN) build notebooks --profile $(PROFILE)
	@$(RUN) bundle --profile $(PROFILE)

watch:                ## the PDF made anew after each edit; never trains unasked
	$(TOGETHER) python tex
	@$(RUN) watch --profile $(PROFILE)

tensorboard: python   ## the curves and pictures of the trainings in a browser, also while they run; PORT=6006
	@$(RUN) tensorboard --profile $(PROFILE) --port "$(PORT)"

diff: all             ## which metrics, claims and figures differ from another commit's build: REV=HEAD~1
	@$(RUN) diff "$(REV)" --profile $(PROFILE)

test:                 ## the tests: every unit, the smoke report end to end, each feature once
	$(TOGETHER) python-and-data tex
	@$(TEST) -m "not slow"

test-slow:            ## all other tests: more of each feature, in builds, trainings and the live view
	$(TOGETHER) python-and-data tex browser
	@$(TEST) -m slow || [ $$? = 5 ] # pytest's exit code where none is marked, as in a new report

quick: python tex     ## the tests of what changed in the working tree, or in the last commit: seconds
	@$(RUN) quick

new: python           ## an experiment that works, to be changed (NAME=my_experiment), or a whole report (REPORT=/a/folder)
	@$(RUN) new --name "$(NAME)" --report "$(REPORT)"

bench:                ## our speed beside our peers', in one run: build/bench.json, build/bench.pdf (installs the peers)
	$(TOGETHER) python-and-data tex
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check $(filter torch==%,$(PEERS))
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps $(filter-out torch==%,$(PEERS))
	@mkdir -p build/bench
	@.venv/bin/python -m pytest tests/benchmarks --benchmark-only --benchmark-disable-gc --benchmark-quiet \
	  --benchmark-json=build/bench/measured.json -s
	@.venv/bin/python -m texloom bench

check: python         ## style, types and the walls between packages
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .
	@.venv/bin/python -m pyright --warnings
	@.venv/bin/lint-imports

why: python           ## what `make all` would do now, and which input changed
	@$(RUN) why --profile $(PROFILE)

clean:                ## remove results; the history of builds, environment and data stay
	@$(ANY_PYTHON) -m texloom clean

distclean:            ## remove .venv and fetched data, too; your own data stay
	@$(ANY_PYTHON) -m texloom distclean

help:                 ## this list
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*##/ { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  PROFILE=smoke    the whole report in a minute or two, in build/smoke/\n'
	@printf '  EXPERIMENT=name  figures or notebook of one experiment only\n'
	@printf '  FORCE=1          rerun although nothing has changed\n'
	@printf '  PYTHON=…         the Python for .venv (3.11 to 3.13); REV=… the commit that diff compares with\n'
	@printf '  MNIST_DIR=… EMOJI_DIR=… INCEPTION_DIR=…  take these data from a folder of yours\n'

python:
	@sh setup/python.sh

# The data beside the packages; where .venv is there already, the build fetches what is missing.
python-and-data:
	@sh setup/python.sh data

tex:
	@sh setup/tex.sh

browser: tex          # apt-get is one at a time
	@sh setup/browser.sh
