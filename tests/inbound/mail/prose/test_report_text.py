"""Where a server's words end and the returned message begins."""

import pytest

from deliveryledger.inbound.mail.prose.report_text import report_text, split, without_tags
from deliveryledger.inbound.mail.scanner import scan

SAID = "ada@example.org could not be reached\n\n"
HEADER = "Received: by mx.example.org\nFrom: jobs@ats.example\nMessage-ID: <m-1@ats.example>\n\nHello Ada\n"


@pytest.mark.parametrize(
    "line",
    [
        "--- Below this line is a copy of the message.",
        "------ This is a copy of the message, including all the headers. ------",
        "   ----- Original message follows -----",
        "----- Original message -----",
        "   ----- Unsent message follows -----",
        "Original message headers:",
    ],
)
def test_a_line_above_the_returned_message_ends_the_report(line: str):
    text = split(f"{SAID}{line}\n\n{HEADER}")
    assert text.written == SAID
    assert text.returned.startswith("Received:")


def test_without_such_a_line_the_header_of_the_message_ends_it():
    text = split(f"{SAID}{HEADER}")
    assert (text.written, text.returned) == (SAID, HEADER)


def test_words_about_the_returned_message_do_not_end_it_before_anybody_is_named():
    said = "Your message could not be delivered. Below is a copy of the original message.\n\n"
    assert split(said + SAID).written == said + SAID


def test_html_is_read_where_there_is_no_plain_text():
    raw = (
        b"Content-Type: text/html; charset=utf-8\n\n<style>p {}</style><p>Your message to "
        b"<b>&lt;ada@example.org&gt;</b> couldn&#39;t be delivered.<br>550 User unknown</p>"
    )
    text = report_text(scan(raw)).written
    assert "<ada@example.org>" in text
    assert "couldn't be delivered" in text
    assert "\n550 User unknown" in text
    assert "style" not in text


def test_an_address_in_angle_brackets_is_no_tag():
    assert "<ada@example.org>" in without_tags("<p>to <ada@example.org> failed</p>")


@pytest.mark.parametrize("quote", ["> ", ">", "    ", "| "])
def test_a_quoted_message_is_read_without_what_stands_before_its_lines(quote: str):
    quoted = "".join(f"{quote}{line}\n" for line in HEADER.splitlines())
    text = split(f"{SAID}Original message follows:\n\n{quoted}")
    assert text.returned.startswith("Received: by mx.example.org\nFrom: jobs@ats.example\n")


@pytest.mark.parametrize("said", ["<ada@\nexample.org>", "<ada@\n   example.org>", "<ada@example.\norg>"])
def test_an_address_may_go_on_in_the_next_line(said: str):
    assert "<ada@example.org>" in split(f"No such user: {said}\n").written


@pytest.mark.parametrize(
    "said",
    [
        "ada@<wbr>example.org",
        "<span>ada</span>@<span>example.org</span>",
        "ada@&#8203;example.org",
        '<a href="mailto:ada@example.org">Ada</a>',
    ],
)
def test_an_address_is_found_among_the_elements_of_html(said: str):
    raw = f"Content-Type: text/html; charset=utf-8\n\n<p>To {said} failed</p>".encode()
    assert "ada@example.org" in report_text(scan(raw)).written


def test_a_link_to_the_help_desk_is_not_read_beside_an_address():
    said = '<p>ada@example.org failed</p><a href="mailto:help@example.net">Help</a>'
    assert "help@" not in without_tags(said)


def test_a_full_width_sign_is_read_as_what_it_means():
    raw = "Content-Type: text/plain; charset=utf-8\n\nada\uff20example.org".encode()
    assert report_text(scan(raw)).written == "ada@example.org"
