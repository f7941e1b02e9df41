"""What can be set for every provider's API."""

from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class ApiSettings(BaseModel):
    """What can be set for every provider."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True)

    base_url: str | None = None
    """Another place of the API than the provider's: https, or http on this machine."""
    ca_file: str | None = None
    """Certificates (PEM) of the authorities that are trusted instead of the usual ones."""
    timeout: float = Field(30.0, gt=0, le=600)
    """Seconds one request may take from its first byte to the answer's last."""
    tries: int = Field(5, ge=1, le=20)
    """Attempts at one request, where the provider is busy, fails or cannot be reached."""
    longest_wait: float = Field(60.0, ge=0, le=3600)
    """Seconds before one more attempt; asked to wait longer, we give up at once and say for how long."""
    largest_answer: int = Field(8 * 2**20, gt=0)
    """Bytes of one answer."""

    @field_validator("base_url")
    @classmethod
    def _secure(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "https://ok")
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not is_safe or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("not a plain https URL")
        return url
