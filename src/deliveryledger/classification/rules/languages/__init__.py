"""What mail servers and mailbox services say in other languages than English.

The meaning of the words, and the texts of Exchange's and Gmail's own non-delivery reports in each language.
By family, in the order of ``phrases.py``: what is about the sender or the content goes before the recipient.
Letters outside ASCII may have been lost on the way: ``.?.?`` stands for one that is whole, lost or two octets.
"""

from collections.abc import Iterator
from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule
from . import mailboxes, recipients, senders
from .words import Words

_SOURCE: Final = "the meaning of the words; Exchange's and Gmail's reports in this language"
_FAMILIES: Final[tuple[tuple[str, R, Words], ...]] = (
    ("sender", R.POLICY_REJECTED, senders.SENDER),
    ("blocked", R.SENDER_BLOCKED, senders.BLOCKED),
    ("content", R.CONTENT_REJECTED, senders.CONTENT),
    ("rate", R.RATE_LIMITED, senders.RATE),
    ("too_large", R.MESSAGE_TOO_LARGE, mailboxes.TOO_LARGE),
    ("full", R.MAILBOX_FULL, mailboxes.FULL),
    ("policy", R.POLICY_REJECTED, senders.POLICY),
    ("disabled", R.MAILBOX_DISABLED, mailboxes.DISABLED),
    ("server", R.SERVER_UNAVAILABLE, mailboxes.SERVER),
    ("temporary", R.SERVER_UNAVAILABLE, mailboxes.TEMPORARY),
    ("domain_unknown", R.DOMAIN_UNKNOWN, recipients.DOMAIN_UNKNOWN),
    ("unknown", R.MAILBOX_UNKNOWN, recipients.UNKNOWN),
    ("unavailable", R.SERVER_UNAVAILABLE, mailboxes.UNAVAILABLE),
)


def _rules() -> Iterator[WordRule]:
    for family, reason, by_language in _FAMILIES:
        for language, words in by_language.items():
            yield WordRule(f"{language}.{family}", reason, words, _SOURCE)


LANGUAGES: Final[tuple[WordRule, ...]] = tuple(_rules())
