"""The case card, and what the desk reads in its group."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from core import cases
from core.reference import scheme
from core.summaries import stored
from handlers.check.texts import MARKS, known, named
from handlers.language import clock, lines, locale, moment, money, t, tn, unlinked
from handlers.mine.texts import answered, outcome
from handlers.report.texts import facts, pictures, status
from storage.cases import FOR_GOOD
from storage.dispositions import Standing
from storage.tables import BlockRequest, Case, Decision, Disposition, History, Identifier, Question, Report, Sign

MOST_STORY = 700
MOST_STEPS = 12
MOST_ANSWER = 200
REASONS = {
    "confirm": ("own_check", "statement", "many", "partner"),
    "reject": ("mistake", "honest", "spoofed", "too_little"),
}


def reason(code: str) -> str:
    """The text of a ready reason; a typed one is its own text."""
    texts = {
        "own_check": t("our own check"),
        "statement": t("a victim's statement"),
        "many": t("several matching reports"),
        "partner": t("answer of a bank or operator"),
        "mistake": t("reported by mistake"),
        "honest": t("honest owner"),
        "spoofed": t("the number was forged"),
        "too_little": t("too little to go on"),
        "owner": t("the owner showed that it is theirs"),
        "deadline": t("nobody judged the appeal in time"),
    }
    return texts.get(code, code)


@dataclass(frozen=True, slots=True)
class Suggested:
    """Another case that may be the same crew, for the officer to decide."""

    case: int
    why: str  # shared, story
    shared: Identifier | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card is drawn from. `reports` are the newest; the sums of all are the case's own."""

    case: Case
    reports: Sequence[Report]
    identifiers: Sequence[tuple[Identifier, int]]  # with how many reports name it
    decisions: Mapping[int, Decision]
    history: Sequence[History]
    files: int
    now: datetime
    people: int = 1
    first_at: datetime | None = None
    signs: Sequence[Sign] = ()
    suggested: Sequence[Suggested] = ()
    answers: Mapping[int, str] = field(default_factory=dict)  # words of reporters by the id of the answer
    partners: Sequence[Standing] = ()
    partner_words: Sequence[tuple[str, Disposition, Identifier | None]] = ()  # newest first
    blocks: Sequence[BlockRequest] = ()

    @property
    def standing(self) -> bool:
        return self.case.reports > 0

    @property
    def undoable(self) -> bool:
        moves = [one for one in self.history if one.actor_id and one.step not in FOR_GOOD]
        return bool(moves) and moves[-1].at > self.now - cases.UNDO_FOR

    @property
    def workable(self) -> bool:
        return self.standing and self.case.status in ("open", "taken")


def card(drawn: Card) -> Markup:
    return lines(
        t("<b>Case {number}</b> · {state}", number=cases.number(drawn.case), state=state(drawn)),
        *([since_it_left(drawn)] if running(drawn) and drawn.workable else []),
        *head(drawn),
        "",
        *(identifier(row, count, drawn) for row, count in drawn.identifiers),
        *(report(one) for one in drawn.reports),
        more_reports(drawn),
        pictures(drawn.files),
        *partners(drawn),
        *registered(drawn),
        *asked_to_block(drawn),
        *suggestions(drawn),
        *history(drawn),
    )


def head(drawn: Card) -> list[Markup]:
    """The scheme, and where there are several reports what they amount to."""
    case, first = drawn.case, drawn.first_at or drawn.case.created_at
    label = Markup("{}").format(scheme(case.scheme).label[locale()] if case.scheme else "")
    if case.reports < 2 or case.last_at is None:
        return [Markup("{} · {}").format(label, moment(first))]
    people = tn("{count} person", "{count} people", drawn.people)
    return [
        label,
        tn("{count} report, {people}", "{count} reports, {people}", case.reports, people=people),
        t("First {first}, last {last}", first=moment(first), last=moment(case.last_at)),
        *([t("Lost together: {sum}", sum=money(case.loss_minor, "KZT"))] if case.loss_minor else []),
    ]


def running(drawn: Card) -> bool:
    return drawn.case.running_until is not None and drawn.case.running_until > drawn.now


def since_it_left(drawn: Card) -> Markup:
    """The minute counter; the card is drawn anew every few minutes while it runs."""
    assert drawn.case.running_until
    left_at = drawn.case.running_until - cases.RUNNING_FOR
    minutes = max(int((drawn.now - left_at).total_seconds()) // 60, 0)
    return tn("⏱ {count} minute since the money left, it may be stopped until {time}",
              "⏱ {count} minutes since the money left, it may be stopped until {time}",
              minutes, time=clock(drawn.case.running_until))  # fmt: skip


def more_reports(drawn: Card) -> Markup | None:
    rest = drawn.case.reports - len(drawn.reports)
    return tn("… and {count} earlier report", "… and {count} earlier reports", rest) if rest > 0 else None


def partners(drawn: Card) -> list[Markup]:
    """Who else has it, how that stands, and by when they answer."""
    if not drawn.partners:
        return []
    return [
        Markup(""),
        t("<b>Partners</b>"),
        *(partner(one, drawn.now) for one in drawn.partners),
        *(partner_words(*one) for one in drawn.partner_words),
    ]


def partner(one: Standing, now: datetime) -> Markup:
    many = Markup(" × {}").format(one.copies) if one.copies > 1 else ""
    return Markup("{} {} · {}{}{}").format(
        _partner_mark(one, now), one.partner, _partner_state(one), many, _partner_term(one, now)
    )


def _partner_mark(one: Standing, now: datetime) -> str:
    if one.due and one.due < now:
        return "🔴"
    return "✅" if one.answered else "⏳"


def _partner_state(one: Standing) -> Markup:
    if one.state == "sent":
        return t("delivered, no answer yet") if one.delivered else t("on its way")
    return Markup("{} {}").format(answered(one.state), moment(one.answered)) if one.answered else answered(one.state)


def _partner_term(one: Standing, now: datetime) -> Markup | str:
    if one.due is None:
        return ""
    if one.due < now:
        return Markup(" · {}").format(t("should have answered by {time}", time=moment(one.due)))
    return Markup(" · {}").format(t("answers by {time}", time=moment(one.due)))


def partner_words(name: str, said: Disposition, about: Identifier | None) -> Markup:
    """A reason or a reference of the partner's own."""
    words = unlinked(" ".join(filter(None, (said.reason, said.reference and f"№ {said.reference}"))))
    what = Markup(" ({})").format(named(about)) if about else ""
    return Markup("   {}{}: {}. {}").format(name, what, answered(said.result), words)


def overdue(name: str, count: int) -> Markup:
    return tn("🔴 {partner} has not answered {count} report in time.",
              "🔴 {partner} has not answered {count} reports in time.", count, partner=name)  # fmt: skip


def unreached(name: str, count: int) -> Markup:
    return tn("🔴 {partner} does not take our messages: {count} report has not arrived. Please tell them by phone.",
              "🔴 {partner} does not take our messages: {count} reports have not arrived. Please tell them by phone.",
              count, partner=name)  # fmt: skip


def registered(drawn: Card) -> list[Markup]:
    """Criminal cases: seen by the desk alone until published."""
    numbers: dict[tuple[str, bool], None] = dict.fromkeys((one.reference or "", one.published) for one in drawn.signs)
    return [
        t("Criminal case (ЕРДР) {number}, published", number=number)
        if published
        else t("Criminal case (ЕРДР) {number}, for the desk alone", number=number)
        for number, published in numbers
    ]


def asked_to_block(drawn: Card) -> list[Markup]:
    """A line for each request: who was asked about what, by whom, and what came of it when."""
    names = {row.id: named(row) for row, _ in drawn.identifiers}
    return [Markup("🔒 {}").format(blocking(one, names.get(one.identifier_id, ""))) for one in drawn.blocks]


def blocking(one: BlockRequest, what: Markup | str) -> Markup:
    """`Kaspi Bank: block of … asked 14:05, acknowledged 14:07`."""
    asked = {"partner": one.partner_name, "what": what, "time": clock(one.requested_at)}
    if one.state == "held":
        return t("{partner}, {what}: not asked by itself at {time}, too many from one person", **asked)
    steps = [
        t("{partner}, {what}: block asked {time}", **asked),
        None if one.officer_id else t("by itself, on one person's word"),
        t("acknowledged {time}", time=clock(one.acknowledged_at)) if one.acknowledged_at else None,
        block_end(one),
    ]
    return Markup(", ").join(filter(None, steps))


def block_end(one: BlockRequest) -> Markup | None:
    at = clock(one.ended_at) if one.ended_at else ""
    if one.state == "refused" and one.reason:
        return t("refused {time}: {reason}", time=at, reason=unlinked(one.reason))
    return {
        "done": t("done {time}", time=at),
        "refused": t("refused {time}", time=at),
        "recalled": t("taken back {time}", time=at),
    }.get(one.state)


def block_asked(request: BlockRequest) -> Markup:
    return t("Asked {partner}. The answer will stand on the card.", partner=request.partner_name)


def suggestions(drawn: Card) -> list[Markup]:
    return [
        t("Perhaps the same crew: {case}, it has {what} too", case=cases.number(one.case), what=named(one.shared))
        if one.shared
        else t("Perhaps the same crew: {case}, a very similar story", case=cases.number(one.case))
        for one in drawn.suggested
    ]


def state(drawn: Card) -> Markup:
    if drawn.case.status == "merged":
        return t("joined to {case}", case=cases.number(drawn.case.merged_into or 0))
    if not drawn.standing:
        return t("taken back by the reporter")
    if drawn.case.status == "closed":
        return t("closed: {outcome}", outcome=outcome(drawn.case.outcome))
    if running(drawn):
        return t("⚡ money is leaving now")
    if drawn.case.status == "taken":
        return t("being worked on")
    return t("waits")


def identifier(row: Identifier, count: int, drawn: Card) -> Markup:
    decision = drawn.decisions.get(row.id)
    verdict = stored(row)
    told = known(verdict, drawn.now)
    many = Markup(" × {}").format(count) if count > 1 else ""
    return lines(
        Markup("{} {}{}").format(MARKS[verdict.level], named(row), many),
        Markup("   {}").format(Markup(" ").join(told)),
        Markup("   {}").format(decided(decision)) if decision else None,
        Markup("   {}").format(t("range of {holder}", holder=row.attrs["range_holder"]))
        if row.attrs.get("range_holder")
        else None,
        "",
    )


def decided(decision: Decision) -> Markup:
    if decision.result == "confirmed":
        return t("✅ confirmed: {reason}", reason=unlinked(reason(decision.reason)))
    return t("❌ rejected: {reason}", reason=unlinked(reason(decision.reason)))


def report(one: Report) -> Markup:
    return lines(
        t("Report {number} · {status}", number=one.number, status=status(one)),
        t("Statement (КУИ) {number}", number=one.statement_number) if one.statement_number else None,
        *facts(one),
        t("Contact, with consent: {contact}", contact=one.contact) if one.contact else None,
        Markup("<blockquote expandable>{}</blockquote>").format(unlinked(one.story[:MOST_STORY]))
        if one.story
        else None,
    )


def history(drawn: Card) -> list[Markup]:
    """Who did what and when."""
    if not drawn.history:
        return []
    names = {row.id: named(row) for row, _ in drawn.identifiers}
    return [Markup(""), *(step(one, names, drawn.answers) for one in drawn.history[-MOST_STEPS:])]


def step(one: History, names: Mapping[int, Markup], answers: Mapping[int, str]) -> Markup:
    if one.actor_id is None:
        return Markup("{} {} · {}").format(clock(one.at), one.data["report"], replied(one, answers))
    return Markup("{} <b>{}</b> · {}").format(clock(one.at), one.actor_name, moved(one.step, one.data, names))


def replied(one: History, answers: Mapping[int, str]) -> Markup:
    """What a reporter did with a question, in few words."""
    if one.step == "answered":
        words = answers.get(one.data["answer"], "")
        return (
            t("the reporter answered: “{words}”", words=unlinked(shortened(words)))
            if words
            else t("the reporter sent a picture")
        )
    return {
        "declined": t("the reporter does not want to answer"),
        "line_closed": t("the reporter wants no more questions"),
        "line_opened": t("the reporter can be asked again"),
        "unreachable": t("the reporter can’t be reached"),
    }[one.step]


def shortened(words: str, most: int = MOST_ANSWER) -> str:
    return words if len(words) <= most else f"{words[:most]}…"


def question_asked(data: Mapping[str, Any]) -> Markup:
    words = unlinked(shortened(data.get("words", "")))
    if "report" in data:
        return t("asked the reporter of {number}: “{words}”", number=data["report"], words=words)
    return t("asked all reporters: “{words}”", words=words)


def moved(what: str, data: Mapping[str, Any], names: Mapping[int, Markup]) -> Markup:
    """A move in few words."""
    about = names.get(data.get("identifier", 0), "")
    why = unlinked(reason(data.get("reason", "")))
    other = cases.number(data["other"]) if "other" in data else ""
    texts: dict[str, Callable[[], Markup]] = {
        "taken": lambda: t("took the case"),
        "assigned": lambda: t("handed the case to {name}", name=data["to"]),
        "returned": lambda: t("returned the case"),
        "confirmed": lambda: t("confirmed {what}: {reason}", what=about, reason=why),
        "rejected": lambda: t("rejected {what}: {reason}", what=about, reason=why),
        "closed": lambda: t("closed: {outcome}", outcome=outcome(data.get("outcome"))),
        "merged": lambda: t("joined {case} to this one", case=other),
        "split": lambda: t("parted {what} off: {case}", what=about, case=other),
        "statement": lambda: t("statement (КУИ) {number}", number=data["number"]),
        "criminal_case": lambda: t("criminal case (ЕРДР) {number}", number=data["number"]),
        "published": lambda: t("published the criminal case"),
        "asked": lambda: question_asked(data),
        "block": lambda: t("asked to block {what}: {partner}", what=about, partner=data["partner"]),
        "undone": lambda: t("took back: {move}", move=undone(data["undid"])),
    }
    return texts[what]() if what in texts else Markup("{}").format(what)


def undone(what: str) -> Markup:
    return {
        "taken": t("taking the case"),
        "assigned": t("handing it over"),
        "returned": t("returning the case"),
        "confirmed": t("confirming"),
        "rejected": t("rejecting"),
        "closed": t("closing"),
        "merged": t("joining cases"),
        "split": t("parting cases"),
        "statement": t("the number of a statement"),
        "criminal_case": t("the number of a criminal case"),
        "published": t("publishing"),
        "block": t("asking to block"),
    }[what]


def mark(case: Case, what: str) -> Markup:
    """A short alert: the case passed a mark."""
    kind_, _, value = what.partition(":")
    if kind_ == "people":
        return tn("📈 Case {case}: {count} report now", "📈 Case {case}: {count} reports now", case.reports,
                  case=cases.number(case))  # fmt: skip
    return t("📈 Case {case}: more than {sum} lost", case=cases.number(case), sum=money(int(value), "KZT"))


def running_call(case: Case, call: str, seniors: Markup | str) -> Markup:
    number, until = cases.number(case), clock(case.running_until) if case.running_until else ""
    if call == "running":
        return t(
            "⚡ Case {case}: money is leaving now. Until {time} the bank may still stop it.", case=number, time=until
        )
    if call == "again":
        return t("⚡ Case {case} still waits. Until {time} the bank may still stop the money.", case=number, time=until)
    return t("⚡ Case {case} waits for half an hour. {seniors}, please look.", case=number, seniors=seniors)


def mention(telegram_id: int, name: str) -> Markup:
    return Markup('<a href="tg://user?id={}">{}</a>').format(telegram_id, name)


def listed(names: Sequence[Markup]) -> Markup:
    return Markup(", ").join(names) if names else t("Officers")


def ask_reason(row: Identifier, confirm: bool) -> Markup:
    if confirm:
        return t("Why is {what} confirmed? Reply to this message.", what=named(row))
    return t("Why is {what} rejected? Reply to this message.", what=named(row))


def caption(case: Case, report: Report, asked: Question | None) -> Markup:
    """Below a picture: what it belongs to, and the question it answers."""
    about = Markup("{} · {}").format(cases.number(case), report.number)
    return lines(about, t("💬 Answer to: {words}", words=asked.words) if asked else None)


def urgent(row: Identifier) -> Markup:
    return lines(
        t("⚡ Many new reports today: {what}", what=named(row)),
        t("They may be a real campaign or an attack on somebody. Please look and confirm or reject."),
    )


def card_link(case: Case) -> str | None:
    """Where the card stands; only supergroups have such addresses."""
    chat = str(case.card_chat_id or "")
    place = f"{case.card_thread_id}/{case.card_message_id}" if case.card_thread_id else case.card_message_id
    return f"https://t.me/c/{chat[4:]}/{place}" if chat.startswith("-100") and case.card_message_id else None


def linked(case: Case) -> Markup | str:
    """The number of a case, leading to its card where that has an address."""
    name, link = cases.number(case), card_link(case)
    return Markup('<a href="{}">{}</a>').format(link, name) if link else name


def waiting(count: int) -> Markup:
    if not count:
        return t("Nothing waits. Every case is taken.")
    return tn(
        "<b>{count} case waits</b>, the most urgent first", "<b>{count} cases wait</b>, the most urgent first", count
    )


def why_reject(count: int) -> Markup:
    return tn("Why is {count} case rejected?", "Why are {count} cases rejected?", count)


def rejected_together(count: int) -> Markup:
    return tn("{count} case rejected and closed.", "{count} cases rejected and closed.", count)


def report_label(one: Report) -> str:
    return f"{one.number} · {moment(one.created_at)} · {status(one)}"[:60]


def ask_statement(one: Report) -> Markup:
    return t("The number of the statement (КУИ) for report {number}? Reply to this message.", number=one.number)


def ask_criminal_case(case: Case) -> Markup:
    return t("The number of the criminal case (ЕРДР) for {case}? Reply to this message.", case=cases.number(case))


def ask_other_case(case: Case) -> Markup:
    return t("Which case belongs together with {case}? Reply with its number, for example C-1042.",
             case=cases.number(case))  # fmt: skip


def parted(case: Case) -> Markup:
    return t("Parted off as {case}. Its card follows.", case=cases.number(case))


def joined(case: Case) -> Markup:
    return t("Joined in {case}.", case=cases.number(case))


def taken_back(what: str) -> Markup:
    return t("Taken back: {move}.", move=undone(what))


def commands() -> list[tuple[str, str]]:
    """The menu of the desk group."""
    return [
        ("queue", str(t("What nobody has taken"))),
        ("find", str(t("Find a number, case or report"))),
        ("digest", str(t("The week in short, with a chart"))),
        ("stats", str(t("Figures of a period"))),
        ("export", str(t("Reports as a file"))),
        ("roles", str(t("Who may do what"))),
        ("topics", str(t("Where cards go"))),
        ("audit", str(t("Who did what"))),
        ("language", "Язык / Тіл"),
    ]


def noted() -> Markup:
    return t("Noted.")


def desk_language_set() -> Markup:
    return t("The desk reads English now. New cards and changed ones follow.")
