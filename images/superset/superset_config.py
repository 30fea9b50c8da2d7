"""Superset's settings, from the variables of its app. What is not here is Superset's own default.

Superset takes none of these from variables by itself, but for the key: without this file it would keep its metadata in SQLite,
which is gone with the container, and ask for passwords.
"""

import os
from datetime import timedelta

from flask import Flask, session
from flask_appbuilder.security.manager import AUTH_OAUTH
from google_sign_on import AllowedAddresses, GoogleSignOn, google
from superset.security import SupersetSecurityManager


def required(name: str) -> str:
    """A variable that the stack sets (config/catalogue.ts). Its value is in no message: some are secrets."""
    value = os.environ.get(name, "")
    if not value:
        raise SystemExit(f"{name} is not set, and Superset does not start without it: see superset in config/catalogue.ts")
    return value


SECRET_KEY = required("SUPERSET_SECRET_KEY")
SQLALCHEMY_DATABASE_URI = required("SQLALCHEMY_DATABASE_URI")
if not SQLALCHEMY_DATABASE_URI.startswith("postgresql"):
    raise SystemExit("SQLALCHEMY_DATABASE_URI is no address of PostgreSQL: Superset's metadata would be gone with its container")
# Supabase's session pooler has some fifteen connections for everybody, and there are two workers.
SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 2, "max_overflow": 1, "pool_recycle": 3600, "pool_pre_ping": True}

# Sign-on. Who comes for the first time may look at what is shared with the role, and changes nothing.
AUTH_TYPE = AUTH_OAUTH
AUTH_USER_REGISTRATION = True
AUTH_USER_REGISTRATION_ROLE = "Gamma"
OAUTH_PROVIDERS = [google(required("GOOGLE_CLIENT_ID"), required("GOOGLE_CLIENT_SECRET"))]


class CUSTOM_SECURITY_MANAGER(GoogleSignOn, SupersetSecurityManager):
    """Superset's own, but for who somebody is and may come in."""

    google_client_id = required("GOOGLE_CLIENT_ID")
    allowed_addresses = AllowedAddresses.parse(required("SIGN_ON_ALLOWED"))


# App Platform ends TLS, and says who asks and how. The host name comes as it was asked for: nobody else is believed about it.
ENABLE_PROXY_FIX = os.environ.get("ENABLE_PROXY_FIX", "").lower() == "true"
PROXY_FIX_CONFIG = {"x_for": 1, "x_proto": 1, "x_host": 0, "x_port": 0, "x_prefix": 0}

# A session lives for an hour without a request. Lax: a link from a mail still finds it, and no other site sends it along.
SESSION_COOKIE_NAME = "superset_session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
PERMANENT_SESSION_LIFETIME = timedelta(hours=1)


def FLASK_APP_MUTATOR(app: Flask) -> None:
    """Renews the session with every request; Flask does so only with sessions that are called permanent."""

    @app.before_request
    def renew_session() -> None:
        session.permanent = True
