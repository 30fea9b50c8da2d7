"""Tells people, and knows whether that has worked: what nobody has heard is told again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from backup import clock
from backup.commands import run

from .observation import Observation

_NOTIFY = "/usr/local/lib/insightpulse/notify"
# Written by notify: for each channel when it last took a message, and since when and why it does not.
_DELIVERIES = Path("/var/lib/insightpulse/notify/deliveries.json")
# Whoever has been deaf for so long hears the newest.
_MOST = 50

Untold = list[str]


def tell(sentence: str) -> bool:
    """Tells a sentence; whether at least one channel took it."""
    return run(_NOTIFY, stdin=sentence).status == 0


def tell_all(sentences: Sequence[str], untold: Untold) -> None:
    """Tells what could not be told before, and then what is new. What nobody takes stays untold."""
    waiting = [*untold, *sentences][-_MOST:]
    untold.clear()
    for index, sentence in enumerate(waiting):
        if not tell(sentence):
            # Nobody listens: trying the rest would take minutes.
            untold.extend(waiting[index:])
            return


def deliveries() -> dict[str, dict[str, Any]]:
    """How each channel has fared."""
    try:
        return dict(json.loads(_DELIVERIES.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def look(channels: Sequence[str], known: dict[str, dict[str, Any]]) -> list[Observation]:
    """Whether each channel took the last message that it was given. The others say so when one does not."""
    observations = []
    for channel in channels:
        reason = known.get(channel, {}).get("reason")
        wrong = None if reason is None else f"takes no messages: {reason}"
        remedy = "`echo test | sudo /usr/local/lib/insightpulse/notify` tries it"
        observations.append(Observation(f"channel {channel}", f"the alert channel {channel}", wrong, remedy))
    return observations


def took(channels: Sequence[str], known: dict[str, dict[str, Any]], since: datetime) -> dict[str, str]:
    """Of each channel whether it has taken something since then: `delivered`, or why not."""
    # Times are written without their fraction.
    earliest = since - timedelta(seconds=1)

    def of(channel: str) -> str:
        facts = known.get(channel, {})
        if "reason" not in facts and "delivered" in facts and clock.parse(facts["delivered"]) >= earliest:
            return "delivered"
        return str(facts.get("reason") or "nothing was sent")

    return {channel: of(channel) for channel in channels}
