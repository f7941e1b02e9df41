"""Domains of others that live on mail meant for a provider. They accept it, so no delivery speaks for them.

Elsewhere one delivery, or the CV, is enough to leave a domain alone; not here (Szurdi, Christin: Email
Typosquatting, IMC 2017, counted what such domains receive). Each row names where it was seen:

    article     the help article that this library began with
    bounceshift The most common email typos (2025), counted in 1.47 million addresses
    suped       Highly engaged typo domain addresses (2025): they accept mail
    traps       Impressionwise: Typo and fake emails (2025), spam traps
    mailchimp   Comacast and Gmai (2011): deliveries accepted
    listed      in public lists of free mail providers, so people have signed up with them
    verifier    emailverifierapi.com: Email typo correction
    ours        nobody's count: the likeliest slips of the leading providers, by our weights
"""

_SEEN = {
    "gmail.com": {
        "article": "gmai.com gnail.com",
        "bounceshift": "gamil.com gmil.com gmali.com gmail.co",
        "suped": "gmial.com",
        "listed": "gmal.com gmail.om",
        "ours": (
            "gmaill.com gmaul.com gmsil.com gmaik.com gmaol.com gmaio.com gmqil.com gmzil.com ggmail.com "
            "gmmail.com gmaiil.com gmaal.com gimail.com gmails.com gmail.cm"
        ),
    },
    "hotmail.com": {
        "article": "hotmial.com",
        "bounceshift": "hotmil.com",
        "suped": "hotamail.com",
        "listed": "hotmai.com homail.com hotmail.cm hotmail.co",
        "ours": (
            "hotmal.com hotamil.com hotmaill.com hotmali.com hotmaul.com hormail.com htomail.com hotmaik.com "
            "hotmail.om hotmmail.com hoymail.com hotmsil.com hptmail.com"
        ),
    },
    "yahoo.com": {
        "suped": "yaho.com",
        "traps": "yaaho.com",
        "listed": "yahoo.co yahoo.om",
        "ours": "yhoo.com yahooo.com yaoo.com yahho.com yhaoo.com tahoo.com uahoo.com yahoo.cm",
    },
    "outlook.com": {
        "verifier": "outlok.com",
        "ours": (
            "outloo.com outlool.com outloko.com outllok.com outllook.com ohtlook.com oulook.com otulook.com "
            "outlook.cm outlook.om outlook.co"
        ),
    },
    "icloud.com": {
        "bounceshift": "icluod.com iclud.com",
        "ours": "icoud.com iclod.com icould.com icliud.com icloud.cm icloud.om icloud.co",
    },
    "comcast.net": {"mailchimp": "comacast.net"},
}

TYPO_DOMAINS = {
    typo: meant for meant, rows in _SEEN.items() for typos in rows.values() for typo in typos.split()
}
"""Each typo and the domain that was meant."""
