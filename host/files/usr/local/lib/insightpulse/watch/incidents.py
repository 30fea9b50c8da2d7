"""From many looks to few messages: one when something has begun to be wrong, one when that is over.

A single wrong answer is none: two in a row are, or three in an hour. What comes back within the hold-down time belongs to
the same incident, so that something that flaps all day is told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backup import clock

from .observation import Observation
from .settings import Limits

# Looks that are remembered of each thing: an hour of them.
_REMEMBERED = 12

# What is known of each thing that is watched, as it stands in the state's file.
Known = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Rules:
    """When something is an incident, and when it is over."""

    failures: int
    hold: timedelta

    @classmethod
    def of(cls, limits: Limits) -> Rules:
        """Those of this host."""
        return cls(limits.failures, timedelta(minutes=limits.holdMinutes))


@dataclass(frozen=True)
class Message:
    """What people are to be told."""

    key: str
    text: str


def judge(known: Known, seen: Sequence[Observation], moment: datetime, rules: Rules) -> list[Message]:
    """Takes one round of looks into what is known, and gives what is to be told."""
    messages: list[Message] = []
    for one in seen:
        thing = known.setdefault(one.key, {"recent": []})
        message = _wrong(thing, one, moment, rules) if one.wrong is not None else _well(thing, one, moment, rules)
        if message is not None:
            messages.append(message)
    watched = {one.key for one in seen}
    for key in [key for key in known if key not in watched]:
        message = _unwatched(known, key, moment, rules)
        if message is not None:
            messages.append(message)
    return messages


def suspected(known: Known) -> bool:
    """Whether something was wrong at the last look that is no incident yet: a second look soon says which it is."""
    return any(thing["recent"][-1:] == [1] and "open" not in thing for thing in known.values())


def open_ones(known: Known) -> list[dict[str, Any]]:
    """The incidents that are not over, the oldest first."""
    found = [{"key": key, **thing["open"]} for key, thing in known.items() if "open" in thing]
    return sorted(found, key=lambda incident: str(incident["since"]))


def _wrong(thing: dict[str, Any], one: Observation, moment: datetime, rules: Rules) -> Message | None:
    recent = _remember(thing, 1)
    thing["title"] = one.title
    incident = thing.get("open")
    if incident is not None:
        if incident["quiet"]:
            incident["times"] += 1
        incident.update(quiet=False, last=clock.written(moment), wrong=one.wrong)
        return None
    if recent[-1:] == [1] and recent[-2:] != [1, 1]:
        thing["since"] = clock.written(moment)
    in_a_row = len(recent) >= rules.failures and all(recent[-rules.failures :])
    if not (one.at_once or in_a_row or sum(recent) > rules.failures):
        return None
    since = thing.setdefault("since", clock.written(moment))
    thing["open"] = {
        "title": one.title,
        "wrong": one.wrong,
        "since": since,
        "last": clock.written(moment),
        "times": 1,
        "quiet": False,
    }
    if one.told:
        return None
    return Message(one.key, f"{one.title} {one.wrong}, since {_short(since)}.{_ended(one.remedy)}")


def _well(thing: dict[str, Any], one: Observation, moment: datetime, rules: Rules) -> Message | None:
    _remember(thing, 0)
    thing["title"] = one.title
    incident = thing.get("open")
    if incident is None:
        return None
    if not incident["quiet"]:
        incident.update(quiet=True, wellSince=clock.written(moment))
    # Of the time before that look nobody knows: it may have been away with the host.
    if moment - clock.parse(incident["wellSince"]) < rules.hold:
        return None
    return _over(one.key, thing, f"is well again, since {_short(incident['wellSince'])}")


def _unwatched(known: Known, key: str, moment: datetime, rules: Rules) -> Message | None:
    """What nobody has looked at: a look that could not be made, or a thing that is gone from the settings."""
    incident = known[key].get("open")
    if incident is None:
        known.pop(key)
        return None
    # Some things cannot be looked at while something else is wrong; a day later nobody does.
    if moment - clock.parse(incident["last"]) < rules.hold + timedelta(days=1):
        return None
    message = _over(key, known[key], "is not watched any more")
    known.pop(key)
    return message


def _over(key: str, thing: dict[str, Any], how: str) -> Message:
    incident = thing.pop("open")
    thing.pop("since", None)
    thing["recent"] = []
    times = incident["times"]
    count = "" if times == 1 else f" {times} times"
    first = f"It was wrong{count} between {_short(incident['since'])} and {_short(incident['last'])}"
    return Message(key, f"{incident['title']} {how}. {first}: it {incident['wrong']}.")


def _remember(thing: dict[str, Any], outcome: int) -> list[int]:
    thing["recent"] = [*thing["recent"], outcome][-_REMEMBERED:]
    recent: list[int] = thing["recent"]
    return recent


def _short(written: str) -> str:
    return f"{written[11:16]} UTC on {written[:10]}"


def _ended(remedy: str) -> str:
    return f" {remedy}." if remedy else ""
