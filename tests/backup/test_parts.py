"""The clock, filestores, records of proofs, and words that only sound alike."""

from __future__ import annotations

import hashlib
import http.server
import random
import shutil
import tempfile
import threading
import unittest
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from backup import clock, context, database, filestore, restic, watch
from backup.bucket import Bucket, NotThere
from backup.commands import Said
from backup.problem import Problem
from backup.settings import Keep, Place


class Clocks(unittest.TestCase):
    def test_one_that_is_right_is_let_pass_and_one_that_is_not_is_refused(self) -> None:
        with mock.patch("time.time", return_value=1_000_000.0):
            clock.compare(1_000_000 + 200)
            with self.assertRaisesRegex(Problem, r"24\.0 h ahead of"):
                clock.compare(1_000_000 - 86_400)
            with self.assertRaisesRegex(Problem, r"24\.0 h behind"):
                clock.compare(1_000_000 + 86_400)

    def test_a_time_without_a_zone_is_utc(self) -> None:
        self.assertEqual(clock.parse("2026-11-25T02:00:00"), clock.parse("2026-11-25T02:00:00Z"))
        with self.assertRaisesRegex(Problem, "is no time"):
            clock.parse("yesterday")


class Objects(unittest.TestCase):
    """Objects in a bucket, as Spaces answers for them."""

    def ask(self, status: int) -> None:
        class Spaces(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"<Error><Code>ItsReason</Code></Error>")

            def log_message(self, *_: object) -> None:
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Spaces) as server, tempfile.NamedTemporaryFile("w") as key:
            key.write("[default]\naws_access_key_id = A\naws_secret_access_key = B\n")
            key.flush()
            thread = threading.Thread(target=server.handle_request)
            thread.start()
            place = Place(f"http://127.0.0.1:{server.server_port}", "backups-404")
            try:
                Bucket(place, Path(key.name)).get("heartbeats/erp.json")
            finally:
                thread.join(timeout=10)

    def test_one_that_is_not_there_is_another_thing_than_one_that_cannot_be_read(self) -> None:
        with self.assertRaisesRegex(NotThere, "404 ItsReason"):
            self.ask(404)
        with self.assertRaisesRegex(Problem, "403 ItsReason") as refused:
            self.ask(403)
        self.assertNotIsInstance(refused.exception, NotThere)


@unittest.skipUnless(shutil.which("zstd"), "zstd is not installed")
class Dumps(unittest.TestCase):
    """The rows of a dump, as they go into the repository."""

    def small(self, rows: list[bytes]) -> bytes:
        with tempfile.TemporaryDirectory() as name:
            (Path(name) / "toc.dat").write_bytes(b"contents")
            (Path(name) / "1.dat").write_bytes(b"".join(rows))
            database._make_small(Path(name))
            self.assertEqual((Path(name) / "toc.dat").read_bytes(), b"contents")
            self.assertEqual(sorted(file.name for file in Path(name).iterdir()), ["1.dat.zst", "toc.dat"])
            return (Path(name) / "1.dat.zst").read_bytes()

    def test_what_comes_after_a_row_that_has_gone_is_compressed_to_the_same_bytes(self) -> None:
        random.seed(14)
        rows = [b"%d\t%s\n" % (index, random.randbytes(40).hex().encode()) for index in range(250_000)]
        before = self.small(rows)
        after = self.small([*rows[:1000], *rows[1001:]])
        # The last four bytes are a sum over all rows.
        half, end = len(before) // 2, -4
        self.assertFalse(after[:half] == before[:half])
        self.assertTrue(after[-half:end] == before[-half:end])

    def test_an_empty_dump_has_nothing_to_make_small(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            database._make_small(Path(name))


class Filestores(unittest.TestCase):
    def test_files_that_are_missing_and_files_that_are_others(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            good = hashlib.sha1(b"good").hexdigest()
            (folder / "aa").mkdir()
            (folder / "aa" / good).write_bytes(b"good")
            (folder / "aa" / ("0" * 40)).write_bytes(b"other")
            names = [f"aa/{good}", f"aa/{'0' * 40}", "aa/none"]
            self.assertEqual(filestore.missing(folder, names), ["aa/none"])
            self.assertEqual(filestore.damaged(folder, names), [f"aa/{'0' * 40}"])


class Watches(unittest.TestCase):
    context: Any = SimpleNamespace(settings=SimpleNamespace(provenWithinHours=26))
    now = datetime(2026, 11, 25, 5, 30, tzinfo=UTC)

    def test_only_what_was_proven_counts(self) -> None:
        old = {"backup": "2026-11-24T02:00:00Z", "result": "proven"}
        new = {"backup": "2026-11-25T02:00:00Z", "result": "proven"}
        differing = {**new, "result": "differs"}
        watch.watch(self.context, [old, new], self.now)
        with self.assertRaisesRegex(Problem, "28 h old, and must not be older than 26 h"):
            watch.watch(self.context, [old, differing], self.now)
        with self.assertRaisesRegex(Problem, "no backup has ever been proven"):
            watch.watch(self.context, [differing], self.now)


class Turns(unittest.TestCase):
    def test_a_task_waits_for_the_one_before_and_gives_up_with_its_name(self) -> None:
        with tempfile.TemporaryDirectory() as name, mock.patch("backup.context.STATE", Path(name) / "backup"):
            with context.one_at_a_time("prove"):
                with self.assertRaisesRegex(Problem, r"prove, process \d+, is at work on this host's backups"):
                    with context.one_at_a_time("take", wait_seconds=0):
                        self.fail("two at once")
                entered = threading.Event()
                thread = threading.Thread(target=self.enter, args=(entered,))
                thread.start()
                self.assertFalse(entered.wait(0.3))
            self.assertTrue(entered.wait(10))
            thread.join()

    def enter(self, entered: threading.Event) -> None:
        with context.one_at_a_time("take", wait_seconds=10):
            entered.set()


class Repositories(unittest.TestCase):
    def opened(self, errors: str) -> str | None:
        repository = restic.Repository(Place("https://nyc3.example.test", "backups"), Path("/none"))
        with mock.patch("backup.restic.run", return_value=Said(1, "", errors)):
            return repository.identity()

    def test_one_that_was_never_made_is_told_from_one_that_cannot_be_opened(self) -> None:
        self.assertIsNone(self.opened("Fatal: unable to open config file: Stat: The specified key does not exist."))
        for reason in (
            "Fatal: unable to open config file: Stat: The specified bucket does not exist",
            "Fatal: unable to open config file: Stat: Access Denied.",
            "Fatal: wrong password or no key found",
            "Fatal: unable to open config file: Stat: Get: dial tcp: lookup nyc3.example.test: no such host",
        ):
            with self.assertRaisesRegex(Problem, "cannot be opened"):
                self.opened(reason)

    def test_whatever_is_written_keeps_to_the_limit_of_an_upload(self) -> None:
        place = Place("https://nyc3.example.test", "backups")
        keep = Keep(daily=7, weekly=4, monthly=12)
        for limit, expected in ((512, True), (None, False)):
            repository = restic.Repository(place, Path("/none"), limit)
            summary = '{"message_type": "summary", "data_added": 0, "snapshot_id": "a", "total_files_processed": 0, "total_bytes_processed": 0}'
            with mock.patch("backup.restic.run", return_value=Said(0, summary, "")) as run:
                repository.back_up(["/etc"], tag="platform", host="prod", time=None)
                repository.copy_from(repository)
                repository.forget(keep, "platform")
                repository.forget_these([restic.Snapshot("a", datetime(2026, 11, 25, tzinfo=UTC), "a", ())])
            self.assertEqual(run.call_count, 4)
            for call in run.call_args_list:
                self.assertEqual("--limit-upload=512" in call.args, expected, call.args)

    def test_a_program_that_is_too_old_is_refused(self) -> None:
        with mock.patch("backup.restic.run", return_value=Said(0, "restic 0.12.1 compiled with go1.18", "")):
            with self.assertRaisesRegex(Problem, "restic 0.12.1 is too old: 0.16"):
                restic.refuse_old_program()
        with mock.patch("backup.restic.run", return_value=Said(0, "restic 0.18.0 compiled with go1.24", "")):
            restic.refuse_old_program()


if __name__ == "__main__":
    unittest.main()
