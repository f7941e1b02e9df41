"""What support is shown: everything about one address, message or domain, with the proof of each answer."""

import re
from typing import Any, TypeVar

from pydantic import BaseModel

from ..advice.roles import Role
from ..application.ports import Clock
from ..application.services import Services
from ..domain.addresses import ascii_domain, check_typed
from ..errors import UnknownMessage
from ..projections.runner import Runner
from .asking import Asking
from .support_address import AddressPage, address_page
from .support_domain import DomainPage, domain_page
from .support_message import MessagePage, message_page

Page = TypeVar("Page", bound=BaseModel)
_ADDRESS = re.compile(r"[^\s@<>\"'()\[\],;:]+@(?=[^\s@<>\"'()\[\],;:]+)")
_IDS = frozenset(
    ("batch", "candidate_id", "candidates", "event_id", "id", "message_id", "resend_of", "resent_as")
)
"""Fields that name nobody; an event's id would be taken for an address."""
_SHORTEST = 3
"""Characters from which a local part is hidden where it stands alone, as servers' words have it."""


class SupportQuestions:
    """A part of the questions; what it needs, they have."""

    _services: Services
    _runner: Runner
    _clock: Clock

    def support(
        self,
        what: str,
        *,
        lang: str = "en",
        tz: str = "UTC",
        tenant: str | None = None,
        masked: bool = False,
    ) -> AddressPage | MessagePage | DomainPage:
        """Everything about an address, a message (by its id) or a domain. ``str()`` is for a terminal.

        ``masked`` hides who it is: ``a•••@gmail.com``, in servers' words too. Raises UnknownMessage for what
        is neither an address nor a domain nor a message's id, InvalidAddress for what is too long.
        """
        owner = self._services.tenant(tenant)
        check_typed(what)
        asking = Asking(self._clock(), lang, tz, self._services.address_key, Role.SUPPORT)
        page = self._page(owner, what.strip(), asking)
        return hide_addresses(page) if masked else page

    def _page(self, owner: str, what: str, asking: Asking) -> AddressPage | MessagePage | DomainPage:
        with self._runner.caught_up() as views:
            if "@" in what:
                return address_page(views, owner, what, asking)
            if (found := message_page(views, owner, what, asking)) is not None:
                return found
            if "." in what:
                return domain_page(views, owner, ascii_domain(what), asking)
        raise UnknownMessage(
            "show support's page",
            "there is no message of that id in this tenant",
            "give an address, a message id or a domain",
        )


def hide_addresses(page: Page) -> Page:
    """The page with every address hidden but for its first character and its domain."""
    values = page.model_dump()
    locals_ = {local for text in _texts(values) for local in _locals(text)}
    alone = re.compile(
        "|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in sorted(locals_, key=len, reverse=True)),
        re.IGNORECASE,
    )
    return type(page).model_validate(_hidden(values, alone if locals_ else None))


def _locals(text: str) -> list[str]:
    found = [match.group()[:-1] for match in _ADDRESS.finditer(text)]
    return [each for each in found if len(each) >= _SHORTEST]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [part for key, part in value.items() if key not in _IDS]
    return [text for part in value for text in _texts(part)] if isinstance(value, list | tuple) else []


def _hidden(value: Any, alone: re.Pattern[str] | None) -> Any:
    if isinstance(value, str):
        text = _ADDRESS.sub(lambda match: f"{match.group()[0]}•••@", value)
        return alone.sub(lambda match: f"{match.group()[0]}•••", text) if alone else text
    if isinstance(value, dict):
        return {key: part if key in _IDS else _hidden(part, alone) for key, part in value.items()}
    return [_hidden(part, alone) for part in value] if isinstance(value, list | tuple) else value
