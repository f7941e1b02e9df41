"""Tencent QQ, NetEase (163, 126, yeah), Aliyun, and Coremail, which many others run."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_QQ: Final = "service.mail.qq.com: 20022"
_NETEASE: Final = "mail.163.com/help/help_spam_16.htm: codes in returned mail"
_COREMAIL: Final = "icoremail.vip/support: texts of returned mail"
_ALIYUN: Final = "help.aliyun.com: Alibaba Mail, returned mail"

RULES: Final[tuple[WordRule, ...]] = (
    WordRule("tencent.rate", R.RATE_LIMITED, (r"(?:connection|ip|domain|sender|user) frequency limited",), _QQ),
    WordRule("tencent.content", R.CONTENT_REJECTED, ("mail content denied", "suspected bounce attack"), _QQ),
    WordRule("tencent.blocked", R.SENDER_BLOCKED, (r"connection denied\b.{0,60}qq\.com",), _QQ),
    # Says either: the mailbox does not exist, or refuses this sender.
    WordRule("tencent.either", R.POLICY_REJECTED, ("mailbox unavailable or access denied",), _QQ),
    WordRule("tencent.refused", R.POLICY_REJECTED, (r"rejected by recipients?\b.{0,60}qq\.com",), _QQ),
    WordRule("tencent.unknown", R.MAILBOX_UNKNOWN, (r"mailbox not found\b.{0,60}qq\.com",), _QQ),
    WordRule("netease.content", R.CONTENT_REJECTED, (r"\bdt:s(?:pm|um)\b", "illegal attachment"), _NETEASE),
    WordRule("netease.blocked", R.SENDER_BLOCKED, (r"\bhl:(?:rep|mep)\b", r"\bdt:rbl\b", r"\bwm:bl[iu]\b"), _NETEASE),
    WordRule("netease.authentication", R.AUTHENTICATION_FAILED, (r"\bmi:(?:spf|dma)\b",), _NETEASE),
    WordRule(
        "netease.rate", R.RATE_LIMITED,
        (r"\bhl:(?:icc|ifc)\b", r"\bmi:(?:dmc|ccl|cel|sfq|stc)\b", r"\brp:(?:drc|ccl|cel|qrc|rcl|trc)\b"), _NETEASE,
    ),
    WordRule("netease.policy", R.POLICY_REJECTED, (r"\bmi:(?:nhd|imf)\b", r"\brp:frl\b", "local user only"), _NETEASE),
    WordRule("coremail.blocked", R.SENDER_BLOCKED, (r"\b(?:invalid ip|ip is (?:rejected|hangup))\b",), _COREMAIL),
    WordRule("coremail.policy", R.POLICY_REJECTED, ("user in blacklist", "fake sender", "null sender is not allowed"), _COREMAIL),
    WordRule("aliyun.unknown", R.MAILBOX_UNKNOWN, (r"rcpt ?\(? ?\)? ?dosn't exist",), _ALIYUN),
)  # fmt: skip
