"""The lines of source beside a finding hide what stands with a secret name, wherever Python lets it stand."""

import pytest

from migrator.report.html.masks import masked


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        pytest.param('password = "x"', "password = ***", id="assigned"),
        pytest.param('user, password = "me", "x"', "user, password = ***, ***", id="several are assigned"),
        pytest.param('c["password"] = "x"', 'c["password"] = ***', id="stored"),
        pytest.param('get("api_token", "x", 1)', 'get("api_token", ***, 1)', id="the default of a look-up"),
        pytest.param('["--password", "x"]', '["--password", ***]', id="an option of a command"),
        pytest.param('if token == "x":\n    pass', "if token == ***:\n    pass", id="compared"),
        pytest.param(
            'for n, token in [("a", "x")]:\n    f("b")',
            'for n, token in [(***, ***)]:\n    f("b")',
            id="looped",
        ),
        pytest.param(
            '[f("b", token) for token in ("x",)]', '[f("b", token) for token in (***,)]', id="comprehended"
        ),
        pytest.param('f(token="x", a="b")', 'f(token=***, a="b")', id="an argument"),
        pytest.param('f(a="token_x", b="c")', 'f(a="token_x", b="c")', id="a value with such a word"),
        pytest.param('["a token of it", "x"]', '["a token of it", "x"]', id="a sentence"),
        pytest.param('x = "y"  # password\nz = "w"', 'x = "y"  # password\nz = "w"', id="a remark"),
        pytest.param(
            "-PRIVATE KEY-----\na\nb\n-----END", "-PRIVATE KEY-----***\n\n\n-----END", id="a key file"
        ),
        pytest.param('password = """a\nb"""', "password = ***\n***", id="over several lines"),
    ],
)
def test_what_stands_with_a_secret_name_is_hidden(code: str, shown: str) -> None:
    assert masked(code) == shown
