"""What every command line here begins and ends with."""

from __future__ import annotations

import argparse
import os
from datetime import datetime

from . import clock
from .commands import say
from .problem import Problem


def run(parser: argparse.ArgumentParser) -> int:
    """Does the task that the words of the command line name; its exit status, 1 after a problem that people are told of."""
    arguments = parser.parse_args()
    # What is written here is nobody else's.
    os.umask(0o077)
    try:
        arguments.task(arguments)
    except Problem as problem:
        say(f"error: {problem}")
        return 1
    return 0


def moment(text: str) -> datetime:
    """A time among the words of a command line."""
    try:
        return clock.parse(text)
    except Problem as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None
