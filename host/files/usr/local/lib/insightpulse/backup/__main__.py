"""The command line: what timers start, and what `./scripts/ops` asks for over SSH."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import certificates, clock, command_line, copies, into_live, into_scratch, plan, prove, refresh, settings, take, watch
from .commands import say
from .context import PLATFORM, SAFETY, Context, first_copy, one_at_a_time, second_copy
from .owner import Owner
from .problem import Problem
from .restore import Wanted

_EVERYWHERE = 60


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="insightpulse-backup", description="Backups of this host.")
    tasks = parser.add_subparsers(dest="name", required=True)

    def add(name: str, task: Callable[[argparse.Namespace], None], about: str) -> argparse.ArgumentParser:
        one = tasks.add_parser(name, help=about, description=about)
        one.add_argument("--as-of", type=command_line.moment, help="go by this time instead of the clock's, in a drill")
        one.set_defaults(task=task)
        return one

    add("take", _take, "take a backup")
    add("prove", _prove, "restore a backup into scratch and compare it").add_argument("--at", type=command_line.moment)
    add("copy", _copy, "copy backups to the second region")
    add("check", _check, "check the repository, and read a part of it back")
    add("watch", _watch, "complain when the last proven backup is too old")
    add("list", _list, "show the backups there are, as JSON")
    add("accept-password", _accept_password, "let another password open the backups; it comes as JSON through standard input")
    add("retire-passwords", _retire_passwords, "let no password open the backups but the one in use")
    add("certificates", _certificates, "print this host's certificates and keys; the backups' password comes as JSON first")
    planned = add("plan", _plan, "say what a restore would replace, as JSON")
    restored = add("restore", _restore, "restore a backup; secrets come as JSON through standard input")
    restored.add_argument("--into", choices=["scratch", "live"], required=True)
    for one in (planned, restored):
        one.add_argument("--at", type=command_line.moment, help="the newest backup that is no younger")
        one.add_argument("--safety", action="store_true", help="a backup that a restore has taken of what it replaced")
        one.add_argument("--only", choices=["db", "files"])
        one.add_argument("--copy", choices=["first", "second"], default="first")
    add("refresh", _refresh, "fill this platform from another environment's backup, masked; what opens it comes as JSON")
    add("forget-scratch", lambda _: into_scratch.forget_scratch(), "remove what a restore into scratch has left")
    return parser


def _take(arguments: argparse.Namespace) -> None:
    with one_at_a_time("take"):
        take.take(first_copy(settings.read()), PLATFORM, arguments.as_of)


def _prove(arguments: argparse.Namespace) -> None:
    with one_at_a_time("prove"):
        prove.prove(first_copy(settings.read()), arguments.at, arguments.as_of)


def _copy(arguments: argparse.Namespace) -> None:
    known = settings.read()
    with one_at_a_time("copy"):
        copies.copy(first_copy(known), second_copy(known), arguments.as_of)


def _check(arguments: argparse.Namespace) -> None:
    known = settings.read()
    with one_at_a_time("check"):
        watch.check(_written_here(known), arguments.as_of)


def _accept_password(_arguments: argparse.Namespace) -> None:
    password = json.load(sys.stdin)["password"]
    repository = _written_here(settings.read()).repository
    with one_at_a_time("accept-password"), tempfile.TemporaryDirectory(prefix="insightpulse-backup-", dir="/run") as folder:
        file = Path(folder) / "password"
        file.write_text(f"{password}\n", encoding="utf-8")
        # Where there is no backup yet, the first one is made with the password of that day.
        if repository.identity() is not None:
            repository.accept(file)


def _retire_passwords(_arguments: argparse.Namespace) -> None:
    repository = _written_here(settings.read()).repository
    with one_at_a_time("retire-passwords"):
        if repository.identity() is not None:
            say(f"{repository.accept_nothing_else()} retired")


def _certificates(_arguments: argparse.Namespace) -> None:
    certificates.require_password(str(json.load(sys.stdin)["password"]))
    print(certificates.packed())


def _written_here(known: settings.Settings) -> Context:
    """The copy this host writes: the first, or the second where it only copies."""
    return first_copy(known) if known.database is not None else second_copy(known)


def _watch(arguments: argparse.Namespace) -> None:
    known = settings.read()
    context = first_copy(known)
    # The host that copies sees what the other one has written, and notices when that one is dead.
    proofs = context.records.here("proof") if known.database is not None else context.records.everywhere("proof", 5)
    watch.watch(context, proofs, arguments.as_of)


def _list(_arguments: argparse.Namespace) -> None:
    context = first_copy(settings.read())
    known = {kind: context.records.everywhere(kind, _EVERYWHERE) for kind in ("backup", "proof")}
    backups = [
        {"snapshot": one.id, "time": clock.written(one.time), "tag": (one.tags or ("",))[0]}
        for one in context.repository.snapshots()
    ]
    print(json.dumps({"backups": backups, "records": known}))


def _plan(arguments: argparse.Namespace) -> None:
    with _From(arguments) as given:
        print(json.dumps(plan.plan(given.context, _wanted(arguments))))


def _restore(arguments: argparse.Namespace) -> None:
    # A terminal that is closed does not leave the platform half restored.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with one_at_a_time("restore"), _From(arguments) as given:
        if arguments.into == "scratch":
            into_scratch.into_scratch(given.context, _wanted(arguments))
        else:
            into_live.into_live(given.context, first_copy(settings.read()), _wanted(arguments), given.owner)


def _refresh(_arguments: argparse.Namespace) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    given = json.load(sys.stdin)
    at = None if given.get("at") is None else clock.parse(given["at"])
    with one_at_a_time("refresh"), tempfile.TemporaryDirectory(prefix="insightpulse-backup-", dir="/run") as folder:
        source, owner = refresh.Source(**given["source"]), Owner(**given["owner"])
        refresh.refresh(first_copy(settings.read()), source, Path(folder), at, owner)


class _From:
    """The copy that is restored from, with the secrets that came through standard input, for as long as they are needed."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        given = {} if sys.stdin.isatty() else json.loads(sys.stdin.read() or "{}")
        self.owner = Owner(**given["owner"]) if "owner" in given else None
        known = settings.read()
        open_copy = second_copy if arguments.copy == "second" else first_copy
        # In memory, and gone with this process's folder.
        self._folder = tempfile.TemporaryDirectory(prefix="insightpulse-backup-", dir="/run")
        if "reader" in given:
            credentials = Path(self._folder.name) / "spaces.ini"
            credentials.touch(mode=0o600)
            key = given["reader"]
            credentials.write_text(
                f"[default]\naws_access_key_id = {key['accessKey']}\naws_secret_access_key = {key['secretKey']}\n",
                encoding="utf-8",
            )
            self.context: Context = open_copy(known, credentials)
        elif arguments.copy == "second":
            raise Problem("the second copy is opened by another key: `./scripts/ops restore` brings it along")
        else:
            self.context = open_copy(known)

    def __enter__(self) -> _From:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _wanted(arguments: argparse.Namespace) -> Wanted:
    return Wanted(
        at=arguments.at,
        tag=SAFETY if arguments.safety else PLATFORM,
        database=arguments.only != "files",
        files=arguments.only != "db",
    )


# Whoever is told to end puts back and takes away what it has begun.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
sys.exit(command_line.run(_parser()))
