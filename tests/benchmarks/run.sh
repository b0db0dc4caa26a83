#!/bin/sh
# Installs the tools to compare with (the group `peers` of pyproject.toml), runs the benchmarks, and writes the table.
set -eu
cd "$(dirname "$0")/../.."

# pip's --group option is missing from the pip of many Python versions.
peers() {
    .venv/bin/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']['peers'], sep='\n')"
}

install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"; }

peers | grep '^torch==' | install -r /dev/stdin
peers | grep -v '^torch==' | install --no-deps -r /dev/stdin # torchvision is not available for this torch
mkdir -p build/bench
.venv/bin/python -m pytest tests/benchmarks --benchmark-only --benchmark-disable-gc --benchmark-quiet \
    --benchmark-json=build/bench/measured.json -s
.venv/bin/python -m tests.benchmarks.table
