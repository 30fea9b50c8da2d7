"""How fast and how often: what is kept of a day, and what is remembered."""

from __future__ import annotations

import json
import random
import tempfile
import unittest
from pathlib import Path

from watch import latency, state
from watch.settings import Service, Targets

TARGETS = Targets(pageMilliseconds=2000, apiMilliseconds=200, queryMilliseconds=100, uptimePercent=99.9)
ODOO = Service("odoo", "https://erp.example.com/", 200, "", apiPaths=("/jsonrpc", "/web/dataset/"))


class Times(unittest.TestCase):
    def test_a_percentile_is_right_to_within_three_percent(self) -> None:
        random.seed(7)
        times = [random.lognormvariate(4, 1) for _ in range(20_000)]
        day: latency.Day = {}
        for one in times:
            latency.count(day, "odoo", "page", one)
        classes = day["times"]["odoo page"]["classes"]
        self.assertLess(len(classes), 250)
        for percent in (50, 95, 99):
            exact = sorted(times)[int(len(times) * percent / 100) - 1]
            self.assertAlmostEqual(latency.percentile(classes, percent) / exact, 1, delta=0.03)

    def test_what_somebody_has_waited_for(self) -> None:
        self.assertEqual(
            [latency.kind_of(path, ODOO) for path in ("/web", "/web/dataset/call_kw", "/web/static/a", "/x/logo.PNG")],
            ["page", "api", "file", "file"],
        )

    def test_a_day_in_lines_says_whether_targets_were_met(self) -> None:
        day: latency.Day = {}
        for milliseconds in (50, 60, 3000):
            latency.count(day, "odoo", "page", milliseconds, failed=milliseconds > 1000)
        latency.count(day, "odoo", "api", 100)
        latency.count(day, "odoo", "file", 5)
        for well in [True] * 287 + [False]:
            latency.count_look(day, "odoo", well)
        lines = {line["kind"]: line for line in latency.lines("2026-11-25", day, TARGETS)}
        self.assertEqual((lines["page"]["count"], lines["page"]["failed"], lines["page"]["met"]), (3, 1, False))
        self.assertTrue(lines["api"]["met"])
        self.assertNotIn("target", lines["file"])
        self.assertEqual((lines["uptime"]["percent"], lines["uptime"]["met"]), (99.653, False))

    def test_queries_of_a_day_are_what_was_counted_since_the_one_before(self) -> None:
        before = {"a": [100, 1000.0], "gone": [5, 5.0]}
        now = {"a": [199, 1990.0], "b": [1, 400.0]}
        (line,) = latency.of_statements("2026-11-25", before, now, 100)
        self.assertEqual((line["count"], line["met"]), (100, True))
        self.assertAlmostEqual(line["p95"], 10, delta=0.3)
        self.assertAlmostEqual(latency.of_statements("d", {}, {"b": [1, 400.0]}, 100)[0]["p99"], 400, delta=12)

    def test_counts_that_were_reset_begin_anew(self) -> None:
        (line,) = latency.of_statements("d", {"a": [1000, 9e9]}, {"a": [10, 20.0]}, 100)
        self.assertEqual(line["count"], 10)
        self.assertEqual(latency.of_statements("d", {"a": [10, 20.0]}, {"a": [10, 20.0]}, 100), [])


class Keeping(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_days_stand_in_a_file_for_each_month_and_go_after_thirteen(self) -> None:
        for day in ("2025-09-30", "2025-10-31", "2026-10-31", "2026-11-25"):
            latency.keep(day, [{"day": day, "what": "odoo"}], self.folder)
        names = sorted(path.name for path in (self.folder / "history").iterdir())
        self.assertEqual(names, ["2025-10.jsonl", "2026-10.jsonl", "2026-11.jsonl"])
        self.assertEqual([line["day"] for line in latency.read("2026-10-31", self.folder)], ["2026-10-31", "2026-11-25"])

    def test_thirteen_months_take_little_room(self) -> None:
        day: latency.Day = {}
        for service in ("odoo", "mattermost", "n8n", "superset", "mcp", "agent"):
            for kind in ("page", "api", "file"):
                latency.count(day, service, kind, 50)
            latency.count_look(day, service, True)
        entries = latency.lines("2026-11-25", day, TARGETS)
        size = sum(len(json.dumps(entry)) for entry in entries) * 396
        self.assertLess(size, 2_000_000)

    def test_the_newest_state_counts_wherever_it_could_be_kept(self) -> None:
        disk, memory = self.folder / "disk", self.folder / "memory"
        kept = {"known": {}}
        state.save(kept, (disk, memory))
        # The disk is full: a folder stands where the draft is to be written.
        (disk / "state.json.new").mkdir()
        kept["untold"] = ["sentence"]
        state.save(kept, (disk, memory))
        self.assertEqual(state.load((disk, memory))["untold"], ["sentence"])
        (memory / "state.json").write_text("half a docu")
        self.assertEqual(state.load((disk, memory))["look"], 1)
        self.assertEqual(state.load((self.folder / "none",)), {})
