"""Settings from the environment or `.env`. Only `bot` and `sandbox` read them."""

import os
import secrets
from pathlib import Path
from typing import Annotated

from pydantic import ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url

from core.reference import sign_sets, signs

SECRET_FILE = Path("var/secret.key")


class Settings(BaseSettings):
    """See `.env.example` for what each means."""

    model_config = SettingsConfigDict(env_prefix="SAQBOL_", env_file=".env", extra="ignore", env_ignore_empty=True)

    bot_token: str | None = None
    telegram_api: str | None = None
    database_url: str = "sqlite+aiosqlite:///var/saqbol.db"
    secret_key: str | None = None
    secret_key_new: str | None = None
    webhook_url: str = ""
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    files_dir: Path = Path("var/files")
    admin_chat_id: int | None = None
    desk_chat_id: int | None = None
    operator_ids: Annotated[tuple[int, ...], NoDecode] = ()
    partners_file: Path = Path("partners.toml")
    timezone: str = "Asia/Almaty"
    country: str = "KZ"
    broadcast_rate: int = 25
    grace_seconds: int = 120
    signs: str = "saqbol-1"
    flag_threshold: int = 3
    retention_days: int = 1095

    @field_validator("operator_ids", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(int(part) for part in value.replace(" ", "").split(",") if part)
        return value

    @field_validator("signs")
    @classmethod
    def _of_the_country(cls, value: str, info: ValidationInfo) -> str:
        known = {one: signs(one).country for one in sign_sets()}
        country = info.data.get("country")
        if known.get(value) != country:
            fitting = ", ".join(one for one, where in known.items() if where == country) or "none"
            raise ValueError(f"{value} is no set of signs for SAQBOL_COUNTRY {country}; there is: {fitting}")
        return value

    def secret(self) -> str:
        """The root secret; made and kept beside an SQLite database, required with PostgreSQL. Raises ValueError."""
        if self.secret_key:
            return self.secret_key
        url = make_url(self.database_url)
        if url.get_backend_name() != "sqlite":
            raise ValueError("SAQBOL_SECRET_KEY is required with PostgreSQL: any text of 32 characters or more")
        return _kept_secret(SECRET_FILE)


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
