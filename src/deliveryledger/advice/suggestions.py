"""Addresses to use instead of the one that was typed, ranked, each with its grounds. Pure, and never raises.

Evidence in this order: the address in the CV, addresses that received mail before, the form, the domain, and
after a bounce the name. Before sending nothing is touched but what looks wrong or is a near miss of evidence.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from ..domain.addresses import MAX_TYPED, ascii_domain, normalise, problem_with
from .endings import exists
from .evidence import Found, domain_of, is_near, is_of, mailbox, readable
from .homoglyphs import shown
from .names import is_somebody_elses, meant_local
from .popular_domains import POPULAR
from .role_accounts import ROLES
from .structure import repair
from .suggestion import Grounds, Suggestion
from .typo_domains import TYPO_DOMAINS
from .typos import Meant, meant_domains

MOST = 3
"""Suggestions after a bounce; before sending there is one or none."""

Known = Callable[[str], bool] | Collection[str]
Resolver = Callable[[str], bool | None]
"""Whether a domain (ASCII, lower case) has a server for mail: False, it has none; None, nobody knows."""


def suggest(
    address: str,
    *,
    name: str | None = None,
    cv: Iterable[str | Found] = (),
    delivered: Iterable[str | Found] = (),
    known_domains: Known = frozenset(),
    after_bounce: bool = False,
    country: str | None = None,
    resolver: Resolver | None = None,
) -> tuple[Suggestion, ...]:
    """What was probably meant, best first; empty if the address looks right or nothing is clear.

    ``name`` is the candidate's, ``cv`` the addresses in their documents, best first, ``delivered`` those of
    theirs that received mail. ``known_domains``: domains that received mail in this ledger; they are not
    doubted, domains of typos apart. ``after_bounce``: the mailbox or the domain turned out not to exist, so
    bolder. ``country``: an ending of two letters that decides between equally near domains. ``resolver`` is
    asked about a domain that looks mistyped; its errors count as not knowing.
    """
    plain = _PLAIN.fullmatch(address) if len(address) <= _PLAIN_LENGTH else None
    domain = plain[1].lower() if plain else ""
    if domain in POPULAR and not (after_bounce or cv or delivered):
        return ()
    if len(address) > MAX_TYPED:
        return ()
    typed = _read_plain(address, domain) if _needs_no_mending(domain) else _read(address)
    asked = _Question(name, known_domains, after_bounce, country, resolver)
    found: Sequence[Suggestion]
    if cv or delivered:
        found = _with_evidence(typed, readable(cv), readable(delivered), asked)
    else:
        found = _own(typed, asked) or (_by_name(typed, name) if after_bounce else ())
    return _different(found, address)[: MOST if after_bounce else 1] if found else ()


# What most people type: nothing that could need mending, the limits of RFC 5321 kept without counting.
_PLAIN = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@([A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)+)")
_PLAIN_LENGTH = 64


class _Typed(NamedTuple):
    text: str
    mended: str
    local: str
    domain: str
    is_address: bool


class _Question(NamedTuple):
    name: str | None
    known: Known
    after_bounce: bool
    country: str | None
    resolver: Resolver | None


def _needs_no_mending(domain: str) -> bool:
    _, dot, ending = domain.rpartition(".")
    return bool(dot) and ending.isalpha() and exists(ending) and not domain.startswith("www.")


def _read_plain(address: str, domain: str) -> _Typed:
    return _Typed(address, address, address.partition("@")[0], domain, True)


def _read(address: str) -> _Typed:
    mended = repair(address)
    local, _, domain = mended.rpartition("@")
    return _Typed(address.strip(), mended, local, shown(domain.lower()), problem_with(mended) is None)


def _own(typed: _Typed, asked: _Question, *, trusted: bool = False) -> Sequence[Suggestion]:
    """What the address itself says: its domain, else its form."""
    if not typed.is_address:
        return ()
    domain = typed.domain
    is_sure = domain in TYPO_DOMAINS or not exists(domain.rpartition(".")[2])
    meant: Sequence[Meant] = ()
    if is_sure or not (trusted or _is_known(domain, asked.known)):
        meant = meant_domains(domain, bold=asked.after_bounce, country=asked.country)
        if asked.resolver:
            bolder = meant_domains(domain, bold=True, country=asked.country)
            if bolder and _has_no_mail(domain, asked.resolver):
                is_sure, meant = True, bolder
    if meant:
        sure = 0.95 if is_sure else 0.85
        return [
            Suggestion(
                f"{typed.local}@{one.domain}", "typo", one.text_key, one.wrong, one.right, sure * one.likely
            )
            for one in meant
        ]
    if typed.mended.casefold() == typed.text.casefold():
        return ()
    return (Suggestion(typed.mended, "structure", "fix.why.structure", typed.text, typed.mended, 0.95),)


def _by_name(typed: _Typed, name: str | None) -> Sequence[Suggestion]:
    meant = meant_local(typed.local, name) if name and typed.is_address else None
    if not meant:
        return ()
    right = f"{meant.local}@{typed.mended.rpartition('@')[2]}"
    return (Suggestion(right, "name", "fix.why.name", meant.wrong, meant.right, 0.6),)


def _with_evidence(
    typed: _Typed, cv: list[Found], delivered: list[Found], asked: _Question
) -> list[Suggestion]:
    """Ranked: evidence that fits the person or the address, then the address itself, then other evidence."""
    elsewhere: list[tuple[Grounds, Found]] = [("cv", one) for one in cv]
    elsewhere += [("earlier_delivery", one) for one in delivered]
    own_mailbox = mailbox(typed.mended) if typed.is_address else None
    is_confirmed = any(mailbox(one.address) == own_mailbox for _, one in elsewhere)
    is_mended = typed.mended.casefold() != typed.text.casefold()
    domains = {domain_of(one.address) for _, one in elsewhere}
    own = _own(typed, asked, trusted=ascii_domain(typed.domain) in domains)
    looks_wrong = bool(own) or not typed.is_address
    fitting: list[Suggestion] = []
    others: list[Suggestion] = []
    for grounds, one in elsewhere:
        if _is_doubtful(one.address) or (mailbox(one.address) == own_mailbox and not is_mended):
            continue
        confidence = _confidence(typed, one, own, asked.name)
        if grounds == "cv" and confidence < _NEAR and _is_not_theirs(one.address, asked.name):
            continue
        if not asked.after_bounce and normalise(typed.mended).startswith(f"{normalise(one.address)}."):
            continue  # the same, read to the end of a line: "ada@cs.ox.ac." and "uk" below
        if asked.after_bounce or looks_wrong or (confidence >= _NEAR and not is_confirmed):
            place = fitting if confidence > _ANY or not own else others
            place.append(_from(grounds, one, typed, confidence))
    found = [*fitting, *own, *others]
    if not found and asked.after_bounce and not is_confirmed:
        found.extend(_by_name(typed, asked.name))
    return found


_SAME, _NEAR, _NAMED, _ANY = 0.99, 0.9, 0.8, 0.5


def _confidence(typed: _Typed, one: Found, own: Sequence[Suggestion], name: str | None) -> float:
    """How well an address from elsewhere fits what was typed, and whose it is."""
    if any(mailbox(mended.address) == mailbox(one.address) for mended in own):
        return _SAME
    if is_near(typed.mended, one.address):
        return _NEAR
    return _NAMED if is_of(one.address, name) else _ANY


def _is_not_theirs(address: str, name: str | None) -> bool:
    """Whether an address of a CV is a role's or another person's: nobody's letter goes to a referee."""
    local = normalise(address).rpartition("@")[0]
    return local in ROLES or (name is not None and is_somebody_elses(local, name))


def _is_doubtful(address: str) -> bool:
    """Whether an address from elsewhere looks mistyped itself: whoever writes a CV slips too."""
    return bool(meant_domains(domain_of(address)))


def _from(grounds: Grounds, one: Found, typed: _Typed, confidence: float) -> Suggestion:
    key = "fix.why.cv"
    if grounds != "cv":
        key = "fix.delivered_before" if one.at else "fix.delivered_before.plain"
    return Suggestion(
        one.address, grounds, key, typed.text, one.address, confidence, one.document, one.page, one.at
    )


def _different(found: Sequence[Suggestion], address: str) -> tuple[Suggestion, ...]:
    """Each address once, and never the one that was typed."""
    typed = address.strip().casefold()
    first = {normalise(one.address): one for one in reversed(found) if one.address.casefold() != typed}
    return tuple(one for one in found if first.get(normalise(one.address)) is one)


def _is_known(domain: str, known: Known) -> bool:
    if not known:
        return False
    name = ascii_domain(domain)
    if not callable(known):
        return name in known
    try:
        return bool(known(name))
    except Exception:  # a question of the caller's; what it could not answer is not known
        return False


def _has_no_mail(domain: str, resolver: Resolver) -> bool:
    try:
        return resolver(ascii_domain(domain)) is False
    except Exception:  # no network, no answer: that is not knowing, and says nothing
        return False
