"""Makes the host what the bundle says: what differs is changed, what must restart restarts, and nothing else."""

from __future__ import annotations

import errno
import time
from dataclasses import dataclass, replace

from . import checkouts, files, firewall, packages, steps, units
from .bundle import Bundle, Checkout, File, matches, parse
from .problem import Problem
from .state import State
from .swap import Swap
from .system import System
from .validation import validate

# What apt and the scripts of packages read while these are installed.
_BEFORE_PACKAGES = ("/etc/apt/**", "/etc/postgresql-common/**")
# A change below one of these is only seen by systemd after a reload of its own; Quadlet units are generated then.
_UNIT_FILES = ("/etc/systemd/system/**", "/etc/containers/systemd/**")


@dataclass(frozen=True)
class Outcome:
    """What a run has done."""

    changed: int
    stepped: int


@dataclass(frozen=True)
class _Change:
    files: list[File]
    removed: list[str]
    checkouts: list[tuple[Checkout, str | None]]

    def paths(self) -> list[str]:
        moved = [f"{checkout.path}/" for checkout, _before in self.checkouts]
        return [*(file.path for file in self.files), *self.removed, *moved]


def apply(system: System, text: str) -> Outcome:
    """Applies a bundle.

    Raises:
        Problem: with the reason; the configuration from before is back in place and serving
    """
    bundle = parse(text)
    state = State(system)
    with state.lock():
        current = state.current()
        if current is not None and current.host != bundle.host:
            raise Problem(
                f"this host was converged as {current.host}, and the bundle is for {bundle.host}; "
                "if it is to change its part, remove /var/lib/insightpulse/converge on it first"
            )
        started = time.monotonic()
        outcome = _apply(system, state, bundle, current)
        state.record(text)
        state.record_images(bundle)
    took = time.monotonic() - started
    done = f"{outcome.changed} changed, {outcome.stepped} restarted or reloaded"
    system.say(f"{done if outcome != Outcome(0, 0) else 'nothing to change'}, in {took:.2f} s")
    return outcome


def _apply(system: System, state: State, bundle: Bundle, current: Bundle | None) -> Outcome:
    swap = Swap(system)
    # A run that was killed half way: its files go back, and their units count as not yet restarted.
    unsettled = swap.take_back()
    if unsettled:
        system.say(f"an earlier run did not end; {len(unsettled)} files are as they were before it")
    files.discard_staged(system, list(bundle.files))
    prepared = _prepare(system, bundle)
    change = _changes(system, bundle, current)
    try:
        for checkout, _before in change.checkouts:
            checkouts.fetch(system, checkout)
        for file in change.files:
            files.stage(system, file)
        validate(system, bundle.validations, change.files, change.removed)
        swap.begin(change.files, change.removed, unsettled)
    except OSError as error:
        files.discard_staged(system, change.files)
        raise in_words(error) from None
    except Problem:
        files.discard_staged(system, change.files)
        raise
    stepped = _carry_out(system, bundle, current, change, unsettled, swap)
    swap.finish()
    closed = _close_doors(system, state, bundle)
    return Outcome(changed=prepared + len(change.paths()) + closed, stepped=stepped)


def _prepare(system: System, bundle: Bundle) -> int:
    """What has to be there before files can be: packages, accounts, folders. None of it is taken back."""
    absent = packages.missing_packages(system, bundle.packages)
    if absent:
        _write_before_packages(system, bundle)
        packages.install(system, absent)
    groups, users = packages.missing_accounts(bundle)
    memberships = packages.missing_memberships(bundle)
    packages.add_accounts(system, groups, users)
    packages.join_groups(system, memberships)
    differing = [entry for entry in bundle.directories if files.directory_difference(system, entry) is not None]
    try:
        for directory in differing:
            files.make_directory(system, directory)
            system.say(f"made {directory.path}")
    except OSError as error:
        raise in_words(error) from None
    return len(absent) + len(groups) + len(users) + len(memberships) + len(differing)


def _write_before_packages(system: System, bundle: Bundle) -> None:
    try:
        for file in bundle.files:
            if matches(file.path, _BEFORE_PACKAGES) and files.difference_of(system, file) is not None:
                files.stage(system, file)
                files.put_in_place(system, file)
                system.say(f"changed {file.path}")
    except OSError as error:
        raise in_words(error) from None


def _changes(system: System, bundle: Bundle, current: Bundle | None) -> _Change:
    kept = {file.path for file in bundle.files}
    before = {file.path for file in current.files} if current is not None else set()
    found = [(checkout, checkouts.commit_of(system, checkout.path)) for checkout in bundle.checkouts]
    return _Change(
        files=[file for file in bundle.files if files.difference_of(system, file) is not None],
        removed=sorted(path for path in before - kept if system.path(path).is_file()),
        checkouts=[(checkout, at) for checkout, at in found if at != checkout.commit],
    )


def _carry_out(
    system: System, bundle: Bundle, current: Bundle | None, change: _Change, unsettled: list[str], swap: Swap
) -> int:
    """Swaps the files and lets the units follow; when one of them does not serve, everything goes back."""
    touched = [*change.paths(), *unsettled]
    before = current.units if current is not None else ()
    done: list[steps.Step] = []
    try:
        _stop_dropped(system, bundle, current)
        swap.carry_out(change.files, change.removed)
        for checkout, _before in change.checkouts:
            checkouts.switch(system, checkout.path, checkout.commit)
        for file in change.files:
            system.say(f"changed {file.path}")
        for path in change.removed:
            system.say(f"removed {path}")
        _reread(system, touched)
        done = steps.plan(bundle.units, _states(system, bundle), touched, before)
        steps.carry_out(system, done)
    except (Problem, OSError) as error:
        reason = in_words(error) if isinstance(error, OSError) else error
        raise _taken_back(system, current, change, unsettled, swap, reason) from None
    return len(done)


def _stop_dropped(system: System, bundle: Bundle, current: Bundle | None) -> None:
    """Units that were ours and are not any more stop before their files go."""
    kept = {unit.name for unit in bundle.units}
    for unit in current.units if current is not None else ():
        if unit.name not in kept and unit.enabled:
            system.run("systemctl", "disable", "--now", unit.name)
            system.run("systemctl", "stop", unit.name, *steps.stand_ins([unit]))
            system.say(f"stopped {unit.name}")


def _taken_back(
    system: System, current: Bundle | None, change: _Change, unsettled: list[str], swap: Swap, reason: Problem
) -> Problem:
    """Puts the configuration from before back, and says why and how it went."""
    system.warn(f"going back: {str(reason).splitlines()[0]}")
    try:
        touched = swap.take_back()
        for checkout, before in change.checkouts:
            if before is not None:
                checkouts.switch(system, checkout.path, before)
                touched.append(f"{checkout.path}/")
        _reread(system, touched)
        if current is not None:
            states = _states(system, current)
            again = steps.plan(current.units, states, touched, current.units)
            needed = [step for step in again if _is_needed(step, reason, unsettled)]
            # A unit that is stopped may be so by an update that failed, and does not wait for another one.
            steps.carry_out(system, [replace(step, between=None) if step.verb == "start" else step for step in needed])
    except (Problem, OSError) as error:
        either = "the configuration from before is back in place, but does not serve either"
        return Problem(f"{reason}\n{either}: {error}")
    swap.finish()
    return Problem(f"{reason}\nthe configuration from before is back in place")


def _is_needed(step: steps.Step, reason: Problem, unsettled: list[str]) -> bool:
    """Whether a step has to be taken on the way back: a unit that was not touched still runs as it did before."""
    if step.verb not in ("replace", "restart", "reload"):
        return True
    changed = reason.touched if isinstance(reason, steps.Failed) else []
    watched = (*step.unit.restartOn, *step.unit.reloadOn)
    return step.unit.name in changed or any(matches(path, watched) for path in unsettled)


def _states(system: System, bundle: Bundle) -> dict[str, units.UnitState]:
    return units.states_of(system, [*(unit.name for unit in bundle.units), *steps.stand_ins(list(bundle.units))])


def _reread(system: System, touched: list[str]) -> None:
    if any(matches(path, _UNIT_FILES) for path in touched):
        system.must("systemctl", "daemon-reload")


def _close_doors(system: System, state: State, bundle: Bundle) -> int:
    """The firewall comes last: whoever works on this host over SSH is not cut off by a run that fails half way."""
    if bundle.firewall is None:
        return 0
    if state.facts().get("firewall") == firewall.fingerprint(system, bundle.firewall):
        return 0
    firewall.apply(system, bundle.firewall)
    state.record_facts({**state.facts(), "firewall": firewall.fingerprint(system, bundle.firewall)})
    return 1


def in_words(error: OSError) -> Problem:
    """What the system refused, for people."""
    if error.errno == errno.ENOSPC:
        return Problem(
            f"the disk is full: {error.filename or 'a file'} could not be written, and nothing was changed; "
            "`df -h` shows which file system, `journalctl --vacuum-size=200M` and `podman image prune` free room"
        )
    return Problem(f"{error.filename or 'a file'}: {error.strerror}")
