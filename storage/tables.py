"""Every table. Times are aware UTC; money is in minor units; nothing here knows what a row means to a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, FetchedValue, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel


def _json(**kwargs: Any) -> Any:
    return Field(sa_column=Column(JSON, nullable=False), **kwargs)


def _telegram_id(**kwargs: Any) -> Any:
    """Telegram ids pass 2^31, so a plain INTEGER of PostgreSQL is too small."""
    return Field(sa_type=BigInteger, **kwargs)


# SQLite gives the highest id anew once its row is gone: what was meant for one person would reach another
NEVER_AGAIN = {"sqlite_autoincrement": True}


class Person(SQLModel, table=True):
    """Somebody who wrote to the bot. No name is kept; the Telegram account only to be able to answer."""

    __tablename__ = "person"
    __table_args__ = NEVER_AGAIN
    id: int = Field(default=None, primary_key=True)
    telegram_id: int = _telegram_id(unique=True)
    language: str = "ru"
    language_chosen: bool = False  # by /language or a button: from then on letters do not switch it
    created_at: datetime
    unreachable_at: datetime | None = None  # blocked the bot or is gone; cleared by the next message
    confirmed_reports: int = 0  # identifiers they reported before the listing and the desk confirmed
    rejected_reports: int = 0  # and those the desk found wrong


class Dialogue(SQLModel, table=True):
    """The question that is open for one person in one chat (the rows of aiogram's FSM)."""

    __tablename__ = "dialogue"
    chat_id: int = _telegram_id(primary_key=True)
    user_id: int = _telegram_id(primary_key=True)
    state: str | None = None
    data: dict[str, Any] = _json(default_factory=dict)


class Check(SQLModel, table=True):
    """What was read in one message of a person, as shown to them; a report begins from it. Lives 30 days."""

    __tablename__ = "checked"
    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    token: str = Field(unique=True)  # deep links: 16 characters
    created_at: datetime
    expires_at: datetime = Field(index=True)
    found: list[dict[str, Any]] = _json(default_factory=list)  # core.checks.Found as dicts
    text: str = ""  # what the person wrote or forwarded, redacted
    seen_text: str = ""  # what was read in their pictures, redacted
    album: str | None = None  # Telegram's media_group_id
    files: list[dict[str, Any]] = _json(default_factory=list)  # pictures that came along; evidence once reported
    source: str | None = None  # keyed digest of the shared link or forwarded message it came by
    report_id: int | None = Field(default=None, foreign_key="report.id")
    __table_args__ = (UniqueConstraint("person_id", "album"), NEVER_AGAIN)


class Identifier(SQLModel, table=True):
    """A number, card, link … that somebody reported or watches, with the stored summary of its verdict."""

    __tablename__ = "identifier"
    id: int = Field(default=None, primary_key=True)
    kind: str
    value: str  # canonical (contract, "Identifier kinds"); a card: BIN6:LAST4:keyed hash
    display: str
    attrs: dict[str, Any] = _json(default_factory=dict)
    created_at: datetime
    # the summary: always equal to core.verdicts.judge over the stored rows
    level: str = "none"
    independent_reports: int = 0
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    schemes: dict[str, int] = _json(default_factory=dict)
    confirmed_at: datetime | None = None
    grounds: list[dict[str, Any]] = _json(default_factory=list)  # [{"code", "at"}], the signs that hold
    burst: bool = False
    contested: bool = False
    stale_at: datetime | None = Field(default=None, index=True)  # from here on time alone may change the summary
    __table_args__ = (UniqueConstraint("kind", "value"),)


class Case(SQLModel, table=True):
    """What the desk works on: the reports of one crew, as far as shared identifiers tell. One card in the group."""

    __tablename__ = "desk_case"
    id: int = Field(default=None, primary_key=True)
    status: str = "open"  # open, taken, closed, merged
    created_at: datetime
    taken_at: datetime | None = None
    taken_by: int | None = _telegram_id(default=None)
    taken_name: str | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    card_chat_id: int | None = _telegram_id(default=None)
    card_message_id: int | None = None
    card_thread_id: int | None = None  # the topic it stands in, where the group has topics
    card_at: datetime | None = None  # when the card was last drawn
    scheme: str | None = None
    # sums over the standing reports, exact after each change
    reports: int = 0
    loss_minor: int = Field(default=0, sa_type=BigInteger)
    last_at: datetime | None = None
    running_until: datetime | None = None  # money left within the last two hours: until then it may be stopped
    marks: list[str] = _json(default_factory=list)  # growth that was announced
    merged_into: int | None = Field(default=None, index=True)
    apart: list[int] = _json(default_factory=list)  # cases that an officer parted from this one
    __table_args__ = (
        Index(
            "ix_case_untaken",
            "last_at",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )


class CaseKey(SQLModel, table=True):
    """Which open case an identifier joins reports into. `home` is the case it was first seen in, before any merge."""

    __tablename__ = "case_key"
    identifier_id: int = Field(primary_key=True, foreign_key="identifier.id")
    case_id: int = Field(foreign_key="desk_case.id", index=True)
    home: int = Field(foreign_key="desk_case.id")


class CasePair(SQLModel, table=True):
    """Two identifiers that one report named together, noted once."""

    __tablename__ = "case_pair"
    low: int = Field(primary_key=True, foreign_key="identifier.id")
    high: int = Field(primary_key=True, foreign_key="identifier.id", index=True)


class Question(SQLModel, table=True):
    """The desk asks a reporter through the bot, without knowing who that is."""

    __tablename__ = "question"
    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="desk_case.id", index=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    officer_id: int = _telegram_id()
    officer_name: str
    words: str  # redacted
    asked_at: datetime
    answered_at: datetime | None = None  # the first part of the answer came
    closed_at: datetime | None = None
    closed_by: str | None = None  # declined, line (no more questions), unreachable


class Answer(SQLModel, table=True):
    """One message of a reporter's answer: words, a picture, or both."""

    __tablename__ = "answer"
    id: int = Field(default=None, primary_key=True)
    question_id: int = Field(foreign_key="question.id", index=True)
    at: datetime
    words: str | None = None  # redacted
    evidence_id: int | None = Field(default=None, index=True)  # no foreign key: evidence may be forgotten before
    album: str | None = None  # Telegram's media_group_id


class Report(SQLModel, table=True):
    """What one person told about one event."""

    __tablename__ = "report"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(unique=True)  # report_id of the partners' events, a version 7 UUID
    number: str = Field(unique=True)  # SB-XXXXXX
    reporter_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="desk_case.id", index=True)
    home_case_id: int | None = None  # the case it came into, before any merge
    line_closed: bool = False  # the reporter wants no more questions
    statement_number: str | None = None  # КУИ, told to the reporter
    scheme: str
    status: str = "received"  # received, forwarded, taken, confirmed, not_confirmed, withdrawn, closed
    language: str
    version: int = 1
    created_at: datetime
    updated_at: datetime
    forward_at: datetime
    forwarded_at: datetime | None = None
    occurred_at: datetime | None = None
    occurred_precision: str | None = None  # day, hour, minute
    story: str | None = None  # redacted
    city: str | None = None
    loss_minor: int | None = Field(default=None, sa_type=BigInteger)
    loss_currency: str | None = None
    loss_at: datetime | None = None
    loss_precision: str | None = None  # day, hour, minute
    loss_method: str | None = None  # card, transfer, cash, crypto, other
    loss_bank: str | None = None  # code of the bank the money left from
    contact: str | None = None  # only with consent: how the police may reach the reporter
    bank_reads: bool = False  # consent: a bank that gets the report may read the story and see the evidence
    erased_at: datetime | None = None  # retention erased the personal data
    __table_args__ = (
        # a card counts reports and people of its case without looking at each
        Index("ix_report_of_case", "case_id", "status", "reporter_id"),
        # the last two make a year's figures a look at the index alone
        Index("ix_report_came", "created_at", "status", "scheme", "city", "loss_currency", "loss_minor", "reporter_id"),
        Index("ix_report_status", "status", "updated_at"),
        Index(
            "ix_report_kept",
            "updated_at",
            sqlite_where=text("erased_at IS NULL"),
            postgresql_where=text("erased_at IS NULL"),
        ),
    )


class ReportIdentifier(SQLModel, table=True):
    """That a report accuses an identifier. `reporter_key` outlives /forget, so that one person stays one."""

    __tablename__ = "report_identifier"
    report_id: int = Field(foreign_key="report.id", primary_key=True)
    identifier_id: int = Field(foreign_key="identifier.id", primary_key=True, index=True)
    role: str | None = None
    reporter_key: str
    reported_at: datetime
    sealed: bytes | None = Field(default=None, sa_type=LargeBinary)  # a card's full number, encrypted
    # what the verdict weighs; facts about the report, nothing of its words
    counts: bool = True  # stands, and is this person's newest on the identifier
    early: bool = True  # told before the identifier was listed
    details: int = 0
    proof: bool = False
    backed: bool = False
    source: str | None = None
    echo_of: int | None = None  # an earlier report that it repeats: counted as one with it
    echo_by: str | None = None  # story, source, picture, targets
    # the reporter's record (Person.confirmed_reports, rejected_reports) when they were forgotten: the verdict stays
    confirmed_then: int = 0
    rejected_then: int = 0
    __table_args__ = (
        Index(
            "ix_testimony",
            "identifier_id",
            "reported_at",
            sqlite_where=text("counts AND echo_of IS NULL"),
            postgresql_where=text("counts AND echo_of IS NULL"),
        ),
        Index(
            "ix_testimony_source",
            "identifier_id",
            "source",
            sqlite_where=text("source IS NOT NULL"),
            postgresql_where=text("source IS NOT NULL"),
        ),
        Index("ix_testimony_key", "identifier_id", "reporter_key"),
        Index(
            "ix_sealed",
            "reported_at",
            sqlite_where=text("sealed IS NOT NULL"),
            postgresql_where=text("sealed IS NOT NULL"),
        ),
        Index(
            "ix_testimony_at",
            "reported_at",
            "identifier_id",
            sqlite_where=text("counts AND echo_of IS NULL"),
            postgresql_where=text("counts AND echo_of IS NULL"),
        ),
        Index(
            "ix_echo",
            "echo_of",
            sqlite_where=text("echo_of IS NOT NULL"),
            postgresql_where=text("echo_of IS NOT NULL"),
        ),
    )


class Sign(SQLModel, table=True):
    """A fact about an identifier from a list, a partner or the desk."""

    __tablename__ = "sign"
    id: int = Field(default=None, primary_key=True)
    identifier_id: int = Field(foreign_key="identifier.id", index=True)
    code: str  # of core.reference.signs, or OFFICIAL for a real line
    source: str  # name of the list, `partner:<id>` or `desk`
    at: datetime  # since when it is so
    reference: str | None = None
    scheme: str | None = None
    expires_at: datetime | None = None
    withdrawn_at: datetime | None = None
    published: bool = True  # a criminal case is seen by the desk alone until a senior publishes it
    created_at: datetime
    __table_args__ = (UniqueConstraint("identifier_id", "source", "code"),)


class ListImport(SQLModel, table=True):
    """How far a list from outside was loaded, so that a broken run goes on where it stopped."""

    __tablename__ = "list_import"
    id: int = Field(default=None, primary_key=True)
    digest: str  # of the file's bytes
    source: str
    sign: str
    lines: int = 0  # read and committed
    accepted: int = 0
    updated: int = 0
    refused: int = 0
    started_at: datetime
    finished_at: datetime | None = None
    __table_args__ = (UniqueConstraint("digest", "source", "sign"),)


class Change(SQLModel, table=True):
    """One row each time an identifier's level changes, in order: the partners' feed, tombstones included."""

    __tablename__ = "change"
    id: int = Field(default=None, primary_key=True)
    identifier_id: int = Field(foreign_key="identifier.id", index=True)
    was: str
    level: str
    at: datetime
    by_time: bool = False  # nobody decided it: reports faded, a list entry ended, a confirmation lapsed
    # which transaction wrote it, filled in by PostgreSQL: there ids are given before the commit, so a reader
    # who goes by ids alone would pass over a row whose transaction ends after a later one's
    tx: int | None = Field(default=None, sa_column=Column(BigInteger, FetchedValue(), nullable=True))


class Appeal(SQLModel, table=True):
    """The owner of a listed identifier contests the listing."""

    __tablename__ = "appeal"
    id: int = Field(default=None, primary_key=True)
    identifier_id: int = Field(foreign_key="identifier.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    owner_key: str | None = None  # keyed pseudonym, outlives /forget: nobody appeals anew by being forgotten
    proven: bool = False  # the owner shared their own Telegram contact, or named a reference or a paper
    proof: str | None = None  # contact, reference, paper
    reference: str | None = None
    words: str | None = None  # why, redacted
    file_id: str | None = None  # Telegram's, until the paper is copied
    file_unique_id: str | None = None
    sha256: str | None = None
    mime: str | None = None
    level: str  # that was contested
    opened_at: datetime
    deadline: datetime
    decided_at: datetime | None = None
    result: str | None = None  # cleared, kept, lapsed (deadline passed), withdrawn
    reason: str | None = None
    officer_id: int | None = _telegram_id(default=None)
    alone: bool = False  # decided by the officer who had confirmed it, there being no other
    card_chat_id: int | None = _telegram_id(default=None)
    card_message_id: int | None = None
    __table_args__ = (
        Index(
            "ix_appeal_open",
            "identifier_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )


class Usage(SQLModel, table=True):
    """How much a person used of something in a window, for the limits against misuse."""

    __tablename__ = "usage"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    what: str = Field(primary_key=True)
    state: dict[str, Any] = _json(default_factory=dict)


class Forgotten(SQLModel, table=True):
    """For a day: how much a forgotten person had used, under a keyed pseudonym. Forgetting is no way round a limit."""

    __tablename__ = "forgotten"
    key: str = Field(primary_key=True)
    at: datetime = Field(index=True)
    usage: dict[str, Any] = _json(default_factory=dict)  # counters by name, as in `Usage`


class Trust(SQLModel, table=True):
    """One person asked another to stand by: invited, then accepted by the other, then agreed by the first.

    The row is deleted when either ends it. Names are as Telegram shows them, only while this stands.
    """

    __tablename__ = "trust"
    id: int = Field(default=None, primary_key=True)
    token: str = Field(unique=True)  # of the invitation's link
    guarded_id: int = Field(foreign_key="person.id", index=True)
    guarded_name: str
    trusted_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    trusted_name: str | None = None
    tells: list[str] = _json(default_factory=list)  # flagged, sos: what the guarded one lets be told
    created_at: datetime
    expires_at: datetime = Field(index=True)  # of the invitation, until it is agreed
    agreed_at: datetime | None = None
    told: dict[str, str] = _json(default_factory=dict)  # when last, by what is told
    __table_args__ = NEVER_AGAIN


class Audit(SQLModel, table=True):
    """Who looked at, changed or took away what. Append-only; each row carries the hash of the one before."""

    __tablename__ = "audit"
    id: int = Field(default=None, primary_key=True)
    at: datetime
    actor: str  # `officer:<telegram id>`, `partner:<id>`, `cli`, `system`
    actor_name: str | None = None
    action: str
    subject: str | None = None  # an id: `case:7`, `identifier:12`, `report:SB-…`
    data: dict[str, Any] = _json(default_factory=dict)
    previous: str
    digest: str = Field(unique=True)


class Topic(SQLModel, table=True):
    """A topic that the bot opened in the desk group."""

    __tablename__ = "topic"
    chat_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    key: str = Field(primary_key=True)  # scheme:BANK_CALL, city:almaty
    thread_id: int | None = None  # none while it is being opened
    begun_at: datetime


class DeskMember(SQLModel, table=True):
    """Somebody in the desk group, and what they may do there."""

    __tablename__ = "desk_member"
    telegram_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    name: str
    role: str = "officer"  # officer, senior
    present: bool = True
    administrator: bool = False
    updated_at: datetime


class Decision(SQLModel, table=True):
    """What the desk found about one identifier. The newest one counts."""

    __tablename__ = "decision"
    id: int = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, foreign_key="desk_case.id", index=True)  # none: decided on an appeal
    identifier_id: int = Field(foreign_key="identifier.id", index=True)
    result: str  # confirmed, rejected
    reason: str
    officer_id: int = _telegram_id()
    at: datetime
    undone_at: datetime | None = None


class History(SQLModel, table=True):
    """One row a step, for the reporter's timeline and the desk card."""

    __tablename__ = "history"
    id: int = Field(default=None, primary_key=True)
    at: datetime
    report_id: int | None = Field(default=None, foreign_key="report.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="desk_case.id", index=True)
    step: str
    actor_id: int | None = _telegram_id(default=None)  # an officer; the reporter's own steps carry none
    actor_name: str | None = None
    data: dict[str, Any] = _json(default_factory=dict)
    undone_at: datetime | None = None
    __table_args__ = (
        Index(
            "ix_history_told",
            "report_id",
            "step",
            "at",
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )


class Evidence(SQLModel, table=True):
    """A picture or receipt of a report. The bytes lie encrypted in the files folder under `sha256`."""

    __tablename__ = "evidence"
    id: int = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    telegram_file_id: str
    telegram_unique_id: str
    state: str = "waiting"  # waiting, stored, lost, refused
    reason: str | None = None
    sha256: str | None = Field(default=None, index=True)  # of the cleaned bytes
    mime: str | None = None
    size: int | None = None
    created_at: datetime
    __table_args__ = (UniqueConstraint("report_id", "telegram_unique_id"), NEVER_AGAIN)


class PartnerState(SQLModel, table=True):
    """How it stands with a partner of the registry, over all replicas."""

    __tablename__ = "partner_state"
    id: str = Field(primary_key=True)
    paused_at: datetime | None = None  # answered 410: nothing is sent until somebody lets it go on
    paused_why: str | None = None
    delivered_at: datetime | None = None  # last success
    failing_since: datetime | None = None
    seen_at: datetime | None = None  # last call of its own to the API


class PartnerCopy(SQLModel, table=True):
    """That a report was routed to a partner, what of it, and how that stands."""

    __tablename__ = "partner_copy"
    id: int = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id")
    partner_id: str = Field(index=True)
    partner_name: str = ""  # as it was called then
    reason: str  # as told to the partner: "your range 701"
    identifiers: list[int] = _json(default_factory=list)  # ids that concern it
    version: int = 0  # of the report, as last put on its way
    digest: str = ""  # keyed, of what of the report it was told last: nothing new for it, no event
    state: str = "sent"  # sent, accepted, refused, blocked, suspended, monitored, not_ours, not_confirmed, …
    created_at: datetime
    delivered_at: datetime | None = None
    due_at: datetime | None = None  # by law; none where no law sets a term
    reminded_at: datetime | None = None
    answered_at: datetime | None = None
    recalled_at: datetime | None = None
    __table_args__ = (
        UniqueConstraint("report_id", "partner_id"),
        Index(
            "ix_copy_due",
            "due_at",
            sqlite_where=text("answered_at IS NULL AND due_at IS NOT NULL"),
            postgresql_where=text("answered_at IS NULL AND due_at IS NOT NULL"),
        ),
    )


class PartnerEvent(SQLModel, table=True):
    """One signed event. Its id and the bytes of its body never change over retries."""

    __tablename__ = "partner_event"
    id: int = Field(default=None, primary_key=True)
    webhook_id: str = Field(unique=True)
    partner_id: str
    report_id: int | None = Field(default=None, foreign_key="report.id", index=True)
    type: str
    body: bytes | None = Field(default=None, sa_type=LargeBinary)  # encrypted; a card's number goes when delivered
    created_at: datetime
    attempts: int = 0
    last_error: str | None = None
    delivered_at: datetime | None = None
    dead_at: datetime | None = None
    __table_args__ = (Index("ix_event_partner", "partner_id", "created_at"),)


class Disposition(SQLModel, table=True):
    """What a partner answered about a report that was routed to it."""

    __tablename__ = "disposition"
    id: int = Field(default=None, primary_key=True)
    copy_id: int = Field(foreign_key="partner_copy.id", index=True)
    identifier_id: int | None = Field(default=None, foreign_key="identifier.id")
    result: str
    reason: str | None = None
    reference: str | None = None
    at: datetime  # when the partner says it was
    received_at: datetime


class BlockRequest(SQLModel, table=True):
    """The desk, or a loss of the last 24 hours by itself, asks a partner to stop money or suspend a number."""

    __tablename__ = "block_request"
    __table_args__ = (
        Index(
            "ix_block_open",
            "identifier_id",
            "partner_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, foreign_key="desk_case.id", index=True)
    report_id: int | None = Field(default=None, foreign_key="report.id", index=True)
    identifier_id: int = Field(foreign_key="identifier.id", index=True)
    partner_id: str
    partner_name: str  # as it was called then
    officer_id: int | None = _telegram_id(default=None)  # none: by itself, on one person's word
    officer_name: str | None = None
    state: str = "requested"  # requested, acknowledged, done, refused, recalled; held: a limit kept it back
    reason: str | None = None  # of a refusal
    reference: str | None = None
    requested_at: datetime
    acknowledged_at: datetime | None = None
    ended_at: datetime | None = None


class Assessment(SQLModel, table=True):
    """A planned transfer that was judged: kept for dispute. No identifier in the clear."""

    __tablename__ = "assessment"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(unique=True)
    partner_id: str = Field(index=True)
    at: datetime
    signs: str  # id of the active set
    asked: dict[str, Any] = _json(default_factory=dict)
    answer: dict[str, Any] = _json(default_factory=dict)


class IdempotentCall(SQLModel, table=True):
    """A POST of a partner that carried an Idempotency-Key, with what was answered: the same again answers the same."""

    __tablename__ = "idempotent_call"
    partner_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str  # of method, path and body: another call under the same key is refused
    status: int
    body: dict[str, Any] = _json(default_factory=dict)
    at: datetime = Field(index=True)


class Watch(SQLModel, table=True):
    """Somebody wants to hear when an identifier's verdict changes."""

    __tablename__ = "watch"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    identifier_id: int = Field(foreign_key="identifier.id", primary_key=True, index=True)
    created_at: datetime
    level: str  # as last told


class Outbox(SQLModel, table=True):
    """What must still happen because of a committed change. See core.outbox."""

    __tablename__ = "outbox"
    id: int = Field(default=None, primary_key=True)
    kind: str
    dedup_key: str = Field(unique=True)
    order_key: str | None = None  # rows of one key leave one after the other
    lane: str = ""  # a partner's id: its rows have workers of their own, so that it delays nobody else
    payload: dict[str, Any] = _json(default_factory=dict)
    created_at: datetime
    due_at: datetime
    leased_until: datetime | None = None
    attempts: int = 0
    done_at: datetime | None = None
    failed_at: datetime | None = None
    error: str | None = None
    __table_args__ = (
        Index(
            "ix_outbox_dead",
            "failed_at",
            sqlite_where=text("failed_at IS NOT NULL"),
            postgresql_where=text("failed_at IS NOT NULL"),
        ),
        Index(
            "ix_outbox_due",
            "lane",
            "due_at",
            sqlite_where=text("done_at IS NULL AND failed_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
        ),
        Index(
            "ix_outbox_order",
            "order_key",
            "id",
            sqlite_where=text("done_at IS NULL AND failed_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
        ),
    )


class Subscription(SQLModel, table=True):
    """Whether a person wants short warnings. The row begins when they are asked, once."""

    __tablename__ = "subscription"
    person_id: int = Field(foreign_key="person.id", primary_key=True, ondelete="CASCADE")
    wanted: bool | None = Field(default=None, index=True)  # None: asked, and no answer yet
    city: str | None = None
    at: datetime
    ended_by: int | None = Field(default=None, foreign_key="broadcast.id", index=True)  # the one they stopped at


class Broadcast(SQLModel, table=True):
    """A warning to many: its words in both languages, whom it is for, when it goes, who stands for it."""

    __tablename__ = "broadcast"
    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)  # printed under each message: SQ-XXXXX
    author_id: int | None = _telegram_id(default=None)  # none: suggested by what happens, taken by nobody yet
    status: str = "draft"  # suggested, draft, waiting (for approval), live, paused, done, cancelled
    template: str | None = None
    scheme: str | None = None
    text: dict[str, str] = _json(default_factory=dict)  # by language
    picture: str | None = None  # Telegram's file id
    emergency: bool = False
    audience: dict[str, Any] = _json(default_factory=dict)  # language, city, scheme, active
    plan: dict[str, Any] = _json(default_factory=dict)  # core.planning.Plan
    approvals: list[dict[str, Any]] = _json(default_factory=list)  # [{"by", "at"}], of the frozen text
    digest: str | None = None  # of what is approved
    next_at: datetime | None = None
    suggested: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True))
    )  # {"subject", "count", "usual"}
    created_at: datetime
    updated_at: datetime
    __table_args__ = (Index("ix_broadcast_status", "status", "next_at"),)


class BroadcastRun(SQLModel, table=True):
    """One going out of a broadcast. The audience is walked by person id; only the place in it is kept."""

    __tablename__ = "broadcast_run"
    id: int = Field(default=None, primary_key=True)
    broadcast_id: int = Field(foreign_key="broadcast.id", index=True)
    due_at: datetime
    status: str = Field(default="running", index=True)  # running, done, missed, cancelled
    place: int = 0  # the last person who was claimed
    walked: bool = False  # nobody is left behind `place`
    expected: int = 0
    delivered: int = 0
    blocked: int = 0
    failed: int = 0
    unknown: int = 0  # in flight when the process died: perhaps delivered, never sent again
    capped: int = 0  # left out: had two this week
    started_at: datetime
    finished_at: datetime | None = None
    messages: dict[str, int] = _json(default_factory=dict)  # where its progress is shown: operator to message
    __table_args__ = (UniqueConstraint("broadcast_id", "due_at"),)


class BroadcastDelivery(SQLModel, table=True):
    """What became of one person's copy. Written as `in_flight` before it is sent."""

    __tablename__ = "broadcast_delivery"
    run_id: int = Field(foreign_key="broadcast_run.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, ondelete="CASCADE")
    state: str  # in_flight, again, delivered, blocked, failed, unknown
    at: datetime
    attempts: int = 0  # that failed
    reason: str | None = None
    counts: bool = True  # toward the person's two a week
    __table_args__ = (
        Index("ix_broadcast_delivery_person", "person_id", "at"),
        Index(
            "ix_broadcast_delivery_open",
            "run_id",
            "state",
            "at",
            sqlite_where=text("state IN ('in_flight', 'again')"),
            postgresql_where=text("state IN ('in_flight', 'again')"),
        ),
    )


class BroadcastTap(SQLModel, table=True):
    """What a person answered to a broadcast: knew, new, happened. One answer each, the newest."""

    __tablename__ = "broadcast_tap"
    broadcast_id: int = Field(foreign_key="broadcast.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True, ondelete="CASCADE")
    answer: str
    at: datetime


class BroadcastPace(SQLModel, table=True):
    """One row: when the next message may leave, over all replicas and broadcasts."""

    __tablename__ = "broadcast_pace"
    id: int = Field(default=1, primary_key=True)
    next_at: datetime
    paused_until: datetime  # Telegram asked everybody to wait


class HandledUpdate(SQLModel, table=True):
    """An update whose effect is committed, with the answer, so that a redelivery only answers again."""

    __tablename__ = "handled_update"
    update_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(index=True)
    telegram_id: int | None = _telegram_id(default=None)  # whose; none in channels
    answer: list[dict[str, Any]] = _json(default_factory=list)


class SetAside(SQLModel, table=True):
    """An update that could not be parsed: newer than the library. Encrypted, for those who run the service."""

    __tablename__ = "set_aside"
    update_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime
    sealed: bytes = Field(sa_type=LargeBinary)


class Setting(SQLModel, table=True):
    """What the running service learned and must remember (the desk group's new id, its language)."""

    __tablename__ = "setting"
    key: str = Field(primary_key=True)
    value: Any = Field(sa_column=Column(JSON, nullable=False))


class Road(SQLModel, table=True):
    """A victim's way through the first hour: where they stand, what they told and did. See core.road."""

    __tablename__ = "road"
    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    report_id: int | None = Field(default=None, foreign_key="report.id", index=True)
    check_id: int | None = None  # the check it began under; checks are forgotten before roads
    at: str = "what"  # the stop where they stand
    kind: str | None = None  # core.road.Kind
    ago: str | None = None  # core.road.Ago
    happened_at: datetime | None = None
    happened_precision: str | None = None  # day, hour, minute
    bank: str | None = None  # its code, or `other`
    request: str | None = None  # the number that the bank gave
    lost: bool | None = None  # None: not known
    transfers: list[dict[str, Any]] = _json(default_factory=list)  # {"minor", "currency", "at", "precision"}
    steps: dict[str, Any] = _json(default_factory=dict)  # stop: {"outcome", "at"}
    began_at: datetime
    called_at: datetime | None = None  # when they were asked to call the bank
    ended_at: datetime | None = None  # another one began
    asked: list[str] = _json(default_factory=list)  # reminders that were sent
    postponed: dict[str, str] = _json(default_factory=dict)  # reminder: when to ask again
    quiet: bool = False  # no reminders any more
    __table_args__ = (
        Index(
            "ix_road_open",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        NEVER_AGAIN,
    )
