"""Certificates for a disaster kit: for whoever knows the backups' password, and for nobody else."""

from __future__ import annotations

import base64
import io
import tarfile
import tempfile
import unittest
from pathlib import Path

from backup import certificates
from backup.problem import Problem


class Certificates(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_are_for_whoever_knows_the_backups_password(self) -> None:
        file = self.folder / "password"
        file.write_text("a password\n", encoding="utf-8")
        certificates.require_password("a password", file)
        for other in ("", "another", "a password "):
            with self.assertRaisesRegex(Problem, "not the one that this host's backups are encrypted with"):
                certificates.require_password(other, file)

    def test_come_with_their_links_and_the_account_and_without_what_the_stack_puts_there(self) -> None:
        for path in ("accounts/directory/key.json", "archive/name/privkey1.pem", "renewal/name.conf", "cli.ini"):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(path, encoding="utf-8")
        (self.folder / "live/name").mkdir(parents=True)
        (self.folder / "live/name/privkey.pem").symlink_to("../../archive/name/privkey1.pem")
        with tarfile.open(fileobj=io.BytesIO(base64.b64decode(certificates.packed(self.folder)))) as archive:
            names = archive.getnames()
            self.assertTrue(archive.getmember("letsencrypt/live/name/privkey.pem").issym())
        self.assertIn("letsencrypt/accounts/directory/key.json", names)
        self.assertNotIn("letsencrypt/cli.ini", names)

    def test_that_are_not_there_are_missed(self) -> None:
        with self.assertRaisesRegex(Problem, "there is no certificate"):
            certificates.packed(self.folder)
