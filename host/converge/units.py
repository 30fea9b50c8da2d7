"""systemd units: what is known of them, how one is started and stopped, and whether it serves afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from .bundle import Health, Unit
from .health import wait
from .problem import Problem
from .system import System, last_lines

# A service that has ended so often since it was started does not come to itself by more waiting: some twenty seconds.
MOST_RESTARTS = 4


class Untouched(Problem):
    """A reason not to go on that came before the unit itself was touched: it runs as it did."""


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


def is_active(system: System, name: str) -> bool:
    """Whether a unit runs, or is about to."""
    return states_of(system, [name])[name].active


def bring_image(system: System, unit: Unit) -> None:
    """Sees to it that a unit's image is here, while what runs still does.

    Raises:
        Untouched: when it cannot be had
    """
    if unit.image is None or system.run("podman", "image", "exists", unit.image.reference).returncode == 0:
        return
    system.say(f"fetching {unit.image.reference}")
    credentials = [] if unit.image.authFile is None else ["--authfile", str(system.path(unit.image.authFile))]
    done = system.run("podman", "pull", "--quiet", *credentials, unit.image.reference, timeout=1800)
    if done.returncode != 0:
        raise Untouched(f"{unit.name}: {unit.image.reference} cannot be fetched:\n{last_lines(done, 3)}")


def start(system: System, name: str) -> None:
    """Starts a unit.

    Raises:
        Problem: with its last log lines
    """
    # A unit that has failed too often is not started again before its failures are forgotten.
    system.run("systemctl", "reset-failed", name)
    if system.run("systemctl", "start", name, timeout=1800).returncode != 0:
        raise Problem(f"{name} could not be started:\n{log_of(system, name)}")


def stop(system: System, name: str) -> None:
    """Stops a unit, and forgets how it ended."""
    system.run("systemctl", "stop", name)
    system.run("systemctl", "reset-failed", name)


def await_health(system: System, name: str, health: Health, most_restarts: int = MOST_RESTARTS) -> None:
    """Waits until a unit that was started serves.

    Args:
        most_restarts: how often it may end and be started again by systemd before it is given up

    Raises:
        Problem: with what is wrong, and its last log lines
    """

    def gave_up() -> str | None:
        state = states_of(system, [name])[name]
        if state.failed:
            return "systemd has given it up"
        times = f"{state.restarts} times" if state.restarts > 1 else "once"
        return f"it has ended {times} since its start" if state.restarts >= most_restarts else None

    wrong = wait(health, gave_up)
    if wrong is not None:
        raise Problem(f"{name} does not serve: {wrong}\n{log_of(system, name)}")


def log_of(system: System, name: str) -> str:
    """A unit's last log lines, those too that the journal was only now given."""
    system.run("journalctl", "--sync")
    printed = system.run("journalctl", "--unit", name, "--lines", "20", "--no-pager", "--output", "cat").stdout
    return printed.strip() or "(no log lines)"
