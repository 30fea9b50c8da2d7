"""A new release takes over from the one that serves, and no request fails meanwhile.

Where two may run at once, the new one first runs beside the old one, under its own unit and on ports of its own. When
it is well, nginx's new connections are led to it, the old one's are waited for, and the service's unit follows with the
new release while the other serves; then the way back. So names, ports and everything that knows them stay what they
were. A new release that does not come up has touched nothing.

Where two at once would do harm, requests wait for as long as one takes to end and the other to start. So they do for a
release that changes what is stored: its update runs while neither does.
"""

from __future__ import annotations

import time

from . import gate, units
from .bundle import Beside, Takeover, Unit, matches
from .health import ask
from .problem import Problem
from .system import System
from .units import Untouched


def is_possible(unit: Unit, before: Unit | None) -> bool:
    """Whether a unit can be replaced while nginx serves: nginx must find it where it was."""
    ports = before.takeover.ports if before is not None and before.takeover is not None else None
    return unit.takeover is not None and unit.takeover.ports == ports


def between(unit: Unit, touched: list[str]) -> str | None:
    """The unit that has to run before this one does again, after these paths have changed."""
    step = unit.takeover.between if unit.takeover is not None else None
    return step.unit if step is not None and any(matches(path, step.on) for path in touched) else None


def replace(system: System, unit: Unit, update: str | None = None) -> None:
    """Makes a unit that runs what its files say now.

    Args:
        update: a unit that has to run to its end meanwhile, while nothing else works on the same data

    Raises:
        Untouched: when the new release does not come up beside the old one, which goes on serving
        Problem: when it does not serve in the unit's own place
    """
    assert unit.takeover is not None
    started = time.monotonic()
    units.bring_image(system, unit)
    # An update is needed also where a unit is started anew for whoever was left standing in for it.
    if update is not None or not settle(system, unit):
        if unit.takeover.beside is None or update is not None:
            _pause(system, unit.name, unit.takeover, update)
        else:
            _stand_in(system, unit.name, unit.takeover, unit.takeover.beside)
    system.say(f"replaced {unit.name} in {time.monotonic() - started:.1f} s")


def _stand_in(system: System, name: str, takeover: Takeover, beside: Beside) -> None:
    try:
        units.start(system, beside.unit)
        units.await_health(system, beside.unit, beside.health)
    except Problem as reason:
        units.stop(system, beside.unit)
        raise Untouched(f"{name} stays what it is, for its new release did not come up beside it: {reason}") from None
    gate.lead(system, takeover.user, takeover.ports, beside.ports)
    system.say(f"{beside.unit} is well and serves in the place of {name}")
    _drain(system, name, takeover.drained, takeover.drainSeconds)
    _start_anew(system, name, takeover)
    _return(system, takeover)


def _pause(system: System, name: str, takeover: Takeover, update: str | None) -> None:
    system.say(f"{name} pauses: requests wait until its new release is well")
    gate.hold(system, takeover.user, takeover.ports)
    held = time.monotonic()
    _drain(system, name, takeover.drained, takeover.drainSeconds)
    if update is not None:
        _run_alone(system, name, takeover, update)
    # Whoever waits does not wait for long: a release that ends at once is not given a second try.
    _start_anew(system, name, takeover, most_restarts=1)
    gate.let_through(system, takeover.ports)
    system.say(f"{name} is well; requests waited {time.monotonic() - held:.1f} s at most")


def run_before(system: System, unit: Unit, update: str) -> None:
    """Runs an update before its unit is started or restarted; requests wait until `finish` lets them through."""
    assert unit.takeover is not None
    gate.hold(system, unit.takeover.user, unit.takeover.ports)
    _run_alone(system, unit.name, unit.takeover, update)


def _run_alone(system: System, name: str, takeover: Takeover, update: str) -> None:
    """Runs an update while neither the unit nor whoever was left standing in for it works on the same data."""
    began = time.monotonic()
    gate.lead_back(system, takeover.ports)
    _dismiss(system, takeover)
    system.must("systemctl", "stop", name)
    units.start(system, update)
    system.say(f"{update} is done after {time.monotonic() - began:.1f} s")


def settle(system: System, unit: Unit) -> bool:
    """Ends what a run that was killed has left: whoever still stands in for a unit gives its place back.

    Returns:
        whether the unit was started anew for that, and so is what its files say
    """
    takeover = unit.takeover
    if takeover is None or takeover.beside is None or not units.is_active(system, takeover.beside.unit):
        return False
    system.say(f"{takeover.beside.unit} was left standing in for {unit.name}")
    is_needed = gate.is_led(system, takeover.ports) and not _serves(system, unit.name, takeover)
    if is_needed:
        _start_anew(system, unit.name, takeover)
    _return(system, takeover)
    return is_needed


def finish(system: System, unit: Unit) -> None:
    """Requests reach a unit that has been started, and nobody stands in for it any more."""
    if unit.takeover is not None:
        _return(system, unit.takeover)


def _serves(system: System, name: str, takeover: Takeover) -> bool:
    return units.is_active(system, name) and ask(takeover.health) is None


def _start_anew(system: System, name: str, takeover: Takeover, most_restarts: int = units.MOST_RESTARTS) -> None:
    # Not a restart, which would have its own way of holding requests.
    system.must("systemctl", "stop", name)
    units.start(system, name)
    units.await_health(system, name, takeover.health, most_restarts)


def _return(system: System, takeover: Takeover) -> None:
    gate.let_through(system, takeover.ports)
    _dismiss(system, takeover)


def _dismiss(system: System, takeover: Takeover) -> None:
    beside = takeover.beside
    if beside is not None and units.is_active(system, beside.unit):
        _drain(system, beside.unit, beside.drained, takeover.drainSeconds)
        units.stop(system, beside.unit)


def _drain(system: System, name: str, ports: tuple[int, ...], seconds: float) -> None:
    left = gate.drain(system, ports, seconds)
    if left > 0:
        system.say(f"{name} ends with {left} connections still open after {seconds:g} s (websockets, long answers)")
