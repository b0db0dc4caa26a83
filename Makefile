# The public targets, each one line that calls the engine; `make help` lists them.

PROFILE ?= report
EXPERIMENT ?=
FORCE ?=
REV ?= HEAD~1
PORT := 6006
NAME :=
KIND :=
REPORT :=
PACKAGE :=
PDF := build/report.pdf
TRAIN :=
SOURCES :=
ANSWER :=
RUN := .venv/bin/python -m texloom
# Without .venv, Python finds the engine in the folder engine/: as a package folder or as a wheel.
ANY_PYTHON = PYTHONPATH=engine:$(firstword $(wildcard engine/texloom-*.whl)) $(or $(wildcard .venv/bin/python),python3)
TEST := .venv/bin/python -m pytest -n auto
# The value of a variable, quoted as one word for the shell, even if it contains quotes or $$. After `=` it may begin with a dash.
quoted = '$(subst ','\'',$(value $(1)))'
PROFILE_FLAG = --profile=$(call quoted,PROFILE)
FLAGS = $(PROFILE_FLAG) $(if $(value EXPERIMENT),--experiment=$(call quoted,EXPERIMENT)) $(if $(FORCE),--force)
VERIFY_FLAGS = $(if $(TRAIN),--train) $(if $(SOURCES),--sources) $(if $(value ANSWER),--answer=$(call quoted,ANSWER))
# Runs the steps of the set-up in parallel in a separate make, so that the stages see no job server. Everything else runs
# sequentially even with -j, including several goals (make clean all) and their prerequisites.
TOGETHER = +@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,--jobs=3) SIDE_BY_SIDE=1
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif

# Variables that change how Python starts and finds modules; stages that are run by hand unset them, too.
unexport PYTHONHOME PYTHONPLATLIBDIR PYTHONPATH PYTHONSAFEPATH PYTHONCASEOK PYTHONOPTIMIZE PYTHONDEVMODE
unexport PYTHONWARNINGS PYTHONINSPECT PYTHONIOENCODING PYTHONINTMAXSTRDIGITS PYTHON_CPU_COUNT

.DEFAULT_GOAL := all
.PHONY: all theory figures notebooks bundle watch tensorboard diff new add remove test test-slow quick check why accept verify clean distclean help
.PHONY: set-up set-up-for-text python python-and-data tex

all: set-up           ## build everything: set up, fetch data, run, draw, typeset; writes build/report.pdf
	@$(RUN) build report $(FLAGS)

theory: set-up-for-text ## build only the written answers, without experiments: build/theory.pdf
	@$(RUN) build theory $(FLAGS)

figures: python-and-data ## rerun experiments that are out of date and draw the figures
	@$(RUN) build figures $(FLAGS)

notebooks: python-and-data ## convert each experiment to a notebook with outputs: build/notebooks/
	@$(RUN) build notebooks $(FLAGS)

bundle: all           ## pack PDF, notebooks and standalone LaTeX sources: build/report.zip
	@$(RUN) build notebooks $(PROFILE_FLAG)
	@$(RUN) bundle $(PROFILE_FLAG)

watch: set-up-for-text ## rebuild the PDF after each edit; never runs an experiment
	@$(RUN) watch $(PROFILE_FLAG)

tensorboard: python   ## show curves and images of the trainings in a browser, also while they run; PORT=6006
	@$(RUN) tensorboard $(PROFILE_FLAG) --port=$(call quoted,PORT)

diff: all             ## list metrics, claims and figures that differ from another commit's build: REV=HEAD~1
	@$(RUN) diff $(PROFILE_FLAG) -- $(call quoted,REV)

verify: python        ## check a report's PDF against its evidence and the runs here: PDF=some.pdf
	@$(RUN) verify $(PROFILE_FLAG) $(VERIFY_FLAGS) -- $(call quoted,PDF)

test: set-up          ## run all unit tests, a draft built end to end, and one test of each feature
	@$(TEST) -m "not slow"

test-slow: set-up     ## run all other tests, which are marked slow
	@$(TEST) -m slow || [ $$? = 5 ] # pytest's exit code if none is marked

quick: set-up-for-text ## run the tests of files changed in the working tree, or else in the last commit; takes seconds
	@$(RUN) quick

new: python           ## create an experiment (NAME=its_name KIND=analysis|training) or a report (REPORT=/a/folder)
	@$(RUN) new --name=$(call quoted,NAME) --kind=$(call quoted,KIND) --report=$(call quoted,REPORT)

add: python           ## add a package that your code imports, lock it with hashes and install it: PACKAGE=pandas
	@$(RUN) add -- $(call quoted,PACKAGE)
	@sh engine/setup/python.sh

remove: python        ## remove a package that your code no longer imports: PACKAGE=pandas
	@$(RUN) remove -- $(call quoted,PACKAGE)
	@sh engine/setup/python.sh

check: python         ## check style and the import rules between packages
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/lint-imports

why: python           ## show what `make all` would rebuild, and which inputs changed
	@$(RUN) why $(PROFILE_FLAG)

accept: python        ## accept the runs of EXPERIMENT as up to date in spite of a change; the provenance prints the REASON
	@$(RUN) accept --experiment=$(call quoted,EXPERIMENT) --reason="$$REASON" $(PROFILE_FLAG)

clean:                ## remove results; keep the history of builds, the environment and data
	@$(ANY_PYTHON) -m texloom clean

distclean:            ## remove results, .venv and fetched data; keep your own data
	@$(ANY_PYTHON) -m texloom distclean

help::                ## show this list
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*##/ { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  PROFILE=smoke    build the whole report as a draft in a few minutes, in build/smoke/\n'
	@printf '  EXPERIMENT=name  build the figures or notebook of one experiment only\n'
	@printf '  FORCE=1          rerun even if nothing has changed\n'
	@printf '  KIND=analysis    new experiment with numpy only (the default); KIND=training: with a TensorFlow network\n'
	@printf '  TRAIN=1          verify: against runs made anew; SOURCES=1: rebuild it from its sources; ANSWER=answer.pdf\n'
	@printf '  PYTHON=…         the Python for .venv (3.11 to 3.13); REV=… the commit to compare with\n'

set-up:
	$(TOGETHER) python-and-data tex

set-up-for-text:
	$(TOGETHER) python tex

python:
	@sh engine/setup/python.sh

# Fetches the data while packages are installed; if .venv exists already, the build fetches missing data.
python-and-data:
	@sh engine/setup/python.sh data

tex:
	@sh engine/setup/tex.sh

# ---- For this report only; everything above is the same in every report.

ISA :=
.PHONY: bench types browser

bench: set-up         ## install other tools and compare our speed with theirs: build/bench.json, build/bench.pdf
	@ISA="$(ISA)" sh tests/benchmarks/run.sh

check: types
types: python
	@.venv/bin/python -m pyright --warnings

test-slow: browser # a test opens the live view in it
browser: set-up       # after the set-up, because apt-get cannot run twice at a time
	@sh engine/setup/browser.sh

help::
	@printf '  MNIST_DIR=… EMOJI_DIR=… INCEPTION_DIR=…  take these data from your own folder\n'
