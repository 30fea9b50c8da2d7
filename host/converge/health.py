"""Whether a unit serves: asked over HTTP, on this host, until it answers or the time is up."""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from .bundle import Health

_PAUSE_SECONDS = 0.2


class _KeepRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer, not an order."""

    def redirect_request(self, *_args: object, **_named: object) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _KeepRedirects())


def ask(health: Health, timeout: float = 5) -> str | None:
    """Asks once. Nothing when it is well, else what is wrong in a few words."""
    request = urllib.request.Request(health.url)
    if health.hostName is not None:
        request.add_header("Host", health.hostName)
    try:
        with _opener.open(request, timeout=timeout) as answer:
            status, body = answer.status, answer.read(65536).decode(errors="replace")
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read(65536).decode(errors="replace")
    except (OSError, urllib.error.URLError) as error:
        return f"no answer at {health.url} ({getattr(error, 'reason', error)})"
    except http.client.HTTPException as error:
        return f"what answers at {health.url} does not speak HTTP ({type(error).__name__})"
    if status != health.status:
        return f"{health.url} answers {status}, not {health.status}"
    if health.body is not None and re.search(health.body, body) is None:
        return f"{health.url} answers {status}, but not the body that proves who answered"
    return None


def wait(health: Health, gave_up: Callable[[], str | None] = lambda: None) -> str | None:
    """Asks until it is well. Nothing when it is, else what was wrong last, or why there is no sense in waiting."""
    end = time.monotonic() + health.timeoutSeconds
    while True:
        wrong = ask(health)
        if wrong is None:
            return None
        reason = gave_up()
        if reason is not None:
            return f"{reason}; {wrong}"
        if time.monotonic() >= end:
            return f"{wrong}, {health.timeoutSeconds:g} s after its start"
        time.sleep(_PAUSE_SECONDS)
