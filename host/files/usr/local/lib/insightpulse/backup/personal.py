"""Personal data that no rule has reached: in columns that look like it, and copied to where nobody thought of."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from .commands import must, run
from .masking import TELLING, Columns, Rule, table_name
from .problem import Problem
from .session import Session
from .words import identifier

_WORDS = ("text", "character varying", "character", "citext", "name", "json", "jsonb", "bytea", "date")
_SHOWN = 20
# What is shorter stands in other words by chance. What is longer than a line of a dump can be told by a part of it.
_LENGTHS = (7, 200)
_LINES_LOOKED_AT = 50
# Made for examples: Odoo's own data are full of them, and they are nobody's.
_NOBODYS = re.compile(r"@([a-z0-9-]+\.)*(example\.(com|net|org)|yourcompany\.com)$")


def refuse_unmasked(session: Session, rules: Sequence[Rule], columns: Columns, looks: str, fine: Sequence[str]) -> None:
    """Refuses columns that look personal, have anything in them, and are named by no rule.

    Args:
        looks: the names of such columns, as an expression
        fine: patterns of columns that only look so

    Raises:
        Problem: with their names
    """
    covered = {f"{rule.table}.{name}" for rule in rules for name in rule.columns}
    emptied = {rule.table for rule in rules if rule.isEmptied and not rule.where}
    looking = [
        (table, column.name)
        for table, there in columns.items()
        for column in there.values()
        if table not in emptied
        and column.type.startswith(_WORDS)
        and f"{table}.{column.name}" not in covered
        and re.search(looks, column.name, re.IGNORECASE)
        and not any(fnmatch.fnmatchcase(f"{table}.{column.name}", pattern) for pattern in fine)
    ]
    found = [f"{table}.{name}" for table, name in looking if _holds_something(session, table, name)]
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise Problem(
            f"columns that look personal are masked by no rule: {', '.join(found[:_SHOWN])}{more}. "
            "Name each in config/tables/masking, or in notPersonal there when it is not, and run pulumi up"
        )


def _holds_something(session: Session, table: str, column: str) -> bool:
    value = f"{identifier(column)}::text"
    question = f"SELECT EXISTS (SELECT FROM {table_name(table)} WHERE {value} NOT IN ('', '{{}}', '[]', 'null'))"
    return session.one(question) == "t"


def write_known(session: Session, rules: Sequence[Rule], target: Path) -> int:
    """Writes the addresses, numbers and secrets down that are about to be masked, one a line; says how many there are."""
    known: set[str] = set()
    least, most = _LENGTHS
    for rule in rules:
        for name, kind in rule.columns.items():
            if not isinstance(kind, str) or kind not in TELLING:
                continue
            value = identifier(name)
            if kind in ("mail", "login"):
                value = f"coalesce(substring({value} FROM '[^<>[:space:],;\"]+@[^<>[:space:],;\"]+'), {value})"
            values = f"SELECT lower(trim({value})) AS value FROM {table_name(rule.table)}{rule.condition}"
            known.update(
                session.ask(
                    f"SELECT DISTINCT value FROM ({values}) known "
                    f"WHERE length(value) BETWEEN {least} AND {most} AND value !~ '[\\\\[:cntrl:]]'"
                )
            )
    telling = sorted(one for one in known if not _NOBODYS.search(one) and one not in ("__system__", "portaltemplate"))
    target.touch(mode=0o600)
    target.write_text("".join(f"{one}\n" for one in telling), encoding="utf-8")
    return len(telling)


def refuse_copies(archive: Path, known: Path, columns: Columns, folder: Path) -> None:
    """Looks for everything that was masked in a whole dump, and refuses it when any of it is there.

    Args:
        archive: the dump, not compressed
        known: what is looked for, one a line
        folder: of PostgreSQL's programs

    Raises:
        Problem: with the columns in which it stands, and never with a value
    """
    if known.stat().st_size == 0:
        return
    tables = _tables_in(archive, folder)
    unread = [name for name in tables if not (archive / name).is_file()]
    if unread:
        raise Problem(f"the masked dump cannot be searched: {', '.join(unread[:_SHOWN])} is compressed or missing")
    found: set[str] = set()
    for path in sorted(archive.iterdir()):
        hits = _lines_with(path, known)
        if hits:
            table = tables.get(path.name)
            found.update([f"{path.name} of the dump"] if table is None else _columns_with(hits, table, columns, known))
    if found:
        raise Problem(
            f"what was masked elsewhere still stands in {', '.join(sorted(found)[:_SHOWN])}: "
            "name these in config/tables/masking, and run pulumi up"
        )


def _lines_with(path: Path, known: Path) -> list[str]:
    words = ["--text", "--fixed-strings", "--ignore-case", f"--max-count={_LINES_LOOKED_AT}", f"--file={known}"]
    said = run("grep", *words, "--", str(path), environment={"LC_ALL": "C"})
    if said.status > 1:
        raise Problem(f"the masked dump cannot be searched: grep ended with {said.status}")
    return said.output.splitlines()


def _tables_in(archive: Path, folder: Path) -> Mapping[str, str]:
    """The table whose rows are in a file of the dump, by the file's name."""
    listed = must(str(folder / "pg_restore"), "--list", str(archive))
    entry = re.compile(r"^(\d+); \d+ \d+ TABLE DATA (\S+) (\S+) ", re.MULTILINE)
    return {f"{number}.dat": f"{schema}.{table}" for number, schema, table in entry.findall(listed)}


def _columns_with(lines: Sequence[str], table: str, columns: Columns, known: Path) -> list[str]:
    """The columns in which it stands: a dump has those of a table in their order, with tabs between them."""
    names = [column.name for column in columns.get(table, {}).values() if column.copied]
    values = known.read_text(encoding="utf-8").splitlines()
    found: set[str] = set()
    for line in lines:
        for name, field in zip(names, line.split("\t"), strict=False):
            if name not in found and any(value in field.lower() for value in values):
                found.add(name)
    return [f"{table}.{name}" for name in sorted(found)] or [table]
