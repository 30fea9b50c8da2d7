"""What every task here works with."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from .bucket import Bucket
from .commands import say
from .problem import Problem
from .records import Records
from .restic import Repository, refuse_old_program
from .settings import SECRETS, STATE, Place, Settings

# Backups that the timer or an operator asked for, and those that a restore takes of what it replaces.
PLATFORM, SAFETY = "platform", "safety"
DATABASE = STATE / "staging"

_CREDENTIALS = SECRETS / "backup-spaces.ini"


@dataclass(frozen=True)
class Context:
    """Settings, repository and records of this host."""

    settings: Settings
    repository: Repository
    bucket: Bucket
    records: Records

    def remove_stale_locks(self) -> None:
        """Removes locks that runs have left which were killed. Most nights there is none, and restic is not asked."""
        if self.bucket.names("repository/locks/"):
            self.repository.remove_stale_locks()


def first_copy(settings: Settings, credentials: Path = _CREDENTIALS) -> Context:
    """The repository that backups go to."""
    return _context(settings, settings.first, credentials)


def second_copy(settings: Settings, credentials: Path = _CREDENTIALS) -> Context:
    """The repository in the other region."""
    return _context(settings, settings.second, credentials)


def anothers_copy(settings: Settings, place: Place, credentials: Path, password: Path, cache: Path) -> Context:
    """The repository of another environment, by a key and a password that were brought along."""
    refuse_old_program()
    bucket = Bucket(place, credentials)
    return Context(settings, Repository(place, credentials, None, password, cache), bucket, Records(bucket))


def _context(settings: Settings, place: Place, credentials: Path) -> Context:
    refuse_old_program()
    bucket = Bucket(place, credentials)
    repository = Repository(place, credentials, settings.uploadKibPerSecond)
    return Context(settings, repository, bucket, Records(bucket))


def _make_state() -> None:
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o711)
    # The folder above it holds other programs' state as well.
    STATE.parent.chmod(0o755)


@dataclass
class Stopwatch:
    """How long each part took, in seconds and in order."""

    parts: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measure(self, part: str) -> Iterator[None]:
        """Times a part, also one that fails."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.parts[part] = round(time.monotonic() - started, 2)

    @property
    def total(self) -> float:
        """All parts together."""
        return round(sum(self.parts.values()), 2)


@contextmanager
def one_at_a_time(task: str, wait_seconds: float = 1800) -> Iterator[None]:
    """Holds this host's backups for one task, after those that came before; the lock goes with the process, however it ends.

    Raises:
        Problem: when another task still has it after all that time
    """
    _make_state()
    with open(STATE / "lock", "a+", encoding="utf-8") as stream:
        _wait_for(stream, wait_seconds)
        stream.truncate(0)
        stream.write(f"{task}, process {os.getpid()}")
        stream.flush()
        # What runs that were killed have left: whole dumps. A server that still runs in one ends without its folder.
        for folder in STATE.glob("*.work"):
            shutil.rmtree(folder, ignore_errors=True)
        yield


def _wait_for(lock: TextIO, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    told = False
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read() or "another task"
        if time.monotonic() > deadline:
            raise Problem(
                f"{holder}, is at work on this host's backups and has not ended for {seconds / 60:.0f} min: "
                "`systemctl status 'backup*'` shows it"
            )
        if not told:
            say(f"waiting for {holder}, to end")
            told = True
        time.sleep(0.25)


@contextmanager
def workspace(prefix: str, suffix: str = ".work") -> Iterator[Path]:
    """A folder that is gone afterwards. Others pass through it and see nothing: a scratch server's user is one."""
    _make_state()
    folder = Path(tempfile.mkdtemp(prefix=f"{prefix}-", suffix=suffix, dir=STATE))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def require_space(needed: int, what: str) -> None:
    """Refuses what would fill the disk.

    Raises:
        Problem: with what is free and what is needed
    """
    free = shutil.disk_usage(STATE).free
    if free < needed:
        raise Problem(
            f"{what} needs {needed / 1e9:.1f} GB, and {STATE} has {free / 1e9:.1f} GB free: "
            "`journalctl --vacuum-size=200M` and `podman image prune` free room"
        )
