"""Asks a web address as a visitor does, and says what is wrong with the answer."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
import urllib.parse
from dataclasses import dataclass

# nginx's log has it: these requests are nobody's waiting.
AGENT = "insightpulse-watch"

_TIMEOUT_SECONDS = 10
_LARGEST_BODY = 100_000


@dataclass(frozen=True)
class Answer:
    """How it answered: what is wrong, if anything, and how long it took."""

    wrong: str | None
    milliseconds: float


def ask(url: str, status: int, body: str, timeout: float = _TIMEOUT_SECONDS) -> Answer:
    """Asks, and compares the answer with what a healthy service says. Redirects are not followed."""
    parts = urllib.parse.urlsplit(url)
    name, port = parts.hostname or "", parts.port
    began = time.monotonic()

    def answered(wrong: str | None) -> Answer:
        return Answer(wrong, (time.monotonic() - began) * 1000)

    connection = (
        http.client.HTTPSConnection(name, port or 443, timeout=timeout, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(name, port or 80, timeout=timeout)
    )
    try:
        connection.request("GET", parts.path or "/", headers={"User-Agent": AGENT})
        response = connection.getresponse()
        text = response.read(_LARGEST_BODY).decode(errors="replace")
    except socket.gaierror:
        return answered(f"cannot be found: the name {name} does not resolve")
    except ssl.SSLCertVerificationError as error:
        return answered(f"has a certificate that nobody trusts: {error.verify_message}")
    except TimeoutError:
        return answered(f"does not answer within {timeout:.0f} s at {url}")
    except ConnectionRefusedError:
        return answered(f"does not listen: {url} refuses connections")
    except (OSError, http.client.HTTPException) as error:
        return answered(f"does not answer at {url}: {error or type(error).__name__}")
    finally:
        connection.close()
    if response.status != status:
        return answered(f"answers {response.status} instead of {status} at {url}")
    if body and re.search(body, text) is None:
        return answered(f"answers {status}, but with another body than a healthy one's, at {url}")
    return answered(None)
