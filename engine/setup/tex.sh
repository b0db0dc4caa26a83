#!/bin/sh
# Looks for each TeX program and package the report uses; installs what is missing where we may (root on Debian or
# Ubuntu), else prints the exact command for apt, dnf and brew. Stops before any training starts. Exit code 2 on failure.
set -u
cd "$(dirname "$0")/../.." || exit 2

# Each line: a program or file that must be found, and the Debian and TeX Live packages that contain it, for apt, dnf and tlmgr.
LIST=engine/setup/tex-packages.txt

setting() { sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*[\"']\([a-z]*\)[\"'].*/\1/p" report.toml 2>/dev/null | head -n 1; }
classes() { sed -n 's/^ *\\documentclass.*{\([A-Za-z]*\)}.*/\1/p' templates/*.j2 templates/*.tex 2>/dev/null | tr '\n' ' '; }

# A fourth word is the engine, the language or the document class that needs the entry.
CHOSEN=" $(setting engine) $(setting language) $(classes) "
entries() { awk -v chosen="$CHOSEN" '!/^#/ && (NF < 4 || index(chosen, " " $4 " "))' "$LIST"; }

missing_entries() {
    files=$(entries | awk '$1 ~ /\./ { print $1 }')
    if command -v kpsewhich >/dev/null 2>&1; then
        # one call for all; kpsewhich prints the path of each file it finds
        # shellcheck disable=SC2086
        found=" $(kpsewhich $files | sed 's|.*/||' | tr '\n' ' ')"
    else
        found=
    fi
    # Does not start a process for each name, because every make has to wait for this.
    entries | while read -r name debian tlmgr _; do
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
    printf '  Fedora:          sudo dnf install %s\n' "$(echo "$missing" | awk '$3 != "-" { print $1 ~ /\./ ? "'"'"'tex(" $1 ")'"'"'" : $1 == "pdflatex" || $1 == "kpsewhich" || $1 == "bibtex" || $1 == "lualatex" ? "texlive-scheme-basic" : $1 }' | sort -u | tr '\n' ' ')"
    printf '  macOS:           brew install --cask basictex && sudo tlmgr install %s\n' "$(echo "$missing" | awk '$3 != "-" { print $3 }' | sort -u | tr '\n' ' ')"
    echo "$missing" | awk '$3 == "-" { print "  elsewhere than on Debian, a font for the whole system: " $1 }'
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
