"""The daily drill: a failure that is none goes the way of every other, and must arrive everywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backup import clock
from backup.problem import Problem

from . import incidents, telling
from .observation import Observation
from .settings import Settings


def drill(settings: Settings, moment: datetime) -> dict[str, Any]:
    """Makes an incident of a failure that is none, tells it, and says of each channel whether it took it."""
    known: incidents.Known = {}
    rules = incidents.Rules.of(settings.limits)
    failure = Observation(
        "drill",
        f"Drill: the daily test of the alarm on {settings.hostName}",
        "fails on purpose, so that this message shows that messages arrive",
        "Nothing has to be done",
    )
    messages: list[incidents.Message] = []
    for _ in range(settings.limits.failures):
        messages += incidents.judge(known, [failure], moment, rules)
    began = clock.now()
    for message in messages:
        telling.tell(message.text)
    return {
        "time": clock.written(moment),
        "channels": telling.took(settings.channels, telling.deliveries(), began),
    }


def refuse_undelivered(record: dict[str, Any]) -> None:
    """Fails when a channel did not take the drill.

    Raises:
        Problem: with the channels and their reasons
    """
    if not record["channels"]:
        raise Problem("there is no channel to tell anybody by: monitoring.slackChannel or monitoring.mail names one")
    failed = [f"{name}: {how}" for name, how in record["channels"].items() if how != "delivered"]
    if failed:
        raise Problem(f"the drill of the alarm did not arrive everywhere ({'; '.join(failed)})")
