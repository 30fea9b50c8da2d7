"""The services whose data are replaced: stopped before, started after, and seen to serve."""

from __future__ import annotations

import re
import shlex
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from .commands import must, run, say
from .problem import Problem
from .settings import Service

_HEALTH = Path("/etc/insightpulse/health")


def stop(services: Sequence[Service]) -> list[Service]:
    """Stops services, and gives those that ran."""
    running = [one for one in services if run("systemctl", "--quiet", "is-active", f"{one.name}.service").status == 0]
    if running:
        must("systemctl", "stop", *(f"{one.name}.service" for one in running))
        say(f"stopped {', '.join(one.name for one in running)}")
    return running


def start(services: Sequence[Service]) -> list[str]:
    """Starts services, waits until each is well, and says which are not."""
    for service in services:
        # What fails to start is found out by asking it.
        run("systemctl", "reset-failed", f"{service.name}.service")
        subprocess.run(["systemctl", "start", f"{service.name}.service"], check=False, capture_output=True)
    return [f"{service.name} does not answer as it should" for service in services if not becomes_well(service)]


def becomes_well(service: Service) -> bool:
    """Waits until a service that was started is well, as long as it may take; whether it is."""
    question = question_of(service.name)
    deadline = time.monotonic() + float(question["START_SECONDS"])
    while not is_well(question):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.25)
    return True


def is_well(question: dict[str, str]) -> bool:
    """Whether whoever answers in a service's place answers as it should."""
    try:
        with urllib.request.urlopen(question["HEALTH_URL"], timeout=10) as answer:
            body = answer.read(100_000).decode(errors="replace")
            return str(answer.status) == question["HEALTH_STATUS"] and re.search(question["HEALTH_BODY"], body) is not None
    except (urllib.error.URLError, OSError):
        return False


def question_of(name: str) -> dict[str, str]:
    """What a service is asked about its health; the file is one that shells read.

    Raises:
        Problem: when the host has no such service
    """
    try:
        text = (_HEALTH / f"{name}.env").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(f"there is no service {name} on this host") from None
    return dict(word.split("=", 1) for word in shlex.split(text, comments=True))
