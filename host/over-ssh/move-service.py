"""Moves a service from where it ran to the place where this host is to have it, in stages that each can be undone. It ran in a
container or as a unit of systemd, with a PostgreSQL in a container beside it or without one.

Comes through standard input as JSON, with what it is told beside it (`GIVEN`): passwords are no arguments. Runs as root on a
host that has been converged, whose backup program measures databases. How far a move is stands in one file for each service;
the old containers, their database and their files are read, stopped and started, and never changed.
"""

from __future__ import annotations

import base64
import dataclasses
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, "/usr/local/lib/insightpulse")
from backup import manifest, services  # noqa: E402
from backup.commands import must, run, say  # noqa: E402
from backup.libpq import PSQL  # noqa: E402
from backup.manifest import Manifest  # noqa: E402
from backup.problem import Problem  # noqa: E402
from backup.session import Session  # noqa: E402
from backup.settings import Service  # noqa: E402
from backup.words import identifier, literal  # noqa: E402
from sealed import BEGINS, Unopened, resealed, unseal  # noqa: E402 - it travels with this program

GIVEN: dict[str, Any]
_SITES = Path("/etc/nginx/sites-enabled")
# What this host was made into last: what is not among its files is somebody else's.
_CONVERGED = Path("/var/lib/insightpulse/converge/current.json")
# A dump, a copy of the database, and what is loaded again of it.
_ROOM_FOR_EACH_BYTE = 3
_RESPELLED = ("constraint ", "index ", "view ", "policy ")
_OLD_STARTS_WITHIN_SECONDS = 300


class Move:
    """The move of one service, as far as it is."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.name: str = given["service"]
        self.host_name: str = given["hostName"]
        self.old: dict[str, Any] = given["old"]
        # Where the database goes; empty for a service that has none.
        self.target: dict[str, Any] = given["target"] or {}
        self.folder = Path("/var/lib/insightpulse/move") / self.name
        self.live = Path("/var/lib") / self.name
        self.engine = "docker" if shutil.which("docker") else "podman"
        # With it the service's unit may start (`awaits-move.conf`).
        self.mark = self.folder / "moved"
        self.dump = self.folder / "dump"
        self.expected = self.folder / "manifest.json"

    # What is known.

    def state(self) -> dict[str, Any]:
        """How far it is; empty where nothing was begun."""
        file = self.folder / "state.json"
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    def note(self, step: str, **more: Any) -> None:
        """Writes down how far it is; the note is whole, or the one before."""
        draft = self.folder / "state.new"
        draft.write_text(json.dumps({**self.state(), **more, "step": step}), encoding="utf-8")
        draft.replace(self.folder / "state.json")

    def inspect(self, container: str) -> dict[str, Any]:
        """What the container engine knows of a container."""
        said = run(self.engine, "container", "inspect", container)
        if said.status != 0:
            raise Problem(f"there is no container {container} here: `{self.engine} ps --all` shows those there are")
        found: dict[str, Any] = json.loads(said.output)[0]
        return found

    def outside(self, inside: str) -> Path:
        """A path of the old one as this host has it."""
        path = Path(inside)
        if "unit" in self.old:
            return path
        for mount in self.inspect(self.old["container"])["Mounts"]:
            if path.is_relative_to(mount["Destination"]):
                return Path(mount["Source"]) / path.relative_to(mount["Destination"])
        raise Problem(f"{path} of container {self.old['container']} is on no volume: it would not outlive it")

    def folders(self) -> Iterator[tuple[Path, Path]]:
        """Each folder of the old one on this host, and where it goes; one that was never made is left out."""
        for entry in self.old["folders"]:
            source = self.outside(entry["from"])
            if source.is_dir():
                yield source, self.live / entry["to"]

    # The old one itself.

    @property
    def old_name(self) -> str:
        """Its container, or its unit."""
        return str(self.old.get("container") or self.old["unit"])

    def old_runs(self) -> bool:
        """Whether it runs."""
        if "unit" in self.old:
            return run("systemctl", "--quiet", "is-active", self.old["unit"]).status == 0
        return bool(self.inspect(self.old["container"])["State"]["Running"])

    def old_is(self) -> str:
        """What it is, for people: the container's image, or the unit's command."""
        if "unit" not in self.old:
            return str(self.inspect(self.old["container"])["Config"]["Image"])
        unit = self.old["unit"]
        if run("systemctl", "cat", unit).status != 0:
            raise Problem(f"there is no unit {unit} here: `systemctl list-units --all` shows those there are")
        return f"unit {unit}"

    def old_restarts(self) -> str:
        """What starts it by itself."""
        if "unit" in self.old:
            return run("systemctl", "is-enabled", self.old["unit"]).output.strip()
        return self.inspect(self.old["container"])["HostConfig"]["RestartPolicy"]["Name"] or "no"

    def stop_old(self) -> None:
        """Stops it, and nothing but a hand or an undoing starts it again."""
        if "unit" in self.old:
            must("systemctl", "disable", "--quiet", "--now", self.old["unit"])
            return
        must(self.engine, "update", "--restart=no", self.old["container"])
        must(self.engine, "stop", self.old["container"])

    def start_old(self, restarts: str | None) -> None:
        """Starts it as it was; what restarted it is set where a move has noted it."""
        if "unit" in self.old:
            if restarts == "enabled":
                must("systemctl", "enable", "--quiet", self.old["unit"])
            must("systemctl", "start", self.old["unit"])
            return
        if restarts is not None:
            must(self.engine, "update", f"--restart={restarts}", self.old["container"])
        must(self.engine, "start", self.old["container"])

    def old_question(self) -> dict[str, str]:
        """How it is asked whether it is well: as its successor, unless it answered otherwise."""
        if "health" not in self.old:
            return services.question_of(self.name)
        health = self.old["health"]
        return {"HEALTH_URL": health["url"], "HEALTH_STATUS": str(health["status"]), "HEALTH_BODY": health["body"]}

    # What it has sealed.

    def old_key(self) -> str:
        """The key it sealed with: of its variables, else of the file in which it keeps one that nobody gave it.

        Raises:
            Problem: when it is in neither
        """
        sealed = self.old["sealed"]
        for entry in self.inspect(self.old["container"])["Config"].get("Env") or []:
            if entry.startswith(f"{sealed['variable']}="):
                return str(entry.partition("=")[2])
        file = self.outside(sealed["file"])
        try:
            return str(json.loads(file.read_text(encoding="utf-8"))[sealed["entry"]])
        except (OSError, ValueError, KeyError):
            raise Problem(
                f"the key of {self.name} is neither in {sealed['variable']} of container {self.old['container']} nor in its "
                f"{sealed['file']}: without it nothing that it has sealed can be opened"
            ) from None

    def new_key(self) -> str:
        """The key that the stack has made for its successor."""
        variable = self.old["sealed"]["variable"]
        for line in Path(f"/etc/insightpulse/secrets/{self.name}.env").read_text(encoding="utf-8").splitlines():
            if line.startswith(f"{variable}="):
                return line.partition("=")[2]
        raise Problem(f"{self.name} has no {variable} in its new place")

    # The databases.

    def ask_old(self, database: str, statement: str) -> list[str]:
        """Runs a statement in the old database's container, as its superuser."""
        words = [*self.old_client(database), "--command", statement]
        return must(*words).splitlines()

    def old_client(self, database: str) -> list[str]:
        """psql in the old database's container."""
        old = self.old["database"]
        return [self.engine, "exec", "--interactive", old["container"], *PSQL, "-U", old["user"], "-d", database]

    @property
    def copy(self) -> str:
        """The copy of the old database in its own server, whose schema has the new name."""
        return f"{self.old['database']['name']}_moving"

    @contextmanager
    def reaching(self, login: str = "role") -> Iterator[dict[str, str]]:
        """How the new database is reached; its certificate is a file for as long."""
        target, who = self.target, self.target[login]
        with tempfile.TemporaryDirectory(prefix="insightpulse-move-", dir="/run") as folder:
            reach = {
                **{"PGHOST": target["host"], "PGPORT": str(target["port"]), "PGDATABASE": "postgres"},
                **{"PGUSER": who["user"], "PGPASSWORD": who["password"]},
                **{"PGCONNECT_TIMEOUT": "15", "PGSSLMODE": "require"},
            }
            if target["authority"]:
                authority = Path(folder) / "authority.pem"
                authority.write_bytes(base64.b64decode(target["authority"]))
                reach |= {"PGSSLROOTCERT": str(authority), "PGSSLMODE": "verify-full"}
            yield reach

    def in_new(self) -> int:
        """How many tables, views and sequences the new place has already."""
        if not self.target:
            return 0
        with self.reaching() as reach, Session(reach) as session:
            return int(
                session.one(
                    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                    f"WHERE n.nspname = {literal(self.target['schema'])} AND c.relkind IN ('r', 'p', 'v', 'm', 'S')"
                )
            )

    # nginx.

    def sites(self) -> list[Path]:
        """Server blocks of somebody else's for this name: nginx takes the first that it reads."""
        named = re.compile(rf"^\s*server_name\s[^;]*\b{re.escape(self.host_name)}[\s;]", re.MULTILINE)
        bundle = json.loads(_CONVERGED.read_text(encoding="utf-8"))
        ours = {file["path"] for file in bundle["files"]}
        others = [path for path in sorted(_SITES.iterdir()) if str(path) not in ours and path.is_file()]
        return [path for path in others if named.search(path.read_text(encoding="utf-8", errors="replace"))]


# The stages.


def look(move: Move) -> None:
    """What there is, before anything is done."""
    database = _look_at_database(move)
    if "sealed" in move.old and database["databaseRuns"]:
        key = move.old_key()
        move.new_key()
        database["sealed"] = _opened(move, move.ask_old(move.old["database"]["name"], _must_open(move, "public")), key)
    folders = [
        {"from": str(source), "to": str(target), "files": len(_files(source)), "bytes": _size(source)}
        for source, target in move.folders()
    ]
    answer = {
        "step": move.state().get("step"),
        "stoppedAt": move.state().get("stoppedAt"),
        "runs": move.old_runs(),
        "image": move.old_is(),
        **database,
        "folders": folders,
        "sites": [path.name for path in move.sites()],
        "newTables": move.in_new(),
        "newFiles": sum(len(_files(target)) for _source, target in move.folders()),
        "newRuns": _runs(move),
        "freeBytes": shutil.disk_usage(move.live).free,
        "neededBytes": _ROOM_FOR_EACH_BYTE * database["databaseBytes"] + sum(int(folder["bytes"]) for folder in folders),
    }
    print(json.dumps(answer))


def copy(move: Move) -> None:
    """Copies the files while the old one runs: what is left for the pause is what changes meanwhile."""
    move.note("begun")
    _bring_image(move)
    _copy_files(move)
    move.note("copied")


def stop(move: Move) -> None:
    """Stops the old one; its database goes on, since it is read."""
    state = move.state()
    # A second run finds the policy that the first one has set.
    policy = state.get("restart") or move.old_restarts()
    move.note("stopping", restart=policy, stoppedAt=state.get("stoppedAt") or time.time())
    move.stop_old()
    move.note("stopped")
    say(f"stopped {move.old_name}, which is kept")


def load(move: Move) -> None:
    """Brings the database, and then what of the files has changed."""
    if move.target:
        _bring_database(move)
    _copy_files(move)
    move.note("moved")


def _bring_database(move: Move) -> None:
    """Copies the database inside its own server, gives the copy the new schema's name, and loads that, all or nothing."""
    old, schema = move.old["database"], str(move.target["schema"])
    began = time.monotonic()
    _forget_copy(move)
    move.ask_old(
        "postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {literal(old['name'])}"
    )
    move.ask_old("postgres", f"CREATE DATABASE {identifier(move.copy)} TEMPLATE {identifier(old['name'])}")
    extensions = [
        name for name in move.ask_old(move.copy, "SELECT extname FROM pg_extension ORDER BY 1") if name != "plpgsql"
    ]
    move.ask_old(move.copy, _renaming(extensions, schema))
    if "sealed" in move.old:
        _seal_anew(move, schema)
    with Session({}, move.old_client(move.copy)) as session:
        measured = manifest.measure(session, {schema: old["user"]})
    move.expected.write_text(measured.written(), encoding="utf-8")
    _dump(move)
    say(f"dumped {measured.rows} rows of {len(measured.tables)} tables in {time.monotonic() - began:.1f} s")
    began = time.monotonic()
    if extensions:
        made = "".join(f"CREATE EXTENSION IF NOT EXISTS {identifier(name)} WITH SCHEMA extensions;\n" for name in extensions)
        with move.reaching("owner") as reach:
            must(*PSQL, environment=reach, stdin=f"SET client_min_messages = warning;\n{made}")
    _load(move)
    move.note("loaded")
    say(f"loaded in {time.monotonic() - began:.1f} s")


def compare(move: Move) -> None:
    """Compares every row and every file.

    Raises:
        Problem: with what differs
    """
    tables = rows = opened = files = 0
    wrong: list[str] = []
    if move.target:
        schema, role = str(move.target["schema"]), str(move.target["owns"])
        expected = _owned_by(role, manifest.read(move.expected.read_text(encoding="utf-8")))
        with move.reaching() as reach, Session(reach) as session:
            found = manifest.measure(session, {schema: role})
            sealed = session.ask(_must_open(move, schema)) if "sealed" in move.old else []
        wrong = manifest.differences(_spelled_as(found, expected), found)
        tables, rows = len(found.tables), found.rows
        if "sealed" in move.old:
            opened = _opened(move, sealed, move.new_key())
    for source, target in move.folders():
        here, there = _digests(source), _digests(target)
        files += len(here)
        wrong += [f"{target / name} is not what it was" for name in sorted(here) if there.get(name) != here[name]]
        wrong += [f"{target / name} should not be there" for name in sorted(there.keys() - here.keys())]
    if wrong:
        more = f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise Problem(f"what was moved is not what was there: {'; '.join(wrong[:5])}{more}")
    move.note("compared")
    print(json.dumps({"tables": tables, "rows": rows, "files": files, "opened": opened}))


def switch(move: Move) -> None:
    """Starts the service in its new place, and lets our own server block answer for its name."""
    move.mark.touch()
    unit = f"{move.name}.service"
    if run("systemctl", "start", unit).status != 0 or not services.becomes_well(Service(move.name, str(move.live))):
        log = run("journalctl", "--unit", unit, "--lines=5", "--no-pager", "--output=cat").output.strip()
        raise Problem(f"{unit} does not answer as it should in its new place: {log}")
    aside = move.folder / "sites"
    aside.mkdir(exist_ok=True)
    for site in move.sites():
        shutil.move(site, aside / site.name)
        say(f"{site} is put aside")
    _reload(move)
    move.note("switched")


def finish(move: Move) -> None:
    """Removes what only the move needed; the old containers, their volumes and their server block stay."""
    _forget_copy(move)
    for file in (move.dump, move.expected):
        file.unlink(missing_ok=True)
    move.note("done")


def undo(move: Move) -> None:
    """Puts the old one back, however far it was.

    Raises:
        Problem: when it does not come back
    """
    state = move.state()
    if not state:
        raise Problem(f"nothing of {move.name} has been moved here")
    run("systemctl", "stop", f"{move.name}.service")
    move.mark.unlink(missing_ok=True)
    aside = move.folder / "sites"
    for site in sorted(aside.iterdir()) if aside.exists() else []:
        shutil.move(site, _SITES / site.name)
    move.start_old(state.get("restart"))
    _reload(move)
    _forget_copy(move)
    deadline = time.monotonic() + _OLD_STARTS_WITHIN_SECONDS
    question = move.old_question()
    while not services.is_well(question):
        if time.monotonic() > deadline:
            log = f"journalctl --unit {move.old_name}" if "unit" in move.old else f"{move.engine} logs {move.old_name}"
            raise Problem(f"{move.old_name} runs again, and does not answer: `{log}` says why")
        time.sleep(0.25)
    (move.folder / "state.json").write_text(json.dumps({"step": "undone"}), encoding="utf-8")
    say(f"{move.old_name} serves again")


# What the stages are made of.


def _look_at_database(move: Move) -> dict[str, Any]:
    """What the old database is; of one that a service never had, that there is nothing to bring."""
    nothing = {"databaseRuns": True, "databaseImage": "", "tables": 0, "databaseBytes": 0, "server": "", "sealed": 0}
    if "database" not in move.old:
        return nothing
    old = move.old["database"]
    found = move.inspect(old["container"])
    image = {"databaseImage": found["Config"]["Image"]}
    if not found["State"]["Running"]:
        return {**nothing, **image, "databaseRuns": False}
    tables, size = move.ask_old(
        old["name"],
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind = 'r'; SELECT pg_database_size(current_database())",
    )
    server = move.ask_old("postgres", "SHOW server_version")[0]
    return {**nothing, **image, "tables": int(tables), "databaseBytes": int(size), "server": server}


def _must_open(move: Move, schema: str) -> str:
    """Asks for everything that is of no use unless it can be opened."""
    table, column = move.old["sealed"]["mustOpen"].split(".")
    return f"SELECT json_build_object('is', {identifier(column)}::text) FROM {identifier(schema)}.{identifier(table)}"


def _opened(move: Move, lines: list[str], key: str) -> int:
    """How many of them there are, when the key opens every one.

    Raises:
        Problem: when it does not
    """
    closed = 0
    for line in lines:
        try:
            json.loads(unseal(str(json.loads(line)["is"]), key))
        except (Unopened, ValueError):
            closed += 1
    if closed > 0:
        raise Problem(f"{closed} of {len(lines)} in {move.old['sealed']['mustOpen']} of {move.name} do not open with its key")
    return len(lines)


def _seal_anew(move: Move, schema: str) -> None:
    """In the copy alone: seals with the successor's key whatever the old key opens, wherever it stands."""
    old, new = move.old_key(), move.new_key()
    if old == new:
        return
    closed: list[str] = []
    count = 0
    # In one session: entering the container for each column would make the pause longer than everything else.
    with Session({}, move.old_client(move.copy)) as session:
        for entry in map(json.loads, session.ask(_text_columns(schema, move.old["sealed"]["without"]))):
            table, column = f"{identifier(schema)}.{identifier(entry['table'])}", identifier(entry["column"])
            where = f"{entry['table']}.{entry['column']}"
            found = session.ask(
                f"SELECT json_build_object('at', ctid::text, 'is', {column}::text) FROM {table} "
                f"WHERE {column}::text LIKE '%{BEGINS}%'"
            )
            for row in map(json.loads, found):
                text = resealed(row["is"], old, new, lambda: closed.append(where))
                if text == row["is"]:
                    continue
                again = f"{literal(text)}::{entry['type']}"
                session.ask(f"UPDATE {table} SET {column} = {again} WHERE ctid = {literal(row['at'])}::tid")
                count += 1
    say(f"sealed {count} values anew, for the key that {move.name} has here")
    if closed:
        say(f"left as they were, since its key never opened them: {len(closed)}, in {', '.join(sorted(set(closed)))}")


def _text_columns(schema: str, without: list[str]) -> str:
    tables = ", ".join(literal(name) for name in ["", *without])
    return (
        "SELECT json_build_object('table', c.relname, 'column', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) "
        "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE n.nspname = {literal(schema)} AND c.relkind = 'r' AND c.relname NOT IN ({tables}) AND a.attnum > 0 "
        "AND NOT a.attisdropped AND a.attgenerated = '' "
        "AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'json'::regtype, 'jsonb'::regtype) ORDER BY c.relname, a.attnum"
    )


def _bring_image(move: Move) -> None:
    """Fetches the image now: nobody is to wait for it while neither runs."""
    text = Path(f"/etc/containers/systemd/{move.name}.container").read_text(encoding="utf-8")
    image = next(line.removeprefix("Image=") for line in text.splitlines() if line.startswith("Image="))
    if run("podman", "image", "exists", image).status != 0:
        say(f"fetching {image}")
        # As the unit does, where the registry wants a login.
        found = re.search(r"^Environment=REGISTRY_AUTH_FILE=(.+)$", text, re.MULTILINE)
        must("podman", "pull", "--quiet", image, environment={"REGISTRY_AUTH_FILE": found[1]} if found else {})


def _renaming(extensions: list[str], schema: str) -> str:
    """What is made with an extension names it by its schema, which is another one in the new place."""
    moved = "".join(f"ALTER EXTENSION {identifier(name)} SET SCHEMA extensions;" for name in extensions)
    return f"CREATE SCHEMA IF NOT EXISTS extensions;{moved}ALTER SCHEMA public RENAME TO {identifier(schema)};"


def _dump(move: Move) -> None:
    old = move.old["database"]
    words = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--schema={identifier(move.target['schema'])}"]
    with open(os.open(move.dump, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        done = subprocess.run(
            [move.engine, "exec", old["container"], "pg_dump", "-U", old["user"], *words, move.copy],
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=subprocess.PIPE,
            text=False,
            check=False,
        )
    if done.returncode != 0:
        raise Problem(f"pg_dump failed: {done.stderr.decode(errors='replace').strip()}")


def _load(move: Move) -> None:
    schema, role = str(move.target["schema"]), str(move.target["owns"])
    listed = must("pg_restore", "--list", str(move.dump))
    made = re.compile(rf" SCHEMA - {re.escape(schema)} | COMMENT - SCHEMA {re.escape(schema)} ")
    with tempfile.TemporaryDirectory(prefix="load-", dir=move.folder) as work:
        contents, tables = Path(work) / "contents", Path(work) / "tables.sql"
        contents.write_text("\n".join(line for line in listed.splitlines() if not made.search(line)), encoding="utf-8")
        words = ["--no-owner", "--no-privileges", f"--use-list={contents}", f"--file={tables}", str(move.dump)]
        must("pg_restore", *words)
        before = Path(work) / "before.sql"
        before.write_text(
            f"SET client_min_messages = warning;\nSET ROLE {identifier(role)};\n{_emptying(schema)}\n", encoding="utf-8"
        )
        # An older server does not know the newest setting; nothing of the data depends on it.
        must("sed", "--in-place", "/^SET transaction_timeout = 0;$/d", str(tables))
        with move.reaching() as reach:
            files = ["--single-transaction", "--output=/dev/null", f"--file={before}", f"--file={tables}"]
            must(*PSQL, "--set=VERBOSITY=terse", *files, environment=reach)


def _emptying(schema: str) -> str:
    """Takes away what a move before has loaded: only such a one lets it come to this."""
    kinds = {"r": "TABLE", "p": "TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW", "S": "SEQUENCE"}
    drops = "".join(
        f"FOR it IN SELECT oid::regclass::text FROM pg_class WHERE relnamespace = {literal(schema)}::regnamespace "
        f"AND relkind = '{kind}' LOOP EXECUTE 'DROP {word} IF EXISTS ' || it || ' CASCADE'; END LOOP; "
        for kind, word in kinds.items()
    )
    functions = (
        f"FOR it IN SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = {literal(schema)}::regnamespace "
        "LOOP EXECUTE 'DROP ROUTINE IF EXISTS ' || it || ' CASCADE'; END LOOP; "
    )
    return f"DO $$ DECLARE it text; BEGIN {drops}{functions}END $$;"


def _forget_copy(move: Move) -> None:
    if "database" not in move.old:
        return
    move.ask_old("postgres", f"DROP DATABASE IF EXISTS {identifier(move.copy)} WITH (FORCE)")


def _owned_by(role: str, measured: Manifest) -> Manifest:
    tables = {name: {**table, "owner": role} for name, table in measured.tables.items()}
    return dataclasses.replace(measured, tables=tables, schemas={name: role for name in measured.schemas})


def _spelled_as(found: Manifest, expected: Manifest) -> Manifest:
    """Without how expressions are spelled: a server that reads one of a dump may put its casts elsewhere. They are known by name."""
    own = {
        name: found.definitions.get(name, digest) if name.startswith(_RESPELLED) else digest
        for name, digest in expected.definitions.items()
    }
    return dataclasses.replace(expected, definitions=own)


def _copy_files(move: Move) -> None:
    began = time.monotonic()
    owner = move.live.stat()
    for source, target in move.folders():
        target.mkdir(parents=True, exist_ok=True)
        must("rsync", "--archive", "--delete", f"--chown={owner.st_uid}:{owner.st_gid}", f"{source}/", f"{target}/")
        for parent in [target, *target.parents]:
            if not parent.is_relative_to(move.live):
                break
            os.chown(parent, owner.st_uid, owner.st_gid)
    say(f"copied the files in {time.monotonic() - began:.1f} s")


def _reload(move: Move) -> None:
    must("nginx", "-t", "-q")
    must("systemctl", "reload", "nginx.service")


def _runs(move: Move) -> bool:
    return run("systemctl", "--quiet", "is-active", f"{move.name}.service").status == 0


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in _files(folder))


def _digests(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in _files(folder):
        with open(path, "rb") as stream:
            found[str(path.relative_to(folder))] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


_STAGES: dict[str, Callable[[Move], None]] = {
    one.__name__: one for one in (look, copy, stop, load, compare, switch, finish, undo)
}



def _main() -> None:
    move = Move(GIVEN)
    move.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A stage whose operator's connection has broken comes to its end first.
    with open(move.folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _STAGES[GIVEN["stage"]](move)


try:
    _main()
except (Problem, OSError) as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(1)
