"""The quick look for secrets misses none that the careful one finds."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.findings.redact import ADDRESS, MARKS, NAMED, SHAPES, WORDS, redact
from migrator.survey.unit import dumps

SECRETS = st.from_regex(NAMED) | st.from_regex(ADDRESS) | st.one_of(*(st.from_regex(s) for _, s in SHAPES))


@given(SECRETS)
def test_what_a_pattern_finds_has_one_of_the_marks_that_are_looked_for_first(text: str) -> None:
    for marks, shape in SHAPES:
        assert not re.search(shape, text) or any(mark in text for mark in marks)
    assert not re.search(ADDRESS, text) or any(mark in text for mark in MARKS)
    assert not NAMED.search(text) or any(word in text.casefold() for word in WORDS)


@given(st.lists(SECRETS | st.text(), max_size=4))
def test_a_report_hides_in_each_text_what_it_would_hide_in_it_alone(texts: list[str]) -> None:
    found = json.loads(dumps({"texts": texts}))
    assert found == {"texts": [redact(text) for text in texts]}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("PASSWD='x'", "PASSWD=***", id="an old name"),
        pytest.param("my_Api_Key = abc", "my_Api_Key = ***", id="a name in mixed case"),
        pytest.param("http://me:pw@host/db", "http://me:***@host/db", id="an address"),
        pytest.param("postgres://me:p@ss@host/db", "postgres://me:***@host/db", id="an @ in a password"),
        pytest.param(
            "https://0a1b2c3d4e5f6a7b8c9d0e1f@host/1", "https://***@host/1", id="a token for a user"
        ),
        pytest.param("key AKIA" + "Q" * 16 + " of", "key *** of", id="a key of AWS"),
        pytest.param("x: ghp_" + "a1" * 18, "x: ***", id="of GitHub"),
        pytest.param("xoxb-" + "1234567890-abc", "***", id="of Slack"),
        pytest.param(
            "hooks.slack.com/" + "services/T0/B0/x", "hooks.slack.com/***", id="an address that is one"
        ),
        pytest.param("eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "***", id="a JSON web token"),
        pytest.param("--PRIVATE KEY-----\nab/c\n-----END", "--PRIVATE KEY-----***-----END", id="a key file"),
        pytest.param("Authorization: Bearer abc.def", "Authorization: Bearer ***", id="a header"),
        pytest.param("curl -u me:pw host", "curl -u me:*** host", id="user and password"),
        pytest.param("docker run -u 1000:1000 x", "docker run -u 1000:1000 x", id="user and group"),
        pytest.param("x --password hunter2 y", "x --password *** y", id="an option"),
        pytest.param("The password is hunter2.", "The password is ***", id="a sentence that tells one"),
        pytest.param(
            "The token is read from a file", "The token is read from a file", id="one that does not"
        ),
        pytest.param("sshpass -p 'a b' ssh", "sshpass -p *** ssh", id="sshpass"),
        pytest.param("a task of two words", "a task of two words", id="nothing to hide"),
    ],
)
def test_values_of_secret_names_are_hidden(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "word", ["password", "token is ", "://a:", "x://b:c@", "PRIVATE KEY-----", "eyJaaaaaaaa.", " -u a"]
)
def test_long_texts_take_no_long_time(word: str) -> None:
    start = time.process_time()
    redact(word * 100_000)
    assert time.process_time() - start < 5
