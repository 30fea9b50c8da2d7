"""The certificates of this host and its account with the authority, as a disaster kit keeps them."""

from __future__ import annotations

import base64
import hmac
import io
import tarfile
from pathlib import Path

from .problem import Problem
from .settings import SECRETS

FOLDER = Path("/etc/letsencrypt")
# What certbot needs to renew; what the stack itself puts there comes by the stack.
_PARTS = ("accounts", "archive", "live", "renewal")


def require_password(given: str, file: Path = SECRETS / "backup-repository-password") -> None:
    """Refuses whoever does not know what backups are encrypted with: these keys lie in them, so that he learns nothing new.

    Raises:
        Problem: when it is another one
    """
    if not hmac.compare_digest(given.encode(), file.read_text(encoding="utf-8").strip().encode()):
        raise Problem("the password given is not the one that this host's backups are encrypted with")


def packed(folder: Path = FOLDER) -> str:
    """All of it as a compressed tar archive in Base64, each path below `letsencrypt/`.

    Raises:
        Problem: when this host has no certificate yet
    """
    if not any(folder.glob("live/*/privkey.pem")):
        raise Problem(f"there is no certificate in {folder} yet")
    with io.BytesIO() as whole:
        with tarfile.open(fileobj=whole, mode="w:gz") as archive:
            for part in _PARTS:
                if (folder / part).exists():
                    archive.add(folder / part, arcname=f"letsencrypt/{part}")
        return base64.b64encode(whole.getvalue()).decode()
