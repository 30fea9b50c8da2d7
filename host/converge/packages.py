"""Distribution packages, users and groups."""

from __future__ import annotations

import grp
import pwd

from .bundle import Bundle, Group, User
from .system import System


def missing_packages(system: System, names: tuple[str, ...]) -> list[str]:
    """Which packages are not installed."""
    if not names:
        return []
    done = system.run("dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\\n", *names)
    installed = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in installed]


def install(system: System, names: list[str]) -> None:
    """Installs packages. Somebody else's apt (unattended upgrades) is waited for, five minutes at most.

    Raises:
        Problem: with what apt said
    """
    system.say(f"installing {', '.join(names)}")
    if system.path("/usr/bin/cloud-init").exists():
        # A new droplet lets us in before cloud-init is done with apt, whose lock on the lists is not waited for.
        system.run("cloud-init", "status", "--wait", timeout=900)
    apt = (
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "--option",
        "DPkg::Lock::Timeout=300",
        "--quiet",
    )
    system.must(*apt, "update", timeout=900)
    system.must(*apt, "install", "--yes", "--no-install-recommends", *names, timeout=1800)


def missing_accounts(bundle: Bundle) -> tuple[list[Group], list[User]]:
    """Groups and users the bundle wants and the host has not."""
    groups = {entry.gr_name for entry in grp.getgrall()}
    users = {entry.pw_name for entry in pwd.getpwall()}
    return (
        [group for group in bundle.groups if group.name not in groups],
        [user for user in bundle.users if user.name not in users],
    )


def missing_memberships(bundle: Bundle) -> list[tuple[str, str]]:
    """Users who are there and not in a group that they are to be in, with that group."""
    users = {entry.pw_name for entry in pwd.getpwall()}
    members = {entry.gr_name: entry.gr_mem for entry in grp.getgrall()}
    return [
        (user.name, group)
        for user in bundle.users
        if user.name in users
        for group in user.groups
        if user.name not in members.get(group, [])
    ]


def join_groups(system: System, memberships: list[tuple[str, str]]) -> None:
    """Puts users into groups; the groups they are in stay."""
    for user, group in memberships:
        system.must("usermod", "--append", "--groups", group, user)
        system.say(f"put {user} into the group {group}")


def add_accounts(system: System, groups: list[Group], users: list[User]) -> None:
    """Makes system groups and users; nobody can log in as them unless a shell is given."""
    for group in groups:
        number = [] if group.id is None else ["--gid", str(group.id)]
        system.must("groupadd", "--system", *number, group.name)
        system.say(f"added the group {group.name}")
    own = {entry.gr_name for entry in grp.getgrall()} | {group.name for group in groups}
    for user in users:
        options = ["--system", "--user-group" if user.name not in own else "--no-user-group"]
        options += [] if user.id is None else ["--uid", str(user.id)]
        options += ["--home-dir", user.home] if user.home is not None else ["--no-create-home"]
        options += ["--shell", user.shell or "/usr/sbin/nologin"]
        if user.name in own:
            options += ["--gid", user.name]
        if user.groups:
            options += ["--groups", ",".join(user.groups)]
        system.must("useradd", *options, user.name)
        system.say(f"added the user {user.name}")
