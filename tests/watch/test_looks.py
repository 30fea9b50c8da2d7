"""What each look makes of what it sees."""

from __future__ import annotations

import http.server
import json
import os
import socket
import socketserver
import tempfile
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from unittest import mock

from backup.bucket import NotThere
from backup.commands import Said
from backup.problem import Problem
from backup.settings import Place
from watch import access_log, asking, certificates, database, forecast, heartbeat, jobs, journal, machine, neighbours, services, telling
from watch.asking import Answer
from watch.settings import Limits, Neighbour, Queue, Service

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
HOUR, DAY = 3600.0, 86_400.0

LIMITS = Limits(
    failures=2,
    holdMinutes=60,
    secondLookSeconds=60,
    slowMilliseconds=500,
    errorPercent=5,
    journalErrors=3,
    certificateDays=14,
    diskPercent=85,
    diskDays=7,
    memoryPercent=85,
    memoryPressurePercent=20,
    queueJobs=100,
    queueMinutes=30,
    slowQuerySeconds=60,
    heartbeatMinutes=15,
)


def wrong(observation: Any) -> str:
    """What is wrong, for a test that says that something is."""
    return str(observation.wrong)


class Answers(unittest.TestCase):
    body, status, delay = '{"status": "pass"}', 200, 0.0

    def setUp(self) -> None:
        test = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                time.sleep(test.delay)
                try:
                    self.send_response(test.status)
                    self.end_headers()
                    self.wfile.write(test.body.encode())
                except BrokenPipeError:
                    pass

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/health"
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def ask(self, timeout: float = 10) -> str | None:
        return asking.ask(self.url, 200, r'"status"\s*:\s*"pass"', timeout).wrong

    def test_a_healthy_one(self) -> None:
        self.assertIsNone(self.ask())

    def test_another_body_with_200(self) -> None:
        self.body = "<html>Sign in</html>"
        self.assertRegex(str(self.ask()), "answers 200, but with another body")

    def test_another_status(self) -> None:
        self.status = 502
        self.assertRegex(str(self.ask()), "answers 502 instead of 200 at http://127")

    def test_one_that_takes_too_long(self) -> None:
        self.delay = 3
        self.assertRegex(str(self.ask(timeout=0.1)), "does not answer within 0 s")

    def test_nobody_there(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.assertRegex(str(self.ask()), "does not listen: .* refuses connections")

    def test_a_name_that_is_gone(self) -> None:
        said = asking.ask("https://erp.invalid/web/health", 200, "").wrong
        self.assertRegex(str(said), "the name erp.invalid does not resolve")


class Services(unittest.TestCase):
    service = Service("odoo", "https://erp.example.com/web/health", 200, "pass", "http://127.0.0.1:8069/web/health")
    good = Answer(None, 12)

    def keys(self, named: Answer, direct: Answer | None) -> dict[str, str | None]:
        return {one.key: one.wrong for one in services.of_service(self.service, named, direct, LIMITS)}

    def test_a_service_that_is_away_is_told_once_and_not_by_its_name_as_well(self) -> None:
        self.assertEqual(self.keys(Answer("answers 502", 3), Answer("is away", 1)), {"odoo": "is away"})

    def test_one_that_only_its_name_does_not_lead_to(self) -> None:
        self.assertEqual(
            self.keys(Answer("cannot be found", 3), self.good),
            {"odoo": None, "odoo by name": "cannot be found", "odoo slow": None},
        )

    def test_one_that_is_slow(self) -> None:
        self.assertRegex(str(self.keys(self.good, Answer(None, 1234))["odoo slow"]), "takes 1234 ms, more than 500")

    def test_one_that_runs_elsewhere(self) -> None:
        self.assertEqual(self.keys(self.good, None), {"odoo by name": None})


class AccessLogs(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = Path(folder.name) / "odoo_access.log"
        self.position: dict[str, int] = {}
        self.log.touch()
        self.assertEqual(self.added(), [])

    def write(self, *statuses: int, agent: str = "curl", seconds: float = 0.1) -> None:
        with self.log.open("a") as stream:
            for status in statuses:
                line = {"request": "GET /web?db=x HTTP/1.1", "status": status, "rt": seconds, "agent": agent}
                stream.write(f"{json.dumps(line)}\n")

    def added(self) -> list[int]:
        return [request.status for request in access_log.added(self.log, self.position)]

    def test_only_what_is_new(self) -> None:
        self.write(200, 404)
        self.assertEqual(self.added(), [200, 404])
        self.write(500)
        self.assertEqual(self.added(), [500])
        self.assertEqual(self.added(), [])

    def test_half_a_line_waits_for_the_rest(self) -> None:
        with self.log.open("a") as stream:
            stream.write('{"request": "GET / HTTP/1.1", "sta')
        self.assertEqual(self.added(), [])
        with self.log.open("a") as stream:
            stream.write('tus": 200, "rt": 0.1}\n')
        self.assertEqual(self.added(), [200])

    def test_what_comes_while_it_is_read_counts_once(self) -> None:
        size = os.fstat

        def measured(descriptor: int) -> os.stat_result:
            facts = size(descriptor)
            self.write(500)
            return facts

        self.write(200)
        with mock.patch.object(access_log.os, "fstat", measured):
            self.assertEqual(self.added(), [200, 500])
        self.assertEqual(self.added(), [])

    def test_nothing_is_lost_in_a_rotation(self) -> None:
        self.write(200)
        self.added()
        self.write(201)
        self.log.rename(self.log.with_name("odoo_access.log.1"))
        self.write(202)
        self.assertEqual(self.added(), [201, 202])

    def test_a_log_that_was_emptied_begins_anew(self) -> None:
        self.write(200, 200)
        self.added()
        self.log.write_text("")
        self.write(404)
        self.assertEqual(self.added(), [404])

    def test_its_own_questions_and_lines_that_are_none_do_not_count(self) -> None:
        self.write(502, agent=asking.AGENT)
        with self.log.open("a") as stream:
            stream.write("no JSON\n")
        self.assertEqual(self.added(), [])

    def spike(self, counts: list[list[float]], moment: datetime, *statuses: int) -> str | None:
        self.write(*statuses)
        requests = access_log.added(self.log, self.position)
        return access_log.errors("odoo", requests, counts, 5, moment).wrong

    def test_a_spike_is_seen_by_two_looks_and_then_forgotten(self) -> None:
        counts: list[list[float]] = []
        five = timedelta(minutes=5)
        self.assertIsNone(self.spike(counts, NOW, *[200] * 200, 500))
        self.assertRegex(
            str(self.spike(counts, NOW + five, *[200] * 30, *[503] * 30)), r"12 % of all requests.*\(31 of 261"
        )
        self.assertIsNotNone(self.spike(counts, NOW + 2 * five, 200))
        self.assertIsNone(self.spike(counts, NOW + 4 * five, 200))

    def test_a_few_errors_at_night_are_no_spike(self) -> None:
        self.assertIsNone(self.spike([], NOW, 500, 500, 200))


class Journals(unittest.TestCase):
    def test_standard_error_of_a_container_counts_only_where_the_line_says_so(self) -> None:
        lines = [
            {"_SYSTEMD_UNIT": "odoo.service", "CONTAINER_NAME": "odoo", "MESSAGE": "2026-11-25 INFO odoo started"},
            {"_SYSTEMD_UNIT": "odoo.service", "CONTAINER_NAME": "odoo", "MESSAGE": "2026-11-25 ERROR odoo bad query"},
            {"_SYSTEMD_UNIT": "mattermost.service", "CONTAINER_NAME": "m", "MESSAGE": '{"level":"error","msg":"x"}'},
            {"_SYSTEMD_UNIT": "redis-server.service", "MESSAGE": "out of memory"},
            {"_SYSTEMD_UNIT": "watch.service", "MESSAGE": "own words"},
            {"MESSAGE": "of the kernel"},
        ]
        counts = journal.errors_of([*map(json.dumps, lines), "no JSON"])
        self.assertEqual(counts, {"odoo.service": 1, "mattermost.service": 1, "redis-server.service": 1})

    def test_a_unit_that_had_errors_is_seen_to_be_well_again(self) -> None:
        said = "\n".join([json.dumps({"_SYSTEMD_UNIT": "nginx.service", "MESSAGE": "x"})] * 4)
        with mock.patch("watch.journal.run", return_value=Said(0, said, "")):
            seen = {one.key: one.wrong for one in journal.look(3, NOW, ["odoo.service"])}
        self.assertEqual(
            seen, {"journal nginx.service": "has logged 4 errors in ten minutes", "journal odoo.service": None}
        )


class Machines(unittest.TestCase):
    def samples(self, *used: float) -> list[list[float]]:
        return [[index * DAY, value, 100.0] for index, value in enumerate(used)]

    def test_a_disk_that_fills_is_told_days_before(self) -> None:
        self.assertRegex(
            wrong(machine.of_disk("/", self.samples(40, 50, 60, 70), 0, LIMITS)), "70 % full .* in 3.0 days"
        )
        self.assertIsNone(machine.of_disk("/", self.samples(40, 41, 42, 43), 0, LIMITS).wrong)
        self.assertIsNone(machine.of_disk("/", self.samples(70, 60, 50, 40), 0, LIMITS).wrong)

    def test_a_disk_that_is_full_and_one_without_inodes(self) -> None:
        self.assertRegex(wrong(machine.of_disk("/", self.samples(90), 0, LIMITS)), "is 90 % full, more than 85")
        self.assertRegex(wrong(machine.of_disk("/", self.samples(40), 96, LIMITS)), "96 % of its inodes")

    def test_a_forecast_needs_hours(self) -> None:
        self.assertIsNone(forecast.days_until_full([[0, 10, 100], [5 * HOUR, 90, 100]]))
        self.assertAlmostEqual(forecast.days_until_full([[0, 10, 100], [DAY, 55, 100]]) or 0, 1.0)
        self.assertIsNone(forecast.days_until_full([]))

    def test_one_sample_an_hour_is_kept_and_the_newest_always_is_there(self) -> None:
        samples: list[list[float]] = []
        for minute in range(0, 24 * 60, 5):
            machine.keep_sample(samples, NOW + timedelta(minutes=minute), float(minute), 1e6)
        self.assertLessEqual(len(samples), 28)
        self.assertEqual(samples[-1][1], 24 * 60 - 5)
        for day in range(100):
            machine.keep_sample(samples, NOW + timedelta(days=2 + day), 1.0, 1e6)
        self.assertLessEqual(len(samples), 14 * 24)

    def test_disks_are_looked_at_once_each(self) -> None:
        samples: dict[str, list[list[float]]] = {}
        seen = machine.disks(["/", "/", "/no/such/folder"], samples, LIMITS, NOW)
        self.assertEqual([one.key for one in seen], ["disk /"])

    def test_memory_that_is_short_or_in_use(self) -> None:
        self.assertIsNone(machine.of_memory(machine.Memory(60, 0), LIMITS).wrong)
        self.assertRegex(wrong(machine.of_memory(machine.Memory(90, 0), LIMITS)), "is 90 % in use, more than 85")
        self.assertRegex(wrong(machine.of_memory(machine.Memory(60, 35), LIMITS)), "for 35 % of the last minute")

    def test_pressure_as_the_kernel_writes_it(self) -> None:
        text = "some avg10=1.00 avg60=23.45 avg300=3.00 total=12\nfull avg10=0.00 avg60=9.00 avg300=0.00 total=1\n"
        self.assertEqual(machine.some_of_the_last_minute(text), 23.45)

    def test_units_that_speak_for_themselves_are_left_to_it_and_those_that_are_well_again_are_seen(self) -> None:
        def run(*words: str) -> Said:
            if words[1] == "list-units":
                return Said(0, "backup.service loaded failed failed A backup\nnginx.service loaded failed failed x\n", "")
            return Said(0, "alarm@backup.service.service\n" if words[-1] == "backup.service" else "\n", "")

        with mock.patch("watch.machine.run", side_effect=run):
            seen = {one.key: (one.wrong, one.told) for one in machine.units(["n8n.service", "nginx.service"])}
        self.assertEqual(
            seen,
            {
                "unit backup.service": ("has failed", True),
                "unit nginx.service": ("has failed", False),
                "unit n8n.service": (None, False),
            },
        )

    def test_a_timer_that_waits_for_nothing(self) -> None:
        with mock.patch("watch.machine.run", return_value=Said(0, "inactive\n", "")):
            (seen,) = machine.timers(["backup.timer"])
        self.assertRegex(wrong(seen), "is inactive: what it starts will not run again")

    def test_a_service_killed_for_its_memory_is_told_by_the_next_look_alone(self) -> None:
        known: dict[str, int] = {}
        outcomes = []
        for count in (2, 2, 3, 3):
            with mock.patch("watch.machine._kills", return_value=count):
                (seen,) = machine.killed_for_memory(["odoo"], known)
                outcomes.append((seen.wrong is not None, seen.at_once))
        self.assertEqual([outcome for outcome, _ in outcomes], [False, False, True, False])


class Certificates(unittest.TestCase):
    def test_how_long_it_lasts(self) -> None:
        def said(days: float) -> str | None:
            return certificates.too_late((NOW + timedelta(days=days)).timestamp(), 14, NOW)

        self.assertIsNone(said(15))
        self.assertEqual(said(13), "ends in 13.0 days, and must last 14")
        self.assertEqual(said(-2), "ended 2.0 days ago")


class Queues(unittest.TestCase):
    minute = 60.0

    def stuck(self, *lengths: int) -> str | None:
        return jobs.stuck([[index * 10 * self.minute, length] for index, length in enumerate(lengths)], LIMITS)

    def test_too_many_jobs(self) -> None:
        self.assertRegex(str(self.stuck(120)), "has 120 jobs waiting, and 100 are too many")

    def test_nobody_takes_one(self) -> None:
        self.assertRegex(str(self.stuck(4, 4, 5, 5)), "is stuck: 5 jobs wait, and for 30 minutes nobody has taken one")
        self.assertIsNone(self.stuck(4, 4, 5))
        self.assertIsNone(self.stuck(4, 3, 5, 5))
        self.assertIsNone(self.stuck(0, 0, 0, 5))

    def test_as_redis_answers(self) -> None:
        answers = {
            b"AUTH": b"+OK\r\n",
            b"SCAN": b"*2\r\n$1\r\n0\r\n*3\r\n$8\r\nocr:jobs\r\n$6\r\nresult\r\n$6\r\nevents\r\n",
            b"TYPE ocr:jobs": b"+list\r\n",
            b"TYPE result": b"+string\r\n",
            b"TYPE events": b"+stream\r\n",
            b"LLEN": b":7\r\n",
            b"XLEN": b":2\r\n",
        }

        class Redis(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while header := self.rfile.readline():
                    words = []
                    for _ in range(int(header[1:])):
                        length = int(self.rfile.readline()[1:])
                        words.append(self.rfile.read(length + 2)[:-2])
                    self.wfile.write(answers.get(b" ".join(words[:2])) or answers[words[0]])

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Redis) as server, tempfile.TemporaryDirectory() as folder:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            password = Path(folder) / "password.conf"
            password.write_text("requirepass secret\n")
            with mock.patch("watch.jobs._PASSWORD", password):
                samples: list[list[float]] = []
                seen = jobs.look(Queue("ocr", server.server_address[1]), samples, LIMITS, NOW)
                self.assertIsNone(seen.wrong)
                self.assertEqual(samples, [[NOW.timestamp(), 9]])
                answers[b"AUTH"] = b"-WRONGPASS invalid password\r\n"
                seen = jobs.look(Queue("ocr", server.server_address[1]), samples, LIMITS, NOW)
                self.assertRegex(wrong(seen), "cannot be asked: WRONGPASS")
            server.shutdown()


class Databases(unittest.TestCase):
    def test_the_longest_query_is_named_and_its_text_is_not(self) -> None:
        seen = database.of_queries(
            [{"user": "odoo_a", "pid": 7, "seconds": 90}, {"user": "n8n_a", "pid": 9, "seconds": 300}], LIMITS
        )
        self.assertRegex(wrong(seen), r"2 queries running for more than 60 s, the longest for 300 s as n8n_a \(process 9\)")
        self.assertIsNone(database.of_queries([], LIMITS).wrong)


class Neighbours(unittest.TestCase):
    def look(self, bucket: Any, first: dict[str, str] | None = None, name: str = "") -> str | None:
        first = {} if first is None else first
        return neighbours.look(Neighbour("ocr", name), heartbeat.Heartbeats(bucket), first, LIMITS, NOW).wrong

    def bucket(self, minutes: float) -> Any:
        text = json.dumps({"time": (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")})
        return mock.Mock(get=mock.Mock(return_value=text.encode()))

    def test_one_that_is_silent(self) -> None:
        self.assertIsNone(self.look(self.bucket(14)))
        self.assertRegex(str(self.look(self.bucket(20))), "its last heartbeat is 20 minutes old")

    def test_one_that_is_new_has_time_for_its_first(self) -> None:
        none = mock.Mock(get=mock.Mock(side_effect=NotThere("GET b/heartbeats/ocr.json: 404 NoSuchKey")))
        self.assertIsNone(self.look(none))
        earlier = {"ocr": (NOW - timedelta(minutes=16)).strftime("%Y-%m-%dT%H:%M:%SZ")}
        self.assertEqual(self.look(none, earlier), "has never written a heartbeat")

    def test_a_bucket_that_is_out_of_reach_says_nothing_of_the_other_host(self) -> None:
        away = mock.Mock(get=mock.Mock(side_effect=Problem("GET b404/heartbeats/ocr.json: timed out")))
        self.assertIsNone(self.look(away, {"ocr": "2026-11-01T00:00:00Z"}))

    def test_one_that_does_not_answer(self) -> None:
        self.assertRegex(str(self.look(self.bucket(1), name="ocr.invalid")), "the name ocr.invalid does not resolve")
        with mock.patch("socket.create_connection", side_effect=ConnectionRefusedError(111, "Connection refused")):
            self.assertRegex(
                str(self.look(self.bucket(1), name="ocr.example.com")), "does not answer at .*: Connection refused"
            )

    def test_its_own_that_cannot_be_written_is_told(self) -> None:
        bucket: Any = mock.Mock(put=mock.Mock(side_effect=Problem("PUT b/heartbeats/erp.json: 403 AccessDenied")))
        self.assertRegex(wrong(heartbeat.Heartbeats(bucket).write("erp", {})), "cannot be written: PUT .* 403")
        self.assertEqual(Place("https://x", "b").bucket, "b")


class Telling(unittest.TestCase):
    def told(self, *taken: bool) -> tuple[list[str], list[str]]:
        untold = ["before"]
        with mock.patch("watch.telling.tell", side_effect=taken) as tell:
            telling.tell_all(["one", "two"], untold)
        return [call.args[0] for call in tell.call_args_list], untold

    def test_what_nobody_took_is_told_the_next_time_and_in_its_order(self) -> None:
        self.assertEqual(self.told(True, True, True), (["before", "one", "two"], []))
        self.assertEqual(self.told(False), (["before"], ["before", "one", "two"]))
        self.assertEqual(self.told(True, False), (["before", "one"], ["one", "two"]))

    def test_a_channel_that_takes_nothing_is_wrong_and_a_drill_knows_who_took_it(self) -> None:
        known: dict[str, dict[str, Any]] = {
            "slack": {"delivered": "2026-11-24T00:00:00Z", "reason": "Slack answered 404", "failingSince": "x"},
            "mail": {"delivered": "2026-11-25T12:00:00Z"},
        }
        seen = {one.key: one.wrong for one in telling.look(["slack", "mail"], known)}
        self.assertEqual(seen, {"channel slack": "takes no messages: Slack answered 404", "channel mail": None})
        self.assertEqual(
            telling.took(["slack", "mail"], known, NOW), {"slack": "Slack answered 404", "mail": "delivered"}
        )


class Ports(unittest.TestCase):
    def test_a_host_whose_port_is_open_answers(self) -> None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            real = socket.create_connection
            port = listening.getsockname()[1]
            with mock.patch("socket.create_connection", lambda place, timeout: real(("127.0.0.1", port), timeout)):
                self.assertIsNone(neighbours._unreachable("ocr.example.com"))
