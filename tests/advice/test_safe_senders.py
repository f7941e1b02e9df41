"""What a candidate is asked to do, by mailbox provider, in both languages."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.advice.mailbox_providers import BY_DOMAIN, GENERAL, PROVIDERS, provider_of
from deliveryledger.advice.popular_domains import LOOKALIKES, POPULAR
from deliveryledger.advice.safe_senders import SafeSenderAdvice, advice, drag_back
from deliveryledger.advice.wording import LANGUAGES, NOT_KNOWN, text

US = "jobs@ats.example"
EVERY_PROVIDER = (*PROVIDERS, GENERAL)
ADDRESSES = {
    provider.id: f"ada@{next((d for d, p in BY_DOMAIN.items() if p == provider), 'example.org')}"
    for provider in EVERY_PROVIDER
}


@pytest.mark.parametrize(
    ("domain", "provider"),
    [
        ("gmail.com", "gmail"),
        ("googlemail.com", "gmail"),
        ("hotmail.se", "outlook"),
        ("hotmail.co.uk", "outlook"),
        ("live.se", "outlook"),
        ("Outlook.DK", "outlook"),
        ("msn.com", "outlook"),
        ("yahoo.se", "yahoo"),
        ("yahoo.com.br", "yahoo"),
        ("ymail.com", "yahoo"),
        ("me.com", "icloud"),
        ("telia.com", "telia"),
        ("pm.me", "proton"),
        ("gmx.at", "gmx"),
        ("web.de", "webde"),
        ("yahoo.co.jp", "general"),
        ("aol.com", "general"),
        ("telia.no", "general"),
        ("live.example", "general"),
        ("example.org", "general"),
        ("gmial.com", "general"),
    ],
)
def test_the_domain_says_whose_mailbox_it_is(domain: str, provider: str):
    assert provider_of(f"ada@{domain}").id == provider
    assert advice(f"ada@{domain}").provider == provider


def test_every_country_ending_of_a_brand_is_known():
    brands = {brand for provider in PROVIDERS for brand in provider.brands.split()}
    belong = {domain for domain in POPULAR if domain.partition(".")[0] in brands}
    assert belong - BY_DOMAIN.keys() == {"yahoo.co.jp"}
    assert not BY_DOMAIN.keys() & LOOKALIKES
    assert set(BY_DOMAIN) <= set(POPULAR)


def test_every_provider_has_a_help_page_or_the_steps_that_hold_everywhere():
    for provider in EVERY_PROVIDER:
        assert (provider.source is None) == (provider.texts == "general")
        assert (provider.source or "https://").startswith("https://")
    assert len({provider.id for provider in EVERY_PROVIDER}) == len(EVERY_PROVIDER)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("write", [advice, drag_back])
@pytest.mark.parametrize("provider", ADDRESSES)
def test_every_text_is_ready_to_send(provider: str, write, lang: str):
    for sender, name in itertools.product((US, None, "nobody"), ("Ada Lovelace", None, " ")):
        written: SafeSenderAdvice = write(ADDRESSES[provider], sender=sender, name=name, lang=lang)
        assert written.provider == provider
        assert written.subject
        assert "\n" not in written.subject
        assert not re.search(rf"[{{}}{NOT_KNOWN}]|None|  | [!,.]", written.text), written.text
        assert (US in written.text) == (sender == US)
        assert (text("candidate.sender_address.plain", lang) in written.text) == (sender != US)
        assert ("Ada Lovelace" in written.text) == (name == "Ada Lovelace")
        assert str(written) == f"{written.subject}\n\n{written.text}"


def test_the_text_of_the_design_asks_a_complainer():
    asked = drag_back("ada@gmail.com", sender=US, name="Ada", lang="sv").text
    designed = text("candidate.advice.complaint", "sv", candidate="Ada", sender_address=US)
    assert asked == (
        f"{designed}\n\nI Gmail heter mappen Skräppost. Öppna meddelandet och välj att det inte är skräppost."
    )


def test_names_the_provider_where_two_share_their_steps():
    assert "WEB.DE" in advice("ada@web.de").text
    assert "GMX" in drag_back("ada@gmx.net").text


def test_a_sender_with_a_name_gives_its_address():
    assert "Add jobs@ats.example to" in advice("ada@gmail.com", sender="Jobs <jobs@ats.example>").text


def test_a_name_stays_on_one_line_and_is_never_read_as_a_template():
    written = advice("ada@gmail.com", name="Ada\r\nBcc: {sender_address} " + "x" * 500, lang="en").text
    greeting = written.split("\n\n")[0]
    assert greeting.startswith("Hi Ada Bcc: {sender_address} xxx")
    assert len(greeting) < 120
    assert "\r" not in written


@given(st.text(), st.none() | st.text(), st.none() | st.text(), st.text(max_size=8))
def test_odd_input_never_raises(address: str, sender: str | None, name: str | None, lang: str):
    for write in (advice, drag_back):
        assert write(address, sender=sender, name=name, lang=lang).text
