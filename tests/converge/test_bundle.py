"""A bundle is checked whole before anything is touched."""

import json
import unittest

from converge.bundle import matches, parse, tree_of
from converge.problem import Problem
from support import bundle, file, unit


class Refused(unittest.TestCase):
    cases = {
        "no JSON": ("{", "not JSON"),
        "another version": (json.dumps({"version": 2}), "version 2; this program applies version 1"),
        "an unknown part": (bundle(timers=[]), "timers, which this program does not know"),
        "an unknown property": (bundle(files=[file("/a", "", colour="red")]), "colour, which"),
        "a property that is missing": (
            bundle(files=[{"path": "/a"}]),
            r"files\[0\] lacks mode, owner, group, content",
        ),
        "a relative path": (bundle(files=[file("etc/a", "")]), "etc/a is not an absolute path"),
        "a path that climbs": (bundle(files=[file("/etc/../a", "")]), "is not an absolute path"),
        "a file twice": (bundle(files=[file("/a", "1"), file("/a", "2")]), "/a: written twice"),
        "a mode of three digits": (bundle(files=[file("/a", "", mode="644")]), "'644'; four octal digits"),
        "a branch for a commit": (
            bundle(checkouts=[{"path": "/opt/odoo", "url": "x", "commit": "main"}]),
            "'main'; a commit's 40 hexadecimal digits",
        ),
        "a health check without a time": (
            bundle(units=[unit("a.service", health={"url": "http://127.0.0.1", "status": 200})]),
            r"units\[0\].health lacks timeoutSeconds",
        ),
    }

    def test_each_is_told_what_is_wrong(self) -> None:
        for name, (text, reason) in self.cases.items():
            with self.subTest(name), self.assertRaisesRegex(Problem, reason):
                parse(text)


class Patterns(unittest.TestCase):
    def test_a_star_stays_in_its_folder_and_two_do_not(self) -> None:
        self.assertTrue(matches("/etc/nginx/nginx.conf", ("/etc/nginx/*",)))
        self.assertFalse(matches("/etc/nginx/a/b.conf", ("/etc/nginx/*",)))
        self.assertTrue(matches("/etc/nginx/a/b.conf", ("/etc/nginx/**",)))
        self.assertFalse(matches("/etc/nginx.conf.d/a", ("/etc/nginx/**",)))

    def test_a_dot_is_a_dot(self) -> None:
        self.assertFalse(matches("/etc/aXconf", ("/etc/a.conf",)))

    def test_the_tree_of_a_pattern_is_the_folder_before_its_first_star(self) -> None:
        self.assertEqual(tree_of("/etc/nginx/**"), "/etc/nginx")
        self.assertEqual(tree_of("/etc/ssh/sshd_config"), "/etc/ssh")
        self.assertEqual(tree_of("/etc/sudoers.d/*.x"), "/etc/sudoers.d")


if __name__ == "__main__":
    unittest.main()
