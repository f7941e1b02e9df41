"""Whom a bounce in prose is about: what its text, its headers and the returned message name together."""

from typing import Final

from ..addresses import each_in
from ..fields import Returned
from ..notes import RETURNED_TO
from ..scanner import Mail
from .authorship import Signs
from .certainty import DESCRIBED, HEADED, MENTIONED
from .recipients import Passage, passages
from .report_text import ReportText

_HEADER: Final = "the header X-Failed-Recipients"
_SUBJECT: Final = "the subject"
_ENCAPSULATED: Final = "imceaex-"


def recipients(mail: Mail, signs: Signs, text: ReportText, returned: Returned) -> list[Passage]:
    """Certain ones first: a list in the text, a header, the returned message, any mention, the subject."""
    named = dict.fromkeys(each_in(signs.failed)) if signs.failed else {}
    own, expected = _own(mail, returned), frozenset(map(str.lower, named))

    def is_other(address: str) -> bool:
        return address in own and address not in expected and address not in returned.named

    found = passages(text.written, is_other)
    if not found and not named:  # somebody who wrote to themselves
        found = [passage for passage in passages(text.written) if passage.certainty == HEADED]
    if found and found[0].certainty > DESCRIBED:
        return [_ours(passage, returned) for passage in _without_strays(found, returned)]
    if named:
        return _named_by_header(named, found, text, returned)
    if found and found[0].certainty == DESCRIBED and not returned.named:
        return found
    if ours := [passage for passage in found if passage.address.lower() in returned.named]:
        return ours
    if found:
        return [_ours(passage, returned) for passage in found[:1]]
    if in_subject := [name for name in each_in(signs.subject) if not is_other(name.lower())]:
        return [Passage(in_subject[0], MENTIONED, lines=[text.written], origin=_SUBJECT)]
    return []


def _own(mail: Mail, returned: Returned) -> str:
    """Whom the bounce went to and came from: our own sender, the server; and the id of our message.

    In lower case.
    """
    headers = (mail.headers.get("to"), mail.headers.get("from"), mail.headers.get("delivered-to"))
    senders = (
        returned.headers.get("from"),
        returned.headers.get("return-path"),
        returned.headers.get("sender"),
    )
    return " ".join((*headers, *senders, returned.provider_message_id or "")).lower()


def _without_strays(found: list[Passage], returned: Returned) -> list[Passage]:
    """Without addresses of which nothing is said, where others are those that we wrote to.

    And without what Exchange makes of an address that is none of SMTP's ([MS-OXCMAIL] 2.1.3.1.8), beside one.
    """
    found = [passage for passage in found if not passage.address.lower().startswith(_ENCAPSULATED)] or found
    if len(found) < 2 or not any(_is_named(passage, returned) for passage in found):
        return found
    return [passage for passage in found if _is_named(passage, returned) or passage.has_words]


def _is_named(passage: Passage, returned: Returned) -> bool:
    named = returned.named
    return passage.address.lower() in named or (passage.ours or "").lower() in named


def _named_by_header(
    named: dict[str, None], found: list[Passage], text: ReportText, returned: Returned
) -> list[Passage]:
    """``X-Failed-Recipients``. A list server names itself there, which stands nowhere else."""
    if (
        returned.recipient
        and returned.named.isdisjoint(map(str.lower, named))
        and not any(name.lower() in text.lowered for name in named)
    ):
        return [Passage(returned.recipient, MENTIONED, origin=RETURNED_TO)]
    return [Passage(name, HEADED, lines=_about(name, found), origin=_HEADER) for name in named]


def _ours(passage: Passage, returned: Returned) -> Passage:
    """The address that we wrote to, where the server names it beside the one that it forwarded to."""
    if passage.ours:
        named = returned.named
        if passage.ours.lower() in named or (named and passage.address.lower() not in named):
            passage.target, passage.address = passage.address, passage.ours
    return passage


def _about(name: str, found: list[Passage]) -> list[str]:
    return next((passage.lines for passage in found if passage.address.lower() == name.lower()), [])
