"""The model survives its JSON form unchanged."""

from pathlib import Path

import pytest

from migrator.ir import serial
from migrator.scan import scan


def test_a_project_survives_json() -> None:
    project, _ = scan([Path(__file__).parent / "cases"])
    assert serial.loads(serial.dumps(project)) == project
    assert serial.dumps(serial.loads(serial.dumps(project))) == serial.dumps(project)


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        serial.loads('{"version": 99}')
