"""systemd units: which must start, restart, reload or stop, and whether they serve afterwards."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from .bundle import Unit, matches
from .health import wait
from .problem import Problem
from .system import System

# A service that has ended so often since it was started does not come to itself by more waiting: some twenty seconds.
_MOST_RESTARTS = 4


@dataclass(frozen=True)
class UnitState:
    """What systemd knows of a unit."""

    active: bool
    failed: bool
    # `enabled`, `disabled`, `static`, `generated` (Quadlet), or empty when systemd does not know the unit.
    file_state: str
    # How often systemd has started it again by itself since it was last told to.
    restarts: int


def states_of(system: System, names: list[str]) -> dict[str, UnitState]:
    """The states of units, asked all at once."""
    if not names:
        return {}
    printed = system.must("systemctl", "show", "--property=Id,ActiveState,UnitFileState,NRestarts", *names)
    blocks = [dict(line.split("=", 1) for line in block.splitlines()) for block in printed.strip().split("\n\n")]
    # systemctl answers in the order of the question; an alias has another Id than the name it was asked by.
    return {
        name: UnitState(
            active=block.get("ActiveState") in ("active", "reloading", "activating"),
            failed=block.get("ActiveState") == "failed",
            file_state=block.get("UnitFileState", ""),
            restarts=int(block.get("NRestarts", "0")),
        )
        for name, block in zip(names, blocks, strict=True)
    }


@dataclass(frozen=True)
class Step:
    """One thing to do to a unit: `start`, `restart`, `reload`, `stop`, `enable` or `disable`."""

    verb: str
    unit: Unit


def plan(units: tuple[Unit, ...], states: dict[str, UnitState], touched: list[str]) -> list[Step]:
    """What must be done after these paths have changed: no more than that, in the order of the units."""
    steps: list[Step] = []
    for unit in units:
        state = states[unit.name]
        if not unit.enabled:
            steps += [Step("disable", unit)] if state.file_state == "enabled" else []
            steps += [Step("stop", unit)] if state.active else []
            continue
        steps += [Step("enable", unit)] if state.file_state == "disabled" else []
        if not state.active:
            steps.append(Step("start", unit))
        elif any(matches(path, unit.restartOn) for path in touched):
            steps.append(Step("restart", unit))
        elif any(matches(path, unit.reloadOn) for path in touched):
            steps.append(Step("reload", unit))
    return steps


_PAST = {"start": "started", "restart": "restarted", "reload": "reloaded", "stop": "stopped"}


def carry_out(system: System, steps: list[Step]) -> None:
    """Does the steps one after the other; a unit that is started has to serve before the next one's turn.

    Raises:
        Problem: with the unit, what is wrong, and its last log lines
    """
    try:
        for step in steps:
            _carry_out(system, step)
    finally:
        if any(step.verb in _FOR_THE_NEXT_BOOT for step in steps):
            system.run("systemctl", "daemon-reload")


# systemd reads all its files anew after each of these, unless it is told that once will do.
_FOR_THE_NEXT_BOOT = ("enable", "disable")


def _carry_out(system: System, step: Step) -> None:
    name = step.unit.name
    if step.verb == "start":
        # A unit that has failed too often is not started again before its failures are forgotten.
        system.run("systemctl", "reset-failed", name)
    options = ["--no-reload"] if step.verb in _FOR_THE_NEXT_BOOT else []
    done = system.run("systemctl", step.verb, *options, name)
    if done.returncode != 0:
        raise Problem(f"{name} could not be {_PAST.get(step.verb, step.verb + 'd')}:\n{_log(system, name)}")
    system.say(f"{_PAST.get(step.verb, step.verb + 'd')} {name}")
    if step.verb in ("start", "restart", "reload") and step.unit.health is not None:
        wrong = wait(step.unit.health, functools.partial(_gave_up, system, name))
        if wrong is not None:
            raise Problem(f"{name} does not serve: {wrong}\n{_log(system, name)}")


def _gave_up(system: System, name: str) -> str | None:
    state = states_of(system, [name])[name]
    if state.failed:
        return "systemd has given it up"
    if state.restarts >= _MOST_RESTARTS:
        return f"it has ended {state.restarts} times since its start"
    return None


def _log(system: System, name: str) -> str:
    printed = system.run("journalctl", "--unit", name, "--lines", "20", "--no-pager", "--output", "cat").stdout
    return printed.strip() or "(no log lines)"
