"""One restic repository in Spaces: encrypted before anything leaves, and deduplicated over all backups."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from . import clock
from .commands import Said, run
from .problem import Problem
from .settings import SECRETS, Keep, Place

_OLDEST = (0, 16)
_SOME_UNREADABLE = 3
_NOT_THERE = re.compile(r"key does not exist|NoSuchKey", re.IGNORECASE)
_SOMETHING_ELSE = re.compile(r"bucket does not exist|NoSuchBucket|Access Denied|AccessKey|Signature", re.IGNORECASE)
# What restic says beside its reason.
_NO_REASON = ("repository ", "created new cache", "Is there a repository at", "s3:")
# Another run of ours may be forgetting old backups; nothing takes longer than that.
_WAIT_FOR_LOCK = "--retry-lock=10m"


# What restic says of data that are there and are not what they were.
_DAMAGED = re.compile(
    r"verification failed|does not match|hash mismatch|invalid data|truncated|unexpected EOF|not found in (the )?(index|repository)",
    re.IGNORECASE,
)


class Damaged(Problem):
    """A backup is there, and is not what was saved."""


@dataclass(frozen=True)
class Snapshot:
    """One backup in a repository."""

    id: str
    time: datetime
    # Its id in the repository it was copied from.
    original: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Added:
    """What a backup came to."""

    snapshot: str
    files: int
    size: int
    # What was new, before and after compression; the latter is what was uploaded.
    new: int
    uploaded: int


class Repository:
    """A repository. Its password and the bucket's key are read by restic itself, from files only root reads."""

    def __init__(
        self,
        place: Place,
        credentials: Path,
        upload_limit: int | None = None,
        password: Path = SECRETS / "backup-repository-password",
        cache: Path = Path("/var/cache/insightpulse-backup"),
    ) -> None:
        self.url = place.repository
        self._password = password
        self._limit = [] if upload_limit is None else [f"--limit-upload={upload_limit}"]
        self._environment = {
            "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
            "AWS_DEFAULT_REGION": "us-east-1",
            "RESTIC_CACHE_DIR": str(cache),
            # Days begin at midnight UTC for everybody.
            "TZ": "UTC",
        }

    def identity(self) -> str | None:
        """The id it got when it was made; none where there is no repository.

        Raises:
            Problem: when that cannot be found out: bucket gone, wrong key, wrong password
        """
        said = self._run("cat", "config", "--no-lock")
        if said.status == 0:
            return str(json.loads(said.output)["id"])
        # Before 0.17 every failure had the same status, and only words told them apart.
        if _NOT_THERE.search(said.errors) and not _SOMETHING_ELSE.search(said.errors):
            return None
        raise Problem(f"the repository {self.url} cannot be opened: {_reason(said)}")

    def make(self, like: Repository | None = None) -> str:
        """Makes a new repository, with the block borders of another one so that copies are deduplicated; gives its id."""
        borders = [] if like is None else ["--copy-chunker-params", *self._from(like)]
        return str(next(_json_lines(self._must("init", "--json", *borders)))["id"])

    def back_up(self, paths: Sequence[str], *, tag: str, host: str, time: datetime | None) -> tuple[Added, bool]:
        """Saves files. Says whether all of them could be read."""
        when = [] if time is None else [f"--time={time.strftime('%Y-%m-%d %H:%M:%S')}"]
        words = [_WAIT_FOR_LOCK, *self._limit, f"--tag={tag}", f"--host={host}", "--group-by=tags", *when]
        said = self._run("backup", "--json", *words, "--", *paths)
        if said.status not in (0, _SOME_UNREADABLE):
            raise Problem(f"the backup was not saved: {_reason(said)}")
        summary = next(line for line in _json_lines(said.output) if line.get("message_type") == "summary")
        new = int(summary["data_added"])
        added = Added(
            snapshot=str(summary["snapshot_id"]),
            files=int(summary["total_files_processed"]),
            size=int(summary["total_bytes_processed"]),
            new=new,
            uploaded=int(summary.get("data_added_packed", new)),
        )
        return added, said.status == 0

    def snapshots(self, *tags: str) -> list[Snapshot]:
        """The backups there are, the oldest first. Nothing is locked: a key that only reads is enough."""
        words = [f"--tag={tag}" for tag in tags]
        found = json.loads(self._must("snapshots", "--json", "--no-lock", *words)) or []
        return sorted((_snapshot(entry) for entry in found), key=lambda one: one.time)

    def restore(self, snapshot: str, paths: Sequence[str], target: Path) -> None:
        """Puts what was saved below some paths into a folder, each file checked against its hash; those it lacks are left out.

        Raises:
            Damaged: when it is not what was saved
        """
        # All in one: before restic does anything, it takes a second to derive its key.
        chosen = [f"--include={path}" for path in paths]
        said = self._run("restore", "--no-lock", snapshot, f"--target={target}", *chosen)
        if said.status != 0:
            kind = Damaged if _DAMAGED.search(said.errors) else Problem
            raise kind(f"restic restore failed with {self.url}: {_reason(said)}")

    def forget(self, keep: Keep, tag: str) -> None:
        """Forgets backups by age, and frees what no other one needs."""
        self._must("forget", _WAIT_FOR_LOCK, *self._limit, *_by_age(keep, tag), "--prune")

    def by_age(self, keep: Keep, tag: str) -> tuple[list[Snapshot], list[Snapshot]]:
        """The backups that are kept by their age, and those that would be forgotten."""
        groups = json.loads(self._must("forget", "--json", "--no-lock", "--dry-run", *_by_age(keep, tag))) or []
        kept, too_old = ([_snapshot(one) for group in groups for one in group[part] or []] for part in ("keep", "remove"))
        return kept, too_old

    def forget_these(self, snapshots: Sequence[Snapshot]) -> None:
        """Forgets backups one by one, and frees what no other one needs."""
        if snapshots:
            self._must("forget", _WAIT_FOR_LOCK, *self._limit, *(one.id for one in snapshots), "--prune")

    def forget_all_but(self, count: int, tag: str) -> None:
        """Forgets backups by number; what they held is freed with the next prune."""
        self._must("forget", _WAIT_FOR_LOCK, f"--tag={tag}", "--group-by=tags", f"--keep-last={count}")

    def remove_stale_locks(self) -> None:
        """Removes locks of runs that are dead: half an hour old, or of a process that this host does not have."""
        self._must("unlock")

    def check(self, part: str) -> None:
        """Checks the whole structure, and reads a part of the data back.

        Raises:
            Problem: with what is damaged
        """
        said = self._run("check", _WAIT_FOR_LOCK, f"--read-data-subset={part}")
        if said.status != 0:
            raise Problem(f"the repository {self.url} is damaged: {_reason(said)}")

    def copy_from(self, source: Repository) -> None:
        """Copies what is missing here. The source is not locked, since the key may only read it."""
        self._must("copy", "--no-lock", *self._limit, *self._from(source))

    def accept(self, password: Path) -> None:
        """Lets another password open it, beside the present one."""
        if self._opened_by(password, "cat", "config", "--no-lock").status != 0:
            self._must("key", "add", _WAIT_FOR_LOCK, f"--new-password-file={password}")

    def accept_nothing_else(self) -> int:
        """Takes the right to open it from every password but the present one, and says from how many."""
        others = [key["id"] for key in json.loads(self._must("key", "list", "--json", "--no-lock")) if not key["current"]]
        for other in others:
            self._must("key", "remove", _WAIT_FOR_LOCK, str(other))
        return len(others)

    def _from(self, source: Repository) -> list[str]:
        return [f"--from-repo={source.url}", f"--from-password-file={source._password}"]

    def _run(self, *words: str) -> Said:
        return self._opened_by(self._password, *words)

    def _opened_by(self, password: Path, *words: str) -> Said:
        opened = [f"--repo={self.url}", f"--password-file={password}"]
        return run("restic", *opened, *words, environment=self._environment)

    def _must(self, *words: str) -> str:
        said = self._run(*words)
        if said.status != 0:
            raise Problem(f"restic {words[0]} failed with {self.url}: {_reason(said)}")
        return said.output


def refuse_old_program() -> None:
    """Refuses a restic that does not know what is asked of it here.

    Raises:
        Problem: with its version
    """
    said = run("restic", "version")
    found = re.search(r"restic (\d+)\.(\d+)", said.output)
    if found is None or (int(found[1]), int(found[2])) < _OLDEST:
        oldest = ".".join(str(part) for part in _OLDEST)
        version = said.output.split("compiled")[0].strip() or "unknown"
        raise Problem(f"{version} is too old: {oldest} is the oldest that will do, and Ubuntu 24.04 brings it")


def _by_age(keep: Keep, tag: str) -> list[str]:
    # Hosts come and go under the same role, and paths change with services: neither makes a series of its own.
    series = [f"--tag={tag}", "--group-by=tags"]
    return [*series, f"--keep-daily={keep.daily}", f"--keep-weekly={keep.weekly}", f"--keep-monthly={keep.monthly}"]


def _snapshot(entry: dict[str, Any]) -> Snapshot:
    identity = str(entry["id"])
    # Go writes up to nine digits of a second.
    time = clock.parse(re.sub(r"\.\d+", "", str(entry["time"])))
    return Snapshot(identity, time, str(entry.get("original") or identity), tuple(entry.get("tags") or ()))


def _json_lines(text: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in text.splitlines() if line.startswith("{"))


def _reason(said: Said) -> str:
    """What went wrong, in restic's words; asked for JSON, it says errors in JSON too."""
    lines = [_error_text(line) for line in said.errors.strip().splitlines()]
    telling = [line for line in lines if line and not line.startswith(_NO_REASON)]
    return "; ".join(telling[-4:]) or f"restic ended with {said.status}"


def _error_text(line: str) -> str:
    if not line.startswith("{"):
        return line.strip()
    document = json.loads(line)
    error = document.get("error", {})
    text = error.get("message", "") if isinstance(error, dict) else str(error)
    return str(document.get("message", text))
