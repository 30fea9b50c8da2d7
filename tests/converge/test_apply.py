"""What differs is changed, what must restart restarts, and nothing else; a second run finds nothing to do."""

import json
import os
import unittest

from converge.apply import Outcome, apply
from converge.problem import Problem
from support import GROUP, OWNER, HostTest, bundle, file, unit

ODOO = unit("odoo.service", restartOn=["/etc/odoo/**", "/etc/containers/systemd/odoo.container"])
NGINX = unit("nginx.service", reloadOn=["/etc/nginx/**"])


def two_services(odoo: str = "workers = 2", site: str = "server {}") -> str:
    return bundle(
        directories=[{"path": "/etc/odoo", "mode": "0750", "owner": OWNER, "group": GROUP}],
        files=[
            file("/etc/odoo/odoo.conf", odoo, mode="0600", secret=True),
            file("/etc/nginx/sites-enabled/odoo.conf", site),
        ],
        units=[ODOO, NGINX],
    )


class FirstRun(HostTest):
    def test_writes_files_with_their_modes_and_starts_units_in_order(self) -> None:
        outcome = apply(self.system, two_services())
        self.assertEqual(outcome, Outcome(changed=3, stepped=2))
        self.assertEqual(self.read("/etc/odoo/odoo.conf"), "workers = 2")
        self.assertEqual((self.root / "etc/odoo/odoo.conf").stat().st_mode & 0o7777, 0o600)
        self.assertEqual((self.root / "etc/odoo").stat().st_mode & 0o7777, 0o750)
        self.assertEqual(self.system.done("start", "restart", "reload"), ["start odoo.service", "start nginx.service"])
        self.assertEqual(self.leftovers(), [])

    def test_what_it_remembers_is_for_its_owner_alone(self) -> None:
        apply(self.system, two_services())
        state = self.root / "var/lib/insightpulse/converge"
        self.assertEqual(state.stat().st_mode & 0o7777, 0o700)
        self.assertEqual((state / "current.json").stat().st_mode & 0o7777, 0o600)

    def test_never_says_a_content(self) -> None:
        apply(self.system, two_services(odoo="db_password = open-sesame"))
        self.assertNotIn("open-sesame", "\n".join(self.system.said))
        self.assertNotIn("open-sesame", json.dumps(self.system.commands))


class SecondRun(HostTest):
    def setUp(self) -> None:
        super().setUp()
        apply(self.system, two_services())
        self.system.commands.clear()
        self.system.said.clear()

    def test_changes_nothing(self) -> None:
        written = os.stat(self.root / "etc/odoo/odoo.conf").st_ino
        self.assertEqual(apply(self.system, two_services()), Outcome(0, 0))
        self.assertEqual(os.stat(self.root / "etc/odoo/odoo.conf").st_ino, written)
        self.assertEqual([command[:2] for command in self.system.commands], [("systemctl", "show")])
        self.assertRegex(self.system.said[-1], "nothing to change")

    def test_restarts_only_the_unit_whose_file_changed(self) -> None:
        apply(self.system, two_services(odoo="workers = 3"))
        self.assertEqual(self.system.done("start", "restart", "reload"), ["restart odoo.service"])

    def test_reloads_what_can_reload(self) -> None:
        apply(self.system, two_services(site="server { listen 443; }"))
        self.assertEqual(self.system.done("start", "restart", "reload"), ["reload nginx.service"])

    def test_starts_what_somebody_stopped(self) -> None:
        self.system.active.discard("odoo.service")
        apply(self.system, two_services())
        self.assertEqual(self.system.done("start", "restart", "reload"), ["start odoo.service"])

    def test_puts_back_what_somebody_edited(self) -> None:
        (self.root / "etc/odoo/odoo.conf").write_text("edited")
        os.chmod(self.root / "etc/nginx/sites-enabled/odoo.conf", 0o666)
        self.assertEqual(apply(self.system, two_services()).changed, 2)
        self.assertEqual(self.read("/etc/odoo/odoo.conf"), "workers = 2")

    def test_removes_files_and_stops_units_that_are_not_its_any_more(self) -> None:
        apply(
            self.system,
            bundle(files=[file("/etc/nginx/sites-enabled/odoo.conf", "server {}")], units=[NGINX]),
        )
        self.assertFalse((self.root / "etc/odoo/odoo.conf").exists())
        self.assertIn("stop odoo.service", self.system.done("stop"))

    def test_refuses_another_hosts_bundle(self) -> None:
        with self.assertRaisesRegex(Problem, "converged as erp, and the bundle is for ocr"):
            apply(self.system, bundle(host="ocr"))
        self.assertEqual(self.system.commands, [])


class Units(HostTest):
    def test_systemd_reads_its_files_again_only_when_one_of_them_changed(self) -> None:
        container = "/etc/containers/systemd/odoo.container"
        apply(self.system, bundle(files=[file(container, "a"), file("/etc/x", "a")], units=[ODOO]))
        reloads = self.system.commands.count(("systemctl", "daemon-reload"))
        apply(self.system, bundle(files=[file(container, "a"), file("/etc/x", "b")], units=[ODOO]))
        self.assertEqual((reloads, self.system.commands.count(("systemctl", "daemon-reload"))), (1, 1))

    def test_units_that_are_enabled_have_systemd_read_its_files_once_for_all_of_them(self) -> None:
        self.system.disabled = {"odoo.service", "redis.service"}
        apply(self.system, bundle(units=[ODOO, unit("redis.service")]))
        enabled = [command for command in self.system.commands if "enable" in command]
        self.assertEqual(
            enabled,
            [("systemctl", "enable", "--no-reload", name) for name in ("odoo.service", "redis.service")],
        )
        self.assertEqual(self.system.commands[-1], ("systemctl", "daemon-reload"))

    def test_a_unit_that_is_switched_off_is_stopped_and_disabled(self) -> None:
        apply(self.system, bundle(units=[unit("redis.service")]))
        apply(self.system, bundle(units=[unit("redis.service", enabled=False)]))
        self.assertEqual(self.system.done("disable", "stop"), ["disable redis.service", "stop redis.service"])


if __name__ == "__main__":
    unittest.main()
