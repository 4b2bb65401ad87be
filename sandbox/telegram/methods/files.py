"""Files: where they can be fetched, and the 20 MB above which they can't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import media
from ..errors import bad_request
from .registry import Files, Params, answers

if TYPE_CHECKING:
    from ..telegram import Telegram

MOST_BYTES = 20 * 1024 * 1024


@answers("getFile")
async def get_file(telegram: Telegram, params: Params, files: Files) -> Any:
    if not params["file_id"].strip():
        raise bad_request("file_id not specified")
    file = telegram.files.get(params["file_id"])
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > MOST_BYTES:
        raise bad_request("file is too big")
    return media.described(file) | {"file_path": file.path}
