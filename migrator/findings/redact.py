"""Secrets never reach an output: which names hold them, what they look like, and how a text is shown without them."""

import re
from functools import lru_cache

NAMED = re.compile(
    r"passw(or)?d|passwd|pwd|secret|token|api_?key|private_?key|access_?key|credential", re.IGNORECASE
)
WORDS = (  # what NAMED finds, spelled out
    *("password", "passwd", "pwd", "secret", "token", "credential"),
    *(f"{kind}{dash}key" for kind in ("api", "private", "access") for dash in ("", "_")),
)
HARMLESS = re.compile(r"(_name|_id|_path|_file|_arn|_conn_id|_backend|_version|_url|_uri)$", re.IGNORECASE)
# `re` compiles and keeps these when they are needed: most texts need none of them.
ADDRESS = r"(?i)([a-z][a-z0-9+.-]{0,30}://[^\s:/@'\"]{0,100}):([^\s'\"/]{1,500})@"
ASSIGNED = (
    r"(?i)((?:passw(?:or)?d|passwd|pwd|secret|token|api_?key|private_?key|access_?key)\w{0,40}[\"']?\s{0,9}[=:]\s{0,9})"
    r"(\"[^\"]*\"|'[^']*'|[^\s,;)&'\"]+)"
)
SAID = (  # `--password x1`, "the password is x1": letters and digits are a value, and no word of a sentence
    r"(?i)((?:passw(?:or)?d|passwd|pwd|secret|token|api[_ -]?key|access[_ -]?key) {1,4}(?:(?:is|was) )?)"
    r"(?=[^\s\d]{0,100}\d)(?=[^\sa-z]{0,100}[a-z])([^\s,;)'\"]{5,500})"
)
HIDDEN = "***"
SHORT = 200  # characters

# What gives itself away: texts of which every such value has one, and how it looks, after the first group, which stays.
SHAPES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("AKIA", "ASIA"), r"\b()(?:AKIA|ASIA)[A-Z0-9]{16}\b"),  # AWS
    (("AIza",), r"\b()AIza[\w-]{30,50}"),  # Google
    (("ya29.",), r"\b()ya29\.[\w-]{20,}"),
    (
        (*(f"gh{kind}_" for kind in "pousr"), "github_pat_", "glpat-"),
        r"\b()(?:gh[pousr]_|github_pat_|glpat-)\w[\w-]{15,}",
    ),  # GitHub, GitLab
    (("xox",), r"\b()xox[a-z]-[\w-]{10,}"),  # Slack
    (("k_live_", "k_test_"), r"\b()[rs]k_(?:live|test)_\w{10,}"),  # Stripe
    (("sk-",), r"(?<![\w-])()sk-(?=[a-z_-]{0,40}[A-Z0-9])[\w-]{20,}"),  # OpenAI
    (("dapi",), r"\b()dapi[0-9a-f]{32}\b"),  # Databricks
    (("hf_", "npm_", "pypi-"), r"\b()(?:hf_|npm_|pypi-)(?=[a-z_-]{0,40}[A-Z0-9])[\w-]{30,}"),
    (("SG.",), r"\b()SG\.[\w-]{15,}\.[\w-]{15,}"),  # SendGrid
    (("eyJ",), r"\b()eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"),  # a JSON web token
    (("PRIVATE KEY",), r"(PRIVATE KEY-----)[^-]+(?=-|\Z)"),
    (("hooks.slack.com",), r"(hooks\.slack\.com/)[a-z]+/[\w/-]+"),
    (("/webhook",), r"(/webhooks?(?:b2)?/)[\w@-]{6,}/[\w/-]{10,}"),  # Discord, Teams
    (("earer ",), r"([Bb]earer )(?=[^\s\d]{0,200}\d)[\w.~+/=-]{8,}"),
    (
        ("uthorization",),
        r"([Aa]uthorization['\"]?[ :=,]{1,4}['\"]?[A-Za-z]{1,10} )[\w.~+/=-]{6,}",
    ),
    (("sshpass",), r"(sshpass +-p *)(?:'[^']+'|\"[^\"]+\"|[^\s'\"]+)"),
    (("://",), r"(://)(?=[^\s@\d]{0,60}\d)[\w-]{20,100}(?=@)"),  # a token in place of a user
    (  # curl; numbers are users of a system
        (" -u", " --user"),
        r"( (?:-u|--user[ =]) ?['\"]?(?!\d+:\d+\b)[^\s:'\"/]{1,60}:)[^\s'\"/]+",
    ),
)
MARKS = tuple(mark for marks, _ in SHAPES for mark in marks)


def is_secret(name: str) -> bool:
    """Whether an argument of this name holds a secret, rather than the name of one."""
    return bool(NAMED.search(name)) and not HARMLESS.search(name)


def has_password(text: str) -> bool:
    """Whether a text is an address with a password in it."""
    return bool(re.search(ADDRESS, text))


def _names_a_secret(text: str) -> bool:
    """As `NAMED.search`, much faster: most texts hold none of these words."""
    return _has_one(WORDS, text.casefold())


def _has_one(marks: tuple[str, ...], text: str) -> bool:
    for mark in marks:  # noqa: SIM110, a generator takes three times as long
        if mark in text:
            return True
    return False


def redact(text: str) -> str:
    """The text without passwords in addresses, values of secret names, and values that look like secrets."""
    return _redacted(text) if len(text) > SHORT else _short_redacted(text)


@lru_cache(maxsize=1000)
def _short_redacted(text: str) -> str:
    """Names of DAGs and tasks come again and again."""
    return _redacted(text)


def _redacted(text: str) -> str:
    if _has_one(MARKS, text):
        text = re.sub(ADDRESS, rf"\g<1>:{HIDDEN}@", text) if "://" in text else text
        for marks, shape in SHAPES:
            if _has_one(marks, text):
                text = re.sub(shape, rf"\g<1>{HIDDEN}", text)
    if _names_a_secret(text):
        text = re.sub(SAID, rf"\g<1>{HIDDEN}", re.sub(ASSIGNED, rf"\g<1>{HIDDEN}", text))
    return text
