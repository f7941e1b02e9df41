"""A second opinion on the form of an address, from ``email-validator``; never a question to the network.

``domain.addresses`` says whether a text is an address by RFC 5321 and 6531. This adds what those leave open:
domains that are reserved and can never receive mail, names that IDNA 2008 forbids, characters that hide.
"""

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from ..domain.addresses import MAX_TYPED, ascii_domain, problem_with

_RESERVED = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)


def check(address: str) -> str | None:
    """What is wrong with the form of an address, in a few English words without the address; None if nothing.

    Stricter than ``problem_with``: for warnings while somebody types, not for what a webhook reports.
    """
    if len(address) > MAX_TYPED or not address.isprintable():
        return "it is too long, or has a character that cannot be seen"
    problem = problem_with(address)
    if problem:
        return problem
    typed = address.strip()
    if f".{ascii_domain(typed.rpartition('@')[2])}".endswith(_RESERVED):
        return "its domain is reserved and never receives mail (RFC 6761)"
    try:
        validate_email(typed, check_deliverability=False, allow_quoted_local=True)
    # The library's own text quotes the address, so it is not passed on.
    except EmailNotValidError:
        return "it breaks the rules for international addresses and domains (RFC 6531, RFC 5891)"
    return None
