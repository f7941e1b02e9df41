"""Mistyped addresses made by a model of fingers on a keyboard, always the same ones.

Written before the suggestions were tuned and independent of their tables: providers, keys and endings of its
own. A slip that gives another provider's domain is left out, since then nobody can know what was meant.
"""

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

# How often somebody mistypes each: world-wide providers three times as often as others.
WORLD = (
    "gmail.com hotmail.com outlook.com yahoo.com icloud.com live.com msn.com protonmail.com proton.me aol.com"
)
OTHERS = (
    "hotmail.se live.se yahoo.se telia.com comhem.se tele2.se bredband.net bahnhof.se spray.se hotmail.no "
    "online.no yahoo.no live.no hotmail.dk live.dk jubii.dk mail.dk hotmail.fi luukku.com elisanet.fi "
    "kolumbus.fi gmx.de gmx.net web.de t-online.de freenet.de posteo.de yahoo.de hotmail.de outlook.de "
    "orange.fr wanadoo.fr free.fr sfr.fr laposte.net hotmail.fr yahoo.fr libero.it virgilio.it tiscali.it "
    "alice.it hotmail.it yahoo.it hotmail.es yahoo.es telefonica.net ziggo.nl kpnmail.nl hotmail.nl "
    "telenet.be skynet.be hotmail.co.uk yahoo.co.uk btinternet.com talktalk.net virginmedia.com wp.pl "
    "onet.pl interia.pl seznam.cz centrum.cz freemail.hu abv.bg yandex.ru mail.ru rambler.ru "
    "inbox.lv fastmail.com googlemail.com tutanota.com comcast.net verizon.net"
)
LOCALS = ("anna.svensson", "erik.olsson84", "sofia.lindqvist", "johan", "maria.k", "lars-erik.berg")
KEYS = ("qwertyuiopå", "asdfghjklöä", "zxcvbnm")


class Slip(NamedTuple):
    """What was typed, what was meant, and how the fingers slipped."""

    kind: str
    typed: str
    meant: str


def _near(letter: str) -> list[str]:
    places = {key: (row, at + row * 0.5) for row, keys in enumerate(KEYS) for at, key in enumerate(keys)}
    if letter not in places:
        return []
    row, at = places[letter]
    return [
        key
        for key, (other, there) in places.items()
        if key != letter and key.isascii() and abs(row - other) <= 1 and abs(at - there) <= 1.0
    ]


def _missing(word: str, at: int, _: random.Random) -> str:
    return word[:at] + word[at + 1 :]


def _doubled(word: str, at: int, _: random.Random) -> str:
    return word[: at + 1] + word[at:]


def _swapped(word: str, at: int, _: random.Random) -> str:
    return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


def _neighbour(word: str, at: int, chance: random.Random) -> str:
    near = _near(word[at])
    return word[:at] + chance.choice(near) + word[at + 1 :] if near else word


def _extra(word: str, at: int, chance: random.Random) -> str:
    near = _near(word[at])
    return word[: at + 1] + chance.choice(near) + word[at + 1 :] if near else word


Change = Callable[[str, int, random.Random], str]
IN_NAME: dict[str, Change] = {
    "missing": _missing,
    "doubled": _doubled,
    "swapped": _swapped,
    "neighbour": _neighbour,
    "extra": _extra,
}
FORMS: tuple[Callable[[str, str], str], ...] = (
    lambda local, domain: f"{local}@{domain.replace('.', ',', 1)}",
    lambda local, domain: f"{local}@{domain.replace('.', '..', 1)}",
    lambda local, domain: f"{local}@{domain.replace('.', '')}",
    lambda local, domain: f"{local}@@{domain}",
    lambda local, domain: f"{local} @{domain}",
    lambda local, domain: f"{local}@{domain}.",
    lambda local, domain: f"{local}@{domain},",
    lambda local, domain: f"{local}@{domain};",
    lambda local, domain: f"{local}@.{domain}",
    lambda local, domain: f"{local}.@{domain}",
    lambda local, domain: f"{local}@{domain.replace('.', ' .')}",
    lambda local, domain: f"{local}@{domain.replace('a', 'а', 1)}" if "a" in domain else "",
    lambda local, domain: f"mailto:{local}@{domain}",
)


def slips(count: int, seed: int = 20261123) -> Iterator[Slip]:
    """``count`` different mistyped addresses: half in the name, a quarter each in the ending and the form."""
    chance = random.Random(seed)
    providers = WORLD.split() * 3 + OTHERS.split()
    known = frozenset(providers)
    seen: set[str] = set()
    while len(seen) < count:
        slip = _one(chance, providers)
        domain = slip.typed.rpartition("@")[2]
        if slip.typed not in seen and domain not in known and slip.typed != slip.meant and slip.typed:
            seen.add(slip.typed)
            yield slip


def _one(chance: random.Random, providers: list[str]) -> Slip:
    local, domain = chance.choice(LOCALS), chance.choice(providers)
    name, _, ending = domain.partition(".")
    meant = f"{local}@{domain}"
    draw = chance.random()
    if draw < 0.25:
        return Slip("form", chance.choice(FORMS)(local, domain), meant)
    kind = chance.choice(sorted(IN_NAME))
    change = IN_NAME[kind]
    if draw < 0.5:
        typed = change(ending, chance.randrange(len(ending)), chance)
        return Slip("ending", f"{local}@{name}.{typed}" if typed else "", meant)
    # People look at the first letter while they type it: one slip in ten is there.
    at = 0 if chance.random() < 0.1 else chance.randrange(1, max(len(name), 2))
    typed = change(name, min(at, len(name) - 1), chance)
    return Slip(kind, f"{local}@{typed}.{ending}" if typed else "", meant)
