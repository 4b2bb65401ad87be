"""What a logged defect tells, and what it keeps to itself."""

import structlog
from pytest import CaptureFixture

from bot.cli import _logging


def test_a_defect_is_logged_with_its_place_and_without_its_text(capsys: CaptureFixture[str]) -> None:
    _logging()
    try:
        int("4400 4312 3456 7894")
    except ValueError:
        structlog.get_logger().exception("incident", incident="0A1B2C3D")
    finally:
        structlog.reset_defaults()
    logged = capsys.readouterr().err
    assert "test_log.py" in logged and "0A1B2C3D" in logged and "4400" not in logged
