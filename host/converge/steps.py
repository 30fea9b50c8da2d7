"""What must be done to units after files have changed, in which order, and doing it."""

from __future__ import annotations

from dataclasses import dataclass

from . import takeover, units
from .bundle import Unit, matches
from .problem import Problem
from .system import System
from .units import Untouched, UnitState


@dataclass(frozen=True)
class Step:
    """One thing to do to a unit: `start`, `replace`, `settle`, `restart`, `reload`, `stop`, `enable` or `disable`."""

    verb: str
    unit: Unit
    # What has to run while a unit that is started, restarted or replaced does not.
    between: str | None = None


def plan(
    wanted: tuple[Unit, ...], states: dict[str, UnitState], touched: list[str], before: tuple[Unit, ...]
) -> list[Step]:
    """What must be done after these paths have changed: no more than that, in the order of the units.

    Args:
        before: the units as they were applied last
    """
    earlier = {unit.name: unit for unit in before}
    steps: list[Step] = []
    for unit in wanted:
        state = states[unit.name]
        if not unit.enabled:
            steps += [Step("disable", unit)] if state.file_state == "enabled" else []
            steps += [Step("stop", unit)] if state.active else []
            continue
        steps += [Step("enable", unit)] if state.file_state == "disabled" else []
        if not state.active:
            steps.append(Step("start", unit, takeover.between(unit, touched)))
        elif any(matches(path, unit.restartOn) for path in touched):
            steps.append(_anew(unit, earlier.get(unit.name), touched))
        elif any(matches(path, unit.reloadOn) for path in touched):
            steps.append(Step("reload", unit))
        elif any(states[name].active for name in stand_ins([unit])):
            steps.append(Step("settle", unit))
    return steps


def _anew(unit: Unit, before: Unit | None, touched: list[str]) -> Step:
    verb = "replace" if takeover.is_possible(unit, before) else "restart"
    return Step(verb, unit, takeover.between(unit, touched))


def stand_ins(of: list[Unit]) -> list[str]:
    """The units that stand in for these while they are replaced."""
    return [unit.takeover.beside.unit for unit in of if unit.takeover is not None and unit.takeover.beside is not None]


def carry_out(system: System, steps: list[Step]) -> None:
    """Does the steps one after the other; a unit that is started has to serve before the next one's turn.

    Raises:
        Failed: with the unit, what is wrong, and its last log lines
    """
    touched: list[str] = []
    try:
        for step in steps:
            if step.verb not in _FOR_THE_NEXT_BOOT:
                touched.append(step.unit.name)
            _carry_out(system, step)
    except Untouched as reason:
        raise Failed(reason, touched[:-1]) from None
    except Problem as reason:
        raise Failed(reason, touched) from None
    finally:
        if any(step.verb in _FOR_THE_NEXT_BOOT for step in steps):
            system.run("systemctl", "daemon-reload")


class Failed(Problem):
    """A step that failed, with the units that do not run any more as they did before the first of them."""

    def __init__(self, reason: Problem, touched: list[str]) -> None:
        super().__init__(str(reason))
        self.touched = touched


_PAST = {"restart": "restarted", "reload": "reloaded", "stop": "stopped"}
# systemd reads all its files anew after each of these, unless it is told that once will do.
_FOR_THE_NEXT_BOOT = ("enable", "disable")


def _carry_out(system: System, step: Step) -> None:
    verb, unit = step.verb, step.unit
    if verb in ("start", "restart"):
        units.bring_image(system, unit)
        if step.between is not None:
            takeover.run_before(system, unit, step.between)
    if verb == "start":
        units.start(system, unit.name)
        system.say(f"started {unit.name}")
    elif verb == "replace":
        takeover.replace(system, unit, step.between)
    elif verb == "settle":
        takeover.settle(system, unit)
    else:
        _tell_systemd(system, verb, unit.name)
    if verb in ("start", "restart", "reload") and unit.health is not None:
        units.await_health(system, unit.name, unit.health)
    if verb in ("start", "restart"):
        takeover.finish(system, unit)


def _tell_systemd(system: System, verb: str, name: str) -> None:
    options = ["--no-reload"] if verb in _FOR_THE_NEXT_BOOT else []
    done = _PAST.get(verb, f"{verb}d")
    if system.run("systemctl", verb, *options, name).returncode != 0:
        raise Problem(f"{name} could not be {done}:\n{units.log_of(system, name)}")
    system.say(f"{done} {name}")
