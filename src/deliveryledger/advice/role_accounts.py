"""Local parts that are nobody's own: a letter to them reaches a company, not a candidate (RFC 2142)."""

from typing import Final

_ROLES: Final = (
    "info hr jobb jobs job noreply no-reply donotreply do-not-reply kontakt contact support "
    "rekrytering recruitment recruiting rekryt career careers karriar karriär admin office sales "
    "order orders post mail registrator reception receptionen kundtjanst kundtjänst kundservice "
    "customerservice help hello hej webmaster postmaster press media redaktion redaktionen expedition "
    "expeditionen studievagledning admissions administration personal privacy gdpr dpo abuse security "
    "ekonomi faktura invoice billing marketing newsletter git bestallning bokning booking service "
    "enquiries inquiries team kansli kansliet epost e-post email "
)
ROLES: Final = frozenset(_ROLES.split())
