"""The machine: disks, memory, units that have failed, and timers that no longer run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from backup.commands import run

from . import forecast
from .observation import Observation
from .settings import Limits

# A sample an hour for two weeks is enough to see where a disk is going.
_SAMPLE_SECONDS = 3500
_SAMPLES = 14 * 24
_FEW_INODES_PERCENT = 95
_GROUPS = Path("/sys/fs/cgroup")


def disks(folders: Sequence[str], samples: dict[str, list[list[float]]], limits: Limits, moment: datetime) -> list[Observation]:
    """Looks at every disk that one of these folders lies on, and keeps a sample of it."""
    observations: list[Observation] = []
    for room in rooms(folders):
        kept = keep_sample(samples.setdefault(room.folder, []), moment, float(room.usedBytes), float(room.usableBytes))
        observations.append(of_disk(room.folder, kept, room.inodesPercent, limits))
    return observations


class Room(NamedTuple):
    """How full the disk under a folder is, as df counts: what root alone may still use is nobody's room."""

    folder: str
    usedBytes: int
    usableBytes: int
    inodesPercent: float


def rooms(folders: Sequence[str]) -> list[Room]:
    """Every disk that one of these folders lies on, once."""
    seen: set[int] = set()
    found: list[Room] = []
    for folder in folders:
        try:
            device = os.stat(folder).st_dev
            facts = os.statvfs(folder)
        except OSError:
            continue
        if device in seen or facts.f_blocks == 0:
            continue
        seen.add(device)
        total = facts.f_blocks * facts.f_frsize
        used = (facts.f_blocks - facts.f_bfree) * facts.f_frsize
        usable = used + facts.f_bavail * facts.f_frsize
        inodes = 100 * (1 - facts.f_favail / facts.f_files) if facts.f_files else 0.0
        found.append(Room(folder, used, min(total, usable), inodes))
    return found


def keep_sample(samples: list[list[float]], moment: datetime, used: float, usable: float) -> list[list[float]]:
    """Adds a sample, and gives them all; within the hour the last one is only replaced."""
    now = moment.timestamp()
    if len(samples) > 1 and now - samples[-2][0] < _SAMPLE_SECONDS:
        samples.pop()
    samples.append([now, used, usable])
    del samples[:-_SAMPLES]
    return samples


def of_disk(folder: str, samples: Sequence[Sequence[float]], inodes: float, limits: Limits) -> Observation:
    """What the samples of a disk say of it."""
    _, used, usable = samples[-1]
    percent = 100 * used / usable
    days = forecast.days_until_full(samples)
    title = f"the disk under {folder}"
    remedy = "`du -xh / | sort -h | tail -n 20` shows what is large; `journalctl --vacuum-size=200M` and `podman image prune` free room"
    if percent >= limits.diskPercent:
        wrong = f"is {percent:.0f} % full, more than {limits.diskPercent}"
    elif inodes >= _FEW_INODES_PERCENT:
        wrong = f"has hardly any room for more files: {inodes:.0f} % of its inodes are used"
    elif days is not None and days < limits.diskDays:
        wrong = f"is {percent:.0f} % full and will be full in {days:.1f} days as it goes now"
    else:
        return Observation(f"disk {folder}", title)
    return Observation(f"disk {folder}", title, wrong, remedy)


@dataclass(frozen=True)
class Memory:
    """Memory in percent: in use, and how much of the last minute something had to wait for it."""

    used: float
    pressure: float


def memory(limits: Limits) -> list[Observation]:
    """Looks at the machine's memory."""
    return [of_memory(Memory(used_percent(), pressure()), limits)]


def of_memory(seen: Memory, limits: Limits) -> Observation:
    """What the numbers say."""
    title, remedy = "memory", "`systemd-cgtop -m` shows who has it"
    if seen.pressure >= limits.memoryPressurePercent:
        wrong = f"is short: for {seen.pressure:.0f} % of the last minute something waited for it"
        return Observation("memory", title, wrong, remedy)
    if seen.used >= limits.memoryPercent:
        return Observation("memory", title, f"is {seen.used:.0f} % in use, more than {limits.memoryPercent}", remedy)
    return Observation("memory", title)


def killed_for_memory(units: Sequence[str], known: dict[str, int]) -> list[Observation]:
    """Services of which the kernel has killed something since the last look, for they wanted more than their limit."""
    observations = []
    for unit in units:
        count = _kills(unit)
        before = known.get(unit, count)
        known[unit] = count
        wrong = "was killed by the kernel: it wanted more memory than its limit" if count > before else None
        remedy = f"`journalctl -u {unit} -n 50` shows what it did"
        observations.append(Observation(f"{unit} killed", unit, wrong, remedy, at_once=True))
    return observations


def units(failed_before: Iterable[str]) -> list[Observation]:
    """Units that have failed, and those that had. One that says so itself when it fails is only told of when it is well."""
    said = run("systemctl", "list-units", "--state=failed", "--plain", "--no-legend", "--no-pager").output
    failed = {line.split()[0] for line in said.splitlines() if line.strip()}
    observations = [Observation(f"unit {unit}", f"the unit {unit}") for unit in sorted({*failed_before} - failed)]
    for unit in sorted(failed):
        speaks = run("systemctl", "show", "--property=OnFailure", "--value", unit).output.strip() != ""
        remedy = f"`systemctl status {unit}` shows why, `systemctl reset-failed {unit}` forgets it"
        observations.append(Observation(f"unit {unit}", f"the unit {unit}", "has failed", remedy, told=speaks))
    return observations


def timers(names: Sequence[str]) -> list[Observation]:
    """Timers that wait for nothing any more: what they start will not run again."""
    observations = []
    for name in names:
        state = run("systemctl", "show", "--property=ActiveState", "--value", name).output.strip()
        wrong = None if state == "active" else f"is {state or 'not there'}: what it starts will not run again"
        observations.append(Observation(f"timer {name}", f"the timer {name}", wrong, f"`systemctl start {name}`"))
    return observations


def used_percent() -> float:
    """Memory that is in use, of all there is."""
    facts: dict[str, int] = {}
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        name, value = line.split(":")
        facts[name] = int(value.split()[0])
    return 100 * (1 - facts["MemAvailable"] / facts["MemTotal"])


def pressure() -> float:
    """How much of the last minute something waited for memory. Of the control groups of this machine where it has them, which in
    a container are its own; else of the kernel's."""
    for path in (_GROUPS / "memory.pressure", Path("/proc/pressure/memory")):
        try:
            return some_of_the_last_minute(path.read_text(encoding="ascii"))
        except OSError:
            continue
    return 0.0


def some_of_the_last_minute(text: str) -> float:
    """https://docs.kernel.org/accounting/psi.html"""
    (some,) = [line for line in text.splitlines() if line.startswith("some ")]
    return float(dict(word.split("=") for word in some.split()[1:])["avg60"])


def _kills(unit: str) -> int:
    try:
        text = (_GROUPS / "system.slice" / f"{unit}.service" / "memory.events").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(dict(line.split() for line in text.splitlines()).get("oom_kill", "0"))
