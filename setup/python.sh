#!/bin/sh
# Makes .venv from requirements.lock (versions and hashes), once: a second call with the same lock returns at once.
# Plain sh, because it is what runs when Python is missing. Every failure is one line and the way out, exit code 2.
set -u
cd "$(dirname "$0")/.." || exit 2

LOCK=requirements.lock
STAMP=.venv/lock.sha256
LOG=.venv-setup.log
NEEDED_MIB=3500 # what the packages take, unpacked, with room for pip's temporary files

fail() {
    printf 'setup: %s\n  %s\n' "$1" "$2" >&2
    exit 2
}

digest() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1
}

supported() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        command -v "$PYTHON" >/dev/null 2>&1 || fail "PYTHON=$PYTHON is not a command" "give the path of a Python 3.11, 3.12 or 3.13"
        supported "$PYTHON" || fail "PYTHON=$PYTHON is $("$PYTHON" --version 2>&1), but 3.11 to 3.13 is needed" "give the path of another: make PYTHON=/path/to/python3.12"
        echo "$PYTHON"
        return
    fi
    found=
    for candidate in python3 python3.13 python3.12 python3.11; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        supported "$candidate" && { echo "$candidate"; return; }
        found="$found $("$candidate" --version 2>&1 | tail -n 1)"
    done
    hint="install one (apt-get install python3 python3-venv, dnf install python3.12, brew install python@3.12) or give it: make PYTHON=/path/to/python3.12"
    [ -n "$found" ] && fail "found$found, but Python 3.11 to 3.13 is needed" "$hint"
    fail "no python3 on the PATH; Python 3.11 to 3.13 is needed" "$hint"
}

[ -r "$LOCK" ] || fail "$LOCK cannot be read" "restore it: git checkout $LOCK"
wanted=$(digest "$LOCK")
[ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$wanted" ] && exit 0

python=$(find_python) || exit 2

free_mib=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
[ -d .venv ] || [ "$free_mib" -ge "$NEEDED_MIB" ] ||
    fail "only $free_mib MiB are free here; the packages need about $NEEDED_MIB MiB" "free some space, or clone the project to a larger disk"

echo "setup: .venv with $(grep -c '^[a-z0-9].*==' "$LOCK") locked packages for $("$python" --version) (about 2 GB, one to three minutes)"
if [ ! -f "$STAMP" ]; then # new, or left half made by a killed set-up
    "$python" -m venv --clear .venv >"$LOG" 2>&1 ||
        fail "$python cannot make a virtual environment: $(tail -n 1 "$LOG" | cut -c1-150)" "on Debian and Ubuntu: apt-get install python3-venv; elsewhere give another Python: make PYTHON=/path/to/python3.12"
fi
rm -f "$STAMP"
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 2 --require-hashes -r "$LOCK" >"$LOG" 2>&1; then
    if grep -q 'No space left on device' "$LOG"; then
        fail "the disk is full; the packages need about $NEEDED_MIB MiB" "free some space and run make again"
    elif grep -q 'DO NOT MATCH THE HASHES' "$LOG"; then
        fail "a downloaded package does not match its hash in $LOCK: $(grep -m1 -o '[a-zA-Z0-9_.-]*==[^ ]*' "$LOG")" "nothing of it was installed; try again, and distrust the package index if it stays (log: $LOG)"
    elif grep -qE 'NewConnectionError|ConnectTimeout|ReadTimeout|Temporary failure|Network is unreachable|Max retries exceeded|Connection refused|from versions: none' "$LOG"; then
        fail "the Python packages cannot be fetched: no connection to the package index" "check the network or pip's settings (pip config list) and run make again (log: $LOG)"
    fi
    fail "pip failed: $(grep -m1 '^ERROR' "$LOG" || tail -n 1 "$LOG")" "the whole log is in $LOG"
fi
echo "$wanted" >"$STAMP"
rm -f "$LOG"
