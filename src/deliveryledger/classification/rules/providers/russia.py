"""Mail.ru, Yandex and Rambler."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_MAIL_RU: Final = "help.mail.ru/mail/sending: errors when sending"
_YANDEX: Final = "yandex.com/support/mail/web/letter/report.html: non-delivery reports"

RULES: Final[tuple[WordRule, ...]] = (
    # Its own customer may not send: nothing about the recipient.
    WordRule("mailru.may_not_send", R.POLICY_REJECTED, ("message sending for this account is disabled",), _MAIL_RU),
    WordRule("mailru.content", R.CONTENT_REJECTED, (r"spam message (?:rejected|discarded)",), _MAIL_RU),
    WordRule("mailru.blocked", R.SENDER_BLOCKED, (r"access from ip address .{0,40}blocked",), _MAIL_RU),
    WordRule("mailru.disabled", R.MAILBOX_DISABLED, (r"is unavailable: (?:account|user) is (?:disabled|blocked)",), _MAIL_RU),
    WordRule("mailru.unknown", R.MAILBOX_UNKNOWN, (r"is unavailable: user not found", r"not accepted -- invalid mailbox"), _MAIL_RU),
    WordRule("yandex.content", R.CONTENT_REJECTED, ("under suspicion of spam",), _YANDEX),
    WordRule("yandex.policy", R.POLICY_REJECTED, ("policy rejection on the target address",), _YANDEX),
)  # fmt: skip
