"""Masking: rules that fit the tables or are named, and columns that look as if they told of a person."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from backup import masking, personal, refresh
from backup.clock import parse
from backup.masking import Column, Rule
from backup.problem import Problem
from backup.restic import Snapshot

_LOOKS = "e_?mail|phone"


def column(name: str, kind: str = "text", optional: bool = True, copied: bool = True) -> Column:
    return Column(name, kind, optional, copied)


PARTNER = {"odoo.res_partner": {one.name: one for one in (column("id", "integer"), column("email"), column("phone"))}}


class Asked:
    """A session that remembers what it was asked, and says that every column holds something."""

    def __init__(self, answer: str = "t") -> None:
        self.statements: list[str] = []
        self._answer = answer

    def ask(self, statement: str) -> list[str]:
        self.statements.append(statement)
        return []

    def one(self, statement: str) -> str:
        self.statements.append(statement)
        return self._answer


class Rules(unittest.TestCase):
    def test_a_table_that_is_not_there_is_left_out_and_a_column_that_is_not_is_named(self) -> None:
        fits, gone = Rule("odoo.res_partner", {"email": "mail"}), Rule("odoo.hr_employee", {"name": "name"})
        self.assertEqual(masking.applicable([fits, gone], PARTNER), [fits])
        with self.assertRaisesRegex(Problem, r"not there: odoo\.res_partner\.mobile\."):
            masking.applicable([Rule("odoo.res_partner", {"mobile": "phone", "email": "mail"})], PARTNER)

    def test_a_column_that_comes_with_a_module_is_not_missed(self) -> None:
        rule = Rule("odoo.res_partner", {"phone_sanitized": "phone"}, comesWith="phone_validation")
        self.assertEqual(masking.applicable([rule], PARTNER), [])

    def test_all_of_it_is_done_or_nothing(self) -> None:
        columns = {
            "odoo.res_partner": {
                "email": column("email"),
                "name": column("name", optional=False),
                "props": column("props", "jsonb", optional=False),
                "note": column("note"),
                "active": column("active", "boolean"),
            },
            'odoo.the "log"': {"id": column("id", "integer")},
        }
        rules = [
            Rule("odoo.res_partner", {"email": "mail", "name": "empty", "props": "empty", "note": "empty", "active": "off"}),
            Rule("odoo.res_partner", {"note": {"to": "it's"}}, where="id > 1"),
            Rule('odoo.the "log"', isEmptied=True),
        ]
        session: Any = Asked()
        masking.mask(session, rules, columns, "key")
        self.assertEqual(
            session.statements[-1],
            'BEGIN; UPDATE "odoo"."res_partner" SET "email" = pg_temp.mask_mail("email"), "name" = \'\', "props" = \'{}\', '
            '"note" = NULL, "active" = false; UPDATE "odoo"."res_partner" SET "note" = \'it\'\'s\' WHERE id > 1; '
            'DELETE FROM "odoo"."the ""log"""; COMMIT',
        )


class LooksPersonal(unittest.TestCase):
    def refuse(self, rules: list[Rule], columns: masking.Columns = PARTNER, fine: tuple[str, ...] = (), holds: str = "t") -> None:
        session: Any = Asked(holds)
        personal.refuse_unmasked(session, rules, columns, _LOOKS, fine)

    def test_a_column_without_a_rule_is_named(self) -> None:
        with self.assertRaisesRegex(Problem, r"by no rule: odoo\.res_partner\.phone\."):
            self.refuse([Rule("odoo.res_partner", {"email": "mail"})])

    def test_one_that_holds_nothing_is_called_fine_or_goes_with_its_table_is_not(self) -> None:
        self.refuse([], holds="f")
        self.refuse([], fine=("odoo.res_partner.*",))
        self.refuse([Rule("odoo.res_partner", isEmptied=True)])

    def test_a_table_of_which_some_rows_go_is_still_looked_at(self) -> None:
        with self.assertRaises(Problem):
            self.refuse([Rule("odoo.res_partner", isEmptied=True, where="id = 1")])

    def test_numbers_and_truth_values_tell_nothing(self) -> None:
        self.refuse([], {"odoo.t": {"email_id": column("email_id", "integer"), "phone": column("phone", "boolean")}})

    def test_what_was_masked_is_found_in_the_column_in_which_it_stands(self) -> None:
        columns = {"odoo.note": {one.name: one for one in (column("id"), column("made", copied=False), column("memo"))}}
        with tempfile.NamedTemporaryFile("w") as known:
            known.write("maria@santos.ph\n")
            known.flush()
            said = personal._columns_with(["1\tcall Maria@Santos.ph back"], "odoo.note", columns, Path(known.name))
        self.assertEqual(said, ["odoo.note.memo"])

    def test_a_dump_that_cannot_be_searched_is_no_dump_without_copies(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            folder, known = Path(place), Path(place) / "known"
            known.write_text("maria@santos.ph\n", encoding="utf-8")
            listing = folder / "pg_restore"
            listing.write_text("#!/bin/sh\necho '3401; 0 16385 TABLE DATA odoo note odoo_a'\n", encoding="utf-8")
            listing.chmod(0o700)
            archive = folder / "dump"
            archive.mkdir()
            (archive / "3401.dat.zst").touch()
            with self.assertRaisesRegex(Problem, r"3401\.dat is compressed or missing"):
                personal.refuse_copies(archive, known, {}, folder)
            (archive / "3401.dat").write_text("1\tcall nobody\n", encoding="utf-8")
            personal.refuse_copies(archive, known, {}, folder)


class Choosing(unittest.TestCase):
    def there(self, *proofs: tuple[str, str]) -> Any:
        days = ["2026-11-23T02:00:00Z", "2026-11-24T02:00:00Z", "2026-11-25T02:00:00Z"]
        snapshots = [Snapshot(f"s{index}", parse(day), f"s{index}", ("platform",)) for index, day in enumerate(days)]
        records = [{"snapshot": snapshot, "result": result} for snapshot, result in proofs]
        return SimpleNamespace(
            records=SimpleNamespace(everywhere=lambda _kind, _newest: records),
            repository=SimpleNamespace(snapshots=lambda _tag: snapshots),
        )

    def test_the_newest_whose_last_proof_found_nothing_wrong(self) -> None:
        there = self.there(("s0", "proven"), ("s1", "proven"), ("s2", "proven"), ("s2", "differs"))
        self.assertEqual(refresh.choose_proven(there, None).id, "s1")
        self.assertEqual(refresh.choose_proven(there, parse("2026-11-23T12:00:00Z")).id, "s0")

    def test_without_one_it_is_said(self) -> None:
        with self.assertRaisesRegex(Problem, "there is no proven backup: "):
            refresh.choose_proven(self.there(("s2", "differs")), None)
