"""The way from nginx to a service's ports, in the kernel: led to other ports for a while, or held.

nginx itself is told nothing. A reload would end the workers that hold every open connection of every service, and
break requests that clients send on connections they believe open; here a connection stays what it was when it was
made, and only new ones go another way. Who asks a service on this host by another user's hand (health checks) always
reaches the service itself. Nothing of it outlives a reboot, after which the services are where they always are.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from .system import System

_TABLE = "inet insightpulse_takeovers"
# As long as nginx waits for a connection: nobody waits longer, and a run that is killed holds nobody for ever.
HOLD_SECONDS = 60
_PAUSE_SECONDS = 0.1


def lead(system: System, user: str, ports: Sequence[int], to: Sequence[int]) -> None:
    """New connections of a user to these ports reach others instead."""
    pairs = ", ".join(f"{port} : {other}" for port, other in zip(ports, to, strict=True))
    system.must("nft", "--file", "-", stdin=f"{_table(user)}add element {_TABLE} led {{ {pairs} }}\n")


def is_led(system: System, ports: Sequence[int]) -> bool:
    """Whether connections to one of these ports are led elsewhere."""
    listed = system.run("nft", "list", "map", *_TABLE.split(), "led").stdout
    return any(re.search(rf"\b{port} : \d+", listed) for port in ports)


def hold(system: System, user: str, ports: Sequence[int]) -> None:
    """New connections of a user to these ports wait: the kernel asks again every second until somebody answers.

    Whoever waits already goes on waiting: the time begins anew in the same step. Nothing else is held at the same time.
    """
    elements = ", ".join(f"{port} timeout {HOLD_SECONDS}s" for port in ports)
    anew = f"flush set {_TABLE} held\nadd element {_TABLE} held {{ {elements} }}\n"
    system.must("nft", "--file", "-", stdin=f"{_table(user)}{anew}")


def let_through(system: System, ports: Sequence[int]) -> None:
    """New connections to these ports reach them again. What is not led or held is let through already."""
    lead_back(system, ports)
    _forget(system, "held", ports)


def lead_back(system: System, ports: Sequence[int]) -> None:
    """New connections to these ports are led nowhere else any more; where they are held, they go on waiting."""
    _forget(system, "led", ports)


def _forget(system: System, name: str, ports: Sequence[int]) -> None:
    for port in ports:
        system.run("nft", "delete", "element", *_TABLE.split(), name, f"{{ {port} }}")


def drain(system: System, ports: Sequence[int], seconds: float) -> int:
    """Waits until nobody is connected to these ports any more. Gives how many still are when the time is up."""
    end = time.monotonic() + seconds
    sources = " or ".join(f"sport = :{port}" for port in ports)
    while True:
        listed = system.must("ss", "--no-header", "--numeric", "--tcp", "state", "established", f"( {sources} )")
        connections = len(listed.splitlines())
        if connections == 0 or time.monotonic() >= end:
            return connections
        time.sleep(_PAUSE_SECONDS)


def _table(user: str) -> str:
    """The rules, written anew each time in one step. Only a connection's first packet is looked at."""
    first = f'oifname "lo" meta skuid "{user}" tcp flags & (syn | ack) == syn'
    return (
        f"add table {_TABLE}\n"
        f"add map {_TABLE} led {{ type inet_service : inet_service; }}\n"
        f"add set {_TABLE} held {{ type inet_service; flags timeout; }}\n"
        f"add chain {_TABLE} leading {{ type nat hook output priority -100; policy accept; }}\n"
        f"add chain {_TABLE} holding {{ type filter hook output priority 0; policy accept; }}\n"
        f"flush chain {_TABLE} leading\n"
        f"flush chain {_TABLE} holding\n"
        f"add rule {_TABLE} leading {first} redirect to :tcp dport map @led\n"
        f"add rule {_TABLE} holding {first} tcp dport @held drop\n"
    )
