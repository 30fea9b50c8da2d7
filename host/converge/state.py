"""What was applied to this host: the bundle now, the one before it, and what was measured of them."""

from __future__ import annotations

import fcntl
import json
import time
from datetime import UTC, datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from .bundle import Bundle, parse
from .problem import Problem
from .swap import STATE, write_safely
from .system import System


class State:
    """The folder in which this program remembers. It holds secrets and is root's alone."""

    def __init__(self, system: System) -> None:
        self._folder = system.path(STATE)

    def current(self) -> Bundle | None:
        """The bundle that was applied last."""
        return self._bundle("current.json")

    def previous_text(self) -> str:
        """The document of the bundle before that one.

        Raises:
            Problem: when there is none
        """
        target = self._folder / "previous.json"
        if not target.exists():
            raise Problem("no earlier bundle was applied to this host, so there is nothing to roll back to")
        return target.read_text()

    def _bundle(self, name: str) -> Bundle | None:
        target = self._folder / name
        return parse(target.read_text(), strict=False) if target.exists() else None

    def record(self, text: str) -> None:
        """Remembers what has been applied. The same document again changes nothing."""
        current = self._folder / "current.json"
        if current.exists() and current.read_text() == text:
            return
        if current.exists():
            write_safely(self._folder / "previous.json", current.read_text())
        write_safely(current, text)

    def record_images(self, bundle: Bundle) -> None:
        """Remembers which images serve since when, by unit and latest first, for whoever tidies up or looks back."""
        target = self._folder / "images.json"
        earlier: dict[str, list[dict[str, str]]] = json.loads(target.read_text()) if target.exists() else {}
        later = {
            unit.name: _with_latest(earlier.get(unit.name, []), unit.image.reference)
            for unit in bundle.units
            if unit.image is not None
        }
        if later != earlier:
            write_safely(target, json.dumps(later, indent=2))

    def facts(self) -> dict[str, Any]:
        """What was measured when the bundle was applied (the firewall's fingerprint)."""
        target = self._folder / "facts.json"
        return json.loads(target.read_text()) if target.exists() else {}

    def record_facts(self, facts: dict[str, Any]) -> None:
        """Remembers measurements."""
        if facts != self.facts():
            write_safely(self._folder / "facts.json", json.dumps(facts))

    @contextmanager
    def lock(self, wait_seconds: float = 300) -> Iterator[None]:
        """Holds this host for one run; the lock goes with the process that holds it, however it ends.

        Raises:
            Problem: when another run still holds it after the time to wait
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        end = time.monotonic() + wait_seconds
        with open(self._folder / "lock", "w") as stream:
            while not _taken(stream):
                if time.monotonic() >= end:
                    raise Problem(
                        f"another run has been converging this host for {wait_seconds:g} s; "
                        "`ps -C python3 -f` on the host shows it"
                    )
                time.sleep(0.1)
            yield


# What is remembered of a unit; as many releases can be gone back to without fetching anything.
_REMEMBERED = 3


def _with_latest(images: list[dict[str, str]], reference: str) -> list[dict[str, str]]:
    if images and images[0]["image"] == reference:
        return images
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return [{"image": reference, "since": since}, *(one for one in images if one["image"] != reference)][:_REMEMBERED]


def _taken(stream: TextIO) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
