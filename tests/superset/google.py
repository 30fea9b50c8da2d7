"""Stands in for Google in tests of one process: answers what is asked of Google's addresses, and gives the tokens it is told to."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.jose import JsonWebKey, jwt

CLIENT_ID = "own.apps.googleusercontent.com"
CLIENT_SECRET = "a-client's-secret"
ISSUER = "https://accounts.google.com"

Forge = Callable[[dict[str, Any], Any], "str | None"]


def make_key(name: str) -> Any:
    return JsonWebKey.generate_key("RSA", 2048, {"kid": name}, is_private=True)


def signed(claims: dict[str, Any], key: Any, **header: str) -> str:
    head = {"alg": "RS256", "kid": key.as_dict()["kid"], **header}
    return jwt.encode(head, claims, key).decode()


class Google(requests.adapters.HTTPAdapter):
    """Google's token endpoint, keys and discovery. `forge` makes the ID token of the claims that are right, and Google's key."""

    def __init__(self) -> None:
        super().__init__()
        self.key = make_key("google")
        self.forge: Forge = signed
        self.account: dict[str, Any] = {}
        self._begun: dict[str, dict[str, str]] = {}

    def consent(self, address: str) -> str:
        """Somebody consents at the address he was led to: the query with which he is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self._begun)}"
        self._begun[code] = asked
        return f"code={code}&state={asked['state']}"

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        address = str(request.url)
        if address == f"{ISSUER}/.well-known/openid-configuration":
            return self._answer(request, self._discovery())
        if address == "https://www.googleapis.com/oauth2/v3/certs":
            return self._answer(request, {"keys": [self.key.as_dict(is_private=False)]})
        if address == "https://oauth2.googleapis.com/token":
            form = {name: values[0] for name, values in parse_qs(str(request.body)).items()}
            return self._answer(request, *self._token(form, str(request.headers.get("Authorization"))))
        raise AssertionError(f"nobody should ask for {address}")

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/o/oauth2/v2/auth",
            "token_endpoint": "https://oauth2.googleapis.com/token",
            "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _token(self, form: dict[str, str], authorization: str) -> tuple[dict[str, Any], int]:
        login = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self._begun.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or authorization != f"Basic {login}" or asked.get("code_challenge") != challenge:
            return {"error": "invalid_grant"}, 400
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": CLIENT_ID, "sub": "1", "iat": now, "exp": now + 3600, "nonce": asked["nonce"]}
        token = self.forge({**claims, **self.account}, self.key)
        answer: dict[str, Any] = {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 3600}
        return (answer if token is None else {**answer, "id_token": token}), 200

    @staticmethod
    def _answer(request: requests.PreparedRequest, content: dict[str, Any], status: int = 200) -> requests.Response:
        response = requests.Response()
        response.status_code = status
        response.request = request
        response.url = str(request.url)
        response.headers["Content-Type"] = "application/json"
        response._content = json.dumps(content).encode()
        return response
