"""The quick look for secrets misses none that the careful one finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrator.findings.redact import ADDRESS, NAMED, may_hold_secrets, redact


@given(st.from_regex(NAMED) | st.from_regex(ADDRESS))
def test_what_names_a_secret_gets_the_careful_look(text: str) -> None:
    assert may_hold_secrets(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("PASSWD='x'", "PASSWD=***", id="an old name"),
        pytest.param("my_Api_Key = abc", "my_Api_Key = ***", id="a name in mixed case"),
        pytest.param("http://me:pw@host/db", "http://me:***@host/db", id="an address"),
        pytest.param("a task of two words", "a task of two words", id="nothing to hide"),
    ],
)
def test_values_of_secret_names_are_hidden(text: str, shown: str) -> None:
    assert redact(text) == shown
