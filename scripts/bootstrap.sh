#!/usr/bin/env bash
# Makes this folder able to run: system packages, .venv, pinned requirements.
#   scripts/bootstrap.sh run    what the site and its demo need
#   scripts/bootstrap.sh dev    that, and what tests and checks need
# Safe to repeat: what is there already is left alone, so a second run takes a fraction of a second.
set -euo pipefail
cd "$(dirname "$0")/.."

mode="${1:-run}"
venv=.venv
say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

suitable_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        if [ -n "$candidate" ] && have "$candidate" &&
            "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

missing=()
wanted() { # wanted <is it there?> <Debian package> <what it is for>
    if ! eval "$1" >/dev/null 2>&1; then missing+=("$2|$3"); fi
}
if [ ! -x "$venv/bin/python" ]; then
    wanted "suitable_python" "python3.11" "Python 3.11 or later runs the site"
    wanted "suitable_python" "python3.11-venv" "creates the virtual environment"
fi
wanted "have msgfmt" "gettext" "compiles the English interface"
wanted "have antiword" "antiword" "reads legacy .doc files"
if [ "$mode" = dev ]; then
    wanted "have chromium || have chromium-browser || have google-chrome || test -n \"\${CHROMIUM:-}\"" \
        "chromium" "browser tests"
    wanted "ldconfig -p | grep libatomic.so.1" "libatomic1" "drives the browser in browser tests"
    wanted "ls /usr/share/fonts/opentype/noto/NotoSansCJK-*.ttc || fc-list :lang=zh | grep -q ." \
        "fonts-noto-cjk" "Chinese text in browser tests"
fi

if [ "${#missing[@]}" -gt 0 ]; then
    packages=("${missing[@]%%|*}")
    if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && have apt-get; then
        say "Installing system packages: ${packages[*]}"
        export DEBIAN_FRONTEND=noninteractive
        install=(apt-get install -y -qq --no-install-recommends "${packages[@]}")
        "${install[@]}" >/dev/null </dev/null 2>&1 ||
            { apt-get update -qq </dev/null >/dev/null && "${install[@]}" </dev/null >/dev/null; } ||
            say "Could not install: ${packages[*]}. Going on without."
    else
        say "Missing on this system (Debian package: what it is for):"
        for line in "${missing[@]}"; do printf '  %-18s %s\n' "${line%%|*}" "${line#*|}" >&2; done
        say "On Debian or Ubuntu: sudo apt-get install ${packages[*]}"
    fi
fi

if [ ! -x "$venv/bin/python" ]; then
    python="$(suitable_python)" || {
        say "Python 3.11 or later with venv is needed. Install it, or name it: make run PYTHON=/path/to/python"
        exit 1
    }
    say "Creating $venv with $("$python" --version)"
    "$python" -m venv "$venv"
fi

# uv reads its own variables: hand on what this machine has told pip.
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    index="${PIP_INDEX_URL:-$("$venv/bin/python" -m pip config get global.index-url 2>/dev/null || true)}"
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
fi
if [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"; fi

install_pinned() { # install_pinned <name of requirements file>: only when it changed since the last time
    local file="requirements/$1.txt" stamp="$venv/.installed-$1"
    if [ -e "$stamp" ] && cmp -s "$file" "$stamp"; then return; fi
    say "Installing $file"
    if [ "$1" = uv ]; then
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$file"
    else
        "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes --compile-bytecode -r "$file"
    fi
    cp "$file" "$stamp"
}
install_pinned uv
if [ "$mode" = dev ]; then install_pinned dev; else install_pinned run; fi
