"""Signing in to Superset: its own settings file with the real Flask-AppBuilder and Authlib, and a Google of the test's own.

Superset itself is not there. Its security manager, which the settings build on, is Flask-AppBuilder's here; what Superset
changes of it has no part in signing in.
"""

from __future__ import annotations

import base64
import hmac
import importlib
import json
import os
import sys
import time
import types
import unittest
from collections.abc import Callable
from typing import Any
from unittest import mock

import requests
from flask import Flask
from flask_appbuilder import AppBuilder, SQLA
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_login import current_user
from google import CLIENT_ID, CLIENT_SECRET, Forge, Google, make_key, signed

HOST = "https://superset.example.org"
VARIABLES = {
    "SUPERSET_SECRET_KEY": "a key for tests and nothing else",
    "SQLALCHEMY_DATABASE_URI": "postgresql+psycopg2://superset:password@pooler.example.org:5432/postgres",
    "GOOGLE_CLIENT_ID": CLIENT_ID,
    "GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
    "SIGN_ON_ALLOWED": "@example.org,one@example.com",
    "ENABLE_PROXY_FIX": "true",
}


def settings(**changed: str) -> types.ModuleType:
    """The settings file as Superset loads it, with these variables."""
    stand_in = types.ModuleType("superset.security")
    stand_in.SupersetSecurityManager = SecurityManager  # type: ignore[attr-defined]
    modules = {"superset": types.ModuleType("superset"), "superset.security": stand_in}
    with mock.patch.dict(sys.modules, modules), mock.patch.dict(os.environ, {**VARIABLES, **changed}, clear=True):
        sys.modules.pop("superset_config", None)
        return importlib.import_module("superset_config")


def make_app() -> Flask:
    module = settings()
    app = Flask("superset")
    app.config.from_object(module)
    # In memory, and without the pool's options, which it does not take.
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", SQLALCHEMY_ENGINE_OPTIONS={}, SQLALCHEMY_TRACK_MODIFICATIONS=False)
    with app.app_context():
        database = SQLA(app)
        builder = AppBuilder(app, database.session, security_manager_class=module.CUSTOM_SECURITY_MANAGER)
        builder.sm.add_role("Gamma")
    module.FLASK_APP_MUTATOR(app)

    @app.get("/who")
    def who() -> str:
        return current_user.username if current_user.is_authenticated else ""

    return app


def saying(**claims: Any) -> Forge:
    return lambda honest, key: signed({**honest, **claims}, key)


def without(name: str) -> Forge:
    return lambda honest, key: signed({claim: value for claim, value in honest.items() if claim != name}, key)


def unsigned(honest: dict[str, Any], key: Any) -> str:
    return compact({"alg": "none", "kid": key.as_dict()["kid"]}, honest, lambda _body: b"")


def by_secret(honest: dict[str, Any], key: Any) -> str:
    public = key.as_pem(is_private=False)
    header = {"alg": "HS256", "kid": key.as_dict()["kid"]}
    return compact(header, honest, lambda body: hmac.digest(public, body, "sha256"))


def compact(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """A token by hand: Authlib makes none that it would not take."""
    encode = lambda content: base64.urlsafe_b64encode(content).rstrip(b"=")  # noqa: E731
    body = b".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    return b".".join((body, encode(sign(body)))).decode()


FOREIGN, IMPOSTOR = make_key("foreign"), make_key("google")

GOOD: dict[str, Forge] = {
    "as Google makes them": signed,
    "for several services, this one among them": saying(aud=[CLIENT_ID, "another"], azp=CLIENT_ID),
    "of a single address on the list": saying(email="one@example.com"),
    "in capitals": saying(email="Somebody@Example.ORG"),
}
BAD: dict[str, Forge] = {
    "none at all": lambda _honest, _key: None,
    "no token": lambda _honest, _key: "somebody@example.org",
    "signed with a key nobody has published": lambda honest, _key: signed(honest, FOREIGN),
    "signed with another key under Google's name": lambda honest, _key: signed(honest, IMPOSTOR),
    "not signed": unsigned,
    "signed with the public key as a secret": by_secret,
    "ended": saying(exp=int(time.time()) - 3600),
    "never ending": without("exp"),
    "for another service": saying(aud="another.apps.googleusercontent.com"),
    "for another service, which passes it on": saying(aud="another", azp=CLIENT_ID),
    "for nobody": without("aud"),
    "of somebody else than Google": saying(iss="https://accounts.example.org"),
    "of another sign-in": saying(nonce="another"),
    "of no sign-in": without("nonce"),
    "of an address that is not verified": saying(email_verified=False),
    "of an address that is not verified, in words": saying(email_verified="false"),
    "of an address about which nothing is said": without("email_verified"),
    "of no address": without("email"),
    "of a domain that ends like ours": saying(email="somebody@anexample.org"),
    "of a domain that begins like ours": saying(email="somebody@example.org.example.net"),
    "of a domain below ours": saying(email="somebody@mail.example.org"),
    "of another address where one is on the list": saying(email="two@example.com"),
    "of two addresses": saying(email="somebody@example.net@example.org"),
}


class SignIn(unittest.TestCase):
    google: Google
    app: Flask

    @classmethod
    def setUpClass(cls) -> None:
        cls.google, cls.app = Google(), make_app()

    def setUp(self) -> None:
        self.google.forge = signed
        self.google.account = {"email": "somebody@example.org", "email_verified": True, "name": "Some Body"}
        get_adapter = mock.patch.object(requests.Session, "get_adapter", lambda _session, url: self.google)
        get_adapter.start()
        self.addCleanup(get_adapter.stop)
        self.browser = self.app.test_client()

    def begin(self, path: str = "/login/google") -> str:
        return self.browser.get(path, base_url=HOST).headers["Location"]

    def back(self, query: str) -> Any:
        return self.browser.get(f"/oauth-authorized/google?{query}", base_url=HOST)

    def is_in(self) -> bool:
        return self.browser.get("/who", base_url=HOST).text != ""

    def test_leads_to_google_with_what_ties_the_answer_to_this_browser(self) -> None:
        address = self.begin()
        self.assertTrue(address.startswith("https://accounts.google.com/o/oauth2/v2/auth?"))
        for word in ("nonce=", "state=", "code_challenge_method=S256", "scope=openid+email+profile"):
            self.assertIn(word, address)
        self.assertIn("redirect_uri=https%3A%2F%2Fsuperset.example.org%2Foauth-authorized%2Fgoogle&", address)

    def test_the_name_of_the_host_is_not_what_a_client_says(self) -> None:
        said = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "1", "X-Forwarded-Prefix": "/evil"}
        address = self.browser.get("/login/google", base_url=HOST, headers=said).headers["Location"]
        self.assertNotIn("evil", address)

    def test_good_tokens_open(self) -> None:
        for name, forge in GOOD.items():
            with self.subTest(name):
                self.browser = self.app.test_client()
                self.google.forge = forge
                self.assertFalse(self.is_in())
                self.back(self.google.consent(self.begin()))
                self.assertTrue(self.is_in())

    def test_bad_tokens_open_nothing(self) -> None:
        for name, forge in BAD.items():
            with self.subTest(name):
                self.browser = self.app.test_client()
                self.google.forge = forge
                answer = self.back(self.google.consent(self.begin()))
                self.assertEqual(answer.headers["Location"], "/login/")
                self.assertFalse(self.is_in())

    def test_an_answer_is_good_once_and_in_its_own_browser(self) -> None:
        query = self.google.consent(self.begin())
        own, self.browser = self.browser, self.app.test_client()
        self.back(query)
        self.assertFalse(self.is_in(), "in a browser that has begun nothing")
        self.begin()
        self.back(query)
        self.assertFalse(self.is_in(), "in a browser that has begun another sign-in")
        self.browser = own
        self.back(query)
        self.assertTrue(self.is_in())
        self.browser = self.app.test_client()
        self.back(query)
        self.assertFalse(self.is_in(), "again")

    def test_an_answer_with_its_state_or_code_changed_opens_nothing(self) -> None:
        for change in (("state=", "state=x"), ("code=", "code=x")):
            with self.subTest(change[0]):
                self.browser = self.app.test_client()
                self.back(self.google.consent(self.begin()).replace(*change))
                self.assertFalse(self.is_in())

    def test_a_sign_in_ends_nowhere_else(self) -> None:
        for target, ends_at in (("https://evil.example/", "/"), ("//evil.example/", "/"), ("/who", "/who")):
            with self.subTest(target):
                self.browser = self.app.test_client()
                answer = self.back(self.google.consent(self.begin(f"/login/google?next={target}")))
                self.assertEqual(answer.headers["Location"].removeprefix(HOST), ends_at)

    def test_the_account_is_called_by_its_address_and_may_only_look(self) -> None:
        self.google.forge = saying(email="Somebody@Example.ORG", name="Some Body")
        self.back(self.google.consent(self.begin()))
        with self.app.app_context():
            user = self.app.appbuilder.sm.find_user(username="somebody@example.org")
            self.assertEqual((user.email, [role.name for role in user.roles]), ("somebody@example.org", ["Gamma"]))

    def test_the_cookie_is_for_tls_alone_lives_an_hour_and_holds_no_token(self) -> None:
        self.back(self.google.consent(self.begin()))
        cookie = self.browser.get("/who", base_url=HOST).headers["Set-Cookie"]
        for word in ("superset_session=", "Secure", "HttpOnly", "SameSite=Lax", "Expires="):
            self.assertIn(word, cookie)
        self.assertNotIn("Domain=", cookie)
        with self.browser.session_transaction(base_url=HOST) as session:
            self.assertNotIn("an-access-token", str(dict(session)))

    def test_a_session_ends_an_hour_after_its_last_request(self) -> None:
        self.back(self.google.consent(self.begin()))
        now = time.time()
        for minutes, is_in in ((50, True), (100, True), (162, False)):
            with mock.patch("itsdangerous.timed.time.time", lambda at=now + minutes * 60: at):
                self.assertEqual(self.is_in(), is_in, f"after {minutes} minutes")

    def test_nobody_signs_in_with_a_password(self) -> None:
        self.browser.post("/login/", data={"username": "admin", "password": "admin"}, base_url=HOST)
        self.assertFalse(self.is_in())


class Settings(unittest.TestCase):
    def test_what_is_missing_is_named_and_no_secret_is(self) -> None:
        for name in VARIABLES.keys() - {"ENABLE_PROXY_FIX"}:
            with self.subTest(name), self.assertRaisesRegex(SystemExit, f"^{name} is not set.*config/catalogue.ts$"):
                settings(**{name: ""})

    def test_metadata_are_kept_in_postgresql_alone(self) -> None:
        with self.assertRaisesRegex(SystemExit, "is no address of PostgreSQL") as raised:
            settings(SQLALCHEMY_DATABASE_URI="sqlite:////secret.db")
        self.assertNotIn("secret", str(raised.exception))

    def test_who_may_come_in_is_said_by_addresses_and_domains(self) -> None:
        for wrong in ("example.org", "somebody@", "@", "a@b@c"):
            with self.subTest(wrong), self.assertRaisesRegex(ValueError, "neither an address nor a domain"):
                settings(SIGN_ON_ALLOWED=wrong)


if __name__ == "__main__":
    unittest.main()
