"""What people and programs make of an address in a text, and what is none."""

import pytest

from deliveryledger.advice.cv_addresses import Limits, cv_addresses

ADA = ["ada.lovelace@example.org"]


def addresses(text: str, name: str | None = None) -> list[str]:
    """Of a plain text."""
    reading = cv_addresses(text.encode(), name=name, limits=Limits(apart=False))
    return [each.address for each in reading.addresses]


@pytest.mark.parametrize(
    "text",
    [
        "ada.lovelace@example.org",
        "E-post:ada.lovelace@example.org",
        "E-postada.lovelace@example.org",
        "Emailada.lovelace@example.org",
        "ada.lovelace@example.orgTelefon 08-12 34 56",
        "ada.lovelace@example.orgtelefon",
        "ada.lovelace@example.org070-123 45 67",
        "070-123 45 67ada.lovelace@example.org",
        "ada.lovelace@example.org.Telefon",
        "Skriv till ada.lovelace@example.org.\nSverige är stort",
        "\uf0e0ada.lovelace@example.org",
        "✉ada.lovelace@example.org|☎ 08-12 34 56",
        "envel⌢peada.lovelace@example.org".replace("⌢", "o"),
        "ada.lovelace@\nexample.org",
        "ada.lovelace\n@example.org",
        "E-post: ada.\nlovelace@example.org",
        "ada.lovelace@exam-\nple.org",
        "ada.lovelace@example.\n   org",
        "ada.lovelace@example\n.org",
        "ada.lovelace@exa\nmple.org",
        "ada.lovelace@example.o\nrg",
        "Ada Lovelace\nada.love-\nlace@example.org",
        "Ada Lovelace\nada.lovel\nace@example.org",
        "ada.love\u00ad\nlace@example.org",
        "ada.love\u00adlace@exam\u200bple.org",
        "ada.love‐\nlace@example.org",
        "a d a . l o v e l a c e @ e x a m p l e . o r g",
        "E-post: a d a . l o v e l a c e @ e x a m p l e . o r g",
        "ada.lovelace (at) example.org",
        "ada.lovelace[at]example[dot]org",
        "ada.lovelace (a) example (punkt) org",
        "ada.lovelace snabel-a example punkt org",
        "ada punkt lovelace snabel-a example punkt org",
        "ada.lovelace at example dot org",
        "ada.lovelace @ example.org",
        "E-post: ada.lovelace@ example . org",
        "ada.lovelace＠example．org",
        "<ada.lovelace@example.org>, och mer",
        "mailto:ada.lovelace@example.org?subject=CV",
        "**ada.lovelace@example.org**",
    ],
)
def test_one_address_in_many_forms(text: str):
    assert addresses(text) == ADA


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("anna-\nkarin.ek@example.org\nAnna-Karin Ek", "anna-karin.ek@example.org"),
        ("lise-\nlotte@example.\norg in/liselotte\nLise-Lotte Ek", "lise-lotte@example.org"),
        ("hedy@frequency‐hop.example.org", "hedy@frequency-hop.example.org"),
        ("ada@college.example.orgduring term", "ada@college.example.org"),
        ("ada@hertha-och-\nresor.example.org", "ada@hertha-och-resor.example.org"),
        ("oﬃce.ﬁnn@example.org", "office.finn@example.org"),
        ("ada@gmail.con", "ada@gmail.con"),
        ("åsa.öberg@exempel.se", "åsa.öberg@exempel.se"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("ada+cv@example.org", "ada+cv@example.org"),
        ("ADA@EXAMPLE.ORG", "ADA@EXAMPLE.ORG"),
        ("1815ada@example.org", "1815ada@example.org"),
        ("Mail: mail@ada.example.org", "mail@ada.example.org"),
    ],
)
def test_what_belongs_to_an_address_stays(text: str, found: str):
    assert addresses(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Engineer @ example.com",
        "engineer at example.com",
        "@ada on every network",
        "Mastodon: @ada@example.social",
        "logo@2x.png",
        "https://example.org/@ada",
        "Works @ night",
        "ada@",
        "@example.org",
        "ada@localhost",
        "a@b@c",
    ],
)
def test_what_is_no_address(text: str):
    assert addresses(text) == []


def test_a_sentence_before_does_not_become_a_part():
    assert addresses("Jag bor i Lund.\nada@example.org") == ["ada@example.org"]
    assert addresses("Jag bor i lund.\nada@example.org") == ["ada@example.org"]


REFEREES = "Ada Lovelace\n{}\nReferenser\nCharles Babbage\ncharles@example.com\nKontakt: info@example.net\n"


def test_referees_come_after_the_candidate_and_role_accounts_last():
    found = addresses(REFEREES.format("al1815@example.org"))
    assert found == ["al1815@example.org", "charles@example.com", "info@example.net"]


def test_references_on_request_are_no_part_of_a_cv():
    text = "Referenser lämnas på begäran\nx1@example.org\n\nReferences\ny1@example.org"
    assert addresses(text) == ["x1@example.org", "y1@example.org"]


def test_the_candidate_is_known_by_name_even_below_the_referees():
    text = "References\nCharles Babbage, charles@example.com\nada.lovelace@example.org"
    assert addresses(text, "Ada Lovelace")[0] == "ada.lovelace@example.org"


def test_a_name_in_letters_set_apart_or_a_short_one_is_a_name():
    joan = "J O A N  C L A R K E\nFriends: alan@example.org, joan.clarke@example.org"
    assert addresses(joan)[0] == "joan.clarke@example.org"
    assert addresses("Tove Ek\nalan@example.org\ntek@example.org")[0] == "tek@example.org"


def test_a_role_account_of_the_own_domain_is_the_candidates():
    assert addresses("Ada Lovelace\ninfo@lovelace.example.org\nfriend@example.com")[0].startswith("info@")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Email me at ada.lovelace@example.org or call.", "ada.lovelace@example.org"),
        ("Contact: me at ada@kth.se", "ada@kth.se"),
        ("Email: ada at engines.se", "ada@engines.se"),
        ("ada@hotmail.co\nm\nTel 070-1", "ada@hotmail.com"),
        ("ada@acme.co\nop och annat", "ada@acme.co"),
        ("ada@student.lu.\nse\nTel 070-1", "ada@student.lu.se"),
        ("ada@cs.ox.ac.\nuk\nPhone", "ada@cs.ox.ac.uk"),
        ("ada@telia.com.\nSe även min sida", "ada@telia.com"),
        ("ada@telia.com.\nse", "ada@telia.com"),
    ],
)
def test_what_goes_on_in_the_next_line_and_what_does_not(text: str, found: str):
    assert addresses(text) == [found]


@pytest.mark.parametrize("text", ["Email: work at klarna.com", "Kontakta mig at once.please"])
def test_a_sentence_with_at_is_no_address(text: str):
    assert addresses(text) == []
