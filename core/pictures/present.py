"""What of the extra `ocr` and of Tesseract is installed."""

import importlib.util
import shutil
import subprocess
from functools import cache

LANGUAGES = ("rus", "kaz", "eng")
_MODULES = {"PIL": "pillow", "zxingcpp": "zxing-cpp", "pypdf": "pypdf"}


def missing_packages() -> tuple[str, ...]:
    return tuple(name for module, name in _MODULES.items() if importlib.util.find_spec(module) is None)


def missing() -> tuple[str, ...]:
    """What is not installed: names of packages, the program `tesseract`, its languages. () when all is there."""
    program = shutil.which("tesseract")
    if program is None:
        return (*missing_packages(), "tesseract")
    command = [program, "--list-langs"]
    listed = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout.split()  # noqa: S603
    return (*missing_packages(), *(f"tesseract-ocr-{name}" for name in LANGUAGES if name not in listed))


@cache
def available() -> bool:
    """Whether text can be read from pictures: the extra `ocr`, and Tesseract with Russian, Kazakh and English.

    Asked once per process: what is installed later is seen after a restart.
    """
    return not missing()


def require_packages() -> None:
    gone = missing_packages()
    if gone:
        raise RuntimeError(f"pictures need {', '.join(gone)}: install the extra `ocr` (pip install 'saqbol[ocr]')")
