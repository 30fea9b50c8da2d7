"""Git checkouts at a pinned commit."""

from __future__ import annotations

from .bundle import Checkout
from .problem import Problem
from .system import System


def commit_of(system: System, path: str) -> str | None:
    """The commit a checkout is at; nothing when it is no checkout, or when tracked files were edited in it."""
    target = str(system.path(path))
    if not system.path(f"{path}/.git").is_dir():
        return None
    head = system.run("git", "-C", target, "rev-parse", "HEAD")
    edited = system.run("git", "-C", target, "status", "--porcelain", "--untracked-files=no")
    return head.stdout.strip() if head.returncode == 0 and edited.stdout.strip() == "" else None


def fetch(system: System, checkout: Checkout) -> None:
    """Brings the commit and its history here without touching the files that are in use.

    Raises:
        Problem: when the repository or the commit cannot be had
    """
    target = str(system.path(checkout.path))
    if not system.path(f"{checkout.path}/.git").is_dir():
        system.path(checkout.path).mkdir(parents=True, exist_ok=True)
        system.must("git", "init", "--quiet", target)
    if system.run("git", "-C", target, "cat-file", "-e", f"{checkout.commit}^{{commit}}").returncode == 0:
        return
    done = system.run("git", "-C", target, "fetch", "--quiet", checkout.url, checkout.commit)
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise Problem(f"commit {checkout.commit} of {checkout.url} cannot be fetched: {reason[0]}")


def switch(system: System, path: str, commit: str) -> None:
    """Puts the files of a commit that is here in place. Edits of tracked files are lost; untracked files stay."""
    system.must("git", "-C", str(system.path(path)), "checkout", "--quiet", "--force", "--detach", commit)
    system.say(f"{path} is at {commit[:12]}")
