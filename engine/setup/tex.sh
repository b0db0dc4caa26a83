#!/bin/sh
# Looks for each TeX program and package the report uses; installs what is missing where we may (root on Debian or
# Ubuntu), else prints the exact command for apt, dnf and brew. Stops before any training starts. Exit code 2 on failure.
set -u
cd "$(dirname "$0")/../.." || exit 2

# file that must be found : the Debian package that brings it; tex-packages.txt also serves dnf and tlmgr
LIST=engine/setup/tex-packages.txt

# Those that every report needs, and of the document classes the one that this report uses.
class=$(grep -hs '^ *\\documentclass' templates/*.j2 templates/*.tex)
entries() {
    grep -v '^#' "$LIST" | while read -r name debian tlmgr when; do
        case $when:$class in :* | if-used:*"{${name%.*}}"*) echo "$name $debian $tlmgr" ;; esac
    done
}

missing_entries() {
    files=$(entries | awk '$1 ~ /\./ { print $1 }')
    if command -v kpsewhich >/dev/null 2>&1; then
        # one call for all; kpsewhich prints the path of each file it finds
        # shellcheck disable=SC2086
        found=" $(kpsewhich $files | sed 's|.*/||' | tr '\n' ' ')"
    else
        found=
    fi
    # No process for each name: every make waits for this.
    entries | while read -r name debian tlmgr; do
        case $name in
        *.*) case $found in *" $name "*) ;; *) false ;; esac ;;
        *) command -v "$name" >/dev/null 2>&1 ;;
        esac || echo "$name $debian $tlmgr"
    done
}

missing=$(missing_entries)
[ -z "$missing" ] && exit 0

names=$(echo "$missing" | awk '{ print $1 }' | tr '\n' ' ')
debian=$(echo "$missing" | awk '{ print $2 }' | sort -u | tr '\n' ' ')

print_commands() {
    printf '  Debian, Ubuntu:  sudo apt-get install --no-install-recommends %s\n' "$debian"
    printf '  Fedora:          sudo dnf install %s\n' "$(echo "$missing" | awk '{ print $1 ~ /\./ ? "'"'"'tex(" $1 ")'"'"'" : $1 == "pdflatex" || $1 == "kpsewhich" || $1 == "bibtex" ? "texlive-scheme-basic" : $1 }' | sort -u | tr '\n' ' ')"
    printf '  macOS:           brew install --cask basictex && sudo tlmgr install %s\n' "$(echo "$missing" | awk '{ print $3 }' | sort -u | tr '\n' ' ')"
} >&2

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1 || [ -n "${TEX_NO_INSTALL:-}" ]; then
    printf 'setup: TeX is not complete; missing: %s\nInstall it, then run make again:\n' "$names" >&2
    print_commands
    exit 2
fi

LOG=.tex-setup.log
fail() {
    printf 'setup: %s\n  %s\n' "$1" "$2" >&2
    print_commands
    exit 2
}

apt-get update >"$LOG" 2>&1 || fail "TeX is missing ($names) and apt-get update failed: $(tail -n 1 "$LOG" | cut -c1-150)" "check the network, or install it by hand:"
# shellcheck disable=SC2086
plan=$(LC_ALL=C apt-get install --no-install-recommends --assume-no $debian 2>&1)
echo "setup: TeX is not complete; missing: $names"
echo "setup: installing $debian"
echo "$plan" | sed -n 's/^\(Need to get .*\)/setup:   \1/p; s/^\(After this operation.*\)/setup:   \1/p'
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $debian >"$LOG" 2>&1 || {
    grep -q 'No space left' "$LOG" && fail "the disk is full while installing TeX" "free some space and run make again, or:"
    fail "apt-get install failed: $(grep -m1 '^E:' "$LOG" | cut -c1-150)" "the whole log is in $LOG; by hand:"
}
still=$(missing_entries | awk '{ print $1 }' | tr '\n' ' ')
[ -z "$still" ] || fail "apt-get succeeded, but these are still not found: $still" "install them by hand:"
rm -f "$LOG"
