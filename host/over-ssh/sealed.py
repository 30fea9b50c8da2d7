"""What n8n seals in its database, opened and sealed again with another key: AES-256 in CBC mode, its key and start derived from the
instance's key by one round of MD5 with a salt, as OpenSSL once did and CryptoJS does.

OpenSSL's program does it; the key reaches it by a pipe, and is no argument and no file.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
from collections.abc import Callable

# Each begins with the word `Salted__`, and then eight bytes of salt.
SEALED = re.compile(r"U2FsdGVkX1[A-Za-z0-9+/]{13,}={0,2}")
BEGINS = "U2FsdGVkX1"


class Unopened(Exception):
    """It was not sealed with this key."""


def unseal(text: str, key: str) -> str:
    """What was sealed.

    Raises:
        Unopened: when this key does not open it
    """
    try:
        opened = _openssl(base64.b64decode(text, validate=True), key, "-d").decode()
    except ValueError:
        raise Unopened from None
    return opened


def seal(text: str, key: str) -> str:
    """Seals it as n8n does, with a new salt."""
    return base64.b64encode(_openssl(text.encode(), key)).decode()


def resealed(text: str, old: str, new: str, unopened: Callable[[], None]) -> str:
    """A text with everything in it that the old key opens sealed with the new one; the rest stays, and is told of."""

    def again(found: re.Match[str]) -> str:
        try:
            plain = unseal(found[0], old)
        except Unopened:
            unopened()
            return found[0]
        return seal(plain, new)

    return SEALED.sub(again, text)


def _openssl(data: bytes, key: str, *more: str) -> bytes:
    readable, writable = os.pipe()
    # A key fits into a pipe many times: nobody waits for it to be read.
    with os.fdopen(writable, "wb") as pipe:
        pipe.write(f"{key}\n".encode())
    try:
        words = ["openssl", "enc", *more, "-aes-256-cbc", "-md", "md5", "-salt", "-pass", f"fd:{readable}"]
        done = subprocess.run(words, input=data, capture_output=True, check=False, pass_fds=[readable])
    finally:
        os.close(readable)
    if done.returncode != 0:
        raise Unopened
    return done.stdout
