"""Drift: what on this host is not as the bundle that was applied last says. Changes nothing."""

from __future__ import annotations

from . import checkouts, files, firewall, packages, units
from .bundle import Bundle, Checkout
from .files import Difference
from .health import ask
from .problem import Problem
from .state import State
from .system import System


def check(system: System) -> list[Difference]:
    """Everything that differs, without a content of any file.

    Raises:
        Problem: when nothing has been applied to this host yet
    """
    state = State(system)
    bundle = state.current()
    if bundle is None:
        raise Problem("no bundle has been applied to this host yet")
    found: list[Difference | None] = [
        *(Difference(name, "not installed") for name in packages.missing_packages(system, bundle.packages)),
        *(Difference(user, f"not in the group {group}") for user, group in packages.missing_memberships(bundle)),
        *(files.directory_difference(system, directory) for directory in bundle.directories),
        *(files.difference_of(system, file) for file in bundle.files),
        *(_checkout_difference(system, checkout) for checkout in bundle.checkouts),
        *_unit_differences(system, bundle),
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
