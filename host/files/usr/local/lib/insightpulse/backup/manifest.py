"""What a database holds, told by the server within one snapshot: enough to know a restored one by."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .session import Session
from .words import array, literal

# Tables asked about in one statement: with the database far away, the way there takes longer than a small table.
_AT_ONCE = 50

_TABLES = """
SELECT json_build_object('name', format('%I.%I', n.nspname, c.relname), 'owner', r.rolname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
WHERE c.relkind = 'r' AND n.nspname = ANY ({schemas})
ORDER BY c.relpages DESC, n.nspname, c.relname
"""

# Sequences move on outside of any snapshot: what is written here is the least that a restored one may say.
_SEQUENCES = """
SELECT json_build_object('name', format('%I.%I', schemaname, sequencename), 'last', last_value, 'step', increment_by)
FROM pg_sequences WHERE schemaname = ANY ({schemas})
"""

# Everything else that is made with CREATE, by its whole definition.
_DEFINITIONS = """
SELECT json_build_object('kind', 'column', 'name', format('%I.%I.%I', n.nspname, c.relname, a.attname), 'is',
  concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END,
    a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname = ANY ({schemas})
UNION ALL
SELECT json_build_object('kind', 'constraint', 'name', format('%s %I', x.conrelid::regclass, x.conname), 'is',
  pg_get_constraintdef(x.oid))
FROM pg_constraint x JOIN pg_namespace n ON n.oid = x.connamespace
WHERE x.conrelid <> 0 AND x.contype <> 'n' AND n.nspname = ANY ({schemas})
UNION ALL
SELECT json_build_object('kind', 'index', 'name', i.indexrelid::regclass::text, 'is', pg_get_indexdef(i.indexrelid))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisvalid AND n.nspname = ANY ({schemas})
UNION ALL
SELECT json_build_object('kind', 'view', 'name', c.oid::regclass::text, 'is', pg_get_viewdef(c.oid))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND n.nspname = ANY ({schemas})
UNION ALL
SELECT json_build_object('kind', 'trigger', 'name', format('%s %I', t.tgrelid::regclass, t.tgname), 'is',
  pg_get_triggerdef(t.oid))
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND n.nspname = ANY ({schemas})
UNION ALL
SELECT json_build_object('kind', 'policy', 'name', format('%s %I', p.polrelid::regclass, p.polname), 'is',
  concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)))
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ({schemas})
UNION ALL
SELECT json_build_object('kind', 'function', 'name', p.oid::regprocedure::text, 'is', pg_get_functiondef(p.oid))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p') AND n.nspname = ANY ({schemas})
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""

_ROLES = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1"

_EXTENSIONS = """
SELECT json_build_object('name', e.extname, 'schema', n.nspname)
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY e.extname
"""

# What a restore has moved aside is neither backed up nor compared.
_SCHEMAS = """
SELECT json_build_object('name', n.nspname, 'owner', r.rolname)
FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname !~ '_replaced_[0-9]{14}$' ORDER BY n.nspname
"""


@dataclass(frozen=True)
class Manifest:
    """A database's content in a form that can be compared."""

    schemas: dict[str, str]
    # Everybody who may own something or be granted something.
    roles: list[str]
    extensions: dict[str, str]
    # By table: its owner, its rows, and a sum over all of them that does not depend on their order.
    tables: dict[str, dict[str, Any]]
    sequences: dict[str, dict[str, Any]]
    # By kind and name, a digest of the whole definition.
    definitions: dict[str, str]
    server: int
    size: int

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(int(table["rows"]) for table in self.tables.values())

    def written(self) -> str:
        """As it is kept in a backup."""
        return json.dumps(self.__dict__, sort_keys=True, indent=1)

    @property
    def digest(self) -> str:
        """One word for all of it."""
        return hashlib.sha256(self.written().encode()).hexdigest()


def read(text: str) -> Manifest:
    """A manifest out of a backup."""
    return Manifest(**json.loads(text))


def schemas_of(session: Session, leave_out: Sequence[str]) -> dict[str, str]:
    """The schemas that are backed up and their owners: all but the system's and the vendor's, so that none is forgotten."""
    found = (json.loads(line) for line in session.ask(_SCHEMAS))
    return {
        entry["name"]: entry["owner"]
        for entry in found
        if not any(fnmatch.fnmatchcase(entry["name"], pattern) for pattern in leave_out)
    }


def measure(session: Session, schemas: dict[str, str]) -> Manifest:
    """Everything about these schemas, in the session's own transaction."""
    wanted = array(schemas)

    def ask(statement: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in session.ask(statement.format(schemas=wanted))]

    tables = ask(_TABLES)
    counted = dict(_counts(session, [str(table["name"]) for table in tables], with_sums=True))
    return Manifest(
        schemas=schemas,
        roles=session.ask(_ROLES),
        extensions=extensions_of(session),
        tables={str(table["name"]): {"owner": table["owner"], **counted[str(table["name"])]} for table in tables},
        sequences={entry["name"]: {"last": entry["last"], "step": entry["step"]} for entry in ask(_SEQUENCES)},
        definitions={
            f"{entry['kind']} {entry['name']}": hashlib.sha256(str(entry["is"]).encode()).hexdigest()[:16]
            for entry in ask(_DEFINITIONS)
        },
        server=server_of(session),
        size=int(session.one("SELECT pg_database_size(current_database())")),
    )


def extensions_of(session: Session) -> dict[str, str]:
    """The extensions there are, each with the schema it lies in."""
    return {entry["name"]: entry["schema"] for entry in map(json.loads, session.ask(_EXTENSIONS))}


def server_of(session: Session) -> int:
    """The server's version as it counts it itself, such as 170012."""
    return int(session.one("SHOW server_version_num"))


def version_in_words(server: int) -> str:
    """A server's version as people write it, such as 17.12."""
    return f"{server // 10000}.{server % 10000}"


def row_counts(session: Session, schemas: dict[str, str]) -> dict[str, int]:
    """The rows of every table, without looking into them."""
    tables = [json.loads(line)["name"] for line in session.ask(_TABLES.format(schemas=array(schemas)))]
    return {name: int(count["rows"]) for name, count in _counts(session, tables, with_sums=False)}


def _counts(session: Session, tables: Sequence[str], *, with_sums: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    total = 'coalesce(sum(hashtextextended(("the row".*)::text, 0)), 0)' if with_sums else "0"
    for start in range(0, len(tables), _AT_ONCE):
        some = tables[start : start + _AT_ONCE]
        questions = (
            f"SELECT json_build_object('name', {literal(name)}, 'rows', count(*), 'sum', {total}::text) "
            f'FROM ONLY {name} AS "the row"'
            for name in some
        )
        for line in session.ask("\nUNION ALL\n".join(questions)):
            entry = json.loads(line)
            yield entry["name"], {"rows": entry["rows"], "sum": entry["sum"]}


def differences(expected: Manifest, found: Manifest) -> list[str]:
    """How what was found differs from what should be there, a sentence each; none when it is the same."""
    said = [
        *_missing("schema", expected.schemas, found.schemas),
        *_missing("table", expected.tables, found.tables),
        *_missing("sequence", expected.sequences, found.sequences),
        *_missing("", expected.definitions, found.definitions),
    ]
    for name in expected.schemas.keys() & found.schemas.keys():
        if expected.schemas[name] != found.schemas[name]:
            said.append(f"schema {name} belongs to {found.schemas[name]}, not {expected.schemas[name]}")
    for name in expected.tables.keys() & found.tables.keys():
        said += _table_differences(name, expected.tables[name], found.tables[name])
    for name in expected.sequences.keys() & found.sequences.keys():
        said += _sequence_differences(name, expected.sequences[name], found.sequences[name])
    for name in expected.definitions.keys() & found.definitions.keys():
        if expected.definitions[name] != found.definitions[name]:
            said.append(f"{name} is defined otherwise")
    return sorted(said)


def _missing(kind: str, expected: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for name in expected.keys() - found.keys():
        yield f"{kind} {name} is missing".strip()
    for name in found.keys() - expected.keys():
        yield f"{kind} {name} should not be there".strip()


def _table_differences(name: str, expected: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    if expected["rows"] != found["rows"]:
        yield f"table {name} has {found['rows']} rows, not {expected['rows']}"
    elif expected["sum"] != found["sum"]:
        yield f"table {name} has {found['rows']} rows as it should, but not the same ones"
    if expected["owner"] != found["owner"]:
        yield f"table {name} belongs to {found['owner']}, not {expected['owner']}"


def _sequence_differences(name: str, expected: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    least, last = expected["last"], found["last"]
    if least is not None and (last is None or (last - least) * expected["step"] < 0):
        yield f"sequence {name} is at {last}, and must not be before {least}"
