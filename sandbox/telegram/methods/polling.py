"""How updates reach the bot: getUpdates and the webhook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import bad_request
from ..webhook import Webhook
from .registry import Files, Params, answers

if TYPE_CHECKING:
    from ..telegram import Telegram

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@answers("getUpdates")
async def get_updates(telegram: Telegram, params: Params, files: Files) -> Any:
    offset, limit, seconds = params.get("offset", 0), params.get("limit", 100), params.get("timeout", 0)
    return await telegram.updates.poll(offset, limit, seconds, params.get("allowed_updates"))


@answers("setWebhook")
async def set_webhook(telegram: Telegram, params: Params, files: Files) -> Any:
    """Plain http is taken for loopback only, as a Bot API server in local mode takes it."""
    url, secret = params["url"], params.get("secret_token") or ""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    most = params.get("max_connections", 40)
    if not 1 <= most <= 100:
        raise bad_request("bad webhook: max_connections must be from 1 to 100")
    if params.get("allowed_updates") is not None:
        telegram.updates.allowed = params["allowed_updates"]
    if params.get("drop_pending_updates"):
        telegram.updates.drop_all()
    await telegram.updates.set_webhook(Webhook(telegram, url, secret, most, params.get("ip_address")))
    return True


@answers("deleteWebhook")
async def delete_webhook(telegram: Telegram, params: Params, files: Files) -> Any:
    if params.get("drop_pending_updates"):
        telegram.updates.drop_all()
    await telegram.updates.set_webhook(None)
    return True


@answers("getWebhookInfo")
async def get_webhook_info(telegram: Telegram, params: Params, files: Files) -> Any:
    hook = telegram.updates.webhook
    info: dict[str, Any] = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(telegram.updates.live()),
    }
    if telegram.updates.allowed:
        info["allowed_updates"] = telegram.updates.allowed
    if hook:
        info |= {"max_connections": hook.max_connections, "ip_address": hook.ip_address or "127.0.0.1"}
    if hook and hook.last_error_at:
        info |= {"last_error_date": int(hook.last_error_at.timestamp()), "last_error_message": hook.last_error}
    return info
