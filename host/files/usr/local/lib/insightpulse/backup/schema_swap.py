"""Schemas move aside under another name, so that the way back from a restore is a name too."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from . import manifest, restoring
from .commands import say
from .database import makes_one_of
from .manifest import Manifest
from .restoring import Note
from .session import Session
from .words import array, identifier


def plan_swap(session: Session, expected: Manifest) -> Note:
    """What is moved aside and who is shut out meanwhile, as it is written down before anything is."""
    there = manifest.schemas_of(session, ())
    present = [name for name in expected.schemas if name in there]
    me = session.one("SELECT current_user")
    # A schema is its role's, and the tables in it may be its logins': both are given back to whom they were.
    all_owners = {there[name] for name in present} | {str(table["owner"]) for table in expected.tables.values()}
    can_be_joined = set(session.ask("SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname !~ '^pg_'"))
    owners = sorted(all_owners & can_be_joined - {me})
    # Extensions lie in a schema and would move with it.
    extensions = {name: schema for name, schema in manifest.extensions_of(session).items() if schema in present}
    return {
        "suffix": f"_replaced_{time.strftime('%Y%m%d%H%M%S', time.gmtime())}",
        "schemas": expected.schemas,
        "present": present,
        "owners": owners,
        "shut out": _logins_of(session, owners),
        "extensions": extensions,
    }


class SchemaSwap:
    """One swap of schemas, as its note says."""

    def __init__(self, session: Session, note: Note) -> None:
        self._session = session
        self._note = note
        self._suffix: str = note["suffix"]
        self._schemas: dict[str, str] = note["schemas"]
        self._present: list[str] = note["present"]
        self._shut_out: list[str] = note["shut out"]
        self._extensions: dict[str, str] = note["extensions"]

    def begin(self) -> None:
        """Lets nobody else in, and moves the schemas aside, all of them or none."""
        restoring.write(self._note)
        statements = [
            *(f"GRANT {identifier(role)} TO CURRENT_USER" for role in self._note["owners"]),
            *(f"ALTER ROLE {identifier(role)} NOLOGIN" for role in self._shut_out),
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ({array(self._shut_out)})",
        ]
        for statement in statements:
            self._session.ask(statement)
        # pg_restore has connections of its own; what they find must be there for all.
        self._transaction(
            f"ALTER SCHEMA {identifier(name)} RENAME TO {identifier(name + self._suffix)}" for name in self._present
        )
        say(f"moved aside: {', '.join(self._present) or 'nothing'}")

    def make_room(self) -> None:
        """Schemas with an extension in them are there before what is made with it."""
        for name, schema in self._extensions.items():
            self._session.ask(
                f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)} AUTHORIZATION "
                f"{identifier(self._schemas[schema])}"
            )
            self._session.ask(f"ALTER EXTENSION {identifier(name)} SET SCHEMA {identifier(schema)}")

    def is_restored(self, line: str) -> bool:
        """Whether an entry of the dump is not there already."""
        return not makes_one_of(line, self._extensions.values())

    def restored(self) -> dict[str, str]:
        """The schemas that are in the place of the old ones."""
        there = manifest.schemas_of(self._session, ())
        return {name: there[name] for name in self._schemas if name in there}

    def take_back(self) -> None:
        """Everything as it was, however far it had got."""
        say("going back to what was there before")
        aside = [name for name in self._present if name + self._suffix in self._everything()]
        if aside:
            absent = [name for name in self._schemas if name not in self._present]
            self._transaction(
                [
                    *(
                        f"ALTER EXTENSION {identifier(name)} SET SCHEMA {identifier(schema + self._suffix)}"
                        for name, schema in self._extensions.items()
                    ),
                    *(f"DROP SCHEMA IF EXISTS {identifier(name)} CASCADE" for name in [*aside, *absent]),
                    *(f"ALTER SCHEMA {identifier(name + self._suffix)} RENAME TO {identifier(name)}" for name in aside),
                ]
            )
        self._let_in()

    def finish(self) -> None:
        """What was there before goes; the safety backup has it."""
        # From here on there is no way back; one transaction, so that a run that is killed leaves all of them or none.
        self._transaction(f"DROP SCHEMA {identifier(name + self._suffix)} CASCADE" for name in self._present)
        self._let_in()

    def _let_in(self) -> None:
        for role in self._shut_out:
            self._session.ask(f"ALTER ROLE {identifier(role)} LOGIN")

    def _everything(self) -> set[str]:
        return set(self._session.ask("SELECT nspname FROM pg_namespace"))

    def _transaction(self, statements: Iterable[str]) -> None:
        self._session.ask("; ".join(["BEGIN", *statements, "COMMIT"]))


def _logins_of(session: Session, owners: Sequence[str]) -> list[str]:
    """Everybody who signs in and may do what an owner may, as its members do: an owner itself signs in nowhere."""
    return session.ask(
        "SELECT rolname FROM pg_roles WHERE rolcanlogin AND NOT rolsuper AND rolname <> current_user "
        f"AND EXISTS (SELECT FROM unnest({array(owners)}) owner WHERE pg_has_role(pg_roles.oid, owner, 'MEMBER')) "
        "ORDER BY rolname"
    )
