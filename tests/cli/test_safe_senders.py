"""The command safe-senders: a text for the candidate, without a ledger."""

from tests.cli.conftest import Cli


def test_prints_a_text_that_is_ready_to_send(cli: Cli) -> None:
    out = cli(
        "safe-senders", "ada@gmail.com", "--from", "jobs@ats.example", "--name", "Ada", "--lang", "sv"
    ).out
    assert out.startswith("Så här når vår e-post din inkorg\n\nHej Ada!\n")
    assert "Lägg till jobs@ats.example i dina kontakter." in out


def test_asks_a_complainer_to_drag_the_message_back(cli: Cli) -> None:
    asked = cli("safe-senders", "ada@hotmail.se", "--complaint", "--json").json
    assert asked.keys() == {"provider", "subject", "text", "source"}
    assert asked["provider"] == "outlook"
    assert "drag the message" in asked["text"]


def test_what_is_no_address_gets_the_steps_that_hold_everywhere(cli: Cli) -> None:
    ran = cli("safe-senders", "nobody", "--json")
    assert (ran.code, ran.json["provider"], ran.json["source"]) == (0, "general", None)
