"""How texts are made: English msgids, named placeholders, every value escaped once, here."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from aiogram.utils.i18n import get_i18n
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from markupsafe import Markup

ZONE = ZoneInfo("Asia/Almaty")
SIGNS = {"KZT": "₸", "RUB": "₽", "USD": "$", "EUR": "€", "KGS": "сом", "USDT": "USDT"}


def t(message: str, **values: object) -> Markup:
    """The text in the reader's language; values are escaped unless they are markup already."""
    return Markup(get_i18n().gettext(message)).format(**values)  # noqa: S704 (our own texts)


def tn(one: str, many: str, count: int, **values: object) -> Markup:
    """Like `t`, in the plural form for `count`, which the text may name."""
    return Markup(get_i18n().gettext(one, many, count)).format(count=count, **values)  # noqa: S704


def unlinked(text: str) -> Markup:
    """Somebody's words with addresses and @names as code: to be copied, never tapped."""
    return Markup().join(
        Markup("<code>{}</code>").format(word) if _could_be_tapped(word) else word for word in re.split(r"(\s+)", text)
    )


def _could_be_tapped(word: str) -> bool:
    """What Telegram makes a link of: a scheme, an @name, a dotted name that ends in letters."""
    if "@" in word or "://" in word:
        return True
    labels = re.split("[/?#:]", word.strip("()[]«»\"',;!?."), maxsplit=1)[0].split(".")
    return len(labels) > 1 and all(labels) and len(labels[-1]) > 1 and labels[-1].isalpha()


def locale() -> str:
    """`ru` or `kk`."""
    return get_i18n().current_locale


def lines(*parts: str | None) -> Markup:
    """Joins what is there, one under the other; an empty string makes an empty line."""
    return Markup("\n").join(part for part in parts if part is not None)


def day(moment: datetime, now: datetime) -> str:
    """today, yesterday, 3 days ago, then the date."""
    local, today = moment.astimezone(ZONE).date(), now.astimezone(ZONE).date()
    ago = (today - local).days
    if ago <= 0:
        return t("today")
    if ago == 1:
        return t("yesterday")
    if ago <= 14:
        return tn("{count} day ago", "{count} days ago", ago)
    return full_date(local)


def full_date(value: date) -> str:
    """21.11.2026, as both languages write it."""
    return format_date(value, "dd.MM.yyyy", locale=locale())


def clock(moment: datetime) -> str:
    """18:40, Almaty time."""
    return format_time(moment.astimezone(ZONE), "HH:mm", locale=locale())


def moment(at: datetime, precision: str = "minute") -> str:
    local = at.astimezone(ZONE)
    when = format_date(local.date(), "dd.MM.yyyy", locale=locale())
    return when if precision == "day" else f"{when} {clock(at)}"


def money(minor: int, currency: str) -> str:
    """250 000 ₸. The sign follows, as in both languages."""
    amount = minor / 100 if minor % 100 else minor // 100
    return f"{format_decimal(amount, locale=locale())} {SIGNS.get(currency, currency)}"
