"""Sign-on with Google: who somebody is follows from Google's ID token, and who may come in from a list.

Superset's own way asks Google for the profile and takes every account there is. Here the token's signature, issuer, audience,
end and nonce are verified (by Authlib), the address must be verified by Google, and it must be on the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PROVIDER = "google"


class Refused(Exception):
    """Somebody may not come in; says why, for the log."""


@dataclass(frozen=True)
class AllowedAddresses:
    """Whose addresses may come in: single ones, and whole domains. Names below a domain are other domains."""

    addresses: frozenset[str]
    domains: frozenset[str]

    @classmethod
    def parse(cls, text: str) -> AllowedAddresses:
        """Reads a list with commas: `name@example.org` for one address, `@example.org` for a domain's every address."""
        entries = [entry.strip().lower() for entry in text.split(",") if entry.strip()]
        for entry in entries:
            if entry.count("@") != 1 or entry.endswith("@"):
                raise ValueError(f'"{entry}" is neither an address nor a domain: write name@example.org or @example.org')
        domains = frozenset(entry[1:] for entry in entries if entry.startswith("@"))
        return cls(frozenset(entry for entry in entries if not entry.startswith("@")), domains)

    def __contains__(self, address: object) -> bool:
        if not isinstance(address, str) or address.count("@") != 1:
            return False
        return address.lower() in self.addresses or address.lower().split("@")[1] in self.domains


def account_of(claims: Mapping[str, Any] | None, client_id: str, allowed: AllowedAddresses) -> dict[str, str]:
    """The account of who has signed in, from the claims of a verified ID token.

    Its name is the address, so that an account can be made, and given rights, before its owner first comes.
    """
    if claims is None:
        raise Refused("Google's answer has no ID token")
    audience = claims.get("aud")
    if client_id not in ([audience] if isinstance(audience, str) else audience or []):
        raise Refused("the ID token was made for another client")
    address = claims.get("email")
    if not isinstance(address, str):
        raise Refused("the ID token has no address")
    if claims.get("email_verified") is not True:
        raise Refused(f"Google has not verified that {address} is theirs")
    if address not in allowed:
        raise Refused(f"{address} is not on the list of who may sign in")
    return {
        "username": address.lower(),
        "email": address.lower(),
        "first_name": str(claims.get("given_name") or claims.get("name") or ""),
        "last_name": str(claims.get("family_name") or ""),
    }


def google(client_id: str, client_secret: str) -> dict[str, Any]:
    """Google as Flask-AppBuilder wants a provider described."""
    return {
        "name": PROVIDER,
        "icon": "fa-google",
        "token_key": "access_token",
        "remote_app": {
            "client_id": client_id,
            "client_secret": client_secret,
            "server_metadata_url": "https://accounts.google.com/.well-known/openid-configuration",
            "client_kwargs": {
                # With openid there is an ID token, and a nonce that ties it to this very sign-in.
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "prompt": "select_account",
            },
        },
    }


class GoogleSignOn:
    """What a security manager does differently: put in front of the one it is to change."""

    google_client_id: str
    allowed_addresses: AllowedAddresses

    def oauth_user_info(self, _provider: str, response: Mapping[str, Any]) -> dict[str, str]:
        return account_of(response.get("userinfo"), self.google_client_id, self.allowed_addresses)

    def set_oauth_session(self, _provider: str, _response: Mapping[str, Any]) -> None:
        """Keeps no token of Google's: the session is a cookie, signed and not encrypted, and nothing here asks for more."""
