"""The expected "no". It has a kind and no words: each way out (Telegram, HTTP) has one table of words for it."""

from datetime import datetime
from enum import StrEnum


class No(StrEnum):
    gone = "gone"  # the thing this points at no longer exists
    not_yours = "not_yours"
    not_desk = "not_desk"
    expired = "expired"  # a check older than 30 days
    nothing_accused = "nothing_accused"
    direction_unknown = "direction_unknown"  # a card of whom?
    report_closed = "report_closed"  # closed, withdrawn or judged: cannot be changed
    withdraw_too_late = "withdraw_too_late"
    not_member = "not_member"  # of the desk group, any more
    not_allowed = "not_allowed"  # for seniors only
    not_administrator = "not_administrator"  # of the desk group
    no_such_officer = "no_such_officer"
    case_closed = "case_closed"
    case_taken = "case_taken"  # by another officer
    case_not_taken = "case_not_taken"
    case_merged = "case_merged"
    same_case = "same_case"
    no_such_case = "no_such_case"
    nothing_to_split = "nothing_to_split"
    nobody_to_ask = "nobody_to_ask"  # no partner is connected that could block it
    block_open = "block_open"  # this was asked already, and is not answered yet
    nothing_to_undo = "nothing_to_undo"
    bad_number = "bad_number"  # of a statement or a criminal case
    not_listed = "not_listed"  # nothing to appeal against
    appeal_open = "appeal_open"
    appeal_too_soon = "appeal_too_soon"
    too_many_appeals = "too_many_appeals"
    appeal_decided = "appeal_decided"
    own_decision = "own_decision"  # the officer who confirmed it does not judge the appeal
    too_many_checks = "too_many_checks"
    walking = "walking"  # through numbers, one after the other
    too_many_reports = "too_many_reports"
    other_question = "other_question"  # a reply to a question that is no longer open
    too_many_watches = "too_many_watches"
    too_much_evidence = "too_much_evidence"
    bad_amount = "bad_amount"
    bad_time = "bad_time"
    future_time = "future_time"
    bad_period = "bad_period"
    period_to_come = "period_to_come"
    too_long = "too_long"
    too_short = "too_short"
    no_username = "no_username"
    not_operator = "not_operator"  # of broadcasts
    not_author = "not_author"  # of this broadcast
    own_broadcast = "own_broadcast"  # nobody approves what they wrote
    approved_before = "approved_before"  # by the same operator
    broadcast_state = "broadcast_state"  # not the state for that: a tap on an old card
    broadcast_begun = "broadcast_begun"  # it has begun to go out
    broadcast_changed = "broadcast_changed"  # since the approver read it
    both_languages = "both_languages"
    no_approver = "no_approver"  # one operator alone
    no_two_approvers = "no_two_approvers"  # for an emergency
    bad_plan = "bad_plan"
    past_time = "past_time"
    far_time = "far_time"
    only_photo = "only_photo"
    bad_request = "bad_request"  # no number of a request at a bank
    road_ended = "road_ended"  # another one began since
    no_details = "no_details"  # nothing of the scammer in what was sent
    too_many_transfers = "too_many_transfers"
    line_closed = "line_closed"  # the reporter wants no more questions
    not_reachable = "not_reachable"  # the reporter blocked the bot or is gone
    too_many_questions = "too_many_questions"
    question_closed = "question_closed"
    enough_answers = "enough_answers"
    no_forum = "no_forum"  # the desk group has no topics
    unreadable = "unreadable"  # no identifier of that kind
    not_for_kind = "not_for_kind"  # this kind of organisation may not say or see that
    official_line = "official_line"  # of a bank, an operator or the state: cannot be listed
    other_call = "other_call"  # a partner's Idempotency-Key that came with another content before
    nothing_told = "nothing_told"  # a trusted person who hears nothing
    too_many_trusted = "too_many_trusted"
    too_many_guarded = "too_many_guarded"
    trusted_already = "trusted_already"
    own_invitation = "own_invitation"
    invitation_over = "invitation_over"  # used, ended or older than a week
    copy_too_soon = "copy_too_soon"  # of one's own data


class Refusal(Exception):
    """`until`: when it would be a yes, where that is known."""

    def __init__(self, kind: No, *, until: datetime | None = None) -> None:
        super().__init__(kind.value)
        self.kind, self.until = kind, until
