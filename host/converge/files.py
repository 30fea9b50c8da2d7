"""Managed files and folders: what differs, and how new contents take the place of old ones."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .bundle import Directory, File
from .problem import Problem
from .system import System

# New contents wait beside their targets, on the same file system, so that a rename puts them in place at once.
STAGED = ".converge-new"


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the bundle says. `what` never tells a content."""

    path: str
    what: str


def owner_ids(owner: str, group: str) -> tuple[int, int]:
    """The numbers of a user and a group.

    Raises:
        Problem: when one of them does not exist
    """
    try:
        return pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid
    except KeyError:
        raise Problem(f"there is no user {owner} or no group {group} on this host") from None


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Puts a path to what fails without one, as writing does once a file is open."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or path
        raise


def difference_of(system: System, file: File) -> Difference | None:
    """How a managed file differs from what it should be, or nothing."""
    target = system.path(file.path)
    try:
        if target.is_symlink() or not target.is_file():
            return Difference(file.path, "missing" if not os.path.lexists(target) else "not a file")
        if target.read_bytes() != file.content.encode():
            return Difference(file.path, "content")
        return _attributes(target, file.path, file.mode, file.owner, file.group)
    except OSError as error:
        return Difference(file.path, f"unreadable ({error.strerror})")


def directory_difference(system: System, directory: Directory) -> Difference | None:
    """How a managed folder differs, or nothing."""
    target = system.path(directory.path)
    if target.is_symlink() or not target.is_dir():
        return Difference(directory.path, "missing" if not os.path.lexists(target) else "not a folder")
    return _attributes(target, directory.path, directory.mode, directory.owner, directory.group)


def _attributes(target: Path, path: str, mode: str, owner: str, group: str) -> Difference | None:
    status = target.stat()
    if status.st_mode & 0o7777 != int(mode, 8):
        return Difference(path, f"mode {status.st_mode & 0o7777:04o}, not {mode}")
    try:
        wanted = owner_ids(owner, group)
    except Problem:
        return Difference(path, f"owner is not {owner}:{group}")
    return None if (status.st_uid, status.st_gid) == wanted else Difference(path, f"owner is not {owner}:{group}")


def make_directory(system: System, directory: Directory) -> None:
    """Makes a folder what it should be; folders above it that are missing are plain ones.

    Raises:
        Problem: when a symbolic link is in its place: whoever owns the folder above it could have the owner of any other
            folder changed by one
    """
    target = system.path(directory.path)
    if target.is_symlink():
        raise Problem(f"{directory.path} is a symbolic link, and has to be a folder; nothing was changed")
    target.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        os.fchown(descriptor, *owner_ids(directory.owner, directory.group))
        os.fchmod(descriptor, int(directory.mode, 8))
    finally:
        os.close(descriptor)


def stage(system: System, file: File) -> Path:
    """Writes a file's new content beside its target, safely on disk, with its own mode and owner from the start."""
    target = system.path(file.path)
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f"{target.name}{STAGED}")
    staged.unlink(missing_ok=True)
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with naming(file.path), os.fdopen(descriptor, "wb") as stream:
        stream.write(file.content.encode())
        stream.flush()
        os.fchown(stream.fileno(), *owner_ids(file.owner, file.group))
        os.fchmod(stream.fileno(), int(file.mode, 8))
        os.fsync(stream.fileno())
    return staged


def discard_staged(system: System, files: list[File]) -> None:
    """Takes away what was staged and will not be used."""
    for file in files:
        target = system.path(file.path)
        target.with_name(f"{target.name}{STAGED}").unlink(missing_ok=True)


def put_in_place(system: System, file: File) -> None:
    """The staged content becomes the file, in one step."""
    target = system.path(file.path)
    os.replace(target.with_name(f"{target.name}{STAGED}"), target)


def back_up(system: System, path: str, backup: Path) -> bool:
    """Keeps a copy of a file as it is now; says whether there was one."""
    target = system.path(path)
    if not os.path.lexists(target):
        return False
    backup.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copy2(target, backup, follow_symlinks=False)
    if not backup.is_symlink():
        status = target.stat()
        os.chown(backup, status.st_uid, status.st_gid)
    return True


def restore(system: System, path: str, backup: Path | None) -> None:
    """Puts a file back as it was, or takes it away when there was none."""
    target = system.path(path)
    if backup is None:
        target.unlink(missing_ok=True)
        return
    staged = target.with_name(f"{target.name}{STAGED}")
    staged.unlink(missing_ok=True)
    shutil.copy2(backup, staged, follow_symlinks=False)
    if not backup.is_symlink():
        status = backup.stat()
        os.chown(staged, status.st_uid, status.st_gid)
    os.replace(staged, target)
