"""Reading the data files that lie beside this module."""

from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def load(name: str) -> dict[str, Any]:
    """The parsed `name`.yaml. yaml is imported here, so that importing the package costs nothing."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load((_FOLDER / f"{name}.yaml").read_bytes(), Loader=loader)  # noqa: S506 safe loaders
    return document
