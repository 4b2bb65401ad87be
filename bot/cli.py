"""The command line. A command imports what it needs itself: `identify` starts in well under a second."""

import asyncio
import json
import logging
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a token or a message may stand in them
    help="«Сақ бол»: report and check scam numbers.",
)


def _logging() -> None:
    """One JSON line an event on stderr; ids only."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _whence,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, format="%(message)s")


def _whence(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The places an exception came through, not its text: that may quote what a person wrote."""
    if event.pop("exc_info", None):
        frames = traceback.extract_tb(sys.exc_info()[2])
        event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _settings() -> "Settings":
    """One line for a setting that cannot be read, and exit 1."""
    from pydantic import ValidationError

    from bot.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"SAQBOL_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        _refuse(f"settings: {wrong}")


def _refuse(text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(1)


@app.command()
def run() -> None:
    """Runs the bot: long polling, or a webhook when SAQBOL_WEBHOOK_URL is set."""
    settings = _settings()
    if not settings.bot_token:
        _refuse("SAQBOL_BOT_TOKEN is missing: get a token from @BotFather and put it into .env")
    _logging()
    from bot.run import run as start

    try:
        settings.secret()
        asyncio.run(start(settings))  # refuses a broken partners file too
    except ValueError as error:
        _refuse(str(error))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="where the page opens")] = 8080,
    data: Annotated[Path | None, typer.Option(help="keep everything in this folder")] = None,
) -> None:
    """Opens a page where one plays citizen and desk, without a token or network."""
    _logging()
    from importlib import import_module

    try:
        import_module("sandbox.main").main(port, data)  # a layer above this one, so not imported by name
    except OSError as error:
        _refuse(f"port {port} is taken, try another: saqbol sandbox --port {port + 1} ({error.strerror})")


@app.command()
def migrate() -> None:
    """Brings the database to the newest schema."""
    from storage.migrate import migrate as upgrade

    asyncio.run(upgrade(_settings().database_url))
    typer.echo("The database is up to date.")


@app.command()
def doctor() -> None:
    """Checks settings, database, token and desk; one line each."""
    from bot.doctor import examine

    if not asyncio.run(examine(_settings(), typer.echo)):
        raise typer.Exit(1)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV: kind,value[,scheme,seen_at,reference]; - for standard input")],
    source: Annotated[str, typer.Option(help="whose list it is")],
    sign: Annotated[str, typer.Option(help="what the list says of its entries, or OFFICIAL for real lines")] = (
        "PAYEE_IN_CBR_DB"
    ),
    expires: Annotated[int | None, typer.Option(min=1, help="days that an entry counts")] = None,
) -> None:
    """Loads a list of identifiers from outside; a broken run goes on where it stopped."""
    from bot.importing import BadList, load_list

    try:
        asyncio.run(load_list(_settings(), file, source, sign, expires, typer.echo))
    except (BadList, OSError, ValueError) as error:
        _refuse(str(error))


@app.command()
def export(
    format_: Annotated[str, typer.Option("--format", help="csv or xlsx for people, stix or misp for programs")],
    since: Annotated[str | None, typer.Option(help="the first day, as 2026-11-21; all reports without it")] = None,
    out: Annotated[Path | None, typer.Option(help="the file; standard output without it")] = None,
) -> None:
    """What the police may take away: the reports at the desk as a file. The audit log has it."""
    from bot.exporting import export as write

    try:
        count = asyncio.run(write(_settings(), format_, since, out))
    except OSError as error:
        _refuse(f"{out or 'standard output'}: {error.strerror}")
    except ValueError as error:
        _refuse(str(error))
    typer.echo(f"{count} entries" + (f" in {out}" if out else ""), err=True)


audit = typer.Typer(help="The log of who looked at, changed or took away what.", no_args_is_help=True)
app.add_typer(audit, name="audit")


@audit.callback()
def _audit() -> None:
    """Keeps `verify` a command of its own."""


@audit.command()
def verify() -> None:
    """Walks the hash chain; exit 1 and the first broken entry where it doesn't hold."""
    from bot.auditing import examine

    try:
        broken = asyncio.run(examine(_settings()))
    except ValueError as error:
        _refuse(str(error))
    if broken:
        _refuse(f"entry {broken.entry} {broken.why}")
    typer.echo("The audit log holds.")


partners = typer.Typer(help="Who is connected, and what they were sent.", no_args_is_help=True)
app.add_typer(partners, name="partners")
Name = Annotated[str, typer.Argument(help="id of the partner")]


def _partnering(name: str, *args: Any) -> Any:
    """Runs a verb of bot/partnering.py; one line for a file that is wrong, and exit 1."""
    from bot import partnering

    try:
        return asyncio.run(getattr(partnering, name)(_settings(), *args, typer.echo))
    except (ValueError, OSError) as error:
        _refuse(str(error))


@partners.command(name="list")
def list_() -> None:
    """The registry, and how it stands with each."""
    _partnering("list_all")


@partners.command()
def check(name: Annotated[str | None, typer.Argument(help="id of the partner; all without it")] = None) -> None:
    """Sends a signed test event; exit 1 where one did not take it."""
    if not _partnering("check", name):
        raise typer.Exit(1)


@partners.command()
def replay(
    name: Name,
    since: Annotated[datetime | None, typer.Option(help="everything from then on, not only what failed")] = None,
) -> None:
    """Sends again what was given up, and lets a paused partner go on. The same ids: a receiver knows them."""
    _partnering("replay", name, since and since.replace(tzinfo=since.tzinfo or UTC))


@partners.command()
def dead() -> None:
    """What was given up."""
    _partnering("dead")


@app.command()
def identify(text: Annotated[list[str] | None, typer.Argument(help="the text, or - to read lines")] = None) -> None:
    """Shows what the bot would read in a text: one JSON object per line."""
    from core.identifiers import read

    lines = sys.stdin if not text or text == ["-"] else [" ".join(text)]
    for line in lines:
        reading = read(line.rstrip("\n"))
        listed = [
            {"kind": str(one.kind), "value": one.value, "display": one.display, "attrs": _attributes(one)}
            for one in reading.identifiers
        ]
        typer.echo(json.dumps({"identifiers": listed, "redacted": list(reading.redacted)}, ensure_ascii=False))


def _attributes(one: object) -> dict[str, object]:
    """Attributes, and role and doubts where there are any."""
    attrs: dict[str, object] = dict(one.attrs)  # type: ignore[attr-defined]
    if one.role:  # type: ignore[attr-defined]
        attrs["role"] = str(one.role)  # type: ignore[attr-defined]
    if one.doubts:  # type: ignore[attr-defined]
        attrs["doubts"] = sorted(map(str, one.doubts))  # type: ignore[attr-defined]
    return attrs
