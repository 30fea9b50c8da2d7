"""The host's own firewall (ufw): closed, but for the ports of the bundle, and 22 for the stated addresses only."""

from __future__ import annotations

import hashlib
import ipaddress
import re

from .bundle import Firewall
from .problem import Problem
from .system import System

_RULE_FILES = ("/etc/ufw/user.rules", "/etc/ufw/user6.rules", "/etc/ufw/ufw.conf", "/etc/default/ufw")


def wanted_rules(firewall: Firewall) -> list[str]:
    """The rules, in ufw's own words."""
    doors = [f"allow {port}/tcp" for port in firewall.open]
    everybody = {"0.0.0.0/0", "::/0"}
    if everybody & set(firewall.sshFrom):
        # Not ufw's own limit: it refuses whoever tries again within half a minute for as long as he tries, so a run that
        # met it would never end well. Whoever guesses is banned by fail2ban, and there are no passwords to guess.
        return [*doors, "allow 22/tcp"]
    return [*doors, *(f"allow from {_source(source)} to any port 22 proto tcp" for source in firewall.sshFrom)]


def _source(addresses: str) -> str:
    """A range as ufw writes it back: a single address without its prefix, a network without bits behind it."""
    network = ipaddress.ip_network(addresses, strict=False)
    return str(network.network_address if network.prefixlen == network.max_prefixlen else network)


def fingerprint(system: System, firewall: Firewall) -> str:
    """Changes when the wanted rules do, and when somebody changes ufw's by hand."""
    digest = hashlib.sha256("\n".join(wanted_rules(firewall)).encode())
    for path in _RULE_FILES:
        target = system.path(path)
        digest.update(target.read_bytes() if target.is_file() else b"-")
    return digest.hexdigest()


def apply(system: System, firewall: Firewall) -> None:
    """Makes ufw's rules the wanted ones. New doors open before old ones close, so nobody is locked out half way."""
    wanted = wanted_rules(firewall)
    for command in _missing_defaults(system):
        system.must(*command)
    for rule in wanted:
        system.must("ufw", *rule.split())
    added = added_rules(system)
    closed = [rule for rule in wanted if rule not in added]
    if closed:
        # Taking away what is not wanted could take away the last way in.
        raise Problem(f"ufw was told `{', '.join(closed)}` and does not list it; its other rules were left as they are")
    for rule in added:
        if rule not in wanted:
            system.must("ufw", "delete", *rule.split())
    system.must("ufw", "--force", "enable")
    system.say("firewall: " + ", ".join(wanted))


def _missing_defaults(system: System) -> list[tuple[str, ...]]:
    """What holds without any rule, where ufw does not say so yet: each of its commands takes a good part of a second."""
    settings = system.path("/etc/default/ufw")
    lines = settings.read_text().splitlines() if settings.is_file() else []
    wanted = {
        'DEFAULT_INPUT_POLICY="DROP"': ("ufw", "default", "deny", "incoming"),
        'DEFAULT_OUTPUT_POLICY="ACCEPT"': ("ufw", "default", "allow", "outgoing"),
    }
    return [command for line, command in wanted.items() if line not in lines]


def added_rules(system: System) -> list[str]:
    """The rules ufw has now, whether it is enabled or not."""
    printed = system.must("ufw", "show", "added")
    return re.findall(r"^ufw (.+)$", printed, flags=re.MULTILINE)
