"""Stops containers that no service needs any more, for good, and keeps what their databases hold as dumps that were read back.

Comes through standard input as JSON, with what it is told beside it (`GIVEN`); runs as root and needs nothing of ours. The
containers, their volumes and their images stay: put back, they run as they did. One JSON object goes to standard output.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from containers import ENGINE, asked, database_user, inspected, names, run, unit_of  # it travels with this program

GIVEN: dict[str, Any]
# What pg_dumpall writes last, when nothing is missing.
END_OF_DUMP = b"-- PostgreSQL database cluster dump complete"


class Problem(Exception):
    """What is wrong, for people."""


def must(*words: str) -> str:
    done = run(*words)
    if done.returncode != 0:
        raise Problem(f"`{' '.join(words)}` failed: {done.stderr.strip()}")
    return done.stdout


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Container:
    """One of them, and what was noted of it when it was put aside."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.dump = folder / f"{name}.sql.gz"
        self.note = folder / f"{name}.json"
        found = inspected(name)
        if found is None:
            raise Problem(f"there is no container {name} here; there are: {', '.join(names()) or 'none'}")
        self.found = found
        if unit := unit_of(found):
            raise Problem(f"{name} is run by {unit}, which this host was made with: take it out of the settings instead")
        self.noted: dict[str, Any] = json.loads(self.note.read_text()) if self.note.exists() else {}

    @property
    def runs(self) -> bool:
        return bool(self.found["State"]["Running"])

    @property
    def database_user(self) -> str | None:
        """Whom its PostgreSQL belongs to; nothing where it is none that runs."""
        user = database_user(self.found)
        return user if asked(self.name, user, "postgres", "SELECT 1").returncode == 0 else None

    def bytes_of_database(self, user: str) -> int:
        said = asked(self.name, user, "postgres", "SELECT sum(pg_database_size(oid)) FROM pg_database")
        if said.returncode != 0:
            raise Problem(f"{self.name} does not say how large its databases are: {said.stderr.strip()}")
        return int(said.stdout)

    def write_note(self) -> None:
        """How it was started, once: a second run finds it stopped already."""
        if self.noted:
            return
        policy = self.found["HostConfig"]["RestartPolicy"]["Name"] or "no"
        self.noted = {"ran": self.runs, "restarts": policy, "putAside": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        write(self.note, json.dumps(self.noted).encode())

    def stop(self) -> None:
        must(ENGINE, "update", "--restart=no", self.name)
        must(ENGINE, "stop", self.name)

    def start(self) -> None:
        must(ENGINE, "update", f"--restart={self.noted['restarts']}", self.name)
        if self.noted["ran"]:
            must(ENGINE, "start", self.name)


def write(path: Path, content: bytes) -> None:
    """Whole, or as it was; for root alone."""
    draft = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        os.fsync(file.fileno())
    draft.replace(path)


def dump(container: Container, user: str) -> None:
    """All databases and roles of it, read back to the end."""
    draft = container.dump.with_name(f"{container.dump.name}.part")
    words = [ENGINE, "exec", container.name, "pg_dumpall", "-U", user]
    # What it complains of goes into a file: nobody empties a second pipe while the first is read.
    with (
        os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw,
        tempfile.TemporaryFile() as complaints,
    ):
        with (
            gzip.GzipFile(fileobj=raw, mode="wb") as packed,
            subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints) as dumping,
        ):
            assert dumping.stdout is not None
            shutil.copyfileobj(dumping.stdout, packed)
        raw.flush()
        os.fsync(raw.fileno())
        complaints.seek(0)
        reason = complaints.read().decode(errors="replace").strip()
    if dumping.returncode != 0:
        draft.unlink()
        raise Problem(f"the databases of {container.name} could not be dumped: {reason}")
    tail = b""
    with gzip.open(draft, "rb") as packed_again:
        while piece := packed_again.read(1024 * 1024):
            tail = (tail + piece)[-4096:]
    if END_OF_DUMP not in tail:
        draft.unlink()
        raise Problem(f"the dump of {container.name} has no end")
    draft.replace(container.dump)


def put_aside(containers: list[Container], folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    databases = [(one, user) for one in containers if one.runs and (user := one.database_user)]
    needed = sum(one.bytes_of_database(user) for one, user in databases)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise Problem(f"the dumps need up to {needed // 1_000_000} MB in {folder}, and {free // 1_000_000} MB are free")
    for one in containers:
        one.write_note()
    # Who writes into a database stops before it is dumped.
    others = [one for one in containers if all(one is not database for database, _ in databases)]
    try:
        for one in others:
            one.stop()
            say(f"stopped {one.name}")
        for one, user in databases:
            dump(one, user)
            say(f"dumped {one.name} into {one.dump}")
    except (Problem, OSError):
        put_back(others)
        raise
    for one, _ in databases:
        one.stop()
        say(f"stopped {one.name}")


def put_back(containers: list[Container]) -> None:
    """Starts what ran, and has it start by itself again where it did; what it had noted is forgotten, its dump is not."""
    for one in containers:
        if not one.noted:
            raise Problem(f"{one.name} was not put aside from here")
    # Databases first: whoever needs one finds it.
    for one in sorted(containers, key=lambda one: not one.dump.exists()):
        one.start()
        one.note.unlink()
        say(f"{one.name} is as it was")


def main() -> None:
    folder = Path(GIVEN["folder"])
    containers = [Container(name, folder) for name in GIVEN["containers"]]
    if GIVEN["undo"]:
        put_back(containers)
    else:
        put_aside(containers, folder)
    kept = {one.name: {"file": str(one.dump), "bytes": one.dump.stat().st_size} for one in containers if one.dump.exists()}
    print(json.dumps({"dumps": kept}))


try:
    main()
except (Problem, OSError) as problem:
    sys.exit(f"error: {problem}")
