"""The services: asked directly where they run here, and by name, as everybody comes to them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .asking import Answer, ask
from .observation import Observation
from .settings import Limits, Service


@dataclass(frozen=True)
class Health:
    """What was seen, and for each service how it answered by its name."""

    observations: list[Observation]
    by_name: dict[str, Answer]


def look(services: Sequence[Service], limits: Limits) -> Health:
    """Asks every service, all at once."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        by_name = {one.name: pool.submit(ask, one.site, one.status, one.body) for one in services if one.site}
        direct = {one.name: pool.submit(ask, one.direct, one.status, one.body) for one in services if one.direct}
        named = {name: answer.result() for name, answer in by_name.items()}
        here = {name: answer.result() for name, answer in direct.items()}
    observations: list[Observation] = []
    for service in services:
        observations += of_service(service, named.get(service.name), here.get(service.name), limits)
    return Health(observations, named)


def of_service(service: Service, named: Answer | None, direct: Answer | None, limits: Limits) -> list[Observation]:
    """What two answers say of a service. What is wrong directly is wrong by name too, and is told once."""
    name = service.name
    by_name = []
    if named is not None:
        remedy = f"`curl -v {service.site}` shows it"
        by_name.append(Observation(f"{name} by name", f"{name}, by its name,", named.wrong, remedy))
    if direct is None:
        return by_name
    there = Observation(name, name, direct.wrong, f"`journalctl -u {name} -n 50` shows its last words")
    if direct.wrong is not None:
        return [there]
    return [there, *by_name, _slow(name, direct, limits)]


def _slow(name: str, direct: Answer, limits: Limits) -> Observation:
    milliseconds = direct.milliseconds
    slow = milliseconds > limits.slowMilliseconds
    wrong = f"is slow: its health answer takes {milliseconds:.0f} ms, more than {limits.slowMilliseconds}"
    remedy = f"`systemctl status {name}` and `top` show who is busy"
    return Observation(f"{name} slow", name, wrong if slow else None, remedy)
