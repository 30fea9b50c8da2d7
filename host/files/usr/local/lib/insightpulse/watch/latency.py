"""How fast answers were and how often names answered, day by day, kept for thirteen months in a line for each.

Times of a day are counted in classes that are 5 % wide, so that a percentile is right to within some 3 %, and a day of a
service takes no more room than a few hundred numbers, however many requests there were.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from .settings import STATE, Service, Targets

_STEP = math.log(1.05)
_KEPT_DAYS = 396
_FILES = re.compile(r"\.(css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|woff2?|ttf|eot|pdf)$", re.IGNORECASE)

# A day: histograms by what was asked and how, and of each name how many looks found it well.
Day = dict[str, Any]


def kind_of(path: str, service: Service) -> str:
    """What somebody has waited for: a page, an answer to a program, or a file."""
    if any(path.startswith(beginning) for beginning in service.apiPaths):
        return "api"
    return "file" if "/static/" in path or _FILES.search(path) else "page"


def count(day: Day, what: str, kind: str, milliseconds: float, failed: bool = False) -> None:
    """Counts one answer."""
    times = day.setdefault("times", {}).setdefault(f"{what} {kind}", {"count": 0, "failed": 0, "classes": {}})
    times["count"] += 1
    times["failed"] += 1 if failed else 0
    index = _class_of(milliseconds, least=0.1)
    times["classes"][index] = times["classes"].get(index, 0) + 1


def _class_of(milliseconds: float, least: float) -> str:
    return str(round(math.log(max(milliseconds, least)) / _STEP))


def count_look(day: Day, what: str, well: bool) -> None:
    """Counts one look at a name."""
    looks = day.setdefault("looks", {}).setdefault(what, {"well": 0, "all": 0})
    looks["well"] += 1 if well else 0
    looks["all"] += 1


def percentile(classes: dict[str, int], percent: float) -> float:
    """So many of a hundred were no slower, in milliseconds."""
    total = sum(classes.values())
    wanted = max(1, math.ceil(total * percent / 100))
    so_far = 0
    for index in sorted(classes, key=int):
        so_far += classes[index]
        if so_far >= wanted:
            return round(math.exp(int(index) * _STEP), 1)
    return 0.0


def lines(name: str, day: Day, targets: Targets) -> list[dict[str, Any]]:
    """A day in the lines that are kept of it."""
    target = {
        "page": targets.pageMilliseconds,
        "api": targets.apiMilliseconds,
        "query": targets.queryMilliseconds,
    }
    kept: list[dict[str, Any]] = []
    for key, times in sorted(day.get("times", {}).items()):
        what, _, kind = key.rpartition(" ")
        line = {"day": name, "what": what, "kind": kind, "count": times["count"], "failed": times["failed"]}
        kept.append({**line, **_judged(times["classes"], target.get(kind))})
    for what, looks in sorted(day.get("looks", {}).items()):
        percent = round(100 * looks["well"] / looks["all"], 3)
        line = {"day": name, "what": what, "kind": "uptime", "count": looks["all"], "percent": percent}
        kept.append({**line, "target": targets.uptimePercent, "met": percent >= targets.uptimePercent})
    kept += day.get("queries", [])
    return kept


def _judged(classes: dict[str, int], target: int | None) -> dict[str, Any]:
    """How slow they were, and whether 95 of a hundred were as fast as was promised, where that was."""
    p50, p95, p99 = (percentile(classes, percent) for percent in (50, 95, 99))
    slow = {"p50": p50, "p95": p95, "p99": p99}
    return slow if target is None else {**slow, "target": target, "met": p95 <= target}


def keep(day: str, entries: Iterable[dict[str, Any]], folder: Path = STATE) -> Path:
    """Adds a day to its month's file; files of more than thirteen months ago go."""
    folder = folder / "history"
    folder.mkdir(parents=True, exist_ok=True)
    month = folder / f"{day[:7]}.jsonl"
    with month.open("a", encoding="utf-8") as stream:
        stream.writelines(f"{json.dumps(entry)}\n" for entry in entries)
    oldest = (date.fromisoformat(day) - timedelta(days=_KEPT_DAYS)).isoformat()[:7]
    for old in folder.glob("*.jsonl"):
        if old.stem < oldest:
            old.unlink()
    return month


def read(since: str, folder: Path = STATE) -> list[dict[str, Any]]:
    """The lines of all days since one, the oldest first."""
    found: list[dict[str, Any]] = []
    for month in sorted((folder / "history").glob("*.jsonl")):
        if month.stem >= since[:7]:
            found += [json.loads(line) for line in month.read_text(encoding="utf-8").splitlines()]
    return [line for line in found if line["day"] >= since]


def of_statements(
    day: str, before: Mapping[str, Sequence[float]], now: Mapping[str, Sequence[float]], target: int
) -> list[dict[str, Any]]:
    """The queries of a day, from what PostgreSQL has counted until then and until now.

    It keeps no time of each call but the mean of each statement: half, 95 and 99 of a hundred calls were of statements
    whose mean is no larger.
    """
    classes: dict[str, int] = {}
    total = 0
    for statement, (calls, milliseconds) in now.items():
        earlier_calls, earlier = before.get(statement, (0, 0.0))
        # Less than before: somebody has reset the counts.
        new, took = (calls - earlier_calls, milliseconds - earlier) if calls >= earlier_calls else (calls, milliseconds)
        if new > 0:
            index = _class_of(took / new, least=0.001)
            classes[index] = classes.get(index, 0) + int(new)
            total += int(new)
    if not total:
        return []
    line = {"day": day, "what": "database", "kind": "query", "count": total, "failed": 0}
    return [{**line, **_judged(classes, target)}]
