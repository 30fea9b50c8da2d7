"""Restored folders take the place of the services' own, each in one step, and the way back is one as well."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from .prove import Fetched
from .settings import Service


def swap(found: Sequence[Service], fetched: Fetched, undo: ExitStack) -> list[Path]:
    """Puts restored folders in the place of the ones that are there; gives where those are now."""
    asides: list[Path] = []
    for service in found:
        live, restored = Path(service.folder), fetched.files(service.folder)
        if not restored.is_dir():
            continue
        aside = _aside(live)
        shutil.rmtree(aside, ignore_errors=True)
        status = live.stat()
        os.chown(restored, status.st_uid, status.st_gid)
        os.chmod(restored, status.st_mode & 0o7777)
        live.rename(aside)
        undo.callback(_swap_back, live, aside)
        restored.rename(live)
        asides.append(aside)
    return asides


def put_back(found: Sequence[Service]) -> None:
    """Puts every folder back that was moved aside."""
    for service in found:
        live = Path(service.folder)
        if _aside(live).exists():
            _swap_back(live, _aside(live))


def _aside(live: Path) -> Path:
    return live.with_name(f".{live.name}-replaced")


def _swap_back(live: Path, aside: Path) -> None:
    if live.exists():
        shutil.rmtree(live)
    aside.rename(live)
