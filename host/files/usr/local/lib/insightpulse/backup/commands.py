"""Other programs: run to their end, with what they said when they fail. No secret is ever one of their words."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from .problem import Problem


@dataclass(frozen=True)
class Said:
    """What a program printed, and how it ended."""

    status: int
    output: str
    errors: str

    def last_lines(self, count: int = 5) -> str:
        """The end of what it said about its failure."""
        return "\n".join(f"{self.output}\n{self.errors}".strip().splitlines()[-count:])


def run(*words: str, environment: Mapping[str, str] | None = None, stdin: str | None = None) -> Said:
    """Runs a program, whatever its exit status.

    Raises:
        Problem: when it is not installed
    """
    try:
        done = subprocess.run(
            words,
            env={**os.environ, **(environment or {})},
            input=stdin,
            stdin=None if stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise Problem(f"{words[0]} is not installed on this host") from None
    return Said(done.returncode, done.stdout, done.stderr)


def must(*words: str, environment: Mapping[str, str] | None = None, stdin: str | None = None) -> str:
    """Runs a program that has to succeed, and gives what it printed.

    Raises:
        Problem: with the last lines it said
    """
    said = run(*words, environment=environment, stdin=stdin)
    if said.status != 0:
        raise Problem(f"`{shlex.join(words[:3])} ...` ended with {said.status}: {said.last_lines()}")
    return said.output


def say(line: str) -> None:
    """One line for whoever watches; answers alone go to standard output."""
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        # Nobody listens any more (the SSH session broke): what was begun is still brought to its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
