"""How a verdict came about: which rule decided on what, and what the next ones would have said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.classification import Evidence, Phase, classify
from deliveryledger.classification.profile import Profile
from deliveryledger.classification.trail import trail


def test_the_first_step_decides_and_the_others_tell_what_they_would_have_said():
    steps = trail(Evidence.gather("550 5.1.1 <ada@example.org>: user unknown", status="5.0.0"))
    assert [(step.rule, step.on) for step in steps] == [
        ("phrase.unknown_user", "words “user unknown”"),
        ("phrase.user_not_found", "words “user unknown”"),
        ("code.x.1.1", "code in the words 5.1.1"),
        ("reply_code", "reply code 550"),
    ]
    assert [step.is_decisive for step in steps] == [True, False, False, False]
    assert all(step.source for step in steps)


def test_a_guard_stands_before_what_it_overrules():
    steps = trail(Evidence.gather("550 5.1.1 user unknown", phase=Phase.MAIL))
    assert (steps[0].rule, steps[0].reason) == ("guard.before_recipient", "policy_rejected")
    assert steps[0].on == "code 5.1.1, refused at mail"
    assert steps[1].rule == "phrase.unknown_user"


def test_a_code_that_is_contradicted_names_the_word():
    (guard, *_) = trail(Evidence.gather("550 denied by reputation service", status="5.1.1"))
    assert (guard.rule, guard.on) == ("guard.code_contradicted", "code 5.1.1, words “denied”")


def test_a_rule_for_a_code_or_a_server_names_it():
    assert trail(Evidence.gather("nope", status="5.7.606"))[0].on == "code 5.7.606"
    (step, *_) = trail(Evidence.gather("550 unknown user", remote_mta="mfsmax.docomo.ne.jp"))
    assert step.on == "words “unknown user”, the remote server"
    (step, *_) = trail(step_evidence := Evidence.gather("550 unknown user", remote_mta="mx.docomo.ne.jp"))
    assert step.rule == "docomo.unknown_user"
    assert trail(step_evidence, Profile(believe_carriers=True))[0].rule == "phrase.unknown_user"


def test_nothing_known_is_a_step_too():
    assert [(step.rule, step.is_decisive) for step in trail(Evidence())] == [("nothing", True)]


@given(
    st.text(max_size=200) | st.sampled_from(["user unknown", "mailbox full", "spam", "denied"]),
    st.none() | st.sampled_from(["5.1.1", "5.1.8", "5.7.1", "4.4.1", "5.4.310"]),
    st.none() | st.sampled_from(Phase),
)
def test_the_trail_ends_where_the_classifier_decides(words: str, status: str | None, phase: Phase | None):
    evidence = Evidence.gather(words, status=status, phase=phase)
    steps, verdict = trail(evidence), classify(evidence)
    assert (steps[0].rule, steps[0].reason) == (verdict.rule, verdict.reason)
    assert [step.is_decisive for step in steps].count(True) == 1


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("550 5.1.8 unknown user", "guard.sender_code"),
        ("550 5.7.1 no such domain", "guard.domain_by_policy"),
        ("550 5.7.1 no such user", "phrase.unknown_user"),
        ("550 5.6.0 no such user", "guard.other_code"),
        ("550 5.7.20 no such domain", "guard.other_code"),
        ("450 4.1.1 no such user", "guard.for_now"),
        ("450 no such user", "guard.for_now"),
        ("550 5.1.1 no such user; 450 was for now", "phrase.unknown_user"),
        ("503 no such user", "guard.command"),
        ("500 5.1.1 no such user", "phrase.unknown_user"),
        ("550 no such domain (in reply to end of DATA command)", "guard.domain_accepted"),
        ("550 no such user (in reply to end of DATA command)", "phrase.unknown_user"),
    ],
)
def test_a_code_or_a_phase_about_something_else_forbids_that_words_are_hard(words: str, rule: str):
    assert classify(Evidence.gather(words)).rule == rule
