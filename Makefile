# The public verbs, each one line that calls the engine; `make help` lists them.

PROFILE ?= report
EXPERIMENT ?=
FORCE ?=
REV ?= HEAD~1
PORT := 6006
NAME :=
KIND :=
REPORT :=
RUN := .venv/bin/python -m texloom
# Where there is no .venv (any more), the engine is found beside its set-up: a folder, or a wheel.
ANY_PYTHON = PYTHONPATH=engine:$(firstword $(wildcard engine/texloom-*.whl)) $(or $(wildcard .venv/bin/python),python3)
TEST := .venv/bin/python -m pytest -n auto
FLAGS := --profile "$(PROFILE)" $(if $(EXPERIMENT),--experiment "$(EXPERIMENT)") $(if $(FORCE),--force)
# Steps of the set-up side by side. In a make of its own, so that the stages see no job server, and all else runs one after
# the other, with -j, too: goals that are named together (make clean all) and what they need.
TOGETHER = +@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,--jobs=3) SIDE_BY_SIDE=1
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif

# How Python starts, and where it finds modules, is not left to the shell around; a stage by hand does without these, too.
unexport PYTHONHOME PYTHONPLATLIBDIR PYTHONPATH PYTHONSAFEPATH PYTHONCASEOK PYTHONOPTIMIZE PYTHONDEVMODE
unexport PYTHONWARNINGS PYTHONINSPECT PYTHONIOENCODING PYTHONINTMAXSTRDIGITS PYTHON_CPU_COUNT

.DEFAULT_GOAL := all
.PHONY: all theory figures notebooks bundle watch tensorboard diff new test test-slow quick check why accept clean distclean help
.PHONY: set-up set-up-for-text python python-and-data tex

all: set-up           ## everything: set up, fetch data, run, draw, typeset; leaves build/report.pdf
	@$(RUN) build report $(FLAGS)

theory: set-up-for-text ## the written answers alone, without any experiment: build/theory.pdf
	@$(RUN) build theory $(FLAGS)

figures: python-and-data ## rerun what is out of date and draw the figures
	@$(RUN) build figures $(FLAGS)

notebooks: python-and-data ## each experiment as a notebook, outputs in: build/notebooks/
	@$(RUN) build notebooks $(FLAGS)

bundle: all           ## the PDF, the notebooks and LaTeX sources that compile elsewhere: build/report.zip
	@$(RUN) build notebooks --profile "$(PROFILE)"
	@$(RUN) bundle --profile "$(PROFILE)"

watch: set-up-for-text ## the PDF made anew after each edit; never runs an experiment unasked
	@$(RUN) watch --profile "$(PROFILE)"

tensorboard: python   ## the curves and pictures of the trainings in a browser, also while they run; PORT=6006
	@$(RUN) tensorboard --profile "$(PROFILE)" --port "$(PORT)"

diff: all             ## which metrics, claims and figures differ from another commit's build: REV=HEAD~1
	@$(RUN) diff "$(REV)" --profile "$(PROFILE)"

test: set-up          ## the tests: every unit, the draft end to end, each feature once
	@$(TEST) -m "not slow"

test-slow: set-up     ## all other tests: those that are marked slow
	@$(TEST) -m slow || [ $$? = 5 ] # pytest's exit code where none is marked

quick: set-up-for-text ## the tests of what changed in the working tree, or in the last commit: seconds
	@$(RUN) quick

new: python           ## an experiment that works (NAME=its_name KIND=analysis|training), or a report (REPORT=/a/folder)
	@$(RUN) new --name "$(NAME)" --kind "$(KIND)" --report "$(REPORT)"

check: python         ## style, and the walls between packages
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/lint-imports

why: python           ## what `make all` would do now, and which input changed
	@$(RUN) why --profile "$(PROFILE)"

accept: python        ## take the runs of EXPERIMENT for current in spite of a change, with a REASON that the provenance prints
	@$(RUN) accept --experiment "$(EXPERIMENT)" --reason "$$REASON" --profile "$(PROFILE)"

clean:                ## remove results; the history of builds, environment and data stay
	@$(ANY_PYTHON) -m texloom clean

distclean:            ## remove .venv and fetched data, too; your own data stay
	@$(ANY_PYTHON) -m texloom distclean

help::                ## this list
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*##/ { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  PROFILE=smoke    the whole report in a few minutes, in build/smoke/\n'
	@printf '  EXPERIMENT=name  figures or notebook of one experiment only\n'
	@printf '  FORCE=1          rerun although nothing has changed\n'
	@printf '  KIND=analysis    of a new experiment: numpy alone (the default); KIND=training: a network in TensorFlow\n'
	@printf '  PYTHON=…         the Python for .venv (3.11 to 3.13); REV=… the commit that diff compares with\n'

set-up:
	$(TOGETHER) python-and-data tex

set-up-for-text:
	$(TOGETHER) python tex

python:
	@sh engine/setup/python.sh

# The data beside the packages; where .venv is there already, the build fetches what is missing.
python-and-data:
	@sh engine/setup/python.sh data

tex:
	@sh engine/setup/tex.sh

# ---- Of this report alone; all above is the Makefile that every report has.

ISA :=
.PHONY: bench types browser

bench: set-up         ## our speed beside our peers', in one run: build/bench.json, build/bench.pdf (installs the peers)
	@ISA="$(ISA)" sh tests/benchmarks/run.sh

check: types
types: python
	@.venv/bin/python -m pyright --warnings

test-slow: browser # in which a test opens the live view
browser: set-up       # apt-get is one at a time
	@sh engine/setup/browser.sh

help::
	@printf '  MNIST_DIR=… EMOJI_DIR=… INCEPTION_DIR=…  take these data from a folder of yours\n'
