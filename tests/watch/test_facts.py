"""What a host says of itself, from what its programs print."""

from __future__ import annotations

import json
import unittest
from unittest import mock

from backup.commands import Said
from watch import facts

UFW_STATUS = """Status: active
Logging: on (low)
Default: deny (incoming), allow (outgoing), disabled (routed)
"""
UFW_ADDED = """Added user rules (see 'ufw status' for running firewall):
ufw allow 80/tcp
ufw allow from 198.51.100.7 to any port 22 proto tcp
"""
SS = """tcp LISTEN 0 511 0.0.0.0:443 0.0.0.0:* users:(("nginx",pid=1020,fd=14),("nginx",pid=754,fd=14))
tcp LISTEN 0 511 [::]:443 [::]:* users:(("nginx",pid=1020,fd=15))
udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=382,fd=15))
tcp LISTEN 0 4096 127.0.0.1:5678 0.0.0.0:* users:(("n8n",pid=625,fd=3))
tcp LISTEN 0 128 [::1]:9 [::]:* users:(("local",pid=9,fd=3))
tcp LISTEN 0 128 *:8999 *:* users:(("python3",pid=77,fd=3))
"""


class Firewall(unittest.TestCase):
    def test_what_ufw_says(self) -> None:
        self.assertEqual(
            facts.firewall(UFW_STATUS, UFW_ADDED),
            {
                "active": True,
                "incoming": "deny",
                "rules": ["allow 80/tcp", "allow from 198.51.100.7 to any port 22 proto tcp"],
            },
        )
        self.assertEqual(facts.firewall("Status: inactive\n", ""), {"active": False, "incoming": None, "rules": []})


class Units(unittest.TestCase):
    def test_those_that_exist(self) -> None:
        listed = [
            {"unit": "n8n.service", "load": "loaded", "active": "active"},
            {"unit": "backup.timer", "load": "loaded", "active": "inactive"},
            {"unit": "chronyd.service", "load": "not-found", "active": "inactive"},
            {"unit": "gone.service", "load": "not-found", "active": "failed"},
            {"unit": "home.mount", "load": "loaded", "active": "active"},
        ]
        self.assertEqual(
            facts.units(json.dumps(listed)),
            {"n8n.service": "active", "backup.timer": "inactive", "gone.service": "failed"},
        )


class Listeners(unittest.TestCase):
    def test_those_that_others_reach_each_once(self) -> None:
        with mock.patch.object(facts, "run", return_value=Said(1, "", "")):
            found = facts.listeners(SS, lambda pid: f"of-{pid}.service")
        self.assertEqual(
            [(one["port"], one["program"], one["process"], one["unit"]) for one in found],
            [(443, "nginx", 1020, "of-1020.service"), (8999, "python3", 77, "of-77.service")],
        )


class Clock(unittest.TestCase):
    def test_who_keeps_it(self) -> None:
        self.assertEqual(facts.clock_kept("CanNTP=yes\nNTP=yes\n"), "kept")
        self.assertEqual(facts.clock_kept("CanNTP=yes\nNTP=no\n"), "adrift")
        for status, said in ((0, "shared"), (1, "adrift")):
            with mock.patch.object(facts, "run", return_value=Said(status, "", "")):
                self.assertEqual(facts.clock_kept("CanNTP=no\nNTP=no\n"), said)


class Memory(unittest.TestCase):
    def test_who_has_most(self) -> None:
        self.assertEqual(facts.largest({"a.service": 1, "b.service": 2}), {"unit": "b.service", "bytes": 2})
        self.assertIsNone(facts.largest({}))


class Backups(unittest.TestCase):
    def test_only_those_whose_restore_was_the_same(self) -> None:
        records = [
            {"backup": "2026-11-24T02:00:00Z", "result": "proven"},
            {"backup": "2026-11-23T02:00:00Z", "result": "proven"},
            {"backup": "2026-11-25T02:00:00Z", "result": "differs"},
        ]
        self.assertEqual(facts.newest_proven(records), "2026-11-24T02:00:00Z")
        self.assertIsNone(facts.newest_proven([]))


if __name__ == "__main__":
    unittest.main()
