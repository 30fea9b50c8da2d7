"""A new release takes over while nginx serves; one that does not come up has touched nothing."""

from __future__ import annotations

import json
import re
import unittest
from typing import Any
from unittest import mock

from converge import gate, health, takeover
from converge.apply import Outcome, apply
from converge.bundle import Health
from converge.check import check
from converge.problem import Problem
from converge.state import State
from support import HostTest, bundle, file, unit

CONTAINER, NEXT = "/etc/containers/systemd/odoo.container", "/etc/containers/systemd/odoo-next.container"
SITE = "/etc/nginx/a.conf"
NGINX = unit("nginx.service", reloadOn=["/etc/nginx/*"])


def asked(port: int) -> dict[str, Any]:
    return {"url": f"http://127.0.0.1:{port}/web/health", "status": 200, "timeoutSeconds": 0.2}


def odoo(release: str, port: int = 8069, stands_in: bool = True) -> str:
    beside = {"unit": "odoo-next.service", "ports": [port + 10_000], "drained": [port + 10_000], "health": asked(port + 10_000)}
    service = unit(
        "odoo.service",
        restartOn=[CONTAINER],
        health=asked(port),
        image={"reference": f"docker.io/library/odoo:{release}"},
        takeover={
            **{"ports": [port], "user": "www-data", "health": asked(port), "drained": [port], "drainSeconds": 0.2},
            **({"beside": beside} if stands_in else {}),
        },
    )
    files = [file(CONTAINER, release), file(NEXT, release), file(SITE, "server {}")]
    return bundle(files=files, units=[service, NGINX])


class Death(BaseException):
    """A run that is killed: nothing of it runs any more."""


class Host(HostTest):
    """Odoo's first release serves, on a host where each unit runs the release its file said when it was started."""

    def setUp(self) -> None:
        super().setUp()
        # What runs, by the port it listens on, and which ports lead elsewhere.
        self.running: dict[str, str] = {}
        self.led: set[int] = set()
        # Releases that answer nothing.
        self.broken: set[str] = set()
        # How often nginx found nobody: neither the service nor whoever stands in for it.
        self.gaps = 0
        self.system.before = self.follow
        for module, name, stand_in in (
            (health, "ask", self.ask),
            (takeover, "ask", self.ask),
            (gate, "is_led", lambda _system, ports: self.led.issuperset(ports)),
        ):
            patch = mock.patch.object(module, name, stand_in)
            patch.start()
            self.addCleanup(patch.stop)
        apply(self.system, odoo("one"))
        self.system.commands.clear()
        self.system.said.clear()
        self.gaps = 0

    def follow(self, command: tuple[str, ...]) -> None:
        name = command[-1]
        if command[:2] in (("systemctl", "start"), ("systemctl", "restart")) and name in ("odoo.service", "odoo-next.service"):
            self.running[name] = self.read(NEXT if "next" in name else CONTAINER)
        if command[:2] == ("systemctl", "stop"):
            self.running.pop(name, None)
        if command[:2] == ("nft", "--file"):
            self.led.add(8069)
        if command[:3] == ("nft", "delete", "element") and command[-2] == "led":
            self.led.discard(8069)
        serving = "odoo-next.service" if self.led else "odoo.service"
        self.gaps += self.running.get(serving) in (None, *self.broken)

    def ask(self, question: Health, timeout: float = 5) -> str | None:
        name = "odoo-next.service" if ":18" in question.url else "odoo.service"
        release = self.running.get(name)
        return f"{name} does not answer" if release is None or release in self.broken else None

    def done(self) -> list[str]:
        return [line for line in self.system.done("start", "stop", "restart", "reload") if "odoo" in line]

    def kill_at(self, *beginning: str) -> None:
        """Release two takes over, in a run that is killed at a command."""
        follow = self.follow

        def dies(command: tuple[str, ...]) -> None:
            if command[: len(beginning)] == beginning:
                raise Death
            follow(command)

        self.system.before = dies
        with self.assertRaises(Death):
            apply(self.system, odoo("two"))
        self.system.before = follow


class Beside(Host):
    def test_the_new_release_serves_before_the_old_one_ends_and_nobody_stands_in_afterwards(self) -> None:
        self.assertEqual(apply(self.system, odoo("two")), Outcome(changed=2, stepped=1))
        self.assertEqual(
            self.done(),
            ["start odoo-next.service", "stop odoo.service", "start odoo.service", "stop odoo-next.service"],
        )
        self.assertEqual((self.running, self.led, self.gaps), ({"odoo.service": "two"}, set(), 0))

    def test_the_image_is_fetched_first_where_it_is_not_here(self) -> None:
        self.system.failing = {("podman", "image", "exists"): ""}
        apply(self.system, odoo("two"))
        pulled = self.system.commands.index(("podman", "pull", "--quiet", "docker.io/library/odoo:two"))
        started = self.system.commands.index(("systemctl", "start", "odoo-next.service"))
        self.assertLess(pulled, started)

    def test_an_image_that_cannot_be_fetched_touches_nothing(self) -> None:
        self.system.failing = {("podman",): "manifest unknown"}
        with self.assertRaisesRegex(Problem, "odoo.service: .*odoo:two cannot be fetched:\nmanifest unknown"):
            apply(self.system, odoo("two"))
        self.assertEqual((self.done(), self.read(CONTAINER)), ([], "one"))

    def test_a_release_that_is_never_well_leaves_the_old_one_untouched_and_the_next_run_converges(self) -> None:
        self.broken = {"two"}
        with self.assertRaisesRegex(Problem, "odoo.service stays what it is.*odoo-next.service does not serve"):
            apply(self.system, odoo("two"))
        self.assertEqual(self.done(), ["start odoo-next.service", "stop odoo-next.service"])
        self.assertEqual((self.running, self.gaps, self.read(CONTAINER)), ({"odoo.service": "one"}, 0, "one"))
        self.assertEqual(apply(self.system, odoo("one")), Outcome(0, 0))
        self.assertEqual(self.leftovers(), [])

    def test_one_that_only_fails_in_its_own_place_is_stood_in_for_until_the_old_one_is_back(self) -> None:
        failing = self.follow

        def breaks(command: tuple[str, ...]) -> None:
            failing(command)
            if command[:3] == ("systemctl", "start", "odoo.service") and self.running["odoo.service"] == "two":
                self.running["odoo.service"] = "broken"

        self.broken, self.system.before = {"broken"}, breaks
        with self.assertRaisesRegex(Problem, "odoo.service does not serve.*\n(.|\n)*is back in place"):
            apply(self.system, odoo("two"))
        self.assertEqual((self.running, self.led, self.gaps), ({"odoo.service": "one"}, set(), 0))

    def test_a_unit_that_moved_to_another_port_is_restarted(self) -> None:
        apply(self.system, odoo("two", port=8070))
        self.assertEqual(self.done(), ["restart odoo.service"])

    def test_connections_that_stay_open_are_named_and_not_waited_for_for_ever(self) -> None:
        open_ones = mock.patch.object(gate, "drain", lambda *_arguments: 3)
        with open_ones:
            apply(self.system, odoo("two"))
        self.assertRegex("\n".join(self.system.said), "odoo.service ends with 3 connections still open after 0.2 s")

    def test_a_step_that_fails_later_takes_this_one_back_in_the_same_way(self) -> None:
        self.system.failing = {("systemctl", "reload"): "failed"}
        changed = json.loads(odoo("two"))
        changed["files"][2]["content"] = "server { listen 443; }"
        with self.assertRaisesRegex(Problem, "nginx.service could not be reloaded"):
            apply(self.system, json.dumps(changed))
        self.assertEqual((self.running, self.gaps), ({"odoo.service": "one"}, 0))


class Killed(Host):
    """Whenever a run is killed, the next one ends what it began, and nginx always finds somebody."""

    def test_at_every_command_of_the_takeover(self) -> None:
        moments = [
            ("systemctl", "start", "odoo-next.service"),
            ("nft", "--file"),
            ("ss",),
            ("systemctl", "stop", "odoo.service"),
            ("systemctl", "start", "odoo.service"),
            ("nft", "delete"),
            ("systemctl", "stop", "odoo-next.service"),
        ]
        for moment in moments:
            for release in ("one", "two"):
                with self.subTest(moment=moment, release=release):
                    self.kill_at(*moment)
                    apply(self.system, odoo(release))
                    self.assertEqual((self.running, self.led), ({"odoo.service": release}, set()))
                    self.assertEqual(self.gaps, 0)
                    apply(self.system, odoo("one"))
                    self.gaps = 0

    def test_whoever_is_left_standing_in_is_drift(self) -> None:
        self.kill_at("ss")
        self.assertIn("odoo-next.service", [difference.path for difference in check(self.system)])


class Pause(Host):
    def setUp(self) -> None:
        super().setUp()
        apply(self.system, odoo("one", stands_in=False))
        self.system.commands.clear()

    def nft(self) -> list[str]:
        return [" ".join(command) for command in self.system.commands if command[0] == "nft"]

    def test_requests_are_held_from_before_the_end_until_the_new_release_is_well(self) -> None:
        apply(self.system, odoo("two", stands_in=False))
        self.assertEqual(self.done(), ["stop odoo.service", "start odoo.service"])
        order = [" ".join(command) for command in self.system.commands]
        held = order.index("nft --file -")
        let_through = len(order) - 1 - order[::-1].index("nft delete element inet insightpulse_takeovers held { 8069 }")
        self.assertLess(held, order.index("systemctl stop odoo.service"))
        self.assertGreater(let_through, order.index("systemctl start odoo.service"))
        self.assertRegex("\n".join(self.system.said), r"odoo.service is well; requests waited [\d.]+ s at most")

    def test_a_release_that_ends_at_once_is_given_up_at_once_and_the_old_one_comes_back(self) -> None:
        self.broken, self.system.restarts = {"two"}, 1
        with self.assertRaisesRegex(Problem, "it has ended once since its start(.|\n)*is back in place"):
            apply(self.system, odoo("two", stands_in=False))
        self.assertEqual(self.running, {"odoo.service": "one"})
        self.assertRegex(self.nft()[-1], "delete element .* held")


class Update(Host):
    """A release that changes what is stored."""

    UPDATE = "/etc/containers/systemd/odoo-update.container"

    def changing(self, release: str, port: int = 8069) -> str:
        changed = json.loads(odoo(release, port))
        changed["files"].append(file(self.UPDATE, release))
        service = changed["units"][0]
        service["restartOn"].append(self.UPDATE)
        service["takeover"]["between"] = {"unit": "odoo-update.service", "on": [self.UPDATE]}
        return json.dumps(changed)

    def test_runs_while_neither_release_does_and_requests_wait(self) -> None:
        apply(self.system, self.changing("two"))
        done = ["stop odoo.service", "start odoo-update.service", "stop odoo.service", "start odoo.service"]
        self.assertEqual(self.done(), done)
        order = [" ".join(command) for command in self.system.commands]
        self.assertLess(order.index("nft --file -"), order.index("systemctl stop odoo.service"))

    def test_runs_once_and_what_is_changed_later_has_no_pause(self) -> None:
        apply(self.system, self.changing("two"))
        self.system.commands.clear()
        later = json.loads(self.changing("two"))
        later["files"][0]["content"] = "two, with another setting"
        apply(self.system, json.dumps(later))
        self.assertNotIn("start odoo-update.service", self.done())
        self.assertIn("start odoo-next.service", self.done())

    def test_runs_before_a_release_that_is_started_where_none_was(self) -> None:
        self.system.active.discard("odoo.service")
        apply(self.system, self.changing("two"))
        self.assertEqual(self.done(), ["stop odoo.service", "start odoo-update.service", "start odoo.service"])

    def test_runs_between_two_releases_on_different_ports(self) -> None:
        apply(self.system, self.changing("two", port=8070))
        self.assertEqual(self.done(), ["stop odoo.service", "start odoo-update.service", "restart odoo.service"])

    def test_runs_after_whoever_was_left_standing_in_for_a_release_that_is_not_well(self) -> None:
        self.kill_at("nft", "delete")
        self.running["odoo.service"], self.broken = "broken", {"broken"}
        self.update_alone()

    def test_runs_after_whoever_was_left_standing_in_for_a_release_that_is_not_there(self) -> None:
        self.kill_at("systemctl", "start", "odoo.service")
        self.update_alone()

    def update_alone(self) -> None:
        """Release three takes over, and nobody else works on the data while its update does."""
        self.system.commands.clear()
        apply(self.system, self.changing("three"))
        self.assertEqual((self.running, self.led), ({"odoo.service": "three"}, set()))
        before = self.done()[: self.done().index("start odoo-update.service")]
        self.assertIn("stop odoo.service", before)
        self.assertIn("stop odoo-next.service", before)
        self.assertNotIn("start odoo.service", before)
        order = [" ".join(command) for command in self.system.commands]
        self.assertLess(order.index("nft --file -"), order.index("systemctl stop odoo-next.service"))

    def test_one_that_fails_is_not_tried_again_on_the_way_back(self) -> None:
        apply(self.system, self.changing("two"))
        self.system.commands.clear()
        self.system.failing = {("systemctl", "start", "odoo-update.service"): "failed"}
        with self.assertRaisesRegex(Problem, "odoo-update.service could not be started(.|\n)*is back in place"):
            apply(self.system, self.changing("three"))
        self.assertEqual(self.running, {"odoo.service": "two"})
        self.assertEqual(self.done().count("start odoo-update.service"), 1)

    def test_one_that_fails_brings_the_old_release_back(self) -> None:
        self.system.failing = {("systemctl", "start", "odoo-update.service"): "failed"}
        with self.assertRaisesRegex(Problem, "odoo-update.service could not be started(.|\n)*is back in place"):
            apply(self.system, self.changing("two"))
        self.assertEqual((self.running, self.read(CONTAINER)), ({"odoo.service": "one"}, "one"))
        self.assertEqual(self.done()[-1], "start odoo.service")
        self.assertIn(("nft", "delete", "element", *gate._TABLE.split(), "held", "{ 8069 }"), self.system.commands)


class Rules(unittest.TestCase):
    def test_only_the_first_packet_of_a_new_connection_of_one_user_is_looked_at(self) -> None:
        system = mock.Mock()
        gate.lead(system, "www-data", [8069, 8072], [18069, 18072])
        text = system.must.call_args.kwargs["stdin"]
        self.assertIn("led { 8069 : 18069, 8072 : 18072 }", text)
        rules = [line for line in text.splitlines() if line.startswith("add rule")]
        self.assertEqual(len(rules), 2)
        for rule in rules:
            self.assertRegex(rule, re.escape('oifname "lo" meta skuid "www-data" tcp flags & (syn | ack) == syn'))

    def test_what_is_led_is_read_from_what_nft_lists(self) -> None:
        system = mock.Mock()
        system.run.return_value.stdout = "map led {\n\t\telements = { 8069 : 18069, 8072 : 18072 }\n\t}\n"
        self.assertTrue(gate.is_led(system, [8072]))
        self.assertFalse(gate.is_led(system, [69, 18069]))

    def test_what_is_held_is_let_go_by_the_kernel_when_nobody_else_does(self) -> None:
        system = mock.Mock()
        gate.hold(system, "www-data", [5678])
        self.assertIn("held { 5678 timeout 60s }", system.must.call_args.kwargs["stdin"])


class Remembered(HostTest):
    def images(self) -> dict[str, list[dict[str, str]]]:
        return json.loads(self.read("/var/lib/insightpulse/converge/images.json"))

    def record(self, *releases: str) -> None:
        for release in releases:
            image = {"reference": f"odoo:{release}"}
            apply(self.system, bundle(units=[unit("odoo.service", image=image)]))

    def test_the_last_three_releases_latest_first_and_none_twice(self) -> None:
        self.record("1", "2", "1", "3", "4")
        self.assertEqual([one["image"] for one in self.images()["odoo.service"]], ["odoo:4", "odoo:3", "odoo:1"])

    def test_the_same_again_keeps_since_when(self) -> None:
        self.record("1")
        before = self.images()
        self.record("1")
        self.assertEqual(self.images(), before)

    def test_a_release_that_failed_is_not_among_them(self) -> None:
        self.record("1")
        self.system.failing = {("podman",): "manifest unknown"}
        self.system.active.clear()
        with self.assertRaises(Problem):
            self.record("2")
        self.assertEqual([one["image"] for one in self.images()["odoo.service"]], ["odoo:1"])
        self.assertIsNotNone(State(self.system).current())


if __name__ == "__main__":
    unittest.main()
