"""The seams to the machine: where its files are, and the commands that are run. Tests put a folder and a fake here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO

from .problem import Problem


class System:
    """One machine."""

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root

    def path(self, path: str) -> Path:
        """Where an absolute path of the host really is."""
        return self.root / path.lstrip("/")

    def say(self, line: str) -> None:
        """One line for the person (or the log) that watches."""
        _tell(sys.stdout, line)

    def warn(self, line: str) -> None:
        """One line about what went wrong."""
        _tell(sys.stderr, line)

    def run(self, *command: str, timeout: float = 600, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end, whatever its exit code.

        Raises:
            Problem: when it is not there or does not end in time
        """
        try:
            return subprocess.run(
                command,
                input=stdin,
                stdin=None if stdin is not None else subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        except FileNotFoundError:
            raise Problem(f"{command[0]} is not installed on this host") from None
        except subprocess.TimeoutExpired:
            raise Problem(f"`{' '.join(command)}` did not end within {timeout:g} s") from None

    def must(self, *command: str, timeout: float = 600, stdin: str | None = None) -> str:
        """Runs a command that has to succeed, and gives what it printed.

        Raises:
            Problem: with the last lines it printed
        """
        done = self.run(*command, timeout=timeout, stdin=stdin)
        if done.returncode != 0:
            raise Problem(f"`{' '.join(command)}` failed with exit code {done.returncode}:\n{last_lines(done)}")
        return done.stdout


def _tell(stream: TextIO, line: str) -> None:
    try:
        print(line, file=stream, flush=True)
    except OSError:
        # Nobody listens any more (the SSH session broke): what was begun is still brought to its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def last_lines(done: subprocess.CompletedProcess[str], count: int = 20) -> str:
    """The end of what a command printed."""
    lines = f"{done.stdout}{done.stderr}".strip().splitlines()
    return "\n".join(lines[-count:])
