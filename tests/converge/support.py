"""A host in a temporary folder: real files and a real program, with systemd, dpkg, ufw and validators that are told."""

from __future__ import annotations

import grp
import json
import os
import pwd
import re
import subprocess
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

from converge.system import System

OWNER = pwd.getpwuid(os.geteuid()).pw_name
GROUP = grp.getgrgid(os.getegid()).gr_name


class FakeSystem(System):
    """Files are real, below a folder; commands are answered here and remembered."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.commands: list[tuple[str, ...]] = []
        self.said: list[str] = []
        self.active: set[str] = set()
        # How often systemd says it has started every unit again.
        self.restarts = 0
        self.disabled: set[str] = set()
        self.rules: list[str] = []
        # Commands that fail, by their beginning.
        self.failing: dict[tuple[str, ...], str] = {}
        self.before: Callable[[tuple[str, ...]], None] = lambda _command: None

    def say(self, line: str) -> None:
        self.said.append(line)

    def warn(self, line: str) -> None:
        self.said.append(line)

    def run(self, *command: str, timeout: float = 600, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        self.before(command)
        for beginning, words in self.failing.items():
            if command[: len(beginning)] == beginning:
                self.commands.append(command)
                return subprocess.CompletedProcess(command, 1, "", words)
        if command[0] == "git":
            return super().run(*command, timeout=timeout)
        self.commands.append(command)
        return subprocess.CompletedProcess(command, 0, self._answer(command), "")

    def _answer(self, command: tuple[str, ...]) -> str:
        if command[:2] == ("systemctl", "show"):
            return "\n".join(
                f"Id={name}\nActiveState={'active' if name in self.active else 'inactive'}\n"
                f"UnitFileState={'disabled' if name in self.disabled else 'enabled'}\n"
                f"NRestarts={self.restarts}\n"
                for name in command[3:]
            )
        if command[0] == "systemctl" and command[1] in ("start", "restart"):
            self.active.add(command[-1])
        if command[0] == "systemctl" and command[1] == "stop":
            self.active.discard(command[-1])
        if command[0] == "dpkg-query":
            return "".join(f"{name} installed\n" for name in command[3:])
        return self._ufw(command) if command[0] == "ufw" else ""

    def _ufw(self, command: tuple[str, ...]) -> str:
        # ufw gives a single address back without its prefix.
        rule = re.sub(r"/(32|128)\b", "", " ".join(command[1:]))
        if command[1] in ("allow", "limit") and rule not in self.rules:
            self.rules.append(rule)
        if command[1] == "delete":
            self.rules.remove(" ".join(command[2:]))
        return "".join(f"ufw {rule}\n" for rule in self.rules) if command[1] == "show" else ""

    def done(self, *verbs: str) -> list[str]:
        """What systemctl was told with these verbs, in order."""
        return [f"{c[1]} {c[-1]}" for c in self.commands if c[0] == "systemctl" and c[1] in verbs]


class HostTest(unittest.TestCase):
    """A test with a fresh host."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.system = FakeSystem(self.root)

    def read(self, path: str) -> str:
        return (self.root / path.lstrip("/")).read_text()

    def leftovers(self) -> list[str]:
        """What a run must not leave behind: staged contents and notes of a swap."""
        return [
            str(path)
            for path in self.root.rglob("*")
            if path.name.endswith(".converge-new") or path.name == "note.json"
        ]


def file(path: str, content: str, **more: Any) -> dict[str, Any]:
    return {"path": path, "mode": "0644", "owner": OWNER, "group": GROUP, "content": content, **more}


def unit(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "enabled": True, "restartOn": [], "reloadOn": [], **more}


def bundle(**parts: Any) -> str:
    empty: dict[str, Any] = {
        name: []
        for name in (
            "packages",
            "groups",
            "users",
            "directories",
            "files",
            "checkouts",
            "validations",
            "units",
        )
    }
    return json.dumps({"version": 1, "host": "erp", **empty, **parts})
