"""Tencent QQ, NetEase (163, 126, yeah), Aliyun, and Coremail, which many others run."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_QQ: Final = "service.mail.qq.com id=20022, as quoted by qiao.yimirj.com/article/detail/2261; qqmailbox.com/transceivers/169.html"
_NETEASE: Final = "mail.163.com/help/help_spam_16.htm: codes in returned mail; 163ns.com.cn/mail/MailFAQ.htm, the same software"
_COREMAIL: Final = "icoremail.vip/support/index.php?cate_id=84: texts of returned mail"
_ALIYUN: Final = "mx1.qiye.aliyun.com in linux-wireless, 10 August 2023 (lore.kernel.org/linux-wireless/ZNRHCBbvEPtq-cE7@debian.me)"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("tencent.rate", R.RATE_LIMITED, (r"(?:connection|ip|domain|sender|user) frequency limited",), _QQ),
    WordRule("tencent.content", R.CONTENT_REJECTED, ("mail content denied", "suspected bounce attack"), _QQ),
    WordRule("tencent.blocked", R.SENDER_BLOCKED, (r"connection denied\b.{0,60}qq\.com",), _QQ),
    # Not what it says: the recipient got too much mail, and gets none for a while.
    WordRule("tencent.recipient_rate", R.RATE_LIMITED, ("mailbox unavailable or access denied",), _QQ),
    WordRule("tencent.refused", R.POLICY_REJECTED, (r"rejected by recipients?\b.{0,60}qq\.com",), _QQ),
    WordRule("tencent.unknown", R.MAILBOX_UNKNOWN, (r"mailbox not found\b.{0,60}qq\.com",), _QQ),
    WordRule("netease.content", R.CONTENT_REJECTED, (r"\bdt:s(?:pm|um)\b",), _NETEASE),
    WordRule("netease.blocked", R.SENDER_BLOCKED, (r"\bhl:(?:rep|mep|ipb|ihu)\b", r"\bdt:rbl\b", r"\bwm:bl[iu]\b"), _NETEASE),
    WordRule("netease.authentication", R.AUTHENTICATION_FAILED, (r"\bmi:(?:spf|dma)\b",), _NETEASE),
    WordRule(
        "netease.rate", R.RATE_LIMITED,
        (r"\bhl:(?:icc|ifc|ifq)\b", r"\bmi:(?:dmc|ccl|cel|sfq|stc)\b", r"\brp:(?:drc|ccl|cel|qrc|rcl|trc)\b"), _NETEASE,
    ),
    WordRule("netease.policy", R.POLICY_REJECTED, (r"\bmi:(?:nhd|imf)\b", r"\brp:frl\b", "local user only"), _NETEASE),
    WordRule("coremail.blocked", R.SENDER_BLOCKED, (r"\b(?:invalid ip|ip is (?:rejected|hangup))\b",), _COREMAIL),
    WordRule("coremail.policy", R.POLICY_REJECTED, ("user in blacklist", "fake sender", "null sender is not allowed"), _COREMAIL),
    WordRule("aliyun.unknown", R.MAILBOX_UNKNOWN, (r"rcpt ?\(? ?\)? ?dosn't exist",), _ALIYUN),
)  # fmt: skip
