"""Which backup a restore takes when the newest is damaged, and what is said of it."""

from __future__ import annotations

import io
import unittest
from contextlib import redirect_stderr
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from backup import prove
from backup.clock import parse
from backup.context import Stopwatch
from backup.problem import Problem
from backup.restic import Damaged, Snapshot

DAYS = ["2026-11-23T02:00:00Z", "2026-11-24T02:00:00Z", "2026-11-25T02:00:00Z"]
THERE = [Snapshot(f"s{index}", parse(day), f"s{index}", ("platform",)) for index, day in enumerate(DAYS)]


def context(**proofs: str) -> Any:
    records = [
        {"snapshot": snapshot, "differences": {"proven": [], "differs": ["table a has 1 rows, not 2"]}.get(result, [result])}
        for snapshot, result in proofs.items()
    ]
    return SimpleNamespace(
        records=SimpleNamespace(here=lambda _kind: records, everywhere=lambda _kind, _newest: records),
        repository=SimpleNamespace(snapshots=lambda _tag: THERE, url="s3:first"),
    )


class Candidates(unittest.TestCase):
    def of(self, at: str | None = None, **proofs: str) -> tuple[list[str], str]:
        with redirect_stderr(io.StringIO()) as said:
            found = prove.candidates(context(**proofs), None if at is None else parse(at))
        return [one.id for one in found], said.getvalue()

    def test_one_whose_proof_has_failed_is_said_and_the_one_before_it_taken(self) -> None:
        found, said = self.of(s0="proven", s1="proven", s2="differs")
        self.assertEqual(found, ["s1", "s0"])
        self.assertIn(f"the backup from {DAYS[2]} is damaged, and the one before it is taken: table a has 1 rows", said)

    def test_one_that_nobody_has_looked_at_is_taken_and_nothing_is_said(self) -> None:
        self.assertEqual(self.of(s1="proven"), (["s2", "s1", "s0"], ""))

    def test_what_is_damaged_in_the_other_copy_may_be_whole_in_this_one(self) -> None:
        self.assertEqual(self.of(s2="restic restore failed with s3:second: truncated")[0], ["s2", "s1", "s0"])
        self.assertEqual(self.of(s2="restic restore failed with s3:first: truncated")[0], ["s1", "s0"])

    def test_none_is_younger_than_what_was_asked_for(self) -> None:
        self.assertEqual(self.of(at="2026-11-24T12:00:00Z", s1="differs")[0], ["s0"])

    def test_where_every_proof_has_failed_the_newest_is_all_there_is(self) -> None:
        found, said = self.of(s0="differs", s1="differs", s2="differs")
        self.assertEqual(found, ["s2"])
        self.assertIn("the proof of every backup has failed", said)


class Fetching(unittest.TestCase):
    def fetch(self, failing: dict[str, Problem]) -> str:
        def fetch(_context: Any, one: Snapshot, *_: Any) -> Any:
            if one.id in failing:
                raise failing[one.id]
            return one

        with mock.patch.object(prove, "fetch", fetch), redirect_stderr(io.StringIO()):
            return prove.fetch_newest_whole(context(), THERE[::-1], Path("/nowhere"), Stopwatch())[0].id

    def test_the_first_that_is_whole(self) -> None:
        self.assertEqual(self.fetch({"s2": Damaged("hash does not match"), "s1": Damaged("truncated")}), "s0")

    def test_what_is_wrong_with_the_way_there_is_no_damage(self) -> None:
        with self.assertRaisesRegex(Problem, "connection refused"):
            self.fetch({"s2": Problem("connection refused")})

    def test_when_none_is_whole_the_last_reason_is_told(self) -> None:
        with self.assertRaisesRegex(Damaged, "all gone"):
            self.fetch({"s2": Damaged("x"), "s1": Damaged("y"), "s0": Damaged("all gone")})
