"""What the page's reader does for the people of the sandbox: one POST for each thing one can do in Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from .telegram import Group, Impossible, Person, Seen, Telegram
from .telegram.media import is_image
from .view import Column

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 10  # as many as an album takes
FORWARDED = "text entities caption caption_entities photo document contact location sticker voice".split()


@dataclass(frozen=True)
class Stage:
    """The stand-in and the columns of the page by their keys."""

    telegram: Telegram
    columns: dict[str, Column]

    def column(self, key: str) -> Column:
        if key not in self.columns:
            raise HTTPException(404, "no such column")
        return self.columns[key]


@dataclass(frozen=True)
class Scene:
    """Who acts in which column; `group` is None in a private chat."""

    column: Column
    person: Person
    group: Group | None

    def message(self, key: str) -> Seen:
        return message_of(self.column, key)


def message_of(column: Column, key: str) -> Seen:
    message = column.message(key)
    if message is None:
        raise HTTPException(404, "no such message")
    return message


def stage(request: Request) -> Stage:
    found: Stage = request.app.state.stage
    return found


OnStage = Annotated[Stage, Depends(stage)]


class Act(BaseModel):
    model_config = ConfigDict(extra="forbid")
    column: str
    person: int

    def scene(self, stage: Stage) -> Scene:
        """HTTPException 404 where nobody acts so."""
        column = stage.column(self.column)
        person = column.actor(self.person)
        if person is None:
            raise HTTPException(404, "nobody acts so in this column")
        return Scene(column, person, column.chat if isinstance(column.chat, Group) else None)


class Say(Act):
    text: str = Field(min_length=1, max_length=50_000)
    reply_to: str | None = None
    topic: int | None = None


class Start(Act):
    payload: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{1,64}$")


class Tap(Act):
    message: str
    data: str = Field(min_length=1, max_length=64)


class Edit(Act):
    message: str
    text: str = Field(min_length=1, max_length=4096)


class Forward(Act):
    from_column: str
    message: str


class ForwardStranger(Act):
    name: str = Field(min_length=1, max_length=64)
    text: str = Field(min_length=1, max_length=4096)


class Contact(Act):
    phone: str = Field(min_length=3, max_length=32)
    name: str = Field(min_length=1, max_length=64)


class Block(Act):
    blocked: bool


class Topics(Act):
    on: bool


class Inline(Act):
    query: str = Field(max_length=256)


class Chosen(Inline):
    result: str


async def say(act: Say, stage: OnStage) -> None:
    scene = act.scene(stage)
    target: Seen | Literal[False] = scene.message(act.reply_to) if act.reply_to else False
    known = scene.group is not None and act.topic in (scene.group.topics or ())
    await scene.person.says(act.text, chat=scene.group, reply_to=target, topic=act.topic if known else None)


async def start(act: Start, stage: OnStage) -> None:
    await act.scene(stage).person.starts(act.payload)


async def tap(act: Tap, stage: OnStage) -> None:
    """The pop-up that it may bring comes as an event."""
    scene = act.scene(stage)
    await scene.person.taps_data(act.data, message=scene.message(act.message))


async def edit(act: Edit, stage: OnStage) -> None:
    scene = act.scene(stage)
    await scene.person.edits(scene.message(act.message), act.text)


async def forward(act: Forward, stage: OnStage) -> None:
    """A message of any column of the page."""
    scene = act.scene(stage)
    message = message_of(stage.column(act.from_column), act.message)
    await scene.person.sends(forwarded(message), files=message.files, chat=scene.group)


def forwarded(message: Seen) -> dict[str, Any]:
    """The message's content with its first author as origin. Impossible for service messages."""
    content = {key: message.raw[key] for key in FORWARDED if key in message.raw}
    if not content:
        raise Impossible("such a message can't be forwarded")
    first = {"type": "user", "date": message.raw["date"], "sender_user": message.raw["from"]}
    return {"forward_origin": message.raw.get("forward_origin", first)} | content


async def forward_stranger(act: ForwardStranger, stage: OnStage) -> None:
    """The words of somebody outside the page whose account is hidden."""
    scene = act.scene(stage)
    await scene.person.forwards(act.text, origin=act.name, chat=scene.group)


async def contact(act: Contact, stage: OnStage) -> None:
    scene = act.scene(stage)
    await scene.person.sends_contact(act.phone, act.name, chat=scene.group)


async def own_contact(act: Act, stage: OnStage) -> None:
    await act.scene(stage).person.shares_own_contact()


async def voice(act: Act, stage: OnStage) -> None:
    scene = act.scene(stage)
    await scene.person.sends_voice(chat=scene.group)


async def sticker(act: Act, stage: OnStage) -> None:
    scene = act.scene(stage)
    await scene.person.sends_sticker(chat=scene.group)


async def location(act: Act, stage: OnStage) -> None:
    scene = act.scene(stage)
    await scene.person.sends_location(chat=scene.group)


async def block(act: Block, stage: OnStage) -> None:
    person = act.scene(stage).person
    await (person.blocks_bot() if act.blocked else person.unblocks_bot())
    stage.telegram.changed(person.chat, "blocked")


async def topics(act: Topics, stage: OnStage) -> None:
    """An administrator turns the group's topics on or off, as in its settings."""
    scene = act.scene(stage)
    if scene.group is None or scene.person not in scene.group.admins:
        raise Impossible("only an administrator of a group can")
    scene.group.topics = (scene.group.topics or {}) if act.on else None
    stage.telegram.changed(scene.group, "topics")


async def clear(act: Act, stage: OnStage) -> None:
    """Empties the chat on the person's own side."""
    act.scene(stage).person.deletes_chat()


async def inline(act: Inline, stage: OnStage) -> list[dict[str, Any]]:
    """What the bot offers for `@bot query`."""
    results = await act.scene(stage).person.types_inline(act.query)
    return [{key: one.get(key) for key in ("id", "title", "description")} for one in results]


async def inline_choice(act: Chosen, stage: OnStage) -> None:
    scene = act.scene(stage)
    results = await scene.person.types_inline(act.query)
    chosen = next((one for one in results if one["id"] == act.result), None)
    if chosen is None or "content" not in chosen:
        raise HTTPException(409, "the bot no longer offers this")
    await scene.person.sends(chosen["content"] | {"via_bot": stage.telegram.me()}, chat=scene.group)


async def files(
    stage: OnStage,
    column: Annotated[str, Form()],
    person: Annotated[int, Form()],
    files: Annotated[list[UploadFile], File(min_length=1, max_length=MOST_FILES)],
    caption: Annotated[str, Form(max_length=1024)] = "",
    as_documents: Annotated[bool, Form()] = False,
    reply_to: Annotated[str, Form()] = "",
) -> None:
    """Pictures go as photos, several as an album; what is no picture goes as a document."""
    scene = Act(column=column, person=person).scene(stage)
    target = scene.message(reply_to) if reply_to else None
    if any((file.size or 0) > MOST_BYTES for file in files):
        raise HTTPException(413, "a file is larger than 20 MB")
    read = [(file, await file.read()) for file in files]
    photos = [data for _, data in read if not as_documents and is_image(data)]
    documents = [(file, data) for file, data in read if as_documents or not is_image(data)]
    await _send_photos(scene, photos, caption or None, target)
    for number, (file, data) in enumerate(documents):
        text = None if photos or number else caption or None
        name, mime = file.filename or "file", file.content_type or "application/octet-stream"
        await scene.person.sends_document(data, name, mime, text, chat=scene.group, reply_to=target)


async def _send_photos(scene: Scene, photos: list[bytes], caption: str | None, target: Seen | None) -> None:
    if len(photos) > 1:
        await scene.person.sends_album(photos, caption, chat=scene.group)
    elif photos:
        await scene.person.sends_photo(photos[0], caption, chat=scene.group, reply_to=target)


ACTIONS = (
    say,
    start,
    tap,
    edit,
    forward,
    forward_stranger,
    contact,
    own_contact,
    voice,
    sticker,
    location,
    block,
    topics,
    clear,
    inline,
    inline_choice,
    files,
)


def routes() -> APIRouter:
    """`POST /api/say` and so on."""
    router = APIRouter(prefix="/api")
    for action in ACTIONS:
        router.post(f"/{action.__name__}")(action)
    return router
