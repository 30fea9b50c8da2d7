"""A PostgreSQL of its own for one restore: on a socket only root and its own user reach, and gone afterwards."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .commands import must
from .database import programs

_USER = "postgres"
# Nothing here has to outlive the machine: it is made of a backup, and made again if need be.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
}


class Scratch:
    """A server that runs in a folder."""

    def __init__(self, folder: Path, major: int) -> None:
        self.folder = folder
        self._programs = programs(major)

    @property
    def environment(self) -> Mapping[str, str]:
        """How PostgreSQL's programs reach it, as its superuser."""
        return {"PGHOST": str(self.folder), "PGUSER": _USER, "PGDATABASE": "postgres", "PGSSLMODE": "disable"}

    def start(self) -> None:
        """Makes an empty cluster and starts it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.chown(self.folder, _USER, _USER)
        os.chmod(self.folder, 0o700)
        data = self.folder / "data"
        # Only who gets into the folder gets to the socket.
        words = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"]
        self._as_its_user("initdb", f"--pgdata={data}", f"--username={_USER}", *words)
        settings = "".join(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
        with open(data / "postgresql.auto.conf", "w", encoding="utf-8") as stream:
            stream.write(f"{settings}unix_socket_directories = '{self.folder}'\n")
        log = self.folder / "log"
        self._as_its_user("pg_ctl", f"--pgdata={data}", f"--log={log}", "--silent", "--wait", "start")

    def stop(self) -> None:
        """Ends it at once; nothing of it is needed any more."""
        self._as_its_user("pg_ctl", f"--pgdata={self.folder / 'data'}", "--silent", "--mode=immediate", "stop")

    def _as_its_user(self, program: str, *words: str) -> None:
        who = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups", "env", "--chdir=/"]
        must(*who, str(self._programs / program), *words)


@contextmanager
def running(folder: Path, major: int) -> Iterator[Scratch]:
    """A server that is gone at the end of the block, with its folder."""
    server = Scratch(folder, major)
    try:
        server.start()
        yield server
    finally:
        if (folder / "data/postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
