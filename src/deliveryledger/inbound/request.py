"""One HTTP request to a webhook, as it came: raw bytes, because signatures cover raw bytes."""

from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from typing import Any, Final

from ..errors import InvalidInput, PayloadTooLarge

MAX_BODY: Final = 10 * 1024 * 1024
"""Bytes. The largest documented batch is well below (SendGrid 768 KiB, Mandrill and Brevo some MiB)."""
MAX_HEADERS: Final = 200
MAX_HEADER_BYTES: Final = 64 * 1024
"""Characters of all header names and values, and of the URL, together."""


class Headers(Mapping[str, str]):
    """Header fields by name without case. Fields of one name are joined by a comma (RFC 9110 5.3)."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields: dict[str, str] = {}
        given: Mapping[Any, Any] = fields
        for name, value in given.items():
            if not (isinstance(name, str) and isinstance(value, str)):
                raise InvalidInput("take a request", "a header is not text", "decode header bytes as latin-1")
            name = name.lower()
            self._fields[name] = f"{self._fields[name]}, {value}" if name in self._fields else value

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def items(self) -> ItemsView[str, str]:
        """Names in lower case, and values; without a look-up for each."""
        return self._fields.items()

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        """The number only: the values are credentials."""
        return f"Headers({len(self)})"


@dataclass(frozen=True)
class WebhookRequest:
    """A request with ``body`` in bytes. Raises InvalidInput for a parsed body, PayloadTooLarge above a limit.

    The text form shows the method only: URL, headers and body hold credentials and addresses.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    max_body: InitVar[int] = MAX_BODY

    def __post_init__(self, max_body: int) -> None:
        if not isinstance(self.body, bytes):
            raise InvalidInput(
                "take a request",
                f"its body is {type(self.body).__name__}, and a signature covers the raw bytes",
                "pass the body as it was received, before any parsing or decoding",
            )
        if len(self.body) > max_body:
            raise PayloadTooLarge("take a request", f"its body is longer than {max_body} bytes", "answer 413")
        headers = Headers(self.headers)
        size = len(self.url) + sum(len(name) + len(value) for name, value in headers.items())
        if len(headers) > MAX_HEADERS or size > MAX_HEADER_BYTES:
            raise PayloadTooLarge(
                "take a request", f"it has more than {MAX_HEADERS} headers or they are too long", "answer 431"
            )
        object.__setattr__(self, "headers", headers)
        object.__setattr__(self, "method", self.method.upper())
