"""New files are tried before they replace the old ones.

The folders they lie in are copied, the new files put into the copies, and the copies mounted over the originals for
one command alone (a mount namespace of its own). Nothing else on the host sees them.
"""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from pathlib import Path

from .bundle import File, Validation, matches, tree_of
from .files import STAGED, owner_ids
from .problem import Problem
from .system import System, last_lines

# Mounts what it is given in pairs over each other, then becomes the command.
_SCRIPT = 'while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit 125; shift 2; done; shift; exec "$@"'


def validate(system: System, validations: tuple[Validation, ...], changed: list[File], removed: list[str]) -> None:
    """Runs every command whose files change.

    Raises:
        Problem: with what the command said, when one refuses the new files
    """
    touched = [*(file.path for file in changed), *removed]
    for validation in validations:
        if not any(matches(path, validation.paths) for path in touched):
            continue
        trees = sorted({tree_of(pattern) for pattern in validation.paths})
        with tempfile.TemporaryDirectory(prefix="converge-", dir=_memory(system)) as folder:
            copies = [(_copy(system, tree, Path(folder), changed, removed), tree) for tree in trees]
            mounts = [text for copy, tree in copies for text in (str(copy), str(system.path(tree)))]
            done = system.run("unshare", "--mount", "sh", "-c", _SCRIPT, "sh", *mounts, "--", *validation.command)
        if done.returncode != 0:
            command = shlex.join(validation.command)
            raise Problem(f"`{command}` refuses the new files; the old ones stay:\n{last_lines(done)}")


def _memory(system: System) -> str | None:
    """Copies may hold secrets: they are kept in memory where the host has a place for that."""
    run = system.path("/run")
    return str(run) if run.is_dir() else None


def _copy(system: System, tree: str, folder: Path, changed: list[File], removed: list[str]) -> Path:
    copy = folder / tree.strip("/").replace("/", "-")
    original = system.path(tree)
    original.mkdir(parents=True, exist_ok=True)
    shutil.copytree(original, copy, symlinks=True, ignore=shutil.ignore_patterns(f"*{STAGED}"))
    prefix = f"{tree.rstrip('/')}/"
    for file in (file for file in changed if file.path.startswith(prefix)):
        target = copy / file.path.removeprefix(prefix)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_text(file.content)
        os.chown(target, *owner_ids(file.owner, file.group))
        os.chmod(target, int(file.mode, 8))
    for path in (path for path in removed if path.startswith(prefix)):
        (copy / path.removeprefix(prefix)).unlink(missing_ok=True)
    return copy
