#!/bin/sh
# Creates .venv from requirements.lock (versions and hashes): a second call with the same lock returns at once, and one with
# another lock installs new packages and removes old ones.
# pip installs uv, and uv the rest; if uv does not work, pip installs everything. The engine is used in place if engine/texloom
# exists; otherwise it is a wheel in engine/ that the lock names. With the argument `data`, the data of the report's experiments
# are fetched at the same time; with pip the build fetches them.
# Plain sh, because it must run without Python. Every failure prints one line and the way out, exit code 2.
set -u
cd "$(dirname "$0")/../.." || exit 2

LOCK=requirements.lock
STAMP=.venv/lock.sha256
LOG=.venv-setup.log
CONSTRAINTS=.venv/constraints.txt
FETCHING="grimp numpy pillow pooch pydantic threadpoolctl" # what `python -m experiments data` imports
OFFLINE='NewConnectionError|ConnectTimeout|ReadTimeout|Temporary failure|Network is unreachable|Max retries exceeded|Connection refused'
WITH_DATA=${1:-}
fetching= # the process that fetches data

# What the packages take, unpacked, with room for temporary files.
if grep -q '^tensorflow==' "$LOCK" 2>/dev/null; then
    NEEDED_MIB=3500 TAKES="about 2 GB, one minute"
else
    NEEDED_MIB=1000 TAKES="about 500 MB, some seconds"
fi

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

# Adds the path of this repository's engine to the environment; relative, so that the folder can be moved.
use_engine_in_place() {
    [ -d engine/texloom ] || return 0
    for packages in .venv/lib/python3*/site-packages; do
        [ -d "$packages" ] && echo ../../../../engine >"$packages/texloom.pth"
    done
}

# Allows one set-up at a time. Python locks descriptor 9, because not every system has flock(1): this process and its installers
# hold the lock until the last of them ends, killed or not, and no lock file is left behind. If the file
# system does not support locks, there is no lock.
WAIT_FOR_LOCK='
import fcntl, signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
try:
    fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("setup: waiting for another set-up of this folder", flush=True)
    fcntl.flock(9, fcntl.LOCK_EX)
except OSError:
    pass
'

is_done() {
    wanted=$(digest "$LOCK")
    [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$wanted" ]
}

# The stamp distinguishes our environment from a user's: it is created first, and empty until everything is installed.
is_ours() {
    [ ! -e .venv ] || [ -f "$STAMP" ] || rmdir .venv 2>/dev/null # an empty one may be used
}

# Removes everything but the stamp, so that a killed set-up leaves the stamp.
empty_venv() {
    mkdir -p .venv && printf '' >"$STAMP" || return
    for each in .venv/* .venv/.[!.]*; do
        [ "$each" = "$STAMP" ] || rm -rf "$each"
    done
}

make_venv() {
    reused=
    { empty_venv && "$python" -m venv .venv; } >"$LOG" 2>&1 ||
        fail "$python cannot make a virtual environment: $(tail -n 1 "$LOG" | cut -c1-150)" "on Debian and Ubuntu: apt-get install python3-venv; elsewhere give another Python: make PYTHON=/path/to/python3.12"
}

# Prints the entries of the given packages in the lock. If the first argument is `not`, prints those of all other packages. The
# engine's wheel is an entry, too: engine/texloom-….whl
locked() {
    awk -v names=" $* " '
        /^[a-z0-9]/ {
            split($0, part, "==")
            name = /^engine\/texloom-/ ? "texloom" : part[1]
            named = index(names, " " name " ") > 0
        }
        named != (names ~ /^ not /)' "$LOCK"
}

pip_install() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 2 --require-hashes "$@" >"$LOG" 2>&1
}

# Compiles the packages during installation only if Python cannot store bytecode itself, because then every process would need 9 s
# more to import TensorFlow. If Python can store it, only the first import needs these 9 s, whereas compiling all packages here
# takes 38 s. There is no time limit, because under load a file can take longer than uv's default of one minute.
uv_pip() {
    verb=$1
    shift
    UV_COMPILE_BYTECODE_TIMEOUT=0 .venv/bin/uv pip "$verb" --python .venv/bin/python --require-hashes ${PYTHONDONTWRITEBYTECODE:+--compile-bytecode} "$@" >"$LOG" 2>&1
}

# Fails for errors in the output of pip or uv that another installer would not fix.
fail_if_certain() {
    grep -q 'No space left on device' "$LOG" &&
        fail "the disk is full; the packages need about $NEEDED_MIB MiB" "free some space and run make again (log: $LOG)"
    grep -qE 'DO NOT MATCH THE HASHES|Hash mismatch' "$LOG" &&
        fail "a downloaded package does not match its hash in $LOCK: $(grep -m1 -oE '[a-zA-Z0-9_.-]+==[^ `]*' "$LOG")" "nothing of it was installed; try again, and distrust the package index if it stays (log: $LOG)"
}

fail_offline() {
    fail "the Python packages cannot be fetched: no connection to the package index" "check the network or pip's settings (pip config list) and run make again (log: $LOG)"
}

# Fetches data in the background. Errors are reported by the build, which tries again.
fetch_data() {
    # PYTHONUNBUFFERED would write lines in pieces, which could be mixed with other output.
    PYTHONUNBUFFERED='' .venv/bin/python -m experiments data 2>/dev/null 9<&- &
    fetching=$!
}

# Needed because shells make background processes ignore Ctrl-C.
stop_fetching() {
    [ -z "$fetching" ] || { kill "$fetching"; wait "$fetching"; } 2>/dev/null
    fetching=
}

# Installs first the packages for fetching data, if requested, then the whole lock; removes all other packages except pip.
uv_install_all() {
    if [ -n "$WITH_DATA" ]; then
        locked not texloom >"$CONSTRAINTS" # uv takes no file as a constraint
        # shellcheck disable=SC2086
        locked texloom $FETCHING | uv_pip install -c "$CONSTRAINTS" -r - || return
        fetch_data
    fi
    uv_pip sync "$LOCK"
}

# Returns 1 if uv fails, with the reason in why_not.
install_with_uv() {
    if ! locked uv | pip_install --no-deps --only-binary :all: -r /dev/stdin; then
        fail_if_certain
        grep -qE "$OFFLINE" "$LOG" && fail_offline
        why_not="cannot be installed: $(grep -m1 '^ERROR' "$LOG" || tail -n 1 "$LOG")"
    elif ! .venv/bin/uv --version >"$LOG" 2>&1; then
        why_not="does not run here: $(tail -n 1 "$LOG")"
    elif ! uv_install_all; then
        fail_if_certain
        if grep -qE 'Failed to (fetch|download)|No solution found' "$LOG"; then
            why_not="cannot fetch the packages; its settings are not pip's"
        else
            why_not="failed: $(grep -m1 '^error' "$LOG" || tail -n 1 "$LOG")"
            stop_fetching
            make_venv # uv may have left packages half-written
            use_engine_in_place
        fi
    else
        return 0
    fi
    return 1
}

# The lock is complete; without --no-deps pip would look for uv, which the engine requires.
install_with_pip() {
    locked not uv | pip_install --no-deps -r /dev/stdin && return
    fail_if_certain
    grep -qE "$OFFLINE|from versions: none" "$LOG" && fail_offline
    fail "pip failed: $(grep -m1 '^ERROR' "$LOG" || tail -n 1 "$LOG")" "the whole log is in $LOG"
}

[ -r "$LOCK" ] || fail "$LOCK cannot be read" "restore it: git checkout $LOCK"
is_done && exit 0

python=$(find_python) || exit 2
trap 'exit 130' INT
exec 9<engine/setup
"$python" -c "$WAIT_FOR_LOCK"
is_done && exit 0

[ ! -L .venv ] ||
    fail ".venv is a link to an environment whose packages are not those of $LOCK" "remove the link; make then creates its own environment"
is_ours ||
    fail ".venv exists, but was not created by make" "make creates its own there: remove yours (rm -r .venv), or clone the project into another folder"
( : >"$LOG" ) 2>/dev/null ||
    fail "nothing can be written into $(pwd)" "copy or clone the project into a folder of your own"

free_mib=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
[ -d .venv ] || [ "$free_mib" -ge "$NEEDED_MIB" ] ||
    fail "only $free_mib MiB are free here; the packages need about $NEEDED_MIB MiB" "free some space, or clone the project to a larger disk"

trap stop_fetching EXIT
echo "setup: .venv with $(grep -c '^[a-z0-9]' "$LOCK") locked packages for $("$python" --version) ($TAKES)"
reused=yes
[ -s "$STAMP" ] || make_venv # new, or left incomplete by a killed set-up
printf '' >"$STAMP"
use_engine_in_place
install_with_uv || {
    echo "setup: pip installs them, which takes some minutes, because uv $(echo "$why_not" | cut -c1-150)"
    install_with_pip
    [ -z "$reused" ] || echo "setup: packages that are no longer locked stay in .venv, because pip does not remove them; make distclean does"
}
echo "$wanted" >"$STAMP"
rm -f "$LOG"
[ -z "$fetching" ] || wait "$fetching"
fetching=
