"""Secrets never reach an output: which names hold them, and how a text is shown without them."""

import re

NAMED = re.compile(
    r"passw(or)?d|passwd|pwd|secret|token|api_?key|private_?key|access_?key|credential", re.IGNORECASE
)
WORDS = (  # what NAMED finds, spelled out
    *("password", "passwd", "pwd", "secret", "token", "credential"),
    *(f"{kind}{dash}key" for kind in ("api", "private", "access") for dash in ("", "_")),
)
HARMLESS = re.compile(r"(_name|_id|_path|_file|_arn|_conn_id|_backend|_version|_url|_uri)$", re.IGNORECASE)
ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{0,30}://[^\s:/@'\"]{0,100}):([^\s@'\"/]{1,500})@", re.IGNORECASE)
ASSIGNED = re.compile(
    r"(?i)([\w\"']{0,40}(?:passw(?:or)?d|passwd|pwd|secret|token|api_?key|private_?key|access_?key)\w{0,40}[\"']?\s*[=:]\s*)"
    r"(\"[^\"]*\"|'[^']*'|[^\s,;)&'\"]+)"
)
HIDDEN = "***"


def is_secret(name: str) -> bool:
    """Whether an argument of this name holds a secret, rather than the name of one."""
    return bool(NAMED.search(name)) and not HARMLESS.search(name)


def has_password(text: str) -> bool:
    """Whether a text is an address with a password in it."""
    return bool(ADDRESS.search(text))


def may_hold_secrets(text: str) -> bool:
    """Whether `redact` could change a part of the text: one cheap look before many careful ones."""
    return "://" in text or _names_a_secret(text)


def _names_a_secret(text: str) -> bool:
    """As `NAMED.search`, much faster: most texts hold none of these words."""
    folded = text.casefold()
    return any(word in folded for word in WORDS)


def redact(text: str) -> str:
    """The text without passwords in addresses and without values assigned to secret names."""
    if "://" in text:
        text = ADDRESS.sub(rf"\g<1>:{HIDDEN}@", text)
    return ASSIGNED.sub(rf"\g<1>{HIDDEN}", text) if _names_a_secret(text) else text
