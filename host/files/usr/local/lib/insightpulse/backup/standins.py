"""Stand-ins for Odoo's files: whose they are and what is in them cannot be told by a rule, so none of them comes along."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from .masking import Columns, table_name
from .problem import Problem
from .session import Session
from .settings import Filestore
from .words import literal

_TEXT = b"A stand-in: this file of production was not brought here.\n"
# One pixel that is seen through.
_IMAGE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_COLUMNS = ("store_fname", "checksum", "file_size", "mimetype")


def refer_to_standins(session: Session, store: Filestore, columns: Columns) -> None:
    """Every attachment with a file gets a stand-in of its kind.

    Raises:
        Problem: when Odoo keeps its files otherwise than is known here
    """
    table = f"{store.schema}.ir_attachment"
    if table not in columns:
        return
    missing = [name for name in _COLUMNS if name not in columns[table]]
    if missing:
        raise Problem(f"{table} has no {' and no '.join(missing)}: Odoo keeps its files otherwise than is known here")
    for content, mimetype, condition in (
        (_IMAGE, "image/png", "mimetype LIKE 'image/%'"),
        (_TEXT, "text/plain", "coalesce(mimetype, '') NOT LIKE 'image/%'"),
    ):
        digest = hashlib.sha1(content).hexdigest()
        session.ask(
            f"UPDATE {table_name(table)} SET store_fname = {literal(_name(content))}, checksum = {literal(digest)}, "
            f"file_size = {len(content)}, mimetype = {literal(mimetype)} WHERE store_fname <> '' AND {condition}"
        )


def write_standins(folder: Path, live: Path) -> None:
    """Makes a filestore of them.

    Args:
        live: the one that it is to replace; made where nothing was ever put into it
    """
    home = next(one for one in live.parents if one.is_dir())
    for one in reversed([live, *live.parents]):
        if not one.exists():
            one.mkdir(mode=0o750)
            os.chown(one, home.stat().st_uid, home.stat().st_gid)
    owner = live.stat()
    for content in (_TEXT, _IMAGE):
        path = folder / _name(content)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o640)
        path.parent.chmod(0o750)
        for one in (path, path.parent):
            os.chown(one, owner.st_uid, owner.st_gid)


def _name(content: bytes) -> str:
    """A file's name in a filestore."""
    digest = hashlib.sha1(content).hexdigest()
    return f"{digest[:2]}/{digest}"
