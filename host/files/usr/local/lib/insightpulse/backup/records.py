"""What was done, one JSON document for each backup, proof and copy: on this host, and in the bucket beside the repository."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from . import clock
from .bucket import Bucket
from .commands import say
from .problem import Problem
from .settings import STATE

Record = dict[str, Any]


class Records:
    """The records of one host. The bucket may be out of reach: what happened is then still known here."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._folder = STATE / "records"

    def write(self, kind: str, moment: datetime, record: Record) -> None:
        """Keeps a record, here first."""
        name = f"{clock.written(moment)}.{kind}.json"
        text = json.dumps({"kind": kind, "time": clock.written(moment), **record}, indent=1)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._folder / f"{name}.new"
        draft.write_text(text, encoding="utf-8")
        draft.replace(self._folder / name)
        try:
            self._bucket.put(f"records/{name}", text.encode())
        except Problem as problem:
            say(f"the record is on this host alone: {problem}")

    def here(self, kind: str) -> list[Record]:
        """The records of one kind that this host has, the oldest first."""
        paths = sorted(self._folder.glob(f"*.{kind}.json")) if self._folder.is_dir() else []
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]

    def everywhere(self, kind: str, newest: int) -> list[Record]:
        """The newest records of one kind in the bucket, whoever wrote them, the oldest first."""
        names = [name for name in self._bucket.names("records/") if name.endswith(f".{kind}.json")]
        return [json.loads(self._bucket.get(name)) for name in names[-newest:]]

    def prune(self, kept: int = 400) -> None:
        """Old records leave this host; the bucket keeps all of them."""
        for path in sorted(self._folder.glob("*.json"))[:-kept]:
            path.unlink()
