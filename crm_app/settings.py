"""Settings from the environment and `.env`; a senseless one stops the start with a sentence."""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from crm_app.errors import CrmError

DATABASE = "attackacrack"  # the name of the embedded database
ROOT = Path(__file__).resolve().parent.parent
SANDBOX_NUMBER, SANDBOX_MONITOR = "+16175550100", "+15085550190"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
NOWHERE = "http://127.0.0.1:0"  # no port at all: nobody answers


class Settings(BaseSettings):
    """Every setting of the program; `.env.example` explains each (a test compares them)."""

    model_config = SettingsConfigDict(
        env_file=os.environ.get("ENV_FILE") or ROOT / ".env", extra="ignore", env_ignore_empty=True
    )

    database_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")
    data_dir: Path = Path(".data")
    port: int = Field(default=3000, ge=1, le=65535)
    public_url: str = ""
    secret_key: SecretStr = SecretStr("")
    sandbox: bool | None = None
    company_name: str = "Attack-a-Crack"
    company_timezone: str = "America/New_York"
    openphone_api_key: SecretStr = SecretStr("")
    openphone_base_url: str = ""
    openphone_phone_number: str = Field(default="", pattern=r"^(\+[1-9]\d{6,14})?$")
    monitor_phone_number: str = Field(default="", pattern=r"^(\+[1-9]\d{6,14})?$")
    health_check_seconds: int = Field(default=120, ge=10, le=3600)
    allowed_origins: str = ""
    openphone_webhook_keys: SecretStr = SecretStr("")
    cold_daily_limit: int = Field(default=125, ge=0, le=2000)
    numverify_api_key: SecretStr = SecretStr("")
    media_hosts: str = "quo.com,openphone.com,openph.one,storage.googleapis.com/opstatics"
    smtp_url: SecretStr = SecretStr("")
    alert_email: str = ""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        try:
            ZoneInfo(self.company_timezone)
        except (KeyError, ValueError) as problem:
            raise ValueError("COMPANY_TIMEZONE is no zone like America/New_York") from problem
        url = self.openphone_base_url
        if url and self.is_sandbox and urlsplit(url).hostname not in LOOPBACK:
            raise ValueError(
                "OPENPHONE_BASE_URL is a real address, and this is a sandbox: remove it, or set"
                " SANDBOX=0 with a real OPENPHONE_API_KEY"
            )
        if self.monitor_number == self.own_number:
            raise ValueError("MONITOR_PHONE_NUMBER is our own number: it takes a second one")
        decoded_keys(self.openphone_webhook_keys.get_secret_value())
        return self

    @property
    def is_sandbox(self) -> bool:
        """Whether this is a pretend world: asked for, or no key to reach the real one."""
        has_key = bool(self.openphone_api_key.get_secret_value())
        return not has_key if self.sandbox is None else self.sandbox

    @property
    def data_path(self) -> Path:
        """Where files and the embedded database live (absolute).

        As root the embedded server runs as another user and would open every parent folder to
        the world; under a private parent such as `/root` the data moves to `/var/lib`.
        """
        asked = self.data_dir if self.data_dir.is_absolute() else ROOT / self.data_dir
        parents = (folder for folder in asked.parents if folder.exists())
        if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in parents):
            return asked
        clone = hashlib.sha256(str(asked).encode()).hexdigest()[:8]
        return Path("/var/lib/attackacrack") / clone

    @property
    def own_number(self) -> str:
        """The firm's OpenPhone number in E.164."""
        return self.openphone_phone_number or SANDBOX_NUMBER

    @property
    def monitor_number(self) -> str:
        """The second number, from which health checks are texted to the first; "" for none."""
        return self.monitor_phone_number or (SANDBOX_MONITOR if self.is_sandbox else "")

    @property
    def public_origin(self) -> str:
        """The origin that people type into their browser, without a slash at the end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def provider_url(self) -> str:
        """OpenPhone's host without a path; in a sandbox the pretend one's, NOWHERE if it is off."""
        if self.openphone_base_url or not self.is_sandbox:
            url = self.openphone_base_url or "https://api.quo.com"
            return url.rstrip("/").removesuffix("/v1")
        file = self.data_path / "sandbox.url"
        return file.read_text().strip() if file.exists() else NOWHERE

    @property
    def numverify_url(self) -> str:
        """Where numbers are checked; in a sandbox beside the pretend OpenPhone."""
        if self.is_sandbox:
            return f"{self.provider_url}/numverify/api/validate"
        return "https://apilayer.net/api/validate"

    @property
    def checks_lines(self) -> bool:
        """Whether numbers are checked: live only with a key."""
        return self.is_sandbox or bool(self.numverify_api_key.get_secret_value())

    @property
    def webhook_keys(self) -> list[bytes]:
        """The keys a webhook may be signed with; in a sandbox one derived from the secret."""
        keys = decoded_keys(self.openphone_webhook_keys.get_secret_value())
        if keys or not self.is_sandbox:
            return keys
        return [hmac.digest(self.secret(), b"openphone-webhook", hashlib.sha256)]

    def secret(self) -> bytes:
        """The program's own secret; made into `data_path/secret` on first use."""
        given = self.secret_key.get_secret_value()
        if given:
            return given.encode()
        file = self.data_path / "secret"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=file.parent) as part:
                Path(part.name).write_text(secrets.token_urlsafe(48))
                with suppress(FileExistsError):  # the first of two starting processes wins
                    os.link(part.name, file)
        return file.read_bytes()


def decoded_keys(listed: str) -> list[bytes]:
    """Return the keys of a comma-separated list; each base64, with or without `whsec_`.

    Raises ValueError when one is not, or is empty.
    """
    texts = [key.strip().removeprefix("whsec_") for key in listed.split(",") if key.strip()]
    try:
        keys = [base64.b64decode(text, validate=True) for text in texts]
    except binascii.Error as problem:
        raise ValueError("OPENPHONE_WEBHOOK_KEYS: one is neither base64 nor whsec_…") from problem
    if not all(keys):  # it would accept anybody's signature
        raise ValueError("OPENPHONE_WEBHOOK_KEYS holds an empty key")
    return keys


@cache
def settings() -> Settings:
    """Return the settings; raise CrmError with a sentence when one makes no sense."""
    try:
        return Settings()
    except ValidationError as problem:
        wrong = "; ".join(
            f"{''.join(map(str, e['loc'])).upper()} {e['msg']}".removeprefix(" Value error, ")
            for e in problem.errors()
        )
        raise CrmError(f"A setting makes no sense: {wrong}. Compare .env.example.") from None
