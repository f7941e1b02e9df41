"""United Internet (GMX, WEB.DE, mail.com, 1&1, IONOS) and T-Online."""

from typing import Final

from ....domain.failure_reason import FailureReason as R
from .. import WordRule

_GMX: Final = "postmaster.gmx.net/en/error-messages; smtp.codes/unitedinternet"
_T_ONLINE: Final = (
    "postmaster.t-online.de 4.7: refused connections; mailcow-dockerized issue 2532 has the words"
)
_WEB_DE: Final = (
    "sitepackage.de/service/dokumentation/auswertung/typische-fehlermeldungen-bei-unzustellbarkeit.html"
)
_UNITED_INTERNET: Final = (
    "gmx.net", "gmx.com", "gmx.de", "gmx.at", "gmx.ch", "web.de", "mail.com", "1and1.com", "1and1.de", "kundenserver.de", "ionos.com",
    "ionos.de", "perfora.net", "schlund.de",
)  # fmt: skip
"""Where a bare "mailbox unavailable" says that the recipient does not exist; elsewhere it says nothing."""

RULES: Final[tuple[WordRule, ...]] = (
    WordRule(
        "gmx.mailbox_unavailable", R.MAILBOX_UNKNOWN, (r"\b5\d\d requested action not taken: mailbox unavailable",),
        _GMX, hosts=_UNITED_INTERNET,
    ),
    WordRule("gmx.policy", R.SENDER_BLOCKED, (r"reject due to policy (?:violation|restriction)",), _GMX),
    WordRule("t_online.blocked", R.SENDER_BLOCKED, (r"a problem occurred\. \(ask your postmaster",), _T_ONLINE),
    WordRule(
        "web_de.full", R.MAILBOX_FULL,
        ("exhausted allowed storage", "user has too many messages on the server", "speichervolumen ueberschritten"), _WEB_DE,
    ),
)  # fmt: skip
