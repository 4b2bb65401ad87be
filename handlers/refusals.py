"""One text for each expected "no"."""

from datetime import datetime

from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from core.refusal import No, Refusal
from handlers.language import clock, moment, t
from handlers.say import Answer, notify, say


def text(kind: No, until: datetime | None = None) -> Markup:
    """`until` for those that say when it would be a yes."""
    at, date = (clock(until), moment(until, "day")) if until else ("", "")
    return {
        No.gone: lambda: t("This is no longer here."),
        No.not_yours: lambda: t("This belongs to somebody else."),
        No.not_desk: lambda: t("This works in the police desk group only."),
        No.expired: lambda: t("This is too old. Please send the number, card or link once more."),
        No.nothing_accused: lambda: t("Mark what you accuse first."),
        No.direction_unknown: lambda: t("First tell whose it is: theirs or yours."),
        No.report_closed: lambda: t("This report can no longer be changed."),
        No.withdraw_too_late: lambda: t("This is already being worked on, so it can no longer be taken back."),
        No.case_closed: lambda: t("This case is closed."),
        No.case_taken: lambda: t("Another officer has taken this case."),
        No.case_not_taken: lambda: t("You have not taken this case."),
        No.case_merged: lambda: t("This case was joined to another. Use that card."),
        No.same_case: lambda: t("This is the same case."),
        No.no_such_officer: lambda: t("Nobody at the desk is called so. Write a name, or a case as C-1042."),
        No.no_such_case: lambda: t("There is no such case. Write its number, for example C-1042."),
        No.nothing_to_split: lambda: t("All reports of the case name it: there is nothing to part."),
        No.nobody_to_ask: lambda: t("Nobody who could block this is connected. Write to them in the usual way."),
        No.block_open: lambda: t("This was asked already. The answer will stand on the card."),
        No.nothing_to_undo: lambda: t("There is nothing to undo: ten minutes have passed."),
        No.bad_number: lambda: t("This is no register number. Write its digits."),
        No.not_member: lambda: t("You are not in the desk group any more."),
        No.not_administrator: lambda: t("An administrator of the group does this."),
        No.not_allowed: lambda: t("A senior officer does this."),
        No.not_listed: lambda: t("Nothing is marked there, so there is nothing to appeal against."),
        No.appeal_open: lambda: t("This is being checked until {date}. Send it here to see the outcome.", date=date),
        No.appeal_too_soon: lambda: t("This was decided less than 30 days ago. Appeal again when 30 days have passed."),
        No.too_many_appeals: lambda: t("Three of your appeals are being checked. Please wait for the first outcome."),
        No.appeal_decided: lambda: t("This appeal is decided already."),
        No.own_decision: lambda: t("You confirmed this yourself, so another officer decides."),
        No.too_many_checks: lambda: t("Many look-ups so far. The next one at {time}. Urgent? Call 102.", time=at),
        No.walking: lambda: t("Numbers seem tried one after the other, so I answer slowly. Next at {time}.", time=at),
        No.too_many_reports: lambda: t("Thank you. Nothing is lost: report the rest tomorrow. Urgent? Call 102."),
        No.other_question: lambda: t("This question is closed. Reply to the newest one, please."),
        No.too_many_watches: lambda: t("I can watch five things for you. Stop one first."),
        No.too_much_evidence: lambda: t("There are enough files in this report, thank you."),
        No.bad_amount: lambda: t("I did not understand the sum. Write it like this: 250 000 or 250 thousand."),
        No.bad_time: lambda: t("I did not understand the time. Write it like this: yesterday 18:40 or 21.11 18:40"),
        No.future_time: lambda: t("This is still to come. When was it?"),
        No.bad_period: lambda: t("I did not understand the period. Write it like this: {one} or {other}",
                                 one="/stats 01.11.2026-15.11.2026", other="/stats 2026-11"),
        No.period_to_come: lambda: t("This period is still to come."),
        No.too_long: lambda: t("This is too long. Please shorten it."),
        No.too_short: lambda: t("This is too short. Please write a little more."),
        No.not_operator: lambda: t("This is for the editors of warnings."),
        No.not_author: lambda: t("Only its author changes it."),
        No.own_broadcast: lambda: t("You wrote this yourself, so another editor approves it."),
        No.approved_before: lambda: t("You have approved it already. A second editor is needed."),
        No.broadcast_state: lambda: t("This no longer fits its state. Open it anew: /broadcasts"),
        No.broadcast_begun: lambda: t("It has begun to go out, so it stays as it is. Cancel it, or write a new one."),
        No.broadcast_changed: lambda: t("It was changed after you read it. Open it anew: /broadcasts"),
        No.both_languages: lambda: t("Write it in both languages first."),
        No.no_approver: lambda: t("You are the only editor, so nobody can approve it. Add one to SAQBOL_OPERATOR_IDS."),
        No.no_two_approvers: lambda: t("An emergency needs two approvers. Add an editor to SAQBOL_OPERATOR_IDS."),
        No.bad_plan: lambda: t("I did not understand the time. Write it like this: 25.12 10:00"),
        No.past_time: lambda: t("This moment has passed. Choose a later one."),
        No.far_time: lambda: t("This is more than a year ahead. Choose an earlier day."),
        No.only_photo: lambda: t("Send one photo, not a file."),
        No.bad_request: lambda: t("Only the number of the request, please: digits and letters. No card, no IIN."),
        No.road_ended: lambda: t("This is from before. /sos shows where you are now."),
        No.no_details: lambda: t("I see no number, card, account or link there. Write it as text, or tap the button."),
        No.too_many_transfers: lambda: t("That is enough for the statement. Add the rest by hand on paper."),
        No.unreadable: lambda: t("I cannot read this. Please type it once more."),
        No.not_for_kind: lambda: t("Another organisation answers for this."),
        No.official_line: lambda: t("This is a real line. It cannot be marked."),
        No.other_call: lambda: t("This was sent before with another content."),
        No.no_username: lambda: t("You have no @name in Telegram. Choose the phone, please."),
        No.line_closed: lambda: t("The reporter asked for no more questions about this report."),
        No.not_reachable: lambda: t("This reporter can’t be reached: they blocked the bot or left."),
        No.too_many_questions: lambda: t("Enough questions for now: wait for the answers, or ask tomorrow."),
        No.question_closed: lambda: t("This question is closed. Nothing is needed from you."),
        No.enough_answers: lambda: t("Thank you, this is enough for this question."),
        No.no_forum: lambda: t("Turn topics on in the group’s settings first, then try again."),
        No.nothing_told: lambda: t("Leave at least one of them on."),
        No.too_many_trusted: lambda: t("Three people can stand by you. End one first: /trusted"),
        No.too_many_guarded: lambda: t("You stand by ten people already. End one first: /trusted"),
        No.trusted_already: lambda: t("You stand by this person already: /trusted"),
        No.own_invitation: lambda: t("This is your own invitation. Send it to the person you trust."),
        No.invitation_over: lambda: t("This invitation is no longer open. Ask for a new one."),
        No.copy_too_soon: lambda: t("You had a copy less than an hour ago. The next one at {time}.", time=at),
    }[kind]()  # fmt: skip


def answer(event: Message | CallbackQuery, refusal: Refusal) -> Answer:
    """A pop-up for a tap, a message for a message."""
    said = text(refusal.kind, refusal.until)
    return notify(event, said, alert=True) if isinstance(event, CallbackQuery) else say(event, said)
