"""The catalogues: compiled at start, so that a changed .po is never shadowed by an old .mo."""

from pathlib import Path

from aiogram.utils.i18n import I18n
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parents[1] / "locales"
DOMAIN = "saqbol"


def catalogues(path: Path = LOCALES) -> I18n:
    """Texts in ru and kk; the msgids are English."""
    for source in path.glob(f"*/LC_MESSAGES/{DOMAIN}.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime:
            _compile(source, compiled)
    return I18n(path=path, default_locale="en", domain=DOMAIN)


def _compile(source: Path, compiled: Path) -> None:
    """Written aside and renamed: several processes may start at once."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3])
    draft = compiled.with_suffix(".new")
    with draft.open("wb") as target:
        write_mo(target, catalogue)
    draft.replace(compiled)
