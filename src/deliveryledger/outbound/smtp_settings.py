"""How the SMTP server for notifications is reached: settings from the environment (extra ``notify``)."""

from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ..domain.addresses import problem_with
from ..errors import InvalidInput

PREFIX = "DELIVERYLEDGER_SMTP_"
_REMEDIES = {
    "host": "give the name of the SMTP server",
    "port": "give a whole number from 1 to 65535",
    "security": "give starttls, tls or plain",
    "password": "give the password of the user, or neither",
    "from_address": "give the e-mail address that notifications come from",
    "envelope_sender": "give the e-mail address that their bounces go to",
    "timeout": "give a number of seconds above 0",
    "deadline": "give a number of seconds above 0",
}


class Security(StrEnum):
    """How a connection is protected; nothing else is tried in its place."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.PLAIN: 25}


class SmtpSettings(BaseSettings):
    """A variable a field: ``DELIVERYLEDGER_SMTP_HOST`` and so on; see :meth:`from_environment`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, hide_input_in_errors=True, extra="ignore", validate_default=False
    )

    host: str = Field("", min_length=1)
    from_address: str = ""
    """Who the notifications are from."""
    from_name: str = ""
    envelope_sender: str = ""
    """Where bounces of notifications go (RFC 5321 MAIL FROM); empty: to ``from_address``."""
    port: int | None = Field(None, ge=1, le=65_535)
    """None: 587, with ``tls`` 465, with ``plain`` 25."""
    security: Security = Security.STARTTLS
    ca_file: Path | None = None
    """Who vouches for the server, if not an authority that the system trusts."""
    user: str = ""
    password: SecretStr = SecretStr("")
    timeout: float = Field(30.0, gt=0)
    """Seconds that one answer may take."""
    deadline: float = Field(120.0, gt=0)
    """Seconds that one mail may take in all."""

    @classmethod
    def from_environment(cls, **given: Any) -> Self:
        """The settings; ``given`` goes before the environment. Raises InvalidInput, without the values."""
        try:
            settings = cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            problem = error.errors(include_input=False, include_context=False, include_url=False)[0]
            field, obstacle = str(problem["loc"][0]), "is not what is expected"
        else:
            field, obstacle = settings._problem()
            if not field:
                return settings
        # Raised out here, so that the error that quotes the value is not its context.
        remedy = _REMEDIES.get(field, "see docs/how-to/notify-senders.md")
        raise InvalidInput("read the settings", f"{PREFIX}{field.upper()} {obstacle}", remedy)

    @property
    def effective_port(self) -> int:
        """The port."""
        return self.port or _PORTS[self.security]

    @property
    def return_path(self) -> str:
        """The envelope sender."""
        return self.envelope_sender or self.from_address

    def _problem(self) -> tuple[str, str]:
        if not self.host:
            return "host", "is not set"
        if problem_with(self.from_address):
            return "from_address", "is not set, or is no e-mail address"
        if self.envelope_sender and problem_with(self.envelope_sender):
            return "envelope_sender", "is no e-mail address"
        if bool(self.user) != bool(self.password.get_secret_value()):
            return "password", "is not set beside the user, or the other way round"
        if self.password.get_secret_value() and self.security is Security.PLAIN:
            return "security", "is plain: the password could be read on the way"
        return "", ""
