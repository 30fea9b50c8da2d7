"""Restores a backup into the live platform, in place of what is there.

Nothing is overwritten. What is there moves aside in one step, the backup is restored where it was, compared, and only then
does what was there before go. Whatever fails on the way puts it back; a run that is killed leaves a note, by which the next
one does.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from . import clock, database, folder_swap, manifest, prove, restoring, services
from .commands import say
from .context import SAFETY, Context, Stopwatch, workspace
from .owner import Owner
from .problem import Problem
from .prove import Fetched
from .restic import Damaged
from .restore import JOBS, Wanted, told
from .schema_swap import SchemaSwap, plan_swap
from .session import Session
from .settings import Service, Settings
from .take import take


def into_live(context: Context, keeper: Context, wanted: Wanted, owner: Owner | None) -> dict[str, Any]:
    """Restores in place of what is there.

    Args:
        context: the copy that is restored from
        keeper: the copy that what is there now is saved to before

    Raises:
        Problem: with the reason; what was there before is back, and serves
    """
    if wanted.database and owner is None:
        raise Problem("a restore of the database needs its owner: `./scripts/ops restore` brings it along")
    stopwatch = Stopwatch()
    settings = context.settings
    recover(settings, owner)
    chosen, *before = prove.candidates(context, wanted.at, wanted.tag)
    with workspace("restore") as folder:
        with stopwatch.measure("safety backup"):
            keep_what_is_there(keeper)
        folders = [service.folder for service in settings.services] if wanted.files else []
        try:
            fetched = prove.fetch(context, chosen, folder, stopwatch, folders)
        except Damaged as problem:
            # Who has said yes to one backup has not said it to an older one.
            remedy = f"; the one before it: --at {clock.written(before[0].time)}" if before else ""
            said = f"the backup from {clock.written(chosen.time)} is damaged: {problem}{remedy}"
            raise Problem(f"nothing was changed, since {said}") from None
        if wanted.files:
            _require_whole_files(settings, fetched)
        put_in_place(settings, fetched, settings.services if wanted.files else (), wanted.database, owner, stopwatch)
    return told(chosen, stopwatch)


def put_in_place(
    settings: Settings,
    fetched: Fetched,
    folders: Sequence[Service],
    with_database: bool,
    owner: Owner | None,
    stopwatch: Stopwatch,
) -> None:
    """Stops the services, puts what was fetched in the place of what is there, and starts them.

    Args:
        folders: what is replaced of the services' files

    Raises:
        Problem: with the reason; what was there before is back, and serves
    """
    with stopwatch.measure("stop"):
        stopped = services.stop(settings.services)
    try:
        _replace(settings, fetched, folders, with_database, owner, stopwatch)
    finally:
        with stopwatch.measure("start"):
            unwell = services.start(stopped)
    if unwell:
        raise Problem(f"the backup is restored, but {'; '.join(unwell)}")


def keep_what_is_there(keeper: Context) -> None:
    """Takes the safety backup. What is damaged enough to be replaced may not make a complete one; it is kept as it is."""
    try:
        take(keeper, SAFETY)
    except Problem as problem:
        if str(problem).startswith("the backup failed"):
            raise Problem(f"nothing was changed, since there is no safety backup: {problem}") from None
        say(f"of what is there now: {problem}")


def _require_whole_files(settings: Settings, fetched: Fetched) -> None:
    said = prove.files_differ(settings, fetched)
    if said:
        raise Problem(f"nothing was changed, since the backup is not whole: {'; '.join(said[:5])}")


def _replace(
    settings: Settings,
    fetched: Fetched,
    folders: Sequence[Service],
    with_database: bool,
    owner: Owner | None,
    stopwatch: Stopwatch,
) -> None:
    restoring.write({})
    with ExitStack() as undo:
        undo.callback(restoring.done)
        aside: list[Path] = []
        if folders:
            with stopwatch.measure("files"):
                aside = folder_swap.swap(folders, fetched, undo)
        if with_database and owner is not None:
            _replace_schemas(settings, fetched, owner, stopwatch)
        # From here on it stays.
        undo.pop_all()
    restoring.done()
    for path in aside:
        shutil.rmtree(path, ignore_errors=True)


def recover(settings: Settings, owner: Owner | None) -> None:
    """Puts back what a restore that was killed has moved aside.

    Raises:
        Problem: when that takes the database's owner, who was not brought along
    """
    note = restoring.read()
    if note is None:
        return
    say("a restore was killed half way; putting back what it had moved aside")
    stopped = services.stop(settings.services)
    folder_swap.put_back([*settings.services, *settings.filestore_services()])
    if note:
        if owner is None:
            raise Problem("schemas are to be put back, which only the database's owner may do")
        with workspace("recover") as folder, Session(owner.reach(settings.the_database(), folder)) as session:
            SchemaSwap(session, note).take_back()
    restoring.done()
    services.start(stopped or settings.services)


def _replace_schemas(settings: Settings, fetched: Fetched, owner: Owner, stopwatch: Stopwatch) -> None:
    expected = fetched.expected
    known = settings.the_database()
    reach = owner.reach(known, fetched.folder)
    with Session(reach) as session:
        database.refuse_other_version(session, known)
        note = plan_swap(session, expected)
    try:
        with Session(reach) as session:
            swap = SchemaSwap(session, note)
            swap.begin()
            with stopwatch.measure("database"):
                _restore_schemas(fetched, reach, swap)
            with stopwatch.measure("compare"):
                said = manifest.differences(expected, manifest.measure(session, swap.restored()))
            if said:
                raise Problem(f"what was restored is not what the backup says: {'; '.join(said[:5])}")
            swap.finish()
    except BaseException:
        # A session of its own: the other one may be what has failed.
        with Session(reach) as session:
            SchemaSwap(session, note).take_back()
        raise


def _restore_schemas(fetched: Fetched, reach: Mapping[str, str], swap: SchemaSwap) -> None:
    programs = database.programs(fetched.expected.server // 10000)
    swap.make_room()
    database.restore(fetched.archive, reach, programs, jobs=JOBS, keep_entry=swap.is_restored)
