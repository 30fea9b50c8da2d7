"""Whether the files a database refers to are there, and are what they were."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path


def missing(folder: Path, names: Sequence[str]) -> list[str]:
    """The files that are not there."""
    return [name for name in names if not (folder / name).is_file()]


def damaged(folder: Path, names: Sequence[str]) -> list[str]:
    """The files whose content is not what they are named after: Odoo names each by its SHA-1."""
    return [name for name in names if (folder / name).is_file() and _digest(folder / name) != name.rpartition("/")[2]]


def _digest(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha1").hexdigest()
