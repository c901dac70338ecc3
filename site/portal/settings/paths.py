"""The environment and the folders every other part of the settings starts from."""

import contextlib
from pathlib import Path

import environ

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = Path(env("YANLU_DATA", default=str(BASE_DIR / "var"))).resolve()


def make_folder(path: Path) -> None:
    """Make `path` if it can be made: a data folder that is read-only is told by a check (yanlu.E004), not a traceback."""
    with contextlib.suppress(OSError):
        path.mkdir(parents=True, exist_ok=True)
