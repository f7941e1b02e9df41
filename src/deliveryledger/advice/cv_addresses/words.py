"""Words that stand around addresses in CVs, and the endings that addresses have. Tables."""

import re
from typing import Final

from ..endings import COUNTRIES

# IANA root zone, 2026: those that people have addresses under.
_GENERIC: Final = (
    "com net org info biz name pro edu gov mil int eu coop museum mobi tel asia cat jobs post travel aero xxx "
    "academy agency app art associates audio band bar berlin bike bio blog business cafe care career careers cc "
    "center chat church city click clinic clothing cloud club codes coffee college community company computer "
    "consulting contact cool dance data day dental design dev digital direct directory doctor education email "
    "engineer engineering enterprises estate events expert family fans farm fashion film finance fit fitness "
    "foundation fun fund gallery games garden global golf group guide guru hamburg health help host house icu immo "
    "industries ink institute international jetzt koeln kitchen land law legal life limited link live london love "
    "ltd maison management market marketing mba me media moe museum music network news ngo ninja now one ong online "
    "page paris partners parts party pet photo photography photos pics plus press productions properties pub recipes "
    "rehab rent report restaurant review reviews rocks run sale school science security service services shop show "
    "site skin social software solutions space store stream studio study style support surf systems tattoo tax taxi "
    "team tech technology tips today tokyo tools top tours town toys trade training university vegas ventures vet "
    "video vin vip vision watch web website wedding wien wiki win wine work works world wtf xyz yoga zone "
    "organic compare netbank"
)
ENDINGS: Final = frozenset(COUNTRIES) | frozenset(_GENERIC.split())
"""Endings that need no further proof. Others may exist too."""

FILES: Final = frozenset("png jpg jpeg gif svg webp pdf doc docx odt css js html htm php".split())
"""Endings of files: ``logo@2x.png`` is no address."""

CONTACT: Final = (
    r"e[-‐ ]?post(?:adress)?|e[-‐ ]?mail(?:[- ]?(?:adress|address|adresse|adressen))?|mejl(?:adress)?|mail(?:adress)?|epost|"
    r"courriel|mél|correo(?:\s?electrónico)?|sähköposti|e-mailadres|email\s?id|kontakt(?:a)?|contact(?:\s?me)?|"
    r"kontaktuppgifter|nås\s?på|reach\s?me\s?at|write\s?to\s?me\s?at"
)
"""What stands before the candidate's own address."""
LABELLED: Final = re.compile(rf"(?:\b(?:{CONTACT})|[✉📧🖂📩📨])\s?[:.|–-]?\s{{0,40}}\Z", re.IGNORECASE)

AFTER: Final = (
    "telefon telephone tel tlf phone mobil mobile mobilnummer mob cell adress address adresse linkedin github gitlab "
    "www http https född fødselsdato born birth hemsida webb web website portfolio skype twitter personnummer "
    "nationalitet nationality körkort kontakt contact ort location fax hem home"
).split()
"""What may be glued to an address's end: labels of what a CV tells next."""
_GLUED_AFTER = "|".join(sorted(AFTER, key=len, reverse=True))
GLUED_AFTER: Final = re.compile(rf"([a-z]{{2,24}}?)(?:{_GLUED_AFTER})", re.IGNORECASE)

GLUED_BEFORE: Final = re.compile(
    r"(?:E-?postadress|E-?post|E-?POST|E-?[Mm]ailadress|E-?[Mm]ail ?[Aa]ddress|E-?[Mm]ail|E-?MAIL|Mejladress|Mejl|MEJL"
    r"|Mailadress|MAIL|Contact|Kontakt|Courriel|e-post|e-mail|[Ee]nvel(?:ope|op))(?=[a-z0-9])"
)
"""What may be glued to its beginning. Names of glyphs too: LaTeX's icons are read so."""

REFEREES: Final = re.compile(
    r"(?:professional\s|personal\s|yrkes|academic\s)?"
    r"(?:referenser|referens(?:person(?:er)?)?|references?|referees?|referenzen?|références?|referencias?|"
    r"referanser|referencer|suosittelijat|recommendations?|rekommendationer)\b",
    re.IGNORECASE,
)
"""How the part with other people's addresses begins."""
ON_REQUEST: Final = re.compile(
    r"(?:lämnas|ges|finns|uppges|available|provided|upon|on|på|sur|auf)\b.{0,30}\b"
    r"(?:begäran|förfrågan|request|demande|anfrage)|på begäran|on request",
    re.IGNORECASE,
)
SECTIONS: Final = re.compile(
    r"(?:kontakt(?:uppgifter)?|contact(?:\s(?:details|info(?:rmation)?))?|utbildning(?:ar)?|education|erfarenhet(?:er)?|"
    r"arbetslivserfarenhet|anställningar|(?:work\s)?experience|employment|profil|profile|sammanfattning|summary|"
    r"om mig|about(?:\sme)?|personal (?:details|information)|personuppgifter|språk(?:kunskaper)?|languages?|"
    r"kompetens(?:er)?|skills|färdigheter|kurser|courses|projekt|projects|publikationer|publications|intressen|"
    r"interests|hobbies|meriter|körkort|övrigt|other|awards|utmärkelser|certifi(?:kat|cates|cations)|formation|"
    r"compétences|langues|ausbildung|berufserfahrung|kenntnisse|sprachen|internships?|praktik|ideellt|volunteering)"
    r"\s*:?\Z",
    re.IGNORECASE,
)
"""How any other part begins."""
TITLES: Final = re.compile(
    r"curriculum|vitae|\bcv\b|résumé|resume|meritförteckning|lebenslauf|personligt brev|application|ansökan|"
    r"profile?|kontakt|contact|page|sida",
    re.IGNORECASE,
)
"""What may stand above the candidate's name."""
NAMED: Final = re.compile(r"(?:namn|name|navn|nom|nimi)\s*[:\t]\s*(\S.{2,60})", re.IGNORECASE)

PROSE: Final = frozenset(
    "me us mig oss work working live living based am is reach mail email call meet".split()
)
"""What stands before "at" in a sentence."""
