#!/usr/bin/env bash
# Resolves pyproject.toml into the hashed pins of requirements/. Registry addresses are not recorded.
set -euo pipefail
cd "$(dirname "$0")/.."
compile=(.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header "$@" pyproject.toml)
"${compile[@]}" -o requirements/base.txt
"${compile[@]}" --extra demo -o requirements/run.txt
"${compile[@]}" --extra demo --extra dev -o requirements/dev.txt
