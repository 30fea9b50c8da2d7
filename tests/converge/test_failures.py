"""Whatever fails: a clear reason, the old configuration in place and serving, and the next run converges."""

import errno
import http.server
import os
import socket
import threading
import unittest
from unittest import mock

from converge import files
from converge.apply import Outcome, apply
from converge.bundle import Health
from converge.health import ask
from converge.problem import Problem
from support import HostTest, bundle, file, unit

SITE = "/etc/nginx/sites-enabled/odoo.conf"
NGINX = unit("nginx.service", reloadOn=["/etc/nginx/**"])
CHECK = {"paths": ["/etc/nginx/**"], "command": ["nginx", "-t"]}


def site(content: str, **more: object) -> str:
    return bundle(files=[file(SITE, content), file("/etc/nginx/a.conf", content)], validations=[CHECK], **more)


class Killed(BaseException):
    """The machine stops: nothing of the program runs any more."""


class Refused(HostTest):
    def test_new_files_are_tried_before_they_replace_the_old_ones(self) -> None:
        apply(self.system, site("good", units=[NGINX]))
        self.system.commands.clear()
        self.system.failing = {("unshare",): "unknown directive in odoo.conf:1"}
        with self.assertRaisesRegex(Problem, "`nginx -t` refuses the new files; the old ones stay:\nunknown directive"):
            apply(self.system, site("bad", units=[NGINX]))
        self.assertEqual(self.read(SITE), "good")
        self.assertEqual(self.system.done("start", "restart", "reload", "stop"), [])
        self.assertEqual(self.leftovers(), [])

    def test_only_what_changes_is_tried(self) -> None:
        apply(self.system, site("good", units=[NGINX]))
        self.system.commands.clear()
        apply(self.system, site("good", units=[NGINX]))
        self.assertNotIn("unshare", [command[0] for command in self.system.commands])


class NotStarting(HostTest):
    def test_a_unit_that_does_not_come_back_takes_everything_back_and_is_named(self) -> None:
        apply(self.system, site("good", units=[NGINX]))
        self.system.commands.clear()
        self.system.failing = {("systemctl", "reload"): "failed"}

        def only_once(command: tuple[str, ...]) -> None:
            if command[:2] == ("systemctl", "show") and any(
                c[:2] == ("systemctl", "reload") for c in self.system.commands
            ):
                self.system.failing = {}

        self.system.before = only_once
        with self.assertRaisesRegex(Problem, "nginx.service could not be reloaded(.|\n)*from before is back in place"):
            apply(self.system, site("breaks it", units=[NGINX]))
        self.assertEqual(self.read(SITE), "good")
        self.assertEqual(self.system.done("reload"), ["reload nginx.service", "reload nginx.service"])
        self.assertEqual(apply(self.system, site("good", units=[NGINX])), Outcome(0, 0))

    def test_a_first_run_that_fails_leaves_no_file_of_it(self) -> None:
        self.system.failing = {("systemctl", "start"): "failed"}
        with self.assertRaises(Problem):
            apply(self.system, site("new", units=[NGINX]))
        self.assertFalse((self.root / SITE.lstrip("/")).exists())


class Unhealthy(HostTest):
    def setUp(self) -> None:
        super().setUp()
        self.answer = 200
        test = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = b'{"status": "pass"}' if test.answer == 200 else b"down"
                self.send_response(test.answer)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def service(self, content: str, body: str = '"pass"', timeoutSeconds: float = 0.5) -> str:
        url = f"http://127.0.0.1:{self.server.server_port}/web/health"
        health = {"url": url, "status": 200, "body": body, "timeoutSeconds": timeoutSeconds}
        odoo = unit("odoo.service", restartOn=["/etc/odoo.conf"], health=health)
        return bundle(files=[file("/etc/odoo.conf", content)], units=[odoo])

    def test_a_service_that_answers_is_waited_for_and_accepted(self) -> None:
        self.assertEqual(apply(self.system, self.service("a")), Outcome(1, 1))

    def test_a_service_that_never_becomes_healthy_takes_the_change_back(self) -> None:
        apply(self.system, self.service("good"))

        def breaks(command: tuple[str, ...]) -> None:
            if command[:2] == ("systemctl", "restart"):
                self.answer = 503 if "bad" in self.read("/etc/odoo.conf") else 200

        self.system.before = breaks
        with self.assertRaisesRegex(Problem, "odoo.service does not serve: http.* answers 503, not 200, 0.5 s after"):
            apply(self.system, self.service("bad"))
        self.assertEqual((self.read("/etc/odoo.conf"), self.answer), ("good", 200))

    def test_a_service_that_keeps_ending_is_not_waited_for(self) -> None:
        self.answer, self.system.restarts = 503, 4
        with self.assertRaisesRegex(Problem, "it has ended 4 times since its start; http.* answers 503, not 200"):
            apply(self.system, self.service("a", timeoutSeconds=60))

    def test_something_else_on_the_port_is_said_and_taken_back(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:

            def greet() -> None:
                connection, _address = server.accept()
                connection.sendall(b"SSH-2.0-OpenSSH\r\n")
                connection.close()

            threading.Thread(target=greet, daemon=True).start()
            health = Health(f"http://127.0.0.1:{server.getsockname()[1]}/", 200, 1)
            self.assertRegex(ask(health) or "", "does not speak HTTP")

    def test_the_body_has_to_prove_who_answers(self) -> None:
        with self.assertRaisesRegex(Problem, "not the body that proves who answered"):
            apply(self.system, self.service("a", body='"healthy"'))


class HalfWay(HostTest):
    def setUp(self) -> None:
        super().setUp()
        apply(self.system, site("old", units=[NGINX]))
        self.system.commands.clear()

    def kill_after(self, renames: int) -> None:
        real, done = os.replace, []

        def replace(source: object, target: object) -> None:
            if str(target).startswith(str(self.root / "etc")):
                if len(done) == renames:
                    raise Killed
                done.append(target)
            real(source, target)  # type: ignore[arg-type]

        with mock.patch.object(files.os, "replace", replace), self.assertRaises(Killed):
            apply(self.system, site("new", units=[NGINX]))

    def test_killed_between_two_files_the_next_run_converges_and_reloads(self) -> None:
        self.kill_after(1)
        self.assertEqual({self.read(SITE), self.read("/etc/nginx/a.conf")}, {"old", "new"})
        apply(self.system, site("new", units=[NGINX]))
        self.assertEqual({self.read(SITE), self.read("/etc/nginx/a.conf")}, {"new"})
        self.assertEqual(self.system.done("reload"), ["reload nginx.service"])
        self.assertEqual(self.leftovers(), [])

    def test_killed_before_the_unit_followed_going_back_to_the_old_bundle_reloads_too(self) -> None:
        def dies(command: tuple[str, ...]) -> None:
            if command[:2] == ("systemctl", "reload"):
                raise Killed

        self.system.before = dies
        with self.assertRaises(Killed):
            apply(self.system, site("new", units=[NGINX]))
        self.system.before = lambda _command: None
        apply(self.system, site("old", units=[NGINX]))
        self.assertEqual((self.read(SITE), self.system.done("reload")), ("old", ["reload nginx.service"]))

    def test_killed_twice_nothing_is_forgotten(self) -> None:
        self.kill_after(1)
        self.kill_after(1)
        apply(self.system, site("old", units=[NGINX]))
        self.assertEqual((self.read(SITE), self.read("/etc/nginx/a.conf")), ("old", "old"))
        self.assertEqual(self.system.done("reload"), ["reload nginx.service"])


class FullDisk(HostTest):
    def test_says_so_and_changes_nothing(self) -> None:
        apply(self.system, site("old", units=[NGINX]))
        self.system.commands.clear()
        # As the kernel says it of a file that is open already: without a name.
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with mock.patch.object(files.os, "fsync", side_effect=full):
            with self.assertRaisesRegex(Problem, f"the disk is full: {SITE}.*nothing was changed"):
                apply(self.system, site("new", units=[NGINX]))
        self.assertEqual((self.read(SITE), self.leftovers()), ("old", []))
        self.assertEqual(self.system.done("reload", "restart", "stop"), [])

    def test_no_room_before_packages_names_the_file_too(self) -> None:
        self.system.failing = {("dpkg-query",): ""}
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        source = "/etc/apt/sources.list.d/postgresql.sources"
        with mock.patch.object(files.os, "fsync", side_effect=full):
            with self.assertRaisesRegex(Problem, f"the disk is full: {source}.*nothing was changed"):
                apply(self.system, bundle(packages=["postgresql-17"], files=[file(source, "deb")]))
        self.assertNotIn("apt-get", [word for command in self.system.commands for word in command])


if __name__ == "__main__":
    unittest.main()
