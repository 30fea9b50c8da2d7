"""Manifests: what differs is found, and what must not be compared exactly is not."""

from __future__ import annotations

import dataclasses
import unittest
from typing import Any

from backup.manifest import Manifest, differences, read


def manifest(**changes: Any) -> Manifest:
    plain = Manifest(
        schemas={"odoo": "odoo"},
        roles=["odoo"],
        extensions={},
        tables={"odoo.move": {"owner": "odoo", "rows": 3, "sum": "12"}},
        sequences={"odoo.move_id_seq": {"last": 3, "step": 1}},
        definitions={"index odoo.move_pkey": "abc"},
        server=170012,
        size=1000,
    )
    return dataclasses.replace(plain, **changes)


class Differences(unittest.TestCase):
    def said(self, **changes: Any) -> list[str]:
        return differences(manifest(), manifest(**changes))

    def test_the_same_is_the_same_also_after_it_was_written_down(self) -> None:
        self.assertEqual(differences(manifest(), read(manifest().written())), [])
        self.assertEqual(read(manifest().written()).digest, manifest().digest)

    def test_rows_that_are_lost_or_others(self) -> None:
        lost = {"odoo.move": {"owner": "odoo", "rows": 2, "sum": "12"}}
        other = {"odoo.move": {"owner": "odoo", "rows": 3, "sum": "13"}}
        self.assertEqual(self.said(tables=lost), ["table odoo.move has 2 rows, not 3"])
        self.assertEqual(self.said(tables=other), ["table odoo.move has 3 rows as it should, but not the same ones"])

    def test_what_is_missing_or_somebody_elses(self) -> None:
        self.assertEqual(self.said(tables={}), ["table odoo.move is missing"])
        self.assertEqual(self.said(definitions={}), ["index odoo.move_pkey is missing"])
        self.assertEqual(self.said(definitions={"index odoo.move_pkey": "x"}), ["index odoo.move_pkey is defined otherwise"])
        self.assertEqual(self.said(schemas={"odoo": "postgres"}), ["schema odoo belongs to postgres, not odoo"])

    def test_a_sequence_may_have_gone_on_but_not_back(self) -> None:
        at = lambda last, step=1: {"odoo.move_id_seq": {"last": last, "step": step}}  # noqa: E731
        self.assertEqual(self.said(sequences=at(9)), [])
        self.assertEqual(self.said(sequences=at(2)), ["sequence odoo.move_id_seq is at 2, and must not be before 3"])
        self.assertEqual(self.said(sequences=at(None)), ["sequence odoo.move_id_seq is at None, and must not be before 3"])
        backwards = manifest(sequences=at(-3, -1))
        self.assertEqual(differences(backwards, manifest(sequences=at(-5, -1))), [])


if __name__ == "__main__":
    unittest.main()
