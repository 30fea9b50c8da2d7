"""That somebody watches here is itself seen from elsewhere: a small object in a bucket, written at every look."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from backup import clock
from backup.bucket import Bucket, NotThere
from backup.problem import Problem
from backup.settings import SECRETS

from .observation import Observation
from .settings import Settings

_CREDENTIALS = SECRETS / "heartbeat-spaces.ini"


@dataclass(frozen=True)
class Heartbeats:
    """The bucket, which holds nothing else."""

    bucket: Bucket

    @classmethod
    def of(cls, settings: Settings) -> Heartbeats:
        """The bucket of this environment."""
        return cls(Bucket(settings.heartbeats, _CREDENTIALS))

    def write(self, host: str, heartbeat: dict[str, Any]) -> Observation:
        """Writes this host's own."""
        title, remedy = "the heartbeat of this host", "https://status.digitalocean.com"
        try:
            self.bucket.put(f"heartbeats/{host}.json", json.dumps(heartbeat, indent=1).encode())
        except Problem as problem:
            return Observation("heartbeat", title, f"cannot be written: {problem}", remedy)
        return Observation("heartbeat", title)

    def age(self, host: str, moment: datetime) -> float | None:
        """How old another host's is, in minutes; None when nobody can say.

        Raises:
            Problem: when there is none
        """
        try:
            written = json.loads(self.bucket.get(f"heartbeats/{host}.json"))
        except NotThere:
            raise Problem("has never written a heartbeat") from None
        except Problem:
            return None
        return (moment - clock.parse(written["time"])).total_seconds() / 60

    def keep_history(self, host: str, month: Path) -> None:
        """Keeps a month's history outside this host."""
        self.bucket.put(f"history/{host}/{month.name}", month.read_bytes())
