"""Pictures and receipts at rest: cleaned, hashed, stored once by content, encrypted, deleted with the last report."""

import os
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, copies, outbox, testimonies
from core.keys import Keys
from core.pictures import Read
from storage import evidence as rows
from storage.tables import Evidence, Report

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "text/plain": "txt"}


class Files:
    """The folder of encrypted files, each under the hash of its cleaned content."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.folder = folder
        self.keys = keys

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Stores once; a crash leaves either the whole file or none. Returns the sha256 of `content`."""
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{os.getpid()}.new")
            with draft.open("wb") as file:
                file.write(self.keys.seal("evidence", content))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        return digest

    def open(self, digest: str) -> bytes:
        return self.keys.unseal("evidence", self._path(digest).read_bytes())

    def delete(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)


def file_name(report: Report, file: Evidence) -> str:
    return f"{report.number}-{file.id}.{ENDINGS.get(file.mime or '', 'bin')}"


async def stored(session: AsyncSession, *, evidence_id: int, digest: str, clean: Read, now: datetime) -> bool:
    """Notes that a file is safe, and lets it follow the card where there is one. False where it was forgotten."""
    file = await session.get(Evidence, evidence_id, with_for_update=True)
    if file is None:
        await let_go(session, [digest], now=now)
        return False
    file.state, file.sha256, file.mime, file.size = "stored", digest, clean.mime, len(clean.clean)
    session.add(file)
    await testimonies.weigh_later(session, file.report_id, now=now)
    await _show(session, file, await session.get_one(Report, file.report_id), now)
    return True


async def lost(session: AsyncSession, *, evidence_id: int, reason: str, now: datetime) -> None:
    """A file that Telegram no longer gives, or that cannot be opened, never loses the report."""
    file = await session.get(Evidence, evidence_id)
    if file is None:
        return
    file.state, file.reason = ("lost" if reason == "gone" else "refused"), reason
    session.add(file)
    report = await session.get_one(Report, file.report_id)
    if report.status != "withdrawn":
        await cases.tell(session, report, "file_refused", now=now, data={"reason": reason})


async def _show(session: AsyncSession, file: Evidence, report: Report, now: datetime) -> None:
    if report.case_id and report.status != "withdrawn":
        key = f"evidence_show:{file.id}"
        await outbox.put(session, "evidence_show", {"evidence": file.id}, key=key, now=now)
        await cases.refresh_card(session, report.case_id, now=now)
        await copies.share_later(session, report, now=now)


async def show_all(session: AsyncSession, *, report: Report, now: datetime) -> None:
    """What was stored before the case existed."""
    for file in await rows.stored_of(session, report.id):
        await _show(session, file, report, now)


async def forget_withdrawn(session: AsyncSession, *, now: datetime) -> None:
    """Forgets the files of reports that were taken back."""
    await let_go(session, await rows.forget_withdrawn(session), now=now)


async def let_go(session: AsyncSession, digests: Sequence[str], *, now: datetime) -> None:
    """After the commit the files go, where nothing else holds them."""
    for digest in digests:
        await outbox.renew(session, "erase_file", {"sha256": digest}, key=f"erase_file:{digest}", now=now)


async def erase(session: AsyncSession, *, files: Files, digest: str) -> None:
    if not await rows.is_held(session, digest):
        files.delete(digest)
