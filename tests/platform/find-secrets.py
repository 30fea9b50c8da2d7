"""Looks on a host for texts that only some files may hold. They come as a list in JSON by standard input, so that this
search itself puts them nowhere, and only their places are printed.

Searched: arguments and environments of all processes, what systemd tells of its units, the journal, and every file below
the folders in which configuration, logs and leftovers are.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("/etc", "/home", "/opt", "/root", "/run", "/tmp", "/usr/local", "/var/lib", "/var/log", "/var/tmp")
# Images and the data of services are not settings; the journal's files are asked through journalctl.
LEFT_OUT = ("/run/containers/storage", "/var/lib/containers/storage/overlay", "/var/log/journal", "/run/udev")
LARGEST = 16 * 1024 * 1024


def places() -> Iterator[tuple[str, bytes]]:
    yield from processes()
    yield "systemctl show", printed("systemctl", "show", "*")
    yield "systemctl cat", printed("sh", "-c", "systemctl cat '*'")
    yield "journal", printed("journalctl", "--all", "--output=export")
    for folder in FOLDERS:
        yield from files(folder)


def processes() -> Iterator[tuple[str, bytes]]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            user = f"user {folder.stat().st_uid}"
            for kind in ("cmdline", "environ"):
                yield f"{kind} of {(folder / 'comm').read_text().strip()}, {user}", (folder / kind).read_bytes()
        except OSError:
            continue  # It has ended.


def printed(*command: str) -> bytes:
    return subprocess.run(command, capture_output=True, check=False).stdout


def files(folder: str) -> Iterator[tuple[str, bytes]]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if os.path.join(where, name) not in LEFT_OUT]
        for name in names:
            file = Path(where, name)
            try:
                if file.is_file() and not file.is_symlink() and file.stat().st_size <= LARGEST:
                    yield f"{file} {reachable(file):04o}", file.read_bytes()
            except OSError:
                continue  # It is gone.


def reachable(file: Path) -> int:
    """Who may do what with a file, without those who do not get into the folder it is in."""
    mode = file.stat().st_mode & 0o777
    for folder in file.parents:
        passing = folder.stat().st_mode
        mode &= 0o700 | (0o070 if passing & 0o010 else 0) | (0o007 if passing & 0o001 else 0)
    return mode


def main() -> None:
    texts = [text.encode() for text in json.load(sys.stdin)]
    found = {place for place, content in places() if any(text in content for text in texts)}
    print(json.dumps(sorted(found)))


main()
