"""What a container engine knows of the containers on a host that somebody else may have set up; travels with who imports it."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

ENGINE = "docker" if shutil.which("docker") else "podman"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end; one that is not there has failed and printed nothing, as a shell has it."""
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(words, 127, "", str(error))


def names() -> list[str]:
    """All there are, also those that do not run."""
    return sorted(run(ENGINE, "ps", "--all", "--format", "{{.Names}}").stdout.split())


def inspected(name: str) -> dict[str, Any] | None:
    """What is known of one; nothing where there is none of that name."""
    done = run(ENGINE, "container", "inspect", name)
    return json.loads(done.stdout)[0] if done.returncode == 0 else None


def labels(found: dict[str, Any]) -> dict[str, str]:
    return found["Config"].get("Labels") or {}


def unit_of(found: dict[str, Any]) -> str | None:
    """The unit that runs one: Podman notes it."""
    return labels(found).get("PODMAN_SYSTEMD_UNIT")


def database_user(found: dict[str, Any]) -> str:
    """Whom a PostgreSQL in it belongs to."""
    user = "postgres"
    for entry in found["Config"].get("Env") or []:
        if entry.startswith("POSTGRES_USER="):
            user = entry.partition("=")[2]
    return user


def asked(name: str, user: str, base: str, statement: str) -> subprocess.CompletedProcess[str]:
    """Asks a PostgreSQL in a container; that fails where it is another kind of container, or does not run."""
    return run(ENGINE, "exec", name, "psql", "--no-psqlrc", "-qAt", "-U", user, "-d", base, "-c", statement)
