"""``correct`` and ``resend``: what somebody at a terminal is told."""

import pytest

from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli

NEW = "ada@gmail.com"


@pytest.fixture
def corrected(cli: Cli, ada: str) -> Cli:
    done = cli("correct", "cand-7", NEW, "--grounds", "cv", "--resend", "msg-1", "--by", "rec-3")
    assert done.code == ExitCode.OK
    assert done.out.startswith("corrected the address of cand-7\nmsg-1 is sent again as ")
    return cli


def test_the_activity_log_tells_both(corrected: Cli) -> None:
    told = corrected("activity", "cand-7").out
    assert "rec-3 changed the email address from ada@gmial.com to ada@gmail.com" in " ".join(told.split())
    assert "sent the message again" in told


def test_the_second_is_told_who_was_first_in_their_language(corrected: Cli) -> None:
    again = corrected("correct", "cand-7", NEW, "--resend", "msg-1", "--by", "rec-4", "--lang", "sv")
    assert again.code == ExitCode.OK
    assert "nothing to correct: rec-3 gave that address before" in again.out
    assert "Meddelandet har redan skickats igen av rec-3" in again.out
    assert (
        "Meddelandet har redan skickats igen av rec-3"
        in corrected("resend", "msg-1", "--by", "rec-4", "--lang", "sv").out
    )


def test_json_has_the_new_ids(corrected: Cli) -> None:
    (message,) = corrected("resend", "msg-1", "--by", "rec-3", "--json").json
    assert (message["resend_of"], message["recipient"], message["notice"]) == ("msg-1", NEW, None)
    again = corrected("correct", "cand-7", NEW, "--resend", "msg-1", "--by", "rec-3", "--json").json
    assert (again["changed"], again["resent"][0]["id"]) == (False, message["id"])


def test_what_was_changed_since_is_not_overwritten(corrected: Cli) -> None:
    refused = corrected(
        "correct", "cand-7", "ada@work.example", "--replacing", "ada@gmial.com", "--by", "rec-4"
    )
    assert refused.code == ExitCode.REFUSED
    assert "'rec-3' has changed it since" in refused.err


def test_a_message_that_is_not_there_is_refused(cli: Cli, ada: str) -> None:
    assert cli("resend", "msg-9", "--by", "rec-3").code == ExitCode.REFUSED


def test_whose_correction_was_replaced_is_said(corrected: Cli) -> None:
    again = corrected("correct", "cand-7", "ada@work.example", "--by", "rec-4")
    assert again.out.startswith("corrected the address of cand-7\n  rec-3 had given the one before, at ")
    own = corrected("correct", "cand-7", NEW, "--by", "rec-4", "--json").json
    assert (own["changed"], own["replaced_by"]) == (True, "rec-4")
