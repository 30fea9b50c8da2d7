"""Single objects in Spaces, beside the repository: the records of what was done. Signed as S3 wants it."""

from __future__ import annotations

import configparser
import hashlib
import hmac
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree
from datetime import datetime, timezone
from pathlib import Path

from .problem import Problem
from .settings import Place

# What the signature says; the endpoint says where the bucket is.
_REGION = "us-east-1"
_MORE_IN = "{http://s3.amazonaws.com/doc/2006-03-01/}"


class NotThere(Problem):
    """There is no such object."""


class Bucket:
    """A bucket, with the key that opens it."""

    def __init__(self, place: Place, credentials: Path) -> None:
        parser = configparser.ConfigParser(interpolation=None)
        parser.read_string(credentials.read_text())
        self._place = place
        self._key = parser["default"]["aws_access_key_id"]
        self._secret = parser["default"]["aws_secret_access_key"]

    def put(self, name: str, content: bytes) -> None:
        """Writes an object."""
        self._call("PUT", name, {}, content)

    def get(self, name: str) -> bytes:
        """Reads an object."""
        return self._call("GET", name, {})

    def names(self, prefix: str) -> list[str]:
        """The names of all objects that begin so, in alphabetical order."""
        found: list[str] = []
        token: str | None = None
        while True:
            query = {"list-type": "2", "prefix": prefix, **({} if token is None else {"continuation-token": token})}
            answer = xml.etree.ElementTree.fromstring(self._call("GET", "", query))
            tag = _MORE_IN if answer.tag.startswith("{") else ""
            found += [entry.findtext(f"{tag}Key", "") for entry in answer.iter(f"{tag}Contents")]
            token = answer.findtext(f"{tag}NextContinuationToken")
            if not token:
                return sorted(found)

    def _call(self, method: str, name: str, query: dict[str, str], content: bytes = b"") -> bytes:
        path = urllib.parse.quote(f"/{self._place.bucket}/{name}" if name else f"/{self._place.bucket}")
        encoded = urllib.parse.urlencode(sorted(query.items()), quote_via=urllib.parse.quote)
        address = f"{self._place.endpoint}{path}{'?' if encoded else ''}{encoded}"
        request = urllib.request.Request(address, method=method, data=content if method == "PUT" else None)
        for header, value in self._headers(method, path, encoded, content).items():
            request.add_header(header, value)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            kind = NotThere if error.code == 404 else Problem
            raise kind(f"{method} {self._place.bucket}/{name}: {error.code} {_code(error.read(2000))}") from None
        except OSError as error:
            raise Problem(f"{method} {self._place.bucket}/{name}: {error}") from None

    def _headers(self, method: str, path: str, query: str, content: bytes) -> dict[str, str]:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"""
        moment = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(content).hexdigest()
        signed = {
            "host": urllib.parse.urlsplit(self._place.endpoint).netloc,
            "x-amz-content-sha256": digest,
            "x-amz-date": moment,
        }
        names = ";".join(signed)
        lines = "".join(f"{header}:{value}\n" for header, value in signed.items())
        asked = "\n".join([method, path, query, lines, names, digest])
        scope = f"{moment[:8]}/{_REGION}/s3/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(asked.encode()).hexdigest()])
        key = f"AWS4{self._secret}".encode()
        for part in scope.split("/"):
            key = _mac(key, part)
        signature = _mac(key, text).hex()
        credential = f"Credential={self._key}/{scope}"
        authorization = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={signature}"
        return {**signed, "authorization": authorization}


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _code(body: bytes) -> str:
    try:
        answer = xml.etree.ElementTree.fromstring(body)
    except xml.etree.ElementTree.ParseError:
        return "without a reason"
    return answer.findtext("Code") or answer.findtext(f"{_MORE_IN}Code") or "without a reason"
