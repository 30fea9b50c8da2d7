"""Certificates: how long the one on disk lasts, and whether it is the one that is served."""

from __future__ import annotations

import socket
import ssl
from datetime import datetime
from pathlib import Path

from backup.commands import run

from .observation import Observation
from .settings import Certificate


def look(certificate: Certificate, days: int, moment: datetime) -> list[Observation]:
    """Looks at a certificate on disk, and at what nginx hands out under its name."""
    title = f"the certificate {certificate.file}"
    try:
        on_disk = ssl.PEM_cert_to_DER_cert(first(Path(certificate.file).read_text(encoding="ascii")))
    except (OSError, ValueError) as error:
        return [Observation("certificate", title, f"cannot be read: {error}", "`certbot certificates` lists them")]
    observations = [
        Observation(
            "certificate",
            title,
            too_late(end_of(on_disk), days, moment),
            "`certbot renew` says why it was not renewed",
        )
    ]
    handed_out = served(certificate.servedAs)
    if handed_out is not None:
        wrong = None if handed_out == on_disk else f"is not the one that nginx serves for {certificate.servedAs}"
        observations.append(
            Observation("certificate served", title, wrong, "`systemctl reload nginx` makes it take up the new one")
        )
    return observations


def too_late(end: float, days: int, moment: datetime) -> str | None:
    """What is wrong with a certificate that lasts until then."""
    left = (end - moment.timestamp()) / 86_400
    if left < 0:
        return f"ended {-left:.1f} days ago"
    return f"ends in {left:.1f} days, and must last {days}" if left < days else None


def end_of(certificate: bytes) -> float:
    """When a certificate ends, in seconds since 1970."""
    pem = ssl.DER_cert_to_PEM_cert(certificate)
    said = run("openssl", "x509", "-noout", "-enddate", stdin=pem).output
    return float(ssl.cert_time_to_seconds(said.strip().removeprefix("notAfter=")))


def first(text: str) -> str:
    """The first certificate of a chain: the one whose issuer the others are."""
    end = "-----END CERTIFICATE-----"
    return text[text.index("-----BEGIN") : text.index(end) + len(end)]


def served(name: str) -> bytes | None:
    """What nginx serves on this host; None when it serves nothing, which others notice."""
    context = ssl.create_default_context()
    # Whom to trust is asked by name, elsewhere; here any certificate is looked at.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection(("127.0.0.1", 443), timeout=5) as connection:
            with context.wrap_socket(connection, server_hostname=name) as secured:
                return secured.getpeercert(binary_form=True)
    except OSError:
        return None
