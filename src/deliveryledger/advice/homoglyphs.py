"""Letters of other alphabets that look like Latin ones: a Cyrillic ``а`` in gmail, pasted or typed elsewhere.

After the confusables of Unicode Technical Standard 39, the rows that look the same in lower case. Letters
with accents are no look-alikes: ``müller.de`` and ``åäö.se`` are real names.
"""

from ..domain.addresses import ascii_domain

# Cyrillic, Greek, Armenian. Not the dotless i: it is Latin, and Turkish names mix it with the others.
_LOOKS_LIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝӏԍвкмнтАВЕКМНОРСТХІЈЅУ" + "αικνορτυχγΑΒΕΗΙΚΜΝΟΡΤΥΧΖ" + "օսոհց",
    "aeopcyxijshdqwlgbkmhtABEKMHOPCTXIJSY" + "aikvoptuxyABEHIKMNOPTYXZ" + "ounhg",
)


def latin(word: str) -> str:
    """The word in ASCII letters if it mixes alphabets, which no registry allows; else the word as it is."""
    if word.isascii():
        return word
    meant = word.translate(_LOOKS_LIKE)
    mixed = any(letter.isascii() and letter.isalpha() for letter in word)
    return meant if mixed and meant.isascii() else word


def latin_domain(domain: str) -> str:
    """A domain with each of its labels in ASCII where it mixes alphabets, also where it was typed as IDNA."""
    if domain.isascii() and "xn--" not in domain.lower():
        return domain
    return ".".join(_label(label) for label in domain.split("."))


def _label(label: str) -> str:
    meant = latin(shown(label))
    # What is left as it is stays as it was typed.
    return meant if meant.isascii() else label


def shown(domain: str) -> str:
    """A domain as people read it: IDNA labels decoded where they can be."""
    if "xn--" not in domain.lower():
        return domain
    try:
        decoded = domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain
    # A label that decodes to something else than itself is a trick, and stays as it is.
    return decoded if ascii_domain(decoded) == domain.lower() else domain
