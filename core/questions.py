"""The desk asks a reporter through the bot, and never learns who that is.

The reporter answers in as many messages as it takes, declines, or closes the line of the report: then nobody can ask
about it until the reporter opens it again. What was relayed cannot be undone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, outbox, reports
from core.cases import Officer
from core.refusal import No, Refusal
from storage import questions as rows
from storage.tables import Answer, Case, History, Person, Question, Report

MOST_WAITING = 2  # questions of one report that wait for an answer: nobody is pestered
MOST_A_DAY = 5
MOST_PARTS = 20  # messages of one answer
BATCH = 100


async def may_ask(session: AsyncSession, *, case: Case, report_id: int, now: datetime) -> Report:
    """A report of the case whose reporter can be asked now.

    Raises `Refusal`: gone, line_closed, not_reachable, too_many_questions.
    """
    report = await session.get(Report, report_id)  # not held: a reporter holds it first and the case after
    if report is None or report.case_id != case.id or report.status == "withdrawn":
        raise Refusal(No.gone)
    if report.line_closed:
        raise Refusal(No.line_closed)
    person = await session.get(Person, report.reporter_id) if report.reporter_id else None
    if person is None or person.unreachable_at:
        raise Refusal(No.not_reachable)
    if await _enough(session, report, now):
        raise Refusal(No.too_many_questions)
    return report


async def _enough(session: AsyncSession, report: Report, now: datetime) -> bool:
    waiting = len(await rows.waiting_on(session, report.id))
    return waiting >= MOST_WAITING or await rows.count_since(session, report.id, now - timedelta(days=1)) >= MOST_A_DAY


async def ask(
    session: AsyncSession, *, case: Case, report_id: int, words: str, officer: Officer, now: datetime
) -> None:
    """Relays a question (redacted). The same one while it waits changes nothing. Raises like `may_ask`."""
    if any(one.words == words for one in await rows.waiting_on(session, report_id)):
        return
    report = await may_ask(session, case=case, report_id=report_id, now=now)
    await _relay(session, case, report, words, officer, now)
    await cases.moved(session, case, "asked", officer, now, words=words, report=report.number)


async def ask_all(session: AsyncSession, *, case: Case, words: str, officer: Officer, now: datetime) -> None:
    """Relays one question to every reporter of the case who can be asked, in the background."""
    move = await cases.moved(session, case, "asked", officer, now, words=words)
    await outbox.put(session, "ask_all", {"move": move.id, "after": 0}, key=f"ask_all:{move.id}", now=now)


async def ask_batch(session: AsyncSession, *, move_id: int, after: int, now: datetime) -> int:
    """The next reporters of a question to all; returns the last report's id, 0 where there is nobody left."""
    move = await session.get_one(History, move_id)
    case = await session.get_one(Case, move.case_id)
    case = await session.get_one(Case, case.merged_into) if case.merged_into else case
    officer = Officer(move.actor_id or 0, move.actor_name or "")
    asked = await rows.reachable(session, case.id, after=after, limit=BATCH)
    for report in asked:
        if not await _enough(session, report, now):
            await _relay(session, case, report, move.data["words"], officer, now)
    return asked[-1].id if len(asked) == BATCH else 0


async def _relay(
    session: AsyncSession, case: Case, report: Report, words: str, officer: Officer, now: datetime
) -> None:
    question = Question(
        case_id=case.id, report_id=report.id, officer_id=officer.id, officer_name=officer.name, words=words,
        asked_at=now,
    )  # fmt: skip
    session.add(question)
    session.add(History(at=now, report_id=report.id, step="asked", data={}))
    await session.flush()
    order = f"person:{report.reporter_id}"
    await outbox.put(
        session, "question", {"question": question.id}, key=f"question:{question.id}", now=now, order=order
    )


async def of(session: AsyncSession, *, person: Person, question_id: int) -> tuple[Question, Report]:
    """A question about the person's own report. Raises `Refusal`: gone, not_yours, report_closed."""
    question = await rows.lock(session, question_id)
    if question is None:
        raise Refusal(No.gone)
    report = await reports.of(session, person=person, report_id=question.report_id)
    if report.status == "withdrawn":
        raise Refusal(No.report_closed)
    return question, report


async def waiting(session: AsyncSession, person: Person) -> Sequence[tuple[Question, Report]]:
    """What waits for an answer of this person, the newest first."""
    return await rows.of_person(session, person.id, waiting=True)


async def quoted(session: AsyncSession, person: Person, text: str) -> int:
    """The id of the question that a message of ours shows (0: none), for a reply to it; days and restarts later too."""
    asked = await rows.of_person(session, person.id, waiting=False)
    return next((one.id for one, report in asked if report.number in text and one.words in text), 0)


def open_line(question: Question) -> None:
    """Raises `Refusal`: question_closed."""
    if question.closed_at:
        raise Refusal(No.question_closed)


async def answer(
    session: AsyncSession,
    *,
    question: Question,
    report: Report,
    words: str | None,
    file: dict[str, Any] | None,
    album: str | None,
    now: datetime,
) -> bool:
    """One message of an answer goes to the desk; a file becomes evidence of the report.

    False for the further files of an album. Raises `Refusal`: question_closed, enough_answers, too_much_evidence.
    """
    open_line(question)
    parts = await rows.answers(session, question.id)
    if len(parts) >= MOST_PARTS:
        raise Refusal(No.enough_answers)
    evidence = await reports.add_evidence(session, report=report, file=file, now=now, quiet=True) if file else None
    evidence_id = evidence.id if evidence else None
    row = Answer(question_id=question.id, at=now, words=words, evidence_id=evidence_id, album=album)
    question.answered_at = question.answered_at or now
    session.add_all([row, question])
    await session.flush()
    await reports.changed(session, report, "answered", now=now, data={"answer": row.id, "report": report.number})
    if words:  # a picture alone says it under the card itself
        order = f"answer:{question.id}"
        await outbox.put(session, "answer", {"answer": row.id}, key=f"answer:{row.id}", now=now, order=order)
    return not (album and any(one.album == album for one in parts))


async def decline(session: AsyncSession, *, question: Question, report: Report, now: datetime) -> None:
    """The reporter does not want to answer; the desk hears it. Raises `Refusal`: question_closed."""
    if question.closed_by == "declined":
        return
    if question.answered_at:
        raise Refusal(No.question_closed)
    open_line(question)
    await _close(session, question, "declined", now)
    await _tell(session, report, "declined", question, now)


async def close_line(session: AsyncSession, *, report: Report, now: datetime) -> None:
    """No more questions about this report; those that wait are closed, and the desk hears it."""
    if report.line_closed:
        return
    report.line_closed = True
    for question in await rows.waiting_on(session, report.id):
        await _close(session, question, "line", now)
    await _tell(session, report, "line_closed", None, now)


async def reopen_line(session: AsyncSession, *, report: Report, now: datetime) -> None:
    if report.line_closed:
        report.line_closed = False
        await _tell(session, report, "line_opened", None, now)


async def unreachable(session: AsyncSession, *, question_id: int, now: datetime) -> None:
    """The question did not arrive: the reporter blocked the bot or is gone."""
    question = await rows.lock(session, question_id)
    if question and not question.closed_at:
        await _close(session, question, "unreachable", now)
        await _tell(session, await session.get_one(Report, question.report_id), "unreachable", question, now)


async def _close(session: AsyncSession, question: Question, by: str, now: datetime) -> None:
    question.closed_at, question.closed_by = now, by
    session.add(question)


async def _tell(session: AsyncSession, report: Report, step: str, question: Question | None, now: datetime) -> None:
    """The desk hears it below the card, and the history has it."""
    about = {"report": report.id, "question": question.id if question else 0}
    row = History(at=now, report_id=report.id, case_id=report.case_id, step=step, data={"report": report.number})
    session.add_all([row, report])
    await session.flush()
    await outbox.put(session, "line", {**about, "step": step}, key=f"line:{row.id}", now=now)
    await cases.refresh_card(session, report.case_id, now=now)
