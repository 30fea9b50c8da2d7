"""Personal data in a database becomes other data, by rules: the same value becomes the same one wherever it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .commands import say
from .problem import Problem
from .session import Session
from .words import array, identifier, literal

# Accounts that Odoo itself has, whoever uses it.
_ODOOS_OWN = "'admin', '__system__', 'public', 'default', 'portaltemplate'"

# In a schema that goes with the session. What is made of a value cannot be told without the key.
_FUNCTIONS = f"""
CREATE FUNCTION pg_temp.mask_secret(value text) RETURNS text LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN value = '' THEN ''
    ELSE encode(sha256(convert_to(current_setting('masking.key') || value, 'UTF8')), 'hex') END $$;
CREATE FUNCTION pg_temp.mask_account(value text) RETURNS text LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN value = '' THEN '' ELSE 'person-' || left(pg_temp.mask_secret(lower(trim(value))), 12) END $$;
CREATE FUNCTION pg_temp.mask_mail(value text) RETURNS text LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN value = '' THEN '' ELSE pg_temp.mask_account(
    coalesce(substring(value FROM '[^<>[:space:],;"]+@[^<>[:space:],;"]+'), value)) || '@masked.invalid' END $$;
CREATE FUNCTION pg_temp.mask_login(value text) RETURNS text LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN value IN ({_ODOOS_OWN}) THEN value ELSE pg_temp.mask_mail(value) END $$;
CREATE FUNCTION pg_temp.mask_phone(value text) RETURNS text LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN value = '' THEN '' ELSE '+999' || translate(left(pg_temp.mask_secret(
    regexp_replace(value, '[^0-9]', '', 'g')), 10), 'abcdef', '012345') END $$;
CREATE FUNCTION pg_temp.mask_name(value text) RETURNS text LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN value = '' THEN '' ELSE 'Person ' || left(pg_temp.mask_secret(trim(value)), 8) END $$;
CREATE FUNCTION pg_temp.mask_number(value text) RETURNS text LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN value = '' THEN '' ELSE 'X' || upper(left(pg_temp.mask_secret(
    upper(regexp_replace(value, '[^[:alnum:]]', '', 'g'))), 12)) END $$;
CREATE FUNCTION pg_temp.mask_text(value text) RETURNS text LANGUAGE sql STABLE STRICT AS $$
  SELECT CASE WHEN value = '' THEN '' ELSE 'masked, ' || length(value) || ' letters' END $$;
"""

# Values of these are told apart from any other words, wherever they stand.
TELLING = frozenset({"mail", "login", "phone", "number", "secret"})

_COLUMNS = """
SELECT json_build_object('table', n.nspname || '.' || c.relname, 'name', a.attname, 'type', format_type(a.atttypid, NULL),
  'optional', NOT a.attnotnull, 'copied', a.attgenerated = '')
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND n.nspname = ANY ({schemas})
ORDER BY n.nspname, c.relname, a.attnum
"""


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    type: str
    # Whether it may hold nothing.
    optional: bool
    # Whether its values are in a dump; those that are computed are not.
    copied: bool


# By table with its schema, and then by name.
Columns = dict[str, dict[str, Column]]


@dataclass(frozen=True)
class Rule:
    """What is done to a table, as config/tables/masking.ts says."""

    table: str
    columns: dict[str, Any] = field(default_factory=dict)
    comesWith: str = ""
    isEmptied: bool = False
    where: str = ""

    @property
    def condition(self) -> str:
        return f" WHERE {self.where}" if self.where else ""


def columns_of(session: Session, schemas: Iterable[str]) -> Columns:
    """Every column of every table of these schemas."""
    found: Columns = {}
    for line in session.ask(_COLUMNS.format(schemas=array(schemas))):
        entry = json.loads(line)
        column = Column(entry["name"], entry["type"], entry["optional"], entry["copied"])
        found.setdefault(entry["table"], {})[column.name] = column
    return found


def applicable(rules: Sequence[Rule], columns: Columns) -> list[Rule]:
    """The rules whose tables and columns are there; which tables are not is said.

    Raises:
        Problem: with every column that a rule names and its table does not have
    """
    absent = sorted({rule.table for rule in rules if rule.table not in columns})
    if absent:
        say(f"not there, and so not masked: {', '.join(absent)}")
    missing: list[str] = []
    there: list[Rule] = []
    for rule in rules:
        if rule.table not in columns:
            continue
        unknown = [name for name in rule.columns if name not in columns[rule.table]]
        if not unknown:
            there.append(rule)
        elif not rule.comesWith:
            missing += [f"{rule.table}.{name}" for name in unknown]
    if missing:
        raise Problem(
            f"columns that are to be masked are not there: {', '.join(missing)}. What they held may be under another name: "
            "config/tables/masking says what is masked"
        )
    return there


def mask(session: Session, rules: Sequence[Rule], columns: Columns, key: str) -> None:
    """Does what the rules say, all of it or nothing.

    Args:
        key: without it nobody tells from a masked value what it was
    """
    session.ask(f"SET masking.key = {literal(key)}")
    session.ask(_FUNCTIONS)
    statements = [_statement(rule, columns[rule.table]) for rule in rules]
    session.ask("; ".join(["BEGIN", *statements, "COMMIT"]))


def table_name(table: str) -> str:
    """A table with its schema, as SQL writes it."""
    return ".".join(identifier(part) for part in table.split(".", 1))


def _statement(rule: Rule, columns: dict[str, Column]) -> str:
    table = table_name(rule.table)
    if rule.isEmptied:
        return f"DELETE FROM {table}{rule.condition}"
    changes = ", ".join(f"{identifier(name)} = {_masked(columns[name], kind)}" for name, kind in rule.columns.items())
    return f"UPDATE {table} SET {changes}{rule.condition}"


def _masked(column: Column, kind: Any) -> str:
    if isinstance(kind, dict):
        return literal(kind["to"])
    if kind == "off":
        return "false"
    if kind == "empty":
        return "NULL" if column.optional else literal("{}" if column.type in ("json", "jsonb") else "")
    return f"pg_temp.mask_{kind}({identifier(column.name)})"
