"""How this host is, without a judgement: what `./scripts/ops doctor` asks. Reads, and changes nothing; no secret is in it."""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from backup import clock
from backup.commands import run
from backup.settings import STATE as BACKUPS

from . import certificates, database, machine
from .settings import Certificate, Settings

Fact = dict[str, Any]

_USERS = re.compile(r'\("(?P<program>[^"]+)",pid=(?P<pid>\d+)')
_UNIT = re.compile(r"/(?P<unit>[^/]+\.(?:service|scope))(?:/|$)")


def gather(known: Settings) -> Fact:
    """Everything that can be seen from here."""
    now = time.time()
    known_units = units(run("systemctl", "list-units", "--all", "--output=json", "--no-pager").output)
    return {
        "time": now,
        "clock": clock_kept(run("timedatectl", "show").output),
        "disks": [room._asdict() for room in machine.rooms(known.folders)],
        "memory": {
            "usedPercent": machine.used_percent(),
            "pressurePercent": machine.pressure(),
            "largest": largest(_memory_of_units()),
        },
        "certificates": [_certificate(one) for one in known.certificates],
        "firewall": firewall(run("ufw", "status", "verbose").output, run("ufw", "show", "added").output),
        "units": known_units,
        "failed": [_failure(unit) for unit, state in sorted(known_units.items()) if state == "failed"],
        "listeners": listeners(run("ss", "--no-header", "-lntup").output, _unit_of),
        "provenBackup": _proven_backup(),
        "database": [] if known.database is None else database.reach(known.database),
    }


def clock_kept(shown: str) -> str:
    """Whether somebody keeps the clock: `kept`, `adrift`, or `shared` where it is another machine's."""
    facts = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    if facts.get("CanNTP") != "yes":
        return "shared" if run("systemd-detect-virt", "--quiet", "--container").status == 0 else "adrift"
    return "kept" if facts.get("NTP") == "yes" else "adrift"


def firewall(status: str, added: str) -> Fact:
    """What ufw says of itself."""
    incoming = re.search(r"^Default: (?P<policy>\w+) \(incoming\)", status, flags=re.MULTILINE)
    return {
        "active": "Status: active" in status,
        # An inactive one does not say what it would do.
        "incoming": incoming["policy"] if incoming else None,
        "rules": re.findall(r"^ufw (.+)$", added, flags=re.MULTILINE),
    }


def units(listed: str) -> dict[str, str]:
    """Services and timers by name: `active`, `inactive`, `failed` and so on; those that do not exist are left out."""
    return {
        one["unit"]: one["active"]
        for one in json.loads(listed or "[]")
        if one["unit"].endswith((".service", ".timer")) and (one["load"] != "not-found" or one["active"] == "failed")
    }


def _failure(unit: str) -> Fact:
    said = run("systemctl", "show", "--property=Result,Transient", unit).output
    facts = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    return {"unit": unit, "result": facts.get("Result", ""), "transient": facts.get("Transient") == "yes"}


def _memory_of_units() -> dict[str, int]:
    found = {}
    for file in Path("/sys/fs/cgroup/system.slice").glob("*.service/memory.current"):
        try:
            found[file.parent.name] = int(file.read_text(encoding="ascii"))
        except OSError:
            continue  # It has ended meanwhile.
    return found


def largest(units_bytes: dict[str, int]) -> Fact | None:
    """The service that has the most memory; None where nobody counts."""
    if not units_bytes:
        return None
    unit = max(units_bytes, key=lambda name: units_bytes[name])
    return {"unit": unit, "bytes": units_bytes[unit]}


def listeners(listed: str, unit_of: Callable[[str], str | None]) -> list[Fact]:
    """Programs that listen to others than this host itself, each port once."""
    found: dict[tuple[str, int], Fact] = {}
    for line in listed.splitlines():
        protocol, _state, _received, _sent, local, *_ = line.split()
        address, port = local.rsplit(":", 1)
        if _is_local(address):
            continue
        user = _USERS.search(line)
        unit = unit_of(user["pid"]) if user else None
        found[protocol, int(port)] = {
            "protocol": protocol,
            "port": int(port),
            "program": user["program"] if user else None,
            "process": int(user["pid"]) if user else None,
            "unit": unit,
            "startsAtBoot": unit is not None and run("systemctl", "is-enabled", "--quiet", unit).status == 0,
        }
    return [found[key] for key in sorted(found)]


def _is_local(address: str) -> bool:
    plain = address.strip("[]").removeprefix("::ffff:")
    return plain.startswith("127.") or plain == "::1" or plain.endswith("%lo")


def _unit_of(pid: str) -> str | None:
    try:
        groups = Path(f"/proc/{pid}/cgroup").read_text(encoding="ascii")
    except OSError:
        return None
    found = _UNIT.findall(groups)
    return str(found[-1]) if found else None


def _certificate(one: Certificate) -> Fact:
    served = certificates.served(one.servedAs)
    fact: Fact = {"file": one.file, "servedAs": one.servedAs, "served": served and _fingerprint(served)}
    try:
        on_disk = ssl.PEM_cert_to_DER_cert(certificates.first(Path(one.file).read_text(encoding="ascii")))
    except (OSError, ValueError) as error:
        return {**fact, "onDisk": None, "ends": None, "problem": str(error)}
    return {**fact, "onDisk": _fingerprint(on_disk), "ends": certificates.end_of(on_disk), "problem": None}


def _fingerprint(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()


def _proven_backup() -> Fact | None:
    """When the last backup was taken that was proven; None where this host takes none."""
    if not Path("/etc/systemd/system/backup.timer").exists():
        return None
    records = (json.loads(path.read_text(encoding="utf-8")) for path in (BACKUPS / "records").glob("*.proof.json"))
    return {"time": newest_proven(records)}


def newest_proven(records: Iterable[Fact]) -> str | None:
    """The time of the newest backup among these proofs whose restore was the same; None where there is none."""
    proven = [clock.parse(one["backup"]) for one in records if one["result"] == "proven"]
    return clock.written(max(proven)) if proven else None
