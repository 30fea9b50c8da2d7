"""A session with PostgreSQL that stays open: psql, told one statement after the other."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from types import TracebackType

from .libpq import PSQL
from .problem import Problem

_END = "-- that was all --"
# What an answer looks like must not depend on who asks: checksums are made of answers. Statements may take their time.
_SAME_FOR_ALL = """
SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 1;
SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET search_path = pg_catalog; SET client_encoding = 'UTF8';
SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET client_min_messages = 'warning';
"""


class Session:
    """A connection that is closed at the end of its block.

    Args:
        client: psql as it is started, such as within a container
    """

    def __init__(self, environment: Mapping[str, str], client: Sequence[str] = PSQL) -> None:
        self._errors = tempfile.TemporaryFile("w+")
        self._client = subprocess.Popen(
            [*client, "--set=VERBOSITY=terse"],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def __enter__(self) -> Session:
        self.ask(_SAME_FOR_ALL)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.kill()
        self._client.wait()
        for stream in (self._client.stdin, self._client.stdout, self._errors):
            if stream is not None:
                _close(stream)

    def ask(self, statements: str) -> list[str]:
        """Runs statements, and gives the lines of their answers.

        Raises:
            Problem: with the server's words, when one fails or the connection is lost
        """
        assert self._client.stdin is not None and self._client.stdout is not None
        try:
            self._client.stdin.write(f"{statements}\n;\n\\echo {_END}\n")
            self._client.stdin.flush()
        except OSError:
            raise self._lost() from None
        lines: list[str] = []
        for line in self._client.stdout:
            if line.rstrip("\n") == _END:
                return lines
            lines.append(line.rstrip("\n"))
        raise self._lost()

    def one(self, statement: str) -> str:
        """The only line of an answer."""
        (line,) = self.ask(statement)
        return line

    def _lost(self) -> Problem:
        self._client.wait()
        self._errors.seek(0)
        said = "; ".join(line.strip() for line in self._errors.read().splitlines() if line.strip())
        return Problem(f"the database: {said or 'the connection was lost'}")


def _close(stream: object) -> None:
    try:
        stream.close()  # type: ignore[attr-defined]
    except OSError:
        pass
