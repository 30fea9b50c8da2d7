"""Packages, firewall, git checkouts, drift, rollback and the lock."""

import fcntl
import json
import os
import subprocess
import unittest
from pathlib import Path
from unittest import mock

from converge import packages
from converge.apply import Outcome, apply
from converge.bundle import Firewall
from converge.check import check
from converge.firewall import wanted_rules
from converge.problem import Problem
from converge.state import State
from support import GROUP, OWNER, HostTest, bundle, file, unit


class Doors(HostTest):
    def test_the_world_enters_by_one_rule(self) -> None:
        self.assertEqual(
            wanted_rules(Firewall(("0.0.0.0/0", "::/0"), (80, 443))),
            ["allow 80/tcp", "allow 443/tcp", "allow 22/tcp"],
        )

    def test_addresses_are_written_as_ufw_gives_them_back(self) -> None:
        stated = ("198.51.100.7/32", "198.51.100.9", "10.1.2.3/8", "2001:DB8::1/128", "2001:db8:0:0::/32")
        self.assertEqual(
            wanted_rules(Firewall(stated, ())),
            [
                f"allow from {source} to any port 22 proto tcp"
                for source in ("198.51.100.7", "198.51.100.9", "10.0.0.0/8", "2001:db8::1", "2001:db8::/32")
            ],
        )

    def test_a_door_that_ufw_does_not_list_keeps_the_others_open(self) -> None:
        apply(self.system, bundle(firewall={"sshFrom": ["0.0.0.0/0"], "open": [443]}))
        self.system.before = lambda command: self.system.rules.clear() if command == ("ufw", "show", "added") else None
        with self.assertRaisesRegex(Problem, "allow from 198.51.100.7 .* does not list it"):
            apply(self.system, bundle(firewall={"sshFrom": ["198.51.100.7/32"], "open": [443]}))
        self.assertEqual([command for command in self.system.commands if command[:2] == ("ufw", "delete")], [])

    def test_new_doors_open_before_old_ones_close_and_a_second_run_does_nothing(self) -> None:
        apply(self.system, bundle(firewall={"sshFrom": ["0.0.0.0/0"], "open": [80, 443]}))
        closed = bundle(firewall={"sshFrom": ["198.51.100.7/32"], "open": [443]})
        self.system.commands.clear()
        apply(self.system, closed)
        told = [" ".join(command[1:]) for command in self.system.commands if command[0] == "ufw"]
        opening = told.index("allow from 198.51.100.7 to any port 22 proto tcp")
        self.assertLess(opening, told.index("delete allow 22/tcp"))
        self.assertEqual(self.system.rules, ["allow 443/tcp", "allow from 198.51.100.7 to any port 22 proto tcp"])
        self.assertEqual(apply(self.system, closed), Outcome(0, 0))

    def test_what_holds_without_a_rule_is_set_where_ufw_does_not_say_so_yet(self) -> None:
        settings = self.root / "etc/default/ufw"
        settings.parent.mkdir(parents=True)
        settings.write_text('DEFAULT_INPUT_POLICY="ACCEPT"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\n')
        apply(self.system, bundle(firewall={"sshFrom": ["0.0.0.0/0"], "open": [443]}))
        defaults = [command for command in self.system.commands if command[:2] == ("ufw", "default")]
        self.assertEqual(defaults, [("ufw", "default", "deny", "incoming")])

    def test_rules_edited_by_hand_are_drift_and_are_put_back(self) -> None:
        text = bundle(firewall={"sshFrom": ["0.0.0.0/0"], "open": [443]})
        apply(self.system, text)
        (self.root / "etc/ufw").mkdir(parents=True)
        (self.root / "etc/ufw/user.rules").write_text("-A everything")
        self.assertEqual([difference.what for difference in check(self.system)], ["rules changed"])
        self.assertEqual(apply(self.system, text).changed, 1)


class Packages(HostTest):
    def test_cloud_init_is_waited_for_before_apt_is_asked(self) -> None:
        packages.install(self.system, ["nginx"])
        self.assertNotIn(("cloud-init", "status", "--wait"), self.system.commands)
        (self.root / "usr/bin").mkdir(parents=True)
        (self.root / "usr/bin/cloud-init").touch()
        self.system.commands.clear()
        packages.install(self.system, ["nginx"])
        self.assertEqual(self.system.commands[0], ("cloud-init", "status", "--wait"))
        self.assertEqual(self.system.commands[-1][-1], "nginx")


class Checkouts(HostTest):
    def setUp(self) -> None:
        super().setUp()
        # Newer ones tidy up behind a commit or a fetch, in a folder that may be about to go.
        quiet = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "maintenance.auto", "GIT_CONFIG_VALUE_0": "false"}
        patch = mock.patch.dict(os.environ, quiet)
        patch.start()
        self.addCleanup(patch.stop)
        self.origin = self.root / "origin"
        self.git("init", "--quiet", str(self.origin))
        self.git("-C", str(self.origin), "config", "uploadpack.allowAnySHA1InWant", "true")
        self.first, self.second = self.commit("1"), self.commit("2")

    def git(self, *words: str) -> str:
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.test")
        return subprocess.run(["git", *identity, *words], check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, content: str) -> str:
        (self.origin / "module.py").write_text(content)
        self.git("-C", str(self.origin), "add", ".")
        self.git("-C", str(self.origin), "commit", "--quiet", "-m", content)
        return self.git("-C", str(self.origin), "rev-parse", "HEAD")

    def at(self, commit: str) -> str:
        odoo = unit("odoo.service", restartOn=["/opt/odoo/**"])
        return bundle(checkouts=[{"path": "/opt/odoo", "url": str(self.origin), "commit": commit}], units=[odoo])

    def test_is_at_the_commit_and_its_unit_follows_a_new_one(self) -> None:
        apply(self.system, self.at(self.first))
        self.assertEqual(self.read("/opt/odoo/module.py"), "1")
        self.assertEqual(apply(self.system, self.at(self.first)), Outcome(0, 0))
        apply(self.system, self.at(self.second))
        self.assertEqual(self.read("/opt/odoo/module.py"), "2")
        self.assertEqual(self.system.done("start", "restart"), ["start odoo.service", "restart odoo.service"])

    def test_its_history_is_there_to_go_back_to(self) -> None:
        apply(self.system, self.at(self.second))
        checkout = str(self.root / "opt/odoo")
        self.assertEqual(self.git("-C", checkout, "log", "--format=%H").splitlines(), [self.second, self.first])
        self.git("-C", checkout, "checkout", "--quiet", self.first)
        self.assertEqual(self.read("/opt/odoo/module.py"), "1")

    def test_a_commit_that_is_not_there_is_named_and_nothing_moves(self) -> None:
        apply(self.system, self.at(self.first))
        with self.assertRaisesRegex(Problem, f"commit {'0' * 40} of .*origin cannot be fetched"):
            apply(self.system, self.at("0" * 40))
        self.assertEqual(self.read("/opt/odoo/module.py"), "1")

    def test_a_release_that_does_not_start_goes_back_to_the_commit_before(self) -> None:
        apply(self.system, self.at(self.first))
        self.system.failing = {("systemctl", "restart"): "failed"}
        with self.assertRaises(Problem):
            apply(self.system, self.at(self.second))
        self.assertEqual(self.read("/opt/odoo/module.py"), "1")

    def test_an_edited_file_is_drift(self) -> None:
        apply(self.system, self.at(self.first))
        (self.root / "opt/odoo/module.py").write_text("edited")
        self.assertEqual([difference.what for difference in check(self.system)], ["edited or no checkout"])


class Accounts(HostTest):
    text = bundle(users=[{"name": OWNER, "groups": ["nogroup"]}])

    def test_a_user_who_is_there_already_is_put_into_the_groups(self) -> None:
        apply(self.system, self.text)
        self.assertIn(("usermod", "--append", "--groups", "nogroup", OWNER), self.system.commands)
        self.assertEqual([command for command in self.system.commands if command[0] == "useradd"], [])

    def test_a_user_who_is_not_in_a_group_is_drift(self) -> None:
        apply(self.system, self.text)
        self.assertEqual([difference.what for difference in check(self.system)], ["not in the group nogroup"])


class Links(HostTest):
    """Whoever owns a folder may put a link in the place of one that is managed in it, and wait for root."""

    def test_no_folder_behind_one_changes_its_owner_or_mode(self) -> None:
        folder = {"path": "/home/deploy/.ssh", "mode": "0700", "owner": OWNER, "group": GROUP}
        apply(self.system, bundle(directories=[folder]))
        self.assertEqual(check(self.system), [])
        (self.root / "home/deploy/.ssh").rmdir()
        (self.root / "etc").mkdir(mode=0o755)
        (self.root / "home/deploy/.ssh").symlink_to(self.root / "etc")
        self.assertEqual([difference.what for difference in check(self.system)], ["not a folder"])
        with self.assertRaisesRegex(Problem, "/home/deploy/.ssh is a symbolic link"):
            apply(self.system, bundle(directories=[folder]))
        self.assertEqual((self.root / "etc").stat().st_mode & 0o777, 0o755)


class Drift(HostTest):
    text = bundle(files=[file("/etc/a.conf", "a", mode="0600", secret=True)], units=[unit("a.service")])

    def test_nothing_applied_yet_is_said(self) -> None:
        with self.assertRaisesRegex(Problem, "no bundle has been applied"):
            check(self.system)

    def test_lists_what_differs_without_its_content(self) -> None:
        apply(self.system, self.text)
        self.assertEqual(check(self.system), [])
        (self.root / "etc/a.conf").write_text("edited")
        self.system.active.clear()
        found = check(self.system)
        self.assertEqual(
            [(difference.path, difference.what) for difference in found],
            [("/etc/a.conf", "content"), ("a.service", "not running")],
        )

    def test_can_be_asked_for_another_bundle_than_the_one_applied_last(self) -> None:
        apply(self.system, self.text)
        found = check(self.system, bundle(files=[file("/etc/b.conf", "b")]))
        self.assertEqual(
            [(difference.path, difference.what) for difference in found],
            [
                ("/etc/b.conf", "missing"),
                ("/etc/a.conf", "not in the bundle any more"),
                ("a.service", "not in the bundle any more"),
            ],
        )
        with self.assertRaisesRegex(Problem, "converged as erp, and the bundle is for ocr"):
            check(self.system, bundle(host="ocr"))


class Upgrade(HostTest):
    def test_a_host_that_an_earlier_program_made_is_taken_on(self) -> None:
        apply(self.system, bundle(files=[file("/etc/a.conf", "a")]))
        applied = self.root / "var/lib/insightpulse/converge/current.json"
        applied.write_text(json.dumps({**json.loads(applied.read_text()), "timers": []}))
        self.assertEqual(apply(self.system, bundle()).changed, 1)
        self.assertFalse((self.root / "etc/a.conf").exists())


class Rollback(HostTest):
    def test_the_bundle_before_comes_back(self) -> None:
        old, new = (bundle(files=[file("/etc/a", content)]) for content in ("old", "new"))
        apply(self.system, old)
        with self.assertRaisesRegex(Problem, "nothing to roll back to"):
            State(self.system).previous_text()
        apply(self.system, new)
        apply(self.system, new)
        apply(self.system, State(self.system).previous_text())
        self.assertEqual(self.read("/etc/a"), "old")


class Lock(HostTest):
    def test_two_runs_do_not_meet(self) -> None:
        apply(self.system, bundle())
        held: Path = self.root / "var/lib/insightpulse/converge/lock"
        with held.open() as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            with (
                self.assertRaisesRegex(Problem, "another run has been converging"),
                State(self.system).lock(wait_seconds=0.2),
            ):
                self.fail("it was let in")


if __name__ == "__main__":
    unittest.main()
