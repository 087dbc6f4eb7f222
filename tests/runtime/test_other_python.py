"""A function in another Python gets its arguments, gives its result, and says why it failed."""

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from migrator.runtime.other_python import in_python, in_virtualenv


def whereabouts(*values: Any, name: str = "x") -> Any:
    import importlib.util
    import os
    import sys

    print("from the other one")
    return {
        "values": values,
        "name": name,
        "prefix": sys.prefix,
        "pid": os.getpid(),
        "env": os.environ.get("OTHER"),
        "home": os.environ.get("HOME"),
        "dagster": importlib.util.find_spec("dagster") is not None,
    }


def breaks() -> None:
    raise ValueError("no rows")


def ends() -> None:
    raise SystemExit(7)


def test_arguments_go_there_and_the_result_comes_back(capfd: pytest.CaptureFixture[str]) -> None:
    found = in_python(
        sys.executable, partial(whereabouts, 1, [2, {"a": 3}], name="ünï"), env={"OTHER": "yes"}
    )
    assert (found["values"], found["name"], found["env"]) == ((1, [2, {"a": 3}]), "ünï", "yes")
    assert found["pid"] != os.getpid() and found["home"] == os.environ.get("HOME")
    assert "from the other one" in capfd.readouterr().out


def test_nothing_is_inherited_when_nothing_is_to_be() -> None:
    assert in_python(sys.executable, whereabouts, env={"OTHER": "1"}, inherit_env=False)["home"] is None


def test_a_function_defined_inside_of_another_is_sent_as_well() -> None:
    def inner(x: "Unheard[of]") -> int:  # type: ignore[name-defined]  # noqa: F821
        return x + 1  # type: ignore[no-any-return]

    assert in_python(sys.executable, partial(inner, 1)) == 2


@pytest.mark.parametrize(
    ("python", "call", "why"),
    [
        (sys.executable, breaks, "ValueError: no rows"),
        (sys.executable, ends, "exit code 7"),
        ("/no/such/python", breaks, "cannot be started: No such file or directory"),
    ],
)
def test_a_failure_says_why(python: str, call: Any, why: str) -> None:
    with pytest.raises(dg.Failure) as failure:
        in_python(python, call)
    assert why in str(failure.value.description)


def test_an_environment_of_its_own_has_no_packages_but_those_asked_for(tmp_path: Path) -> None:
    first = in_virtualenv(whereabouts, system_site_packages=False, cache=tmp_path)
    again = in_virtualenv(whereabouts, system_site_packages=False, cache=tmp_path)
    assert not first["dagster"]
    assert first["prefix"] == again["prefix"] != sys.prefix
    assert len(list(tmp_path.iterdir())) == 1


def test_an_environment_that_was_left_half_built_is_built_again(tmp_path: Path) -> None:
    place = Path(in_virtualenv(whereabouts, system_site_packages=False, cache=tmp_path)["prefix"])
    (place / "whole").unlink()
    (place / "bin" / "python").unlink()
    assert in_virtualenv(whereabouts, system_site_packages=False, cache=tmp_path)["prefix"] == str(place)


def test_an_environment_that_is_not_kept_is_gone_afterwards() -> None:
    assert not Path(in_virtualenv(whereabouts, system_site_packages=False)["prefix"]).exists()


def test_a_python_that_is_not_there_is_told() -> None:
    with pytest.raises(dg.Failure) as failure:
        in_virtualenv(whereabouts, python_version="2.9")
    assert "there is no python2.9" in str(failure.value.description)
