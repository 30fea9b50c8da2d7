"""The command line: what timers start, and what operators ask."""

from __future__ import annotations

import argparse
import fcntl
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from backup import clock, command_line
from backup.commands import say

from . import drill, facts, incidents, latency, settings, state
from .round import go_round


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="insightpulse-watch", description="Watches this host, and tells people.")
    tasks = parser.add_subparsers(dest="name", required=True)

    run = tasks.add_parser("run", help="look at everything once; what is suspected is looked at again a minute later")
    run.add_argument("--once", action="store_true", help="without the second look")
    run.set_defaults(task=_run)
    drilled = tasks.add_parser("drill", help="tell a failure that is none, and see whether it arrives")
    drilled.set_defaults(task=_drill)
    for one in (run, drilled):
        one.add_argument("--as-of", type=command_line.moment, help="go by this time instead of the clock's, in a drill")
    tasks.add_parser("status", help="what is known of everything, as JSON").set_defaults(task=_status)
    told = tasks.add_parser("facts", help="how this host is at this moment, without a judgement, as JSON; changes nothing")
    told.set_defaults(task=_facts)
    shown = tasks.add_parser("latency", help="how fast and how often, day by day, as lines of JSON")
    shown.add_argument("--days", type=int, default=30, help="how many days back; today's are there so far as it goes")
    shown.set_defaults(task=_latency)
    return parser


def _run(arguments: argparse.Namespace) -> None:
    known = settings.read()
    with _one_at_a_time():
        kept = state.load()
        moment = arguments.as_of or clock.now()
        go_round(known, kept, moment)
        state.save(kept)
        if arguments.once or not incidents.suspected(kept["known"]):
            return
        later = known.limits.secondLookSeconds
        say(f"something is suspected: looking again in {later} s")
        time.sleep(later)
        go_round(known, kept, moment + timedelta(seconds=later))
        state.save(kept)


def _drill(arguments: argparse.Namespace) -> None:
    known = settings.read()
    with _one_at_a_time():
        record = drill.drill(known, arguments.as_of or clock.now())
        kept = state.load()
        kept["drill"] = record
        state.save(kept)
    drill.refuse_undelivered(record)
    say(f"the drill has arrived at {' and '.join(record['channels'])}")


def _status(_arguments: argparse.Namespace) -> None:
    kept = state.load()
    print(json.dumps({"incidents": incidents.open_ones(kept.get("known", {})), **kept}))


def _facts(_arguments: argparse.Namespace) -> None:
    print(json.dumps(facts.gather(settings.read())))


def _latency(arguments: argparse.Namespace) -> None:
    known = settings.read()
    since = (clock.now() - timedelta(days=arguments.days)).date().isoformat()
    lines = latency.read(since)
    for name, day in sorted(state.load().get("days", {}).items()):
        lines += latency.lines(name, day, known.targets)
    for line in lines:
        print(json.dumps(line))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Waits until nobody else looks: a drill in the middle of a round would be forgotten by it."""
    settings.SPARE.mkdir(parents=True, exist_ok=True)
    with open(settings.SPARE / "lock", "w", encoding="utf-8") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


sys.exit(command_line.run(_parser()))
