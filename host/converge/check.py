"""Drift: what on this host is not as a bundle says. Changes nothing."""

from __future__ import annotations

from . import checkouts, files, firewall, packages, steps, units
from .bundle import Bundle, Checkout, parse
from .files import Difference
from .health import ask
from .problem import Problem
from .state import State
from .system import System


def check(system: System, expected: str | None = None) -> list[Difference]:
    """Everything that differs, without a content of any file.

    Args:
        expected: the bundle to compare with; the one that was applied last when left out

    Raises:
        Problem: when nothing has been applied to this host yet
    """
    state = State(system)
    current = state.current()
    if current is None:
        raise Problem("no bundle has been applied to this host yet")
    bundle = current if expected is None else parse(expected)
    if bundle.host != current.host:
        raise Problem(f"this host was converged as {current.host}, and the bundle is for {bundle.host}")
    found: list[Difference | None] = [
        *(Difference(name, "not installed") for name in packages.missing_packages(system, bundle.packages)),
        *(Difference(user, f"not in the group {group}") for user, group in packages.missing_memberships(bundle)),
        *(files.directory_difference(system, directory) for directory in bundle.directories),
        *(files.difference_of(system, file) for file in bundle.files),
        *(_checkout_difference(system, checkout) for checkout in bundle.checkouts),
        *_unit_differences(system, bundle),
        *_standing_in(system, bundle),
        *_left_over(system, bundle, current),
    ]
    if bundle.firewall is not None:
        same = state.facts().get("firewall") == firewall.fingerprint(system, bundle.firewall)
        found.append(None if same else Difference("ufw", "rules changed"))
    return [difference for difference in found if difference is not None]


def _checkout_difference(system: System, checkout: Checkout) -> Difference | None:
    at = checkouts.commit_of(system, checkout.path)
    if at == checkout.commit:
        return None
    return Difference(checkout.path, "edited or no checkout" if at is None else f"at commit {at[:12]}")


def _unit_differences(system: System, bundle: Bundle) -> list[Difference]:
    states = units.states_of(system, [unit.name for unit in bundle.units])
    differences = []
    for unit in bundle.units:
        state = states[unit.name]
        if state.active != unit.enabled:
            differences.append(Difference(unit.name, "running" if state.active else "not running"))
        elif unit.enabled and unit.health is not None:
            wrong = ask(unit.health)
            differences += [Difference(unit.name, wrong)] if wrong is not None else []
    return differences


def _standing_in(system: System, bundle: Bundle) -> list[Difference]:
    """Who still serves in the place of another unit, after a run that did not end."""
    names = steps.stand_ins(list(bundle.units))
    states = units.states_of(system, names)
    return [Difference(name, "left running by a run that did not end") for name in names if states[name].active]


def _left_over(system: System, bundle: Bundle, current: Bundle) -> list[Difference]:
    """What was applied last and is not in the bundle to compare with."""
    files_kept = {file.path for file in bundle.files}
    units_kept = {unit.name for unit in bundle.units}
    paths = [file.path for file in current.files if file.path not in files_kept]
    names = [unit.name for unit in current.units if unit.enabled and unit.name not in units_kept]
    states = units.states_of(system, names)
    return [
        *(Difference(path, "not in the bundle any more") for path in paths if system.path(path).is_file()),
        *(Difference(name, "not in the bundle any more") for name in names if states[name].active),
    ]
