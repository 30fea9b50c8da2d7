"""The bundle: the one document that says what a host is to be. Checked whole before anything is touched."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import MISSING, dataclass, fields
from typing import Any

from .problem import Problem

VERSION = 1


@dataclass(frozen=True)
class Directory:
    path: str
    mode: str
    owner: str
    group: str


@dataclass(frozen=True)
class File:
    path: str
    mode: str
    owner: str
    group: str
    content: str
    secret: bool = False

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()


@dataclass(frozen=True)
class User:
    name: str
    # Where data on disk depends on it: the same number on every host.
    id: int | None = None
    home: str | None = None
    shell: str | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    name: str
    id: int | None = None


@dataclass(frozen=True)
class Checkout:
    path: str
    url: str
    commit: str


@dataclass(frozen=True)
class Firewall:
    sshFrom: tuple[str, ...]
    open: tuple[int, ...]


@dataclass(frozen=True)
class Validation:
    """A command that must succeed on the new files, before they replace the old ones."""

    paths: tuple[str, ...]
    command: tuple[str, ...]


@dataclass(frozen=True)
class Health:
    """How a unit shows that it serves: an answer over HTTP on this host."""

    url: str
    status: int
    timeoutSeconds: float
    body: str | None = None
    # Sent as the Host header, for a server that chooses by name.
    hostName: str | None = None


@dataclass(frozen=True)
class Image:
    """What must be here before a unit is touched."""

    reference: str
    # Credentials for its registry, as Podman takes them.
    authFile: str | None = None


@dataclass(frozen=True)
class Beside:
    """Who serves while a unit is replaced, and where."""

    unit: str
    ports: tuple[int, ...]
    drained: tuple[int, ...]
    health: Health


@dataclass(frozen=True)
class Between:
    """What runs once while neither release does, after one of these files has changed."""

    unit: str
    on: tuple[str, ...]


@dataclass(frozen=True)
class Takeover:
    """How a new release of a unit takes over while nginx serves. Without somebody beside it, requests wait."""

    ports: tuple[int, ...]
    # User whose connections are led elsewhere or held: nginx's.
    user: str
    health: Health
    # Ports whose connections are waited for before a unit ends, and for how long at most.
    drained: tuple[int, ...]
    drainSeconds: float
    beside: Beside | None = None
    between: Between | None = None


@dataclass(frozen=True)
class Unit:
    name: str
    enabled: bool
    restartOn: tuple[str, ...] = ()
    reloadOn: tuple[str, ...] = ()
    health: Health | None = None
    image: Image | None = None
    takeover: Takeover | None = None


@dataclass(frozen=True)
class Bundle:
    version: int
    host: str
    packages: tuple[str, ...]
    groups: tuple[Group, ...]
    users: tuple[User, ...]
    directories: tuple[Directory, ...]
    files: tuple[File, ...]
    checkouts: tuple[Checkout, ...]
    validations: tuple[Validation, ...]
    units: tuple[Unit, ...]
    firewall: Firewall | None = None


_parts: dict[str, type] = {
    "groups": Group,
    "users": User,
    "directories": Directory,
    "files": File,
    "checkouts": Checkout,
    "validations": Validation,
    "units": Unit,
}

# Parts of parts, by their name.
_inner: dict[str, type] = {"health": Health, "image": Image, "takeover": Takeover, "beside": Beside, "between": Between}


def parse(text: str, strict: bool = True) -> Bundle:
    """Reads a bundle.

    Args:
        strict: whether a part that this program does not know is a fault; one that was applied by an earlier program
            may have some, and must not keep this one from its work

    Raises:
        Problem: when it is no bundle of this version, or names a path that is not absolute
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise Problem(f"the bundle is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise Problem("the bundle is not an object")
    if document.get("version") != VERSION:
        raise Problem(f"the bundle has version {document.get('version')!r}; this program applies version {VERSION}")
    values = dict(document)
    for name, kind in _parts.items():
        entries = enumerate(_list(values, name))
        values[name] = [_build(kind, entry, f"{name}[{index}]", strict) for index, entry in entries]
    if values.get("firewall") is not None:
        values["firewall"] = _build(Firewall, values["firewall"], "firewall", strict)
    bundle: Bundle = _build(Bundle, values, "the bundle", strict)
    _check(bundle)
    return bundle


def _list(values: dict[str, Any], name: str) -> list[Any]:
    entries = values.get(name)
    if not isinstance(entries, list):
        raise Problem(f"the bundle's {name} is not a list")
    return entries


def _build(kind: type, entry: Any, where: str, strict: bool) -> Any:
    if not isinstance(entry, dict):
        raise Problem(f"{where} is not an object")
    known = {field.name for field in fields(kind)}
    unknown = sorted(set(entry) - known)
    if unknown and strict:
        raise Problem(f"{where} has {', '.join(unknown)}, which this program does not know")
    parts = {name: value for name, value in entry.items() if name in known}
    values = {name: _value(name, value, f"{where}.{name}", strict) for name, value in parts.items()}
    try:
        return kind(**values)
    except TypeError:
        needed = [field.name for field in fields(kind) if field.default is MISSING]
        missing = ", ".join(name for name in needed if name not in entry)
        raise Problem(f"{where} lacks {missing}") from None


def _value(name: str, value: Any, where: str, strict: bool) -> Any:
    if isinstance(value, dict) and name in _inner:
        return _build(_inner[name], value, where, strict)
    return tuple(value) if isinstance(value, list) else value


def _check(bundle: Bundle) -> None:
    written = [file.path for file in bundle.files]
    paths = [*written, *(entry.path for entry in bundle.directories), *(entry.path for entry in bundle.checkouts)]
    for path in paths:
        if not path.startswith("/") or "/../" in f"{path}/":
            raise Problem(f"{path} is not an absolute path")
    twice = sorted({path for path in written if written.count(path) > 1})
    if twice:
        raise Problem(f"{', '.join(twice)}: written twice by the bundle")
    modes = [
        *((file.path, file.mode) for file in bundle.files),
        *((entry.path, entry.mode) for entry in bundle.directories),
    ]
    for path, mode in modes:
        if not re.fullmatch(r"0[0-7]{3}", mode):
            raise Problem(f"{path} has the mode {mode!r}; four octal digits such as 0644 are allowed")
    for checkout in bundle.checkouts:
        if not re.fullmatch(r"[0-9a-f]{40}", checkout.commit):
            raise Problem(f"{checkout.path} is at {checkout.commit!r}; a commit's 40 hexadecimal digits are allowed")


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path fits one of the patterns: `*` stays within a folder, `**` does not."""
    return any(_expression(pattern).fullmatch(path) for pattern in patterns)


def _expression(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*|\*)", pattern)
    meaning = {"**": ".*", "*": "[^/]*"}
    return re.compile("".join(meaning.get(piece, re.escape(piece)) for piece in pieces))


def tree_of(pattern: str) -> str:
    """The folder a pattern lies in: everything before its first `*`."""
    return pattern.split("*", 1)[0].rpartition("/")[0] or "/"
