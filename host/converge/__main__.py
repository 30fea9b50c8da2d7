"""The command line: `converge apply|check|rollback|status`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from .apply import apply, in_words
from .check import check
from .problem import Problem
from .state import State
from .system import System

_FAILED, _DRIFT = 1, 3


def main() -> int:
    arguments = _parser().parse_args()
    system = System()
    try:
        if arguments.command == "apply":
            apply(system, sys.stdin.read())
        elif arguments.command == "rollback":
            apply(system, State(system).previous_text())
        elif arguments.command == "check":
            return _check(system, arguments.json, sys.stdin.read() if arguments.expected else None)
        else:
            _status(system)
    except Problem as problem:
        system.warn(f"error: {problem}")
        return _FAILED
    except OSError as error:
        system.warn(f"error: {in_words(error)}")
        return _FAILED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="converge", description="Makes this host what its bundle says.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("apply", help="read a bundle from standard input and apply it")
    commands.add_parser("rollback", help="apply the bundle before the current one again")
    drift = commands.add_parser(
        "check", help="list what is not as the bundle says; exit code 3 when there is something"
    )
    drift.add_argument("--json", action="store_true", help="as JSON")
    drift.add_argument(
        "--expected",
        action="store_true",
        help="read the bundle to compare with from standard input, instead of the one applied last",
    )
    commands.add_parser("status", help="say what was applied to this host")
    return parser


def _check(system: System, as_json: bool, expected: str | None) -> int:
    found = check(system, expected)
    if as_json:
        print(json.dumps([dataclasses.asdict(difference) for difference in found]))
    else:
        for difference in found:
            print(f"{difference.path}: {difference.what}")
        if not found:
            print("everything is as the bundle says")
    return _DRIFT if found else 0


def _status(system: System) -> None:
    bundle = State(system).current()
    if bundle is None:
        raise Problem("no bundle has been applied to this host yet")
    units = sum(unit.enabled for unit in bundle.units)
    print(f"converged as {bundle.host}: {len(bundle.files)} files, {units} units")


sys.exit(main())
