"""The shapes of the partner API. What is not described is refused; numbers are numbers and times carry an offset."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from core.identifiers import Kind
from core.reference import schemes, sign_sets, signs
from core.verdicts import Level

MOST_AT_ONCE = 1000
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)


def _moment(value: Any) -> datetime:
    """RFC 3339, with an offset."""
    if not isinstance(value, str):
        raise ValueError("must be a text as 2026-11-25T10:00:00+05:00")
    at = datetime.fromisoformat(value)
    if at.tzinfo is None or len(value) < len("2026-11-25T10:00Z") or value[10] not in "Tt ":
        raise ValueError("must carry a time and an offset")
    try:
        return min(max(at, EARLIEST), LATEST).astimezone(UTC)
    except OverflowError:
        return EARLIEST


Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"}, mode="validation")
]


def _whole(value: Any) -> Any:
    """JSON's 5.0 is a whole number; true and "5" are none."""
    if isinstance(value, bool | str):
        raise ValueError("must be a number")
    return value


Whole = Annotated[int, Field(ge=0, le=10**15), BeforeValidator(_whole)]
NO_NULL = r"^[^\x00]*$"
Value = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=NO_NULL)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=NO_NULL)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_NULL)]


def _codes(name: str, values: Iterable[str]) -> Any:
    """An enumeration of codes that stand in the data files."""
    return StrEnum(name, {one: one for one in values})


SETS = [one for each in sign_sets() for one in signs(each).signs]
if TYPE_CHECKING:
    SignCode: TypeAlias = str
    SeenByBank: TypeAlias = str
    SchemeCode: TypeAlias = str
    NotCard: TypeAlias = str
else:
    SignCode = _codes("SignCode", (one.code for one in SETS))
    SeenByBank = _codes("SeenByBank", (one.code for one in SETS if one.about != "recipient"))
    SchemeCode = _codes("SchemeCode", (one.code for one in schemes()))
    NotCard = _codes("NotCard", (kind for kind in Kind if kind is not Kind.card))


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Asked(Given):
    """An identifier in any spelling."""

    kind: Kind
    value: Value


class Lookup(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [
        {"identifiers": [{"kind": "phone", "value": "8 701 123 45 67"}, {"kind": "url", "value": "kaspi-bonus.xyz"}]},
    ]})  # fmt: skip
    identifiers: list[Asked] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Result(StrEnum):
    accepted = "accepted"
    refused = "refused"
    blocked = "blocked"
    suspended = "suspended"
    monitored = "monitored"
    not_ours = "not_ours"
    not_confirmed = "not_confirmed"
    false_positive = "false_positive"
    money_stopped = "money_stopped"
    money_returned = "money_returned"


class DispositionIn(Given):
    """What you did. `identifier`: about which one; without it, about everything of the report that concerns you."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"result": "suspended", "reference": "K-77"}]})
    result: Result
    identifier: Asked | None = None
    reason: Words | None = Field(None, description="Read by the police desk, never by the reporter.")
    reference: Reference | None = Field(None, description="Your own number of the matter.")
    at: Moment | None = Field(None, description="When it was; now, where left out.")


class SignalIn(Given):
    """What you know about an identifier."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"identifier": {"kind": "iban", "value": "KZ64 722S 0000 0123 4567"}, "code": "PAYEE_IN_BANK_ANTIFRAUD"},
        {"identifier": {"kind": "phone", "value": "8 701 123 45 67"}, "code": "CRIMINAL_CASE", "reference": "123456"},
    ]})  # fmt: skip
    identifier: Asked
    code: SignCode
    at: Moment | None = Field(None, description="Since when it is so; now, where left out.")
    expires_at: Moment | None = Field(None, description="A year on, where left out; three years at most.")
    reference: Reference | None = None
    scheme: SchemeCode | None = None


class AssessmentIn(Given):
    """A planned transfer. `flags`: what you see about the device and the operation yourself."""

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "recipients": [{"kind": "card", "value": "4400 4312 3456 7894"}], "amount_minor": 25000000, "currency": "KZT",
        "flags": ["ATYPICAL_OPERATION"],
    }]})  # fmt: skip
    recipients: list[Asked] = Field(min_length=1, max_length=10)
    amount_minor: Whole | None = Field(None, description="Tiyn, kopecks.")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$", min_length=3, max_length=3)] | None = None
    flags: list[SeenByBank] = Field(default_factory=list, max_length=20)
    client_applied_at: Moment | None = Field(None, description="When the client asked you for the money back.")
    reference: Reference | None = None


class SignOut(BaseModel):
    n: int | None = Field(description="Its number in the active set of signs.")
    code: str
    source: str
    at: datetime


class Verdict(BaseModel):
    """What is known. `level` null: the value could not be read as that kind. `none` never means safe."""

    kind: Kind
    value: str | None = Field(description="Canonical; of a card BIN6:LAST4.")
    readable: bool
    level: Level | None
    independent_reports: int
    first_seen: datetime | None
    last_seen: datetime | None
    schemes: dict[str, int]
    signs: list[SignOut]
    as_of: datetime


class Verdicts(BaseModel):
    """In the order asked."""

    verdicts: list[Verdict]
    as_of: datetime


class ChangeOut(BaseModel):
    """`flagged` and `confirmed` go into your copy, `cleared` and `expired` go out of it."""

    change: Literal["flagged", "confirmed", "cleared", "expired"]
    kind: Kind
    value: str
    level: Level
    at: datetime


class Changes(BaseModel):
    changes: list[ChangeOut]
    next: str = Field(description="The cursor for the next call.")
    more: bool


class DispositionOut(BaseModel):
    id: int
    report_id: str
    result: Result
    at: datetime
    received_at: datetime


class SignalOut(BaseModel):
    id: int
    code: str
    kind: Kind
    value: str
    source: str
    at: datetime
    expires_at: datetime


class Both(BaseModel):
    ru: str
    kk: str


class SignThatHolds(BaseModel):
    n: int
    code: str
    text: dict[str, str]
    evidence: list[dict[str, Any]] = Field(description="`recipient`: its place in the call; or `flag`.")


class RecipientOut(BaseModel):
    recipient: int
    readable: bool
    level: Level | None
    independent_reports: int


class AssessmentOut(BaseModel):
    """A recommendation; where `by_law` is true, what the law of the country asks."""

    id: str
    as_of: datetime
    set: str
    signs: list[SignThatHolds]
    recipients: list[RecipientOut]
    suspend: bool
    until: datetime | None
    by_law: bool
    refund_until: datetime | None
    client: Both
