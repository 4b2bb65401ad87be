"""The studio's cards, the warning as citizens see it, and what they are told about warnings."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from babel.dates import get_day_names
from markupsafe import Markup

from core.broadcasts import Reach, Studio, doubtful, needed
from core.charts import Bars
from core.planning import next_after, opens_at, plan_of, quiet
from core.reference import scheme
from core.sms import size
from handlers.broadcast.keyboards import city
from handlers.language import full_date, lines, locale, moment, t, tn, unlinked
from handlers.welcome.keyboards import NAMES
from storage.tables import Broadcast, BroadcastRun, Subscription

BAR = 12


# for citizens


def warning(broadcast: Broadcast, words: str) -> Markup:
    """A copy: the words, its code, and how to stop."""
    return lines(
        t("🔔 <b>SaqBol warns</b>"),
        "",
        Markup("{}").format(words),
        "",
        t("<i>{code}. No more warnings: /subscribe</i>", code=broadcast.code),
    )


def opt_in() -> Markup:
    return lines(
        t("May I send you short warnings about new scams? Two a week at most."),
        t("You can stop at any time: /subscribe"),
    )


def subscription(row: Subscription) -> Markup:
    if not row.wanted:
        return t("Short warnings about new scams are off. Two a week at most if you turn them on.")
    where = t("Your city: {city}.", city=city(row.city)) if row.city else t("Your city is not named.")
    return lines(t("Short warnings about new scams are on, two a week at most."), where)


def which_city() -> Markup:
    return t("In which city do you live? Some warnings are for one city.")


def stopped() -> Markup:
    return t("I will send you no more warnings. You can turn them on again: /subscribe")


def thanks() -> Markup:
    return t("Thank you!")


def only_a_test() -> Markup:
    return t("This is a preview: the tap is not counted.")


def original(broadcast: Broadcast, sent: datetime, words: str, links: Sequence[str]) -> Markup:
    """Never "genuine": a code can be copied under another text."""
    return lines(
        t("Under the code {code} I sent this on {date}:", code=broadcast.code, date=moment(sent, "day")),
        "",
        Markup("<blockquote>{}</blockquote>").format(words),
        t("If yours differs in one word or has a link, it is fake."),
        t("Yours names {what}, which was not in it: yours is fake.", what=_codes(links)) if links else None,
    )


def _codes(named: Sequence[str]) -> Markup:
    """Never to be tapped."""
    return Markup(", ").join(Markup("<code>{}</code>").format(one) for one in named)


def no_such_code(code: str) -> Markup:
    return lines(
        t("I sent nothing under the code {code}. Such a message is fake.", code=code),
        t("Open no links in it. To report it, send me the link or the sender's @name."),
    )


# for operators


def choose() -> Markup:
    return lines(
        t("<b>New broadcast</b>"),
        t("Choose a ready text or write your own. Nothing leaves without a second editor's approval."),
    )


def status(broadcast: Broadcast) -> Markup:
    return {
        "suggested": t("suggested"),
        "draft": t("draft"),
        "waiting": t("waits for approval"),
        "live": t("approved"),
        "paused": t("paused"),
        "done": t("sent out"),
        "cancelled": t("cancelled"),
    }[broadcast.status]


def card(broadcast: Broadcast, runs: Sequence[BroadcastRun], reach: Reach, studio: Studio, now: datetime) -> Markup:
    """Everything an editor decides by: both texts side by side, for whom, when, how many, how long."""
    return lines(
        t("<b>Broadcast {code}</b> · {status}", code=broadcast.code, status=status(broadcast)),
        _why(broadcast),
        *(line for language in NAMES for line in ("", *_words(broadcast, language))),
        "",
        t("To whom: {audience}", audience=audience(broadcast)),
        tn("{count} person", "{count} people", reach.people)
        + Markup(" · ")
        + t("takes {time}", time=span(reach.seconds)),
        t("When: {plan}", plan=plan(broadcast)),
        _held(broadcast, runs, now),
        t("With a picture") if broadcast.picture else None,
        t("🚨 Emergency: at once also at night and beyond two a week; two approve") if broadcast.emergency else None,
        _approvals(broadcast, studio),
        *_outcome(broadcast, runs),
    )


def _why(broadcast: Broadcast) -> Markup | None:
    about = broadcast.suggested
    if not about:
        return None
    return t("More reports than usual: {scheme}, {count} a day, usually {usual}",
             scheme=scheme(broadcast.scheme or "OTHER").short[locale()], count=about["count"], usual=about["usual"])  # fmt: skip


def _words(broadcast: Broadcast, language: str) -> list[Markup]:
    words = broadcast.text.get(language)
    if not words:
        return [t("<b>{language}</b>: not written yet", language=NAMES[language])]
    found = doubtful(words)
    return [
        Markup("<b>{}</b> · {}").format(NAMES[language], sms(words)),
        Markup("<blockquote>{}</blockquote>").format(unlinked(words)),
        *([t("⚠️ Not an official link or number: {what}", what=_codes(found))] if found else []),
    ]


def sms(words: str) -> Markup:
    """The counter: letters used of one SMS, and how many SMS it is."""
    found = size(words)
    return tn("{units}/{room} letters, {count} SMS ({encoding})", "{units}/{room} letters, {count} SMS ({encoding})",
              found.parts, units=found.units, room=found.room, encoding=found.encoding)  # fmt: skip


def audience(broadcast: Broadcast) -> Markup:
    chosen = broadcast.audience
    parts = [
        NAMES[chosen["language"]] if chosen.get("language") else None,
        city(chosen["city"]) if chosen.get("city") else None,
        t("met “{scheme}”", scheme=scheme(chosen["scheme"]).short[locale()]) if chosen.get("scheme") else None,
        t("active in the last 30 days") if chosen.get("active") else None,
    ]
    narrowed = [str(part) for part in parts if part]
    return Markup("{}").format(", ".join(narrowed)) if narrowed else t("everybody who wants warnings")


def plan(broadcast: Broadcast) -> Markup:
    found = plan_of(broadcast.plan)
    until = t(", until {date}", date=full_date(date.fromisoformat(found.until))) if found.until else Markup("")
    if found.kind == "now":
        return t("at once after approval")
    if found.kind == "once":
        return Markup("{} {}").format(full_date(date.fromisoformat(found.day or "")), found.at)
    if found.kind == "monthly":
        return t("every month on day {day} at {time}", day=found.of_month, time=found.at) + until
    names = get_day_names("abbreviated", locale=locale())
    return t("{days} at {time}", days=", ".join(names[day] for day in found.days), time=found.at) + until


def _held(broadcast: Broadcast, runs: Sequence[BroadcastRun], now: datetime) -> Markup | None:
    """What the quiet hours do to it."""
    if broadcast.emergency or broadcast.status in ("done", "cancelled"):
        return None
    sending = any(run.status == "running" for run in runs)
    found = plan_of(broadcast.plan)
    at = now if found.kind == "now" or sending else broadcast.next_at or next_after(found, now)
    if at is None or not quiet(at):
        return None
    return t("🌙 Nothing leaves between 22:00 and 08:00: goes on {moment}", moment=moment(opens_at(at)))


def _approvals(broadcast: Broadcast, studio: Studio) -> Markup | None:
    if broadcast.status not in ("draft", "waiting"):
        return None
    lacking = needed(broadcast) - len(studio.others(broadcast.author_id))
    if lacking > 0:
        return tn("⛔ Cannot be approved: {count} more editor is needed in SAQBOL_OPERATOR_IDS",
                  "⛔ Cannot be approved: {count} more editors are needed in SAQBOL_OPERATOR_IDS", lacking)  # fmt: skip
    if broadcast.status == "draft":
        return None
    return t("Approved by {count} of {needed}", count=len(broadcast.approvals), needed=needed(broadcast))


def _outcome(broadcast: Broadcast, runs: Sequence[BroadcastRun]) -> list[Markup]:
    return [line for run in runs[:3] for line in ("", *run_lines(run, broadcast))]  # type: ignore[misc]


def run_lines(run: BroadcastRun, broadcast: Broadcast) -> list[Markup]:
    if run.status == "missed":
        return [t("{moment}: missed", moment=moment(run.due_at))]
    had = tn("{count} person had two this week already", "{count} people had two this week already", run.capped)
    return [
        Markup("<b>{}</b>").format(moment(run.due_at)),
        copies({name: getattr(run, name) for name in COPIES}),
        *([had] if run.capped else []),
    ]


COPIES = ("delivered", "blocked", "failed", "unknown")


def copies(numbers: Mapping[str, int]) -> Markup:
    """What became of them; where there are none of a kind it is not named."""
    names = {"delivered": t("delivered"), "blocked": t("blocked"), "failed": t("failed"), "unknown": t("unknown")}
    shown = [name for name in COPIES if numbers[name] or name == "delivered"]
    return Markup(" · ").join(Markup("{} {}").format(names[name], numbers[name]) for name in shown)


def done_of(run: BroadcastRun) -> int:
    return run.delivered + run.blocked + run.failed + run.unknown


def progress(run: BroadcastRun, broadcast: Broadcast, studio: Studio, now: datetime) -> Markup:
    """One message, edited while it runs: bar, rate, time left, what became of the copies."""
    done, whole = done_of(run), max(run.expected - run.capped, done_of(run), 1)
    filled = round(BAR * done / whole)
    over = run.status == "done" or broadcast.status == "cancelled"
    ended = run.finished_at or now
    seconds = max((ended - run.started_at).total_seconds(), 1)
    return lines(
        t("<b>Broadcast {code}</b> · {status}", code=broadcast.code,
          status=t("on its way") if not over and broadcast.status == "live" else _state_of_run(run, broadcast)),
        Markup("{}{} {} %").format("▓" * filled, "░" * (BAR - filled), round(100 * done / whole)),
        t("{done} of {whole} · {rate} a second", done=done, whole=whole, rate=round(done / seconds, 1)),
        None if over else t("about {time} left", time=span(max(whole - done, 0) / studio.rate)),
        *run_lines(run, broadcast)[1:],
        _night(broadcast, over, now),
    )  # fmt: skip


def _state_of_run(run: BroadcastRun, broadcast: Broadcast) -> Markup:
    return t("sent out") if run.status == "done" else status(broadcast)


def _night(broadcast: Broadcast, over: bool, now: datetime) -> Markup | None:
    if over or broadcast.emergency or not quiet(now):
        return None
    return t("🌙 Nothing leaves between 22:00 and 08:00: goes on {moment}", moment=moment(opens_at(now)))


def report(
    run: BroadcastRun, broadcast: Broadcast, answers: Mapping[str, int], ended: int, reasons: Sequence[tuple[str, int]]
) -> Markup:
    return lines(
        t("<b>Broadcast {code}</b> · how it went", code=broadcast.code),
        *run_lines(run, broadcast),
        *(Markup("· {}: {}").format(reason, number) for reason, number in reasons),
        t("knew {knew} · new {new} · happened to them {happened}", knew=answers.get("knew", 0),
          new=answers.get("new", 0), happened=answers.get("happened", 0)),
        tn("{count} person turned warnings off under it", "{count} people turned warnings off under it", ended),
        t("Unknown: no answer came from Telegram. They may have arrived, so they are not sent again.") if run.unknown else None,
    )  # fmt: skip


def bars(run: BroadcastRun, answers: Mapping[str, int]) -> Bars:
    """The report's chart."""
    counted = {
        t("delivered"): run.delivered, t("blocked"): run.blocked, t("failed"): run.failed, t("unknown"): run.unknown,
        t("I knew"): answers.get("knew", 0), t("New to me"): answers.get("new", 0),
        t("Happened to me"): answers.get("happened", 0),
    }  # fmt: skip
    return Bars([str(name) for name in counted], list(counted.values()))


def missed(broadcast: Broadcast, due: datetime, times: int) -> Markup:
    return lines(
        t("<b>Broadcast {code}</b> did not go out at {moment}: I was not running, or the run before was not over.",
          code=broadcast.code, moment=moment(due)),
        tn("{count} run was missed. I do not send it late: open it in /broadcasts and plan it anew.",
           "{count} runs were missed. I do not send them late: open it in /broadcasts and plan it anew.", times),
    )  # fmt: skip


def news(broadcast: Broadcast, what: str) -> Markup:
    return {
        "ask": t("Please read and approve, or return to the author:"),
        "approved": t("{code} is approved. It goes out: {plan}", code=broadcast.code, plan=plan(broadcast)),
        "returned": t("Returned by the second editor. Please change it and send it for approval again."),
        "suggest": t("Reports of this scheme rise. Here is a draft of a warning: take it or cancel it."),
    }[what]


def span(seconds: float) -> Markup:
    """4 seconds, 2 minutes, 3 h 20 min."""
    length = timedelta(seconds=max(round(seconds), 1))
    minutes = round(length.total_seconds() / 60)
    if length.total_seconds() < 60:
        return tn("{count} second", "{count} seconds", int(length.total_seconds()))
    if minutes < 90:
        return tn("{count} minute", "{count} minutes", minutes)
    return t("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)


def ask_words(language: str, now: str | None) -> Markup:
    return lines(
        t(
            "Write the text in this language: {language}. One or two short sentences, no links.",
            language=NAMES[language],
        ),
        Markup("<code>{}</code>").format(now) if now else None,
    )


def ask_picture() -> Markup:
    return t("Send one photo. It goes above the text.")


def ask_audience(broadcast: Broadcast, reach: Reach) -> Markup:
    return lines(
        t("To whom: {audience}", audience=audience(broadcast)),
        tn("{count} person", "{count} people", reach.people)
        + Markup(" · ")
        + t("takes {time}", time=span(reach.seconds)),
    )


def ask_scheme() -> Markup:
    return t("Only those who reported this scheme:")


def ask_when(broadcast: Broadcast) -> Markup:
    return lines(
        t("When: {plan}", plan=plan(broadcast)),
        t(
            "Almaty time. Choose at once, a time, days of the week or every month. Nothing leaves between 22:00 and 08:00."
        ),
    )


def ask_time(kind: str) -> Markup:
    return {
        "once": t("Write the day and the time, for example: 25.12 10:00"),
        "weekly": t("Write the time and, if it ends, the last day, for example: 10:00 or 10:00 31.12.2026"),
        "monthly": t("Write the day of the month and the time, for example: 5 10:00 or 5 10:00 31.12.2026"),
    }[kind]


def really_cancel(broadcast: Broadcast) -> Markup:
    return t("Cancel broadcast {code} for good? What has left cannot be called back.", code=broadcast.code)


def cancelled(broadcast: Broadcast) -> Markup:
    return t("Broadcast {code} is cancelled. Nothing more leaves.", code=broadcast.code)


def state_line(broadcast: Broadcast) -> Markup:
    if broadcast.status == "paused":
        return t("Broadcast {code} is paused: nothing more leaves until you resume it.", code=broadcast.code)
    return t("Broadcast {code} goes on.", code=broadcast.code)


def on_its_way() -> Markup:
    return t("The test is on its way to you.")


def listed(total: bool) -> Markup:
    return t("<b>Broadcasts</b>, the newest first") if total else t("There are no broadcasts yet: /broadcast")


def label(broadcast: Broadcast) -> str:
    words = broadcast.text.get(locale()) or next(iter(broadcast.text.values()), "…")
    return f"{broadcast.code} · {status(broadcast)} · {words}"


def figures(subscribers: Sequence[tuple[bool | None, str, int]], runs: Sequence[BroadcastRun]) -> Markup:
    """Of the last 30 days."""
    wanted = {
        language: sum(number for on, code, number in subscribers if on and code == language) for language in NAMES
    }
    declined = sum(number for on, _, number in subscribers if on is False)
    silent = sum(number for on, _, number in subscribers if on is None)
    sums = {name: sum(getattr(run, name) for run in runs) for name in COPIES}
    return lines(
        t("<b>Warnings</b>"),
        tn("{count} person wants them", "{count} people want them", sum(wanted.values()))
        + Markup(" ({})").format(", ".join(f"{NAMES[code]}: {number}" for code, number in wanted.items())),
        t("said no or stopped: {declined} · asked, no answer: {silent}", declined=declined, silent=silent),
        "",
        t("<b>The last 30 days</b>"),
        tn("{count} run", "{count} runs", sum(run.status != "missed" for run in runs))
        + Markup(" · ") + t("missed: {count}", count=sum(run.status == "missed" for run in runs)),
        copies(sums),
    )  # fmt: skip
