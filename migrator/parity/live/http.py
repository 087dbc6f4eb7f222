"""What the clients of both systems share: answers as JSON, and errors that never hold a login."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from migrator.errors import ServiceError, UsageError
from migrator.findings.redact import redact

if TYPE_CHECKING:
    import requests

PATIENCE = 120.0  # seconds for one answer of a server that is busy


def address(text: str, option: str) -> str:
    """The address without a slash at its end. Raises UsageError for one with a login, or of another kind."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{option} needs an address such as https://host:8080")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError(f"{option}: logins come from the environment or from netrc, not from the address")
    return text.rstrip("/")


def ask(session: "requests.Session", method: str, url: str, **more: Any) -> "requests.Response":
    """Any answer. Raises ServiceError where there is none."""
    import requests

    try:
        return session.request(method, url, timeout=PATIENCE, **more)
    except requests.RequestException as error:
        raise ServiceError(f"{url}: no answer: {redact(str(error))}") from error


def body(answer: "requests.Response", who: str) -> Any:
    """What a good answer says. Raises ServiceError with the beginning of any other."""
    told = f"{who} answered {answer.status_code} to {urlsplit(answer.url).path}"
    if not answer.ok:
        raise ServiceError(f"{told}: {redact(answer.text[:300])}")
    try:
        return answer.json()
    except ValueError as error:
        raise ServiceError(f"{told} with something that is not JSON") from error
