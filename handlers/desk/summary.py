"""Figures in words and as a chart: for `/stats`, `/digest` and the morning. Each beside the period before."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from markupsafe import Markup

from core.charts import Chart
from core.figures import USUAL_WEEKS, Counts, Digest, Figures, Overdue, Rising
from core.periods import ALMATY, Span, today
from core.reference import scheme
from core.summaries import stored
from handlers.check.texts import MARKS, named
from handlers.language import clock, full_date, lines, locale, money, t, tn, unlinked
from handlers.report.keyboards import CITIES, CITIES_KK

MOST_LISTED = 5
MOST_BARS = 8
MOST_CITY = 40
KNOWN = {name.casefold(): city for city in CITIES for name in (city, CITIES_KK.get(city, city))}
NOTHING = "–"
DECORATION = re.compile(r"(?i)^(?:г\.\s*|(?:г|город|қала)\s+)|\s+(?:қаласы|қ\.|г\.)$")


def stats(figures: Figures) -> Markup:
    if not (figures.now.reports or figures.before.reports or figures.now.closed):
        return lines(heading(figures), "", nothing(), "", _another())
    return lines(heading(figures), *_figures(figures), *_schemes(figures), *_cities(figures), "", _another())


def digest(told: Digest) -> Markup:
    week = told.week
    return lines(
        title(week.period.now),
        *_yesterday(told),
        "",
        heading(week),
        *_figures(week),
        *_schemes(week),
        *_cities(week),
        *_rising(told.rising),
        *_waiting(told),
        *_overdue(told.overdue),
        *_due_soon(told.due_soon),
    )


def title(now: datetime) -> Markup:
    return t("<b>Digest of {date}</b>", date=full_date(today(now)))


def nothing() -> Markup:
    return t("No reports came in this time.")


def _another() -> Markup:
    return t("Another period: {example}", example=Markup("<code>/stats 01.11.2026-15.11.2026</code>"))


def heading(figures: Figures) -> Markup:
    period = figures.period
    now, before = (until(span, period.now) for span in (period.span, period.before))
    return t("<b>{days}</b>, in brackets {before}", days=now, before=before)


def until(span: Span, now: datetime) -> str:
    """`17.11–23.11`, and the hour where the last day is not over."""
    end = span[1].astimezone(ALMATY)
    listed = days(span, now)
    return listed if end.time() == time() else str(t("{days} until {time}", days=listed, time=clock(end)))


def days(span: Span, now: datetime) -> str:
    """`17.11–23.11`, with the years where one is not this year."""
    start, end = (moment.astimezone(ALMATY) for moment in span)
    last = (end - timedelta(microseconds=1)).date() if end > start else start.date()
    this_year = start.year == last.year == today(now).year
    form = "dd.MM" if this_year else "dd.MM.yyyy"
    first, final = (format_date(day, form, locale=locale()) for day in (start.date(), last))
    return first if first == final else f"{first}–{final}"


def _yesterday(told: Digest) -> list[Markup]:
    line, before = told.week.now.line, told.week.before.line
    return [
        tn("Yesterday {count} report, a week before {before}", "Yesterday {count} reports, a week before {before}",
           line[-1], before=before[-1]),
        *([t("Lost yesterday: {sum}", sum=sums(told.money))] if told.money else []),
    ]  # fmt: skip


def _figures(figures: Figures) -> list[Markup]:
    now, before = figures.now, figures.before
    return [
        t("Reports: {now}, people: {people}", now=both(now.reports, before.reports),
          people=both(now.people, before.people)),
        *([t("Lost: {now}", now=both(sums(now.money), sums(before.money)))] if now.money or before.money else []),
        t("Cases: opened {opened}, closed {closed}, confirmed {confirmed}", opened=both(now.opened, before.opened),
          closed=both(now.closed, before.closed), confirmed=both(now.confirmed, before.confirmed)),
        *_waits(now, before),
    ]  # fmt: skip


def _waits(now: Counts, before: Counts) -> list[Markup]:
    taken, answered = both(_long(now.taken), _long(before.taken)), both(_long(now.answered), _long(before.answered))
    return [
        *([t("Half were taken up within {time}", time=taken)] if now.taken or before.taken else []),
        *([t("Half of the people heard from you within {time}", time=answered)]
          if now.answered or before.answered else []),
    ]  # fmt: skip


def both(now: object, before: object) -> str:
    """84 (61): now, and before in brackets."""
    return f"{now} ({before})"


def sums(told: Mapping[str, int]) -> str:
    """Tenge first, other money beside it."""
    listed = sorted(told.items(), key=lambda one: (one[0] != "KZT", -one[1]))
    return " + ".join(money(minor, currency) for currency, minor in listed) or "0"


def _long(span: timedelta | None) -> str:
    """18 min, 2 h 5 min, 3 days."""
    if span is None:
        return NOTHING
    minutes = max(round(span.total_seconds() / 60), 1)
    if minutes < 60:
        return t("{count} min", count=minutes)
    if minutes < 48 * 60:
        return t("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    return tn("{count} day", "{count} days", round(minutes / 60 / 24))


def _schemes(figures: Figures) -> list[Markup | str]:
    return _listed(t("<b>Schemes</b>"), figures.now.schemes, figures.before.schemes, short)


def short(code: str) -> str:
    return scheme(code).short[locale()]


def _cities(figures: Figures) -> list[Markup | str]:
    now, before = together(figures.now.cities), together(figures.before.cities)
    silent = both(now.pop("", 0), before.pop("", 0))
    listed = _listed(t("<b>Cities</b>"), now, before, city)
    return [*listed, t("not told: {count}", count=silent)] if listed else []


def together(cities: Mapping[str | None, int]) -> Counter[str]:
    """One city for its spellings: people type it too, in two languages. An empty one: not told."""
    counted, spelled = Counter[str](), dict[str, str]()
    for name, count in cities.items():
        plain = DECORATION.sub("", (name or "").strip())
        key = plain.casefold()
        counted[KNOWN.get(key) or spelled.setdefault(key, plain)] += count
    return counted


def city(name: str) -> Markup:
    return unlinked((CITIES_KK.get(name, name) if locale() == "kk" else name)[:MOST_CITY])


def ranked(now: Mapping[str, int], before: Mapping[str, int]) -> list[str]:
    """The most frequent first."""
    return sorted({*now, *before}, key=lambda key: (-now.get(key, 0), -before.get(key, 0), key))


def _listed(
    heading: Markup, now: Mapping[str, int], before: Mapping[str, int], name: Callable[[str], str]
) -> list[Markup | str]:
    """The most frequent, and the rest as one; what came only before is not named."""
    told = [key for key in ranked(now, before) if now.get(key)]
    shown = told[:MOST_LISTED]
    if not shown:
        return []
    rest, earlier = (sum(one.values()) - sum(one.get(key, 0) for key in shown) for one in (now, before))
    listed = [Markup("{}: {}").format(name(key), both(now[key], before.get(key, 0))) for key in shown]
    return ["", heading, *listed, *([t("others: {count}", count=both(rest, earlier))] if rest else [])]


def _rising(found: Sequence[Rising]) -> list[Markup | str]:
    return ["", t("<b>Rising</b>"), *map(_risen, found)] if found else []


def _risen(one: Rising) -> Markup:
    what = Markup("{} {}").format(MARKS[stored(one.identifier).level], named(one.identifier))
    if not one.usual:
        return tn("{what}: {count} person, for the first time in {weeks} weeks",
                  "{what}: {count} people, for the first time in {weeks} weeks", one.people, what=what,
                  weeks=USUAL_WEEKS)  # fmt: skip
    usual = format_decimal(round(one.usual, 1), locale=locale())
    return tn("{what}: {count} person, usually {usual} a week", "{what}: {count} people, usually {usual} a week",
              one.people, what=what, usual=usual)  # fmt: skip


def _waiting(told: Digest) -> list[Markup | str]:
    if not told.waiting:
        return []
    running = [t("⚡ With money leaving now: {count}", count=told.running)] if told.running else []
    return ["", tn("{count} case waits: /queue", "{count} cases wait: /queue", told.waiting), *running]


def _overdue(owed: Sequence[Overdue]) -> list[Markup | str]:
    if not owed:
        return []
    listed = [
        t("{partner}: {count}, the oldest due {date}", partner=one.partner, count=one.count, date=_date(one.since))
        for one in owed
    ]
    return ["", t("<b>Partners have not answered in time</b>"), *listed]


def _due_soon(owed: Sequence[Overdue]) -> list[Markup | str]:
    if not owed:
        return []
    listed = [Markup("{}: {}").format(one.partner, one.count) for one in owed]
    return ["", t("<b>Partners should answer today</b>"), *listed]


def _date(moment: datetime) -> str:
    return full_date(moment.astimezone(ALMATY).date())


def chart(figures: Figures, title: Markup) -> Chart | None:
    """None where nothing came in either period."""
    now, before, period = figures.now, figures.before, figures.period
    if not (now.reports or before.reports):
        return None
    codes = ranked(now.schemes, before.schemes)
    rows = [(short(code), now.schemes.get(code, 0), before.schemes.get(code, 0)) for code in codes[:MOST_BARS]]
    if len(codes) > MOST_BARS:
        rows.append((str(t("Others")), now.reports - sum(row[1] for row in rows),
                     before.reports - sum(row[2] for row in rows)))  # fmt: skip
    return Chart(
        title=title.striptags(),
        legend=(days(period.span, period.now), days(period.before, period.now)),
        bars_title=str(t("Reports by scheme")),
        labels=[row[0] for row in rows],
        now=[row[1] for row in rows],
        before=[row[2] for row in rows],
        line_title=_along(period.step),
        line_labels=_steps(figures),
        later=now.line,
        earlier=before.line,
        nothing=str(nothing()),
    )


def _along(step: str) -> str:
    return str({"hour": t("Reports an hour"), "day": t("Reports a day"), "month": t("Reports a month")}[step])


def _steps(figures: Figures) -> list[str]:
    """A label for each step of the longer line."""
    period = figures.period
    later, earlier = period.edges(period.span)[:-1], period.edges(period.before)[:-1]
    form = {"hour": "HH:mm", "day": "dd.MM", "month": "MM.yyyy"}[period.step]
    longer = later if len(later) >= len(earlier) else [*later, *earlier[len(later) :]]
    return [format_datetime(edge, form, tzinfo=ALMATY, locale=locale()) for edge in longer]
