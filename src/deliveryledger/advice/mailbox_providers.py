"""Whose mailbox an address is, where its domain tells, and the help page behind our advice."""

from typing import Final, NamedTuple

from .popular_domains import POPULAR


class MailboxProvider(NamedTuple):
    """``texts`` names the steps (``candidate.safe.*``, ``candidate.drag_back.*``); ``source`` the vendor's
    own page that they are from, None where there are only the steps that hold everywhere."""

    id: str
    name: str
    texts: str
    source: str | None
    domains: str = ""
    brands: str = ""
    """First labels under which the provider is in many countries: ``hotmail`` stands for ``hotmail.se``."""


GENERAL: Final = MailboxProvider("general", "", "general", None)
"""Everybody else, companies included: who keeps their mailboxes cannot be told from the address."""

PROVIDERS: Final = (
    # Buttons are named in Swedish only where a page in Swedish names them. Google's page is known by its
    # address alone: that the steps are on it is told by others.
    MailboxProvider(
        "gmail", "Gmail", "gmail", "https://support.google.com/mail/answer/1366858",
        "gmail.com googlemail.com",
    ),
    # The page says what the list does; its menus are those of Outlook on the web, as universities show them.
    MailboxProvider(
        "outlook", "Outlook", "outlook",
        "https://support.microsoft.com/office/be1baea0-beab-4a30-b968-9004332336ce",
        "msn.com windowslive.com passport.com", "hotmail live outlook",
    ),
    MailboxProvider(
        "yahoo", "Yahoo Mail", "yahoo", "https://help.yahoo.com/kb/SLN3402.html",
        "ymail.com rocketmail.com", "yahoo",
    ),
    MailboxProvider(
        "icloud", "iCloud Mail", "icloud", "https://support.apple.com/guide/icloud/mm6b1a2ced/icloud",
        "icloud.com me.com mac.com",
    ),
    # No page of Telia's about it was found.
    MailboxProvider("telia", "Telia", "general", None, "telia.com telia.se"),
    MailboxProvider(
        "proton", "Proton Mail", "proton", "https://proton.me/support/spam-filtering",
        "proton.me protonmail.com protonmail.ch pm.me",
    ),
    MailboxProvider(
        "gmx", "GMX", "gmx", "https://hilfe.gmx.net/email/spam-und-viren/spamschutz-einstellungen.html",
        "", "gmx",
    ),
    MailboxProvider(
        "webde", "WEB.DE", "gmx", "https://hilfe.web.de/email/spam-und-viren/spamschutz.html", "web.de",
    ),
)  # fmt: skip

# Under a brand, but another company's, with other folders and buttons.
_OTHERS: Final = frozenset({"yahoo.co.jp"})

_BRANDS: Final = {brand: provider for provider in PROVIDERS for brand in provider.brands.split()}
BY_DOMAIN: Final = {
    **{
        domain: _BRANDS[brand]
        for domain in POPULAR
        if (brand := domain.partition(".")[0]) in _BRANDS and domain not in _OTHERS
    },
    **{domain: provider for provider in PROVIDERS for domain in provider.domains.split()},
}
"""Every domain that is known to be one of theirs, country endings included."""


def provider_of(address: str) -> MailboxProvider:
    """Whose mailbox an address is; GENERAL where that cannot be told, also for what is no address."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    return BY_DOMAIN.get(domain, GENERAL)
