"""Job queues in Redis: how many jobs wait, and whether anybody takes them."""

from __future__ import annotations

import shlex
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .observation import Observation
from .settings import Limits, Queue

_PASSWORD = Path("/etc/redis/insightpulse-password.conf")
# Redis names the types in which jobs wait, and the command that says how many.
_LENGTHS = {"list": "LLEN", "stream": "XLEN"}
_PAGE = "500"


def look(queue: Queue, samples: list[list[float]], limits: Limits, moment: datetime) -> Observation:
    """Looks at a queue, and keeps a sample of it."""
    title = f"the queue of {queue.service}"
    remedy = "`systemctl status redis-server` shows how it is"
    try:
        waiting = _waiting(queue.port)
    except (OSError, ValueError) as error:
        return Observation(f"queue {queue.service}", title, f"cannot be asked: {error}", remedy)
    samples.append([moment.timestamp(), waiting])
    oldest = (moment - timedelta(minutes=limits.queueMinutes)).timestamp()
    # One from before that time stays: only then they cover all of it.
    while len(samples) > 1 and samples[1][0] <= oldest:
        samples.pop(0)
    remedy = f"`journalctl -u {queue.service} -n 50` shows what its workers do"
    return Observation(f"queue {queue.service}", title, stuck(samples, limits), remedy)


def stuck(samples: Sequence[Sequence[float]], limits: Limits) -> str | None:
    """What is wrong with a queue that had these lengths: it is too long, or not once shorter in all this time."""
    waiting = samples[-1][1]
    if waiting >= limits.queueJobs:
        return f"has {waiting:.0f} jobs waiting, and {limits.queueJobs} are too many"
    covers = samples[-1][0] - samples[0][0] >= limits.queueMinutes * 60
    lengths = [length for _, length in samples]
    if covers and min(lengths) > 0 and all(later >= earlier for earlier, later in zip(lengths, lengths[1:])):
        return f"is stuck: {waiting:.0f} jobs wait, and for {limits.queueMinutes} minutes nobody has taken one"
    return None


def _waiting(port: int) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection, connection.makefile("rwb") as stream:
        talk = _Talk(stream)
        password = _password()
        if password:
            talk.ask("AUTH", password)
        total, cursor = 0, "0"
        while True:
            cursor, keys = talk.ask("SCAN", cursor, "COUNT", _PAGE)
            for key in keys:
                command = _LENGTHS.get(talk.ask("TYPE", key))
                total += int(talk.ask(command, key)) if command else 0
            if cursor == "0":
                return total


def _password() -> str:
    for line in _PASSWORD.read_text(encoding="utf-8").splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["requirepass"]:
            return words[1]
    return ""


class _Talk:
    """https://redis.io/docs/latest/develop/reference/protocol-spec/"""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def ask(self, *words: str) -> Any:
        encoded = [word.encode() for word in words]
        self._stream.write(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(one), one) for one in encoded))
        self._stream.flush()
        return self._answer()

    def _answer(self) -> Any:
        line = self._stream.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:].decode(errors="replace")
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return self._stream.read(int(rest) + 2)[:-2].decode(errors="replace") if int(rest) >= 0 else None
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        raise ValueError(rest or "the connection was lost")
