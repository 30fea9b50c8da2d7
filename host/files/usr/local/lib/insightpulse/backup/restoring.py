"""The note that a restore into live leaves while it replaces what is there: how far it is, for the next one if it is killed."""

from __future__ import annotations

import json
from typing import Any

from .settings import RESTORING

Note = dict[str, Any]


def write(note: Note) -> None:
    """Writes down how far a restore is; the note is whole, or the one before."""
    draft = RESTORING.with_suffix(".new")
    draft.write_text(json.dumps(note), encoding="utf-8")
    draft.replace(RESTORING)


def read() -> Note | None:
    """The note of a restore that was killed; none where every one came to its end."""
    return json.loads(RESTORING.read_text(encoding="utf-8")) if RESTORING.exists() else None


def done() -> None:
    """Takes the note away: nothing is half way any more."""
    RESTORING.unlink()
