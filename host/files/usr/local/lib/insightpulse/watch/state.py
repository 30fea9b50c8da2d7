"""What is remembered from one look to the next, on disk and once more in memory: a full disk must not make anybody forget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from backup.commands import say

from .settings import SPARE, STATE

_NAME = "state.json"


def load(folders: tuple[Path, ...] = (STATE, SPARE)) -> dict[str, Any]:
    """The newest state there is; an empty one where there is none, or none that can be read."""
    found: list[dict[str, Any]] = []
    for folder in folders:
        try:
            document = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(document, dict):
            found.append(document)
    return max(found, key=lambda document: int(document.get("look", 0)), default={})


def save(state: dict[str, Any], folders: tuple[Path, ...] = (STATE, SPARE)) -> None:
    """Keeps the state wherever that is possible."""
    state["look"] = int(state.get("look", 0)) + 1
    text = json.dumps(state)
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            draft = folder / f"{_NAME}.new"
            draft.write_text(text, encoding="utf-8")
            draft.replace(folder / _NAME)
        except OSError as error:
            say(f"the state could not be kept in {folder}: {error.strerror}")
