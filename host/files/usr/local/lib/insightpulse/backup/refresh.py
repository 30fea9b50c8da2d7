"""Fills this platform from another environment's proven backup, with personal data masked before anybody can reach it.

What comes is restored beside the platform, on a socket that only root reaches, and compared. There it is masked, and searched
for what was masked. Only what has passed takes the place of what is live, in the way a restore does: all of it or nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from . import clock, database, into_live, masking, personal, prove, standins
from .commands import say
from .context import PLATFORM, Context, Stopwatch, anothers_copy, require_space, workspace
from .database import Dump
from .masking import Rule
from .owner import Owner
from .problem import Problem
from .prove import Fetched
from .restic import Snapshot
from .restore import told
from .scratch import Scratch, running
from .session import Session
from .settings import SECRETS, Place, Settings, read_masking
from .words import identifier


@dataclass(frozen=True)
class Source:
    """The environment whose backup is taken, and what opens it; it lies in memory for as long as this takes."""

    environment: str
    endpoint: str
    bucket: str
    accessKey: str
    secretKey: str
    password: str

    def copy(self, settings: Settings, folder: Path) -> Context:
        """Its repository, with key and password in files that go with their folder."""
        credentials, password = folder / "source-spaces.ini", folder / "source-password"
        for path, text in (
            (credentials, f"[default]\naws_access_key_id = {self.accessKey}\naws_secret_access_key = {self.secretKey}\n"),
            (password, f"{self.password}\n"),
        ):
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
        return anothers_copy(settings, Place(self.endpoint, self.bucket), credentials, password, folder / "cache")


def refresh(keeper: Context, source: Source, secrets: Path, at: datetime | None, owner: Owner) -> dict[str, Any]:
    """Fills this platform from the newest proven backup of another environment.

    Args:
        keeper: the copy that what is here now is saved to before
        secrets: a folder in memory
        at: no younger one is taken

    Raises:
        Problem: with the reason; nothing was changed, or what was there before is back
    """
    settings = keeper.settings
    wanted = _refuse_production(settings, source)
    rules = [Rule(**rule) for rule in wanted["rules"]]
    stopwatch = Stopwatch()
    into_live.recover(settings, owner)
    there = source.copy(settings, secrets)
    chosen = choose_proven(there, at)
    with workspace("refresh") as folder:
        fetched = prove.fetch(there, chosen, folder, stopwatch, folders=())
        require_space(3 * fetched.expected.size, "the refresh")
        with running(folder / "server", fetched.expected.server // 10000) as server:
            prove.restore_into(server, fetched, stopwatch)
            with stopwatch.measure("compare"):
                said = prove.compare_with(server, fetched.expected)
            if said:
                raise Problem(f"nothing was changed, since the backup is not what it says: {'; '.join(said[:5])}")
            masked = _masked(server, fetched, settings, rules, wanted, stopwatch)
        with stopwatch.measure("safety backup"):
            into_live.keep_what_is_there(keeper)
        for store in settings.filestores:
            standins.write_standins(masked.files(store.folder), Path(store.folder))
        into_live.put_in_place(settings, masked, settings.filestore_services(), True, owner, stopwatch)
    return told(chosen, stopwatch)


def _refuse_production(settings: Settings, source: Source) -> Mapping[str, Any]:
    wanted = read_masking()
    if wanted is None:
        raise Problem(
            f"this host is {settings.environment}'s and is filled from nowhere: only hosts that have "
            "/etc/insightpulse/masking.json are, and production's never do"
        )
    if source.environment == settings.environment:
        raise Problem(f"{settings.environment} is not filled from itself; `./scripts/ops restore` restores it")
    return wanted


def choose_proven(there: Context, at: datetime | None) -> Snapshot:
    """The newest backup, no younger than a time, whose last proof found nothing wrong; younger ones that are passed over are named.

    Raises:
        Problem: when there is none
    """
    last_proof = {one["snapshot"]: one["result"] for one in there.records.everywhere("proof", prove.NEWEST_PROOFS)}
    fitting = [one for one in there.repository.snapshots(PLATFORM) if at is None or one.time <= at]
    for one in reversed(fitting):
        if last_proof.get(one.original) == "proven":
            return one
        say(f"the backup from {clock.written(one.time)} is not proven, and passed over")
    before = "" if at is None else f" from {clock.written(at)} or before"
    raise Problem(f"there is no proven backup{before}: `./scripts/ops backup now` takes and proves one")


def _masked(
    server: Scratch,
    fetched: Fetched,
    settings: Settings,
    rules: list[Rule],
    wanted: Mapping[str, Any],
    stopwatch: Stopwatch,
) -> Fetched:
    """Masks what a server holds, and dumps it; gives the dump in the place of the one that was fetched."""
    schemas = fetched.expected.schemas
    programs = database.programs(fetched.expected.server // 10000)
    known = fetched.folder / "known"
    with Session(server.environment) as session, stopwatch.measure("mask"):
        columns = masking.columns_of(session, schemas)
        there = masking.applicable(rules, columns)
        personal.refuse_unmasked(session, there, columns, wanted["looksPersonal"], wanted["notPersonal"])
        count = personal.write_known(session, there, known)
        masking.mask(session, there, columns, _key())
        for store in settings.filestores:
            standins.refer_to_standins(session, store, columns)
        _hand_over(session, fetched)
    masked = Fetched(fetched.folder / "masked", fetched.expected, {})
    target = masked.archive
    target.parent.mkdir(parents=True)
    with Session(server.environment) as session, stopwatch.measure("dump"):
        dumped: Dump = database.dump_schemas(session, server.environment, programs, schemas, settings.filestores, target)
    with stopwatch.measure("search"):
        personal.refuse_copies(target, known, columns, programs)
    say(f"masked by {len(there)} rules; none of {count} addresses, numbers and secrets is found in what is left")
    return Fetched(masked.folder, dumped.manifest, dumped.references)


def _key() -> str:
    """What masks are made with: this environment's own, so that a person has the same mask after each refresh."""
    password = (SECRETS / "backup-repository-password").read_bytes().strip()
    return hmac.new(password, b"masking", hashlib.sha256).hexdigest()


def _hand_over(session: Session, fetched: Fetched) -> None:
    """Gives what a role's logins have made to the role: which of its logins is in use is another matter here."""
    for owner in set(fetched.expected.schemas.values()):
        logins = [role for role in (f"{owner}_a", f"{owner}_b") if role in fetched.expected.roles]
        if logins:
            session.ask(f"REASSIGN OWNED BY {', '.join(map(identifier, logins))} TO {identifier(owner)}")
