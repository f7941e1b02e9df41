"""Mail.ru, Yandex and Rambler."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_MAIL_RU: Final = "help.mail.ru/notspam-support/errors; smtpfieldmanual.com, provider Mail.ru"
_YANDEX: Final = "yandex.com/support/mail/bounces/yandex.html: report on non-delivery to Yandex"

RULES: Final[tuple[WordRule, ...]] = (
    # Its own customer may not send: nothing about the recipient.
    WordRule("mailru.may_not_send", R.POLICY_REJECTED, ("message sending for this account is disabled",), "mailout.ru: popular errors of Mail.ru"),
    WordRule("mailru.content", R.CONTENT_REJECTED, (r"spam message (?:rejected|discarded)",), _MAIL_RU),
    WordRule("mailru.blocked", R.SENDER_BLOCKED, (r"access from ip address .{0,40}blocked",), _MAIL_RU),
    WordRule("mailru.disabled", R.MAILBOX_DISABLED, (r"is unavailable: (?:account|user) is (?:disabled|blocked)",), _MAIL_RU),
    WordRule("mailru.unknown", R.MAILBOX_UNKNOWN, (r"is unavailable: user not found", r"not accepted -- invalid mailbox"), _MAIL_RU),
    WordRule("yandex.content", R.CONTENT_REJECTED, ("under suspicion of spam",), _YANDEX),
    # Not the sender's fault: Yandex has blocked the recipient's account.
    WordRule(
        "yandex.account_blocked", R.MAILBOX_DISABLED, ("policy rejection on the target address",),
        "yandex.com/support/mail/bounces/yandex/policy-rejection-on-the-target-address.html",
    ),
)  # fmt: skip
