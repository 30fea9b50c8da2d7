"""From many looks to few messages."""

from __future__ import annotations

import unittest
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from watch.incidents import Known, Message, Rules, judge, open_ones, suspected
from watch.observation import Observation

NIGHT = datetime(2026, 11, 25, tzinfo=timezone.utc)
LOOKS = timedelta(minutes=5)


class Incidents(unittest.TestCase):
    rules = Rules(failures=2, hold=timedelta(minutes=60))

    def setUp(self) -> None:
        self.known: Known = {}
        self.moment = NIGHT

    def look(self, wrong: str | None, **more: bool) -> list[Message]:
        messages = judge(self.known, [Observation("odoo", "odoo", wrong, "`look`", **more)], self.moment, self.rules)
        self.moment += LOOKS
        return messages

    def looks(self, *outcomes: str | None) -> list[str]:
        return [message.text for outcome in outcomes for message in self.look(outcome)]

    def test_one_wrong_answer_is_none_and_two_in_a_row_are_told_once(self) -> None:
        self.assertEqual(self.looks("is away"), [])
        self.assertTrue(suspected(self.known))
        self.assertEqual(self.looks("is away"), ["odoo is away, since 00:00 UTC on 2026-11-25. `look`."])
        self.assertFalse(suspected(self.known))
        self.assertEqual(self.looks(*["is away"] * 200), [])

    def test_one_that_was_well_in_between_is_none(self) -> None:
        self.assertEqual(self.looks("is away", None, None, None, None, None), [])

    def test_every_other_answer_wrong_is_told_at_the_third(self) -> None:
        self.assertEqual(self.looks("is away", None, "is away", None), [])
        self.assertEqual(len(self.looks("is away")), 1)

    def test_it_is_over_when_all_was_well_for_the_hold_down_time_and_says_since_when(self) -> None:
        self.looks("is away", "is away")
        self.assertEqual(self.looks(*[None] * 12), [])
        self.assertEqual(
            self.looks(None),
            [
                "odoo is well again, since 00:10 UTC on 2026-11-25. It was wrong between 00:00 UTC on 2026-11-25 and "
                "00:05 UTC on 2026-11-25: it is away."
            ],
        )
        self.assertEqual(open_ones(self.known), [])
        self.assertEqual(len(self.looks("is away", "is away")), 1)

    def test_27_flaps_in_a_day_are_one_incident(self) -> None:
        # Down for ten minutes, up for 43: 27 times, and a quiet night.
        messages: list[str] = []
        for flap in range(27):
            self.moment = NIGHT + flap * timedelta(minutes=53)
            messages += self.looks("is away", "is away", *[None] * 8)
        self.assertEqual(len(messages), 1, messages)
        (incident,) = open_ones(self.known)
        self.assertEqual((incident["times"], incident["since"]), (27, "2026-11-25T00:00:00Z"))
        messages = self.looks(*[None] * 20)
        self.assertEqual(len(messages), 1, messages)
        self.assertIn("wrong 27 times between", messages[0])

    def test_what_happens_in_a_moment_is_told_at_once(self) -> None:
        self.assertEqual(len(self.look("was killed", at_once=True)), 1)

    def test_what_somebody_else_has_told_is_only_told_when_it_is_over(self) -> None:
        for _ in range(3):
            self.assertEqual(self.look("has failed", told=True), [])
        self.assertEqual(len(open_ones(self.known)), 1)
        self.assertEqual(len(self.looks(*[None] * 13)), 1)

    def test_a_thing_that_cannot_be_looked_at_keeps_its_incident_and_is_given_up_after_a_day(self) -> None:
        def nothing(after: timedelta) -> Sequence[Message]:
            return judge(self.known, [], NIGHT + after, self.rules)

        self.looks("is away", "is away")
        self.assertEqual(nothing(timedelta(hours=3)), [])
        self.assertEqual(len(open_ones(self.known)), 1)
        (message,) = nothing(timedelta(hours=30))
        self.assertIn("odoo is not watched any more", message.text)
        self.assertEqual(self.known, {})
