"""A move of the desk reaches each report of the case: its status, and what its reporter hears. In batches."""

from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, testimonies
from storage import cases as rows
from storage import reports
from storage.tables import Case, History, Report

BATCH = 100
STEPS = {
    "taken": "taken",
    "assigned": "taken",
    "confirmed": "identifier_confirmed",
    "rejected": "identifier_rejected",
    "closed": "closed",
    "published": "criminal_case",
}


async def spread(session: AsyncSession, *, move_id: int, case_id: int, after: int, upto: int, now: datetime) -> int:
    """The next batch of reports with ids in (after, upto]; returns the last one's id, 0 where there is nothing left."""
    move = await session.get_one(History, move_id)
    case = await session.get_one(Case, case_id)
    identifier = move.data.get("identifier")
    reports_ = await rows.batch(
        session, case.merged_into or case.id, after=after, upto=upto, identifier=identifier,
        limit=BATCH,
    )  # fmt: skip
    for report in reports_:
        if move.undone_at:
            await _take_back(session, report, move, now)
        else:
            await _reach(session, case, report, move, now)
    return reports_[-1].id if len(reports_) == BATCH else 0


async def note_similar(session: AsyncSession, *, report_id: int, now: datetime) -> None:
    """Notes other open cases in which somebody tells nearly the same story: a suggestion, never a join."""
    report = await session.get(Report, report_id)
    words = testimonies.words_of(report.story) if report else ""
    if not report or not report.case_id or len(words) < testimonies.SHORTEST_STORY:
        return
    told = await rows.stories(session, report.case_id, testimonies.COMPARED_WITH)
    choices = {place: testimonies.words_of(story) for place, (_, story) in enumerate(told)}
    like = process.extract(words, choices, scorer=fuzz.ratio, score_cutoff=testimonies.SAME_STORY, limit=3)
    for case_id in {told[place][0] for _, _, place in like}:
        for one, other in ((report.case_id, case_id), (case_id, report.case_id)):
            if not any(row.data["other"] == other for row in await rows.noted(session, one, "similar")):
                session.add(History(at=now, case_id=one, step="similar", data={"other": other}))
                await cases.refresh_card(session, one, now=now)


async def _reach(session: AsyncSession, case: Case, report: Report, move: History, now: datetime) -> None:
    was = report.status
    match move.step:
        case "taken" | "assigned":
            if not await _fresh_to_the_police(session, report):
                return
            report.status = "taken"
        case "confirmed" | "rejected":
            await _apply_decision(session, case, report)
        case "closed" if report.status in reports.OPEN:
            report.status = "closed"
    session.add(report)
    data = {
        "move": move.id,
        "was": was,
        **_kept(move.data, "identifier", "outcome"),
    }
    await cases.tell(session, report, STEPS[move.step], now=now, data=data)


async def _fresh_to_the_police(session: AsyncSession, report: Report) -> bool:
    """Whether no officer took it before; that a partner acted on it already does not matter."""
    if report.status != "taken":
        return report.status == "forwarded"
    return not any(one.step == "taken" and one.undone_at is None for one in await reports.history(session, report.id))


def _kept(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: data[name] for name in names if name in data}


async def _apply_decision(session: AsyncSession, case: Case, report: Report) -> None:
    """A report is confirmed with its first confirmed identifier, and not confirmed when all are rejected."""
    listed = [row.id for row in await reports.identifiers(session, report.id)]
    decided = await reports.decisions(session, case.id)
    results = [decided[one].result if one in decided else None for one in listed]
    if "confirmed" in results:
        report.status = "confirmed"
    elif all(one == "rejected" for one in results):
        report.status = "not_confirmed"
    elif report.status in ("confirmed", "not_confirmed"):  # changed their mind, and the rest is not decided yet
        report.status = "taken" if case.taken_by else "forwarded"


async def _take_back(session: AsyncSession, report: Report, move: History, now: datetime) -> None:
    """The move was a mistake: the report stands as before, and its reporter hears that."""
    told = await rows.told_of_move(session, report.id, move.id)
    if told is None or told.undone_at:
        return
    told.undone_at = now
    report.status = told.data["was"]
    session.add_all([told, report])
    if move.step != "taken":
        await cases.tell(session, report, "undone", now=now, data=_kept(told.data, "identifier"))
