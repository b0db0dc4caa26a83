#!/bin/sh
# Looks for a browser based on Chromium, which the test of the live view runs without a window. If there is none, Debian's is
# installed if this is allowed (root on Debian or Ubuntu); otherwise the exact commands for apt, dnf and brew are printed. The
# exit code is 2 on failure. CHROME=/path/to/chrome names another browser.
set -u
cd "$(dirname "$0")/../.." || exit 2

PROGRAMS="chromium chromium-browser google-chrome google-chrome-stable"
MACOS="/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
LOG=.browser-setup.log

have_browser() {
    for program in $PROGRAMS; do
        command -v "$program" >/dev/null 2>&1 && return 0
    done
    [ -x "$MACOS" ]
}

print_commands() {
    printf '  Debian:          sudo apt-get install --no-install-recommends chromium\n'
    printf '  Ubuntu:          sudo snap install chromium\n'
    printf '  Fedora:          sudo dnf install chromium\n'
    printf '  macOS:           brew install --cask google-chrome\n'
    printf '  another place:   make test-slow CHROME=/path/to/chrome\n'
} >&2

fail() {
    printf 'setup: %s\n  %s\n' "$1" "$2" >&2
    print_commands
    exit 2
}

if [ -n "${CHROME:-}" ]; then
    command -v "$CHROME" >/dev/null 2>&1 && exit 0
    fail "CHROME=$CHROME is not a command" "give the path of a Chromium or Chrome, or install one:"
fi
have_browser && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1 || [ -n "${BROWSER_NO_INSTALL:-}" ]; then
    fail "no browser based on Chromium is found; a test of the live view needs one" "install it, then run make test-slow again:"
fi

apt-get update >"$LOG" 2>&1 ||
    fail "no browser is found and apt-get update failed: $(tail -n 1 "$LOG" | cut -c1-150)" "check the network, or install one by hand:"
plan=$(LC_ALL=C apt-get install --no-install-recommends --assume-no chromium 2>&1)
echo "setup: installing chromium, in which a test opens the live view"
echo "$plan" | sed -n 's/^\(Need to get .*\)/setup:   \1/p; s/^\(After this operation.*\)/setup:   \1/p'
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium >"$LOG" 2>&1 || {
    grep -q 'No space left' "$LOG" && fail "the disk is full while installing chromium" "free some space and run make test-slow again, or:"
    fail "apt-get install failed: $(grep -m1 '^E:' "$LOG" | cut -c1-150)" "the whole log is in $LOG; by hand:"
}
have_browser || fail "apt-get succeeded, but there is still no browser" "install one by hand:"
rm -f "$LOG"
