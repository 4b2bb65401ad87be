"""Who may do what at the desk: every action by every kind of person, through the buttons and commands that exist."""

from datetime import timedelta

from sqlmodel import select

from core.desk import Action
from sandbox.telegram import Group, Person
from storage.tables import Appeal, CaseKey
from tests.conftest import Town
from tests.conversations.steps import reports

SENIORS = {Action.assign, Action.publish, Action.appeal, Action.export, Action.audit}
REFUSED = {
    "not_desk": "Это работает только в группе полиции.",
    "not_member": "Вы больше не состоите в дежурной группе.",
    "not_allowed": "Это делает старший дежурный.",
}
# What one taps or writes about case `n` and the identifier it names, and what is typed after that.
WAYS: dict[Action, tuple[str, str]] = {
    Action.take: ("case:take:{n}:0:", ""),
    Action.assign: ("case:assign:{n}:0:{other}", ""),
    Action.give_back: ("case:return:{n}:0:", ""),
    Action.confirm: ("case:confirm:{n}:{named}:own_check", ""),
    Action.reject: ("case:reject:{n}:{named}:mistake", ""),
    Action.block: ("case:block:{n}:{named}:sure", ""),
    Action.ask: ("case:ask:{n}:0:", "Кто звонил?"),
    Action.kui: ("case:erdr:{n}:0:kui", "123456789"),
    Action.erdr: ("case:erdr:{n}:0:", "123456789012345"),
    Action.publish: ("case:erdr:{n}:0:publish", ""),
    Action.merge: ("case:merge:{n}:5:", ""),
    Action.split: ("case:split:{n}:{named}:", ""),
    Action.undo: ("case:undo:{n}:0:", ""),
    Action.appeal: ("case:appeal:{n}:0:clear.owner", ""),
    Action.close: ("case:close:{n}:0:measures", ""),
    Action.queue: ("/queue", ""),
    Action.find: ("/find C-1001", ""),
    Action.digest: ("/digest", ""),
    Action.stats: ("/stats", ""),
    Action.export: ("/export", ""),
    Action.roles: ("/roles", ""),
    Action.topics: ("/topics", ""),
    Action.audit: ("/audit", ""),
}
WHO = ("outsider", "gone", "officer", "senior", "alone")


def expected(who: str, action: Action) -> str | None:
    if who == "outsider":
        return "not_desk"
    if who == "gone":
        return "not_member"
    return "not_allowed" if who == "officer" and action in SENIORS else None


class Desk:
    """A desk with five cases, two appeals, and everybody who may try something there."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.people = {"officer": town.officer, "alone": town.officer, "senior": town.second}
        self.people |= {"outsider": town.telegram.person("Чужой"), "gone": town.telegram.person("Бывший")}

    async def opens(self) -> None:
        town = self.town
        for place in range(1, 6):
            await reports(await town.citizen(f"Свидетель {place}"), f"8 70{place} 123 45 67")
        await town.passes(minutes=3)
        now = town.world.clock()
        async with town.world.app.db.begin() as session:
            self.named = {one.case_id: one.identifier_id for one in await session.exec(select(CaseKey))}
            for place in (1, 2):
                session.add(
                    Appeal(identifier_id=place, level="flagged", opened_at=now, deadline=now + timedelta(days=9))
                )
        await town.desk.adds(self.people["gone"])
        await self.appoints("senior")
        await town.officer.says("/roles", chat=town.desk)
        await town.desk.removes(self.people["gone"])
        town.desk.members.append(self.people["gone"])  # as Telegram would not let them, but a forged tap might

    async def appoints(self, role: str) -> None:
        await self.town.second.says("/roles", chat=self.town.desk)
        await self.town.second.taps_data(f"role:{self.town.second.id}:{role}", chat=self.town.desk)

    async def tries(self, who: str, action: Action) -> str | None:
        """The kind of the refusal for want of rights, None where there was none."""
        person, place = self.people[who], 2 if who == "alone" else 1
        where = None if who == "outsider" else self.town.desk
        about = {"n": place, "named": self.named[place], "other": self.town.second.id}
        tap, words = (part.format(**about) for part in WAYS[action])
        said = await self._acts(person, where, tap)
        if words and where:
            said = await self._acts(person, where, words)
        return next((kind for kind, text in REFUSED.items() if text in said), None)

    async def _acts(self, person: Person, where: Group | None, what: str) -> str:
        chat = where or person.chat
        if what.startswith("case:"):
            card = next(one for one in self.town.desk.history if one.inline)
            return str(await person.taps_data(what, message=card if where else person.last))
        asked = chat.last if chat.last.force_reply else False
        await person.says(what, chat=where, reply_to=asked)
        return chat.sees


async def test_every_action_by_every_kind_of_person(town: Town) -> None:
    assert set(WAYS) == set(Action)
    desk = Desk(town)
    await desk.opens()
    await desk.people["outsider"].starts()
    wrong = []
    for who in WHO:
        if who == "alone":
            await desk.appoints("officer")
        for action in WAYS if who != "outsider" else _taps():
            if (found := await desk.tries(who, action)) != expected(who, action):
                wrong.append((who, action.value, found))
    assert not wrong


def _taps() -> list[Action]:
    """A command in another chat is no command of the desk; a tap may be forged."""
    return [action for action, (way, _) in WAYS.items() if way.startswith("case:")]
