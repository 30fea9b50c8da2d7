"""Changing many files as one step that can be taken back, also when the machine stops half way.

What is about to change is written down first, with copies of the old files. A run that finds such a note from a run
that was killed puts the old files back and starts over, and treats their units as not yet restarted.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from . import files
from .bundle import File
from .system import System

STATE = "/var/lib/insightpulse/converge"


class Swap:
    """The replacement of some files by others, and its way back."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._folder = system.path(f"{STATE}/swap")
        self._note = self._folder / "note.json"

    def begin(self, changed: list[File], removed: list[str], unsettled: list[str]) -> None:
        """Writes down what is about to change and keeps the old files.

        Args:
            unsettled: paths an earlier run changed without getting as far as their units
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = Path(tempfile.mkdtemp(dir=self._folder))
        paths = [*(file.path for file in changed), *removed]
        backups = {
            path: str(kept / str(index)) if files.back_up(self._system, path, kept / str(index)) else None
            for index, path in enumerate(paths)
        }
        # From here on it can be taken back: the note of the run before gives way in one step.
        write_safely(self._note, json.dumps({"backups": backups, "unsettled": unsettled}))
        for folder in self._folder.iterdir():
            if folder.is_dir() and folder != kept:
                shutil.rmtree(folder)

    def carry_out(self, changed: list[File], removed: list[str]) -> None:
        """Replaces and removes the files."""
        for file in changed:
            files.put_in_place(self._system, file)
        for path in removed:
            self._system.path(path).unlink(missing_ok=True)

    def take_back(self) -> list[str]:
        """Puts every old file back. Gives the paths whose units may not know it; none when nothing was begun."""
        if not self._note.exists():
            return []
        note = json.loads(self._note.read_text())
        backups: dict[str, str | None] = note["backups"]
        for path, backup in backups.items():
            files.restore(self._system, path, None if backup is None else Path(backup))
        return [*backups, *(path for path in note["unsettled"] if path not in backups)]

    def finish(self) -> None:
        """What was changed stays."""
        self._note.unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)


def write_safely(target: Path, text: str) -> None:
    """Writes a file for root alone that is either the old or the new one, whenever the machine stops."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged = target.with_name(f"{target.name}{files.STAGED}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with files.naming(str(target)), os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(staged, target)
