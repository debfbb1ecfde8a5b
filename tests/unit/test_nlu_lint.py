"""The lint of the labelled messages, and that the repository's own messages pass it."""

from __future__ import annotations

import pytest

from scripts.nlu_lint import (
    allowed_distance,
    duplicates,
    findings,
    given_away,
    letters,
    near_across_intents,
)

NOTHING: frozenset[frozenset[str]] = frozenset()


def kinds(found: list[object]) -> list[str]:
    return [str(finding).partition(":")[0] for finding in found]


def test_the_same_letters_twice_are_a_duplicate_whatever_the_spaces_and_signs() -> None:
    found = duplicates([("faq_methods", "선결제 방법"), ("faq_methods", "선결제방법??")])

    assert kinds([*found]) == ["duplicate"]


def test_the_same_message_with_two_intents_is_a_contradiction() -> None:
    found = duplicates([("stop", "취소"), ("ask_cancel_prepayment", "취소!")])

    assert kinds([*found]) == ["contradiction"]


def test_messages_of_different_intents_a_letter_apart_are_reported() -> None:
    training = [("ask_block_limit", "소액결제 차단해줘"), ("ask_unblock_limit", "소액결제 차단해제")]

    assert kinds([*near_across_intents(training, NOTHING)]) == ["near, other intent"]


def test_a_contrast_that_somebody_has_looked_at_is_not_reported() -> None:
    training = [("ask_block_limit", "소액결제 차단해줘"), ("ask_unblock_limit", "소액결제 차단해제")]
    reviewed = frozenset({frozenset({"소액결제차단해줘", "소액결제차단해제"})})

    assert near_across_intents(training, reviewed) == []


def test_near_messages_of_one_intent_are_no_matter() -> None:
    assert near_across_intents([("stop", "그만할래요"), ("stop", "그만할게요")], NOTHING) == []


def test_a_test_message_that_training_gives_away_is_reported() -> None:
    training = [("faq_methods", "선결제 방법 알려주세요")]
    tests = [("faq_methods", "선결제 방법 알려줘요"), ("faq_methods", "미리 내는 길이 궁금합니다")]

    assert [finding.messages[0][1] for finding in given_away(tests, training)] == ["선결제 방법 알려줘요"]


@pytest.mark.parametrize(("length", "distance"), [(1, 0), (3, 0), (4, 1), (8, 1), (9, 2), (200, 2)])
def test_how_many_letters_may_differ_grows_with_the_message(length: int, distance: int) -> None:
    assert allowed_distance(length) == distance


def test_a_message_without_letters_is_itself() -> None:
    assert letters("?!") == "?!"
    assert letters("５만원, ㅋㅋㅋㅋ") == "5만원ㅋㅋ"


def test_the_repositorys_messages_are_clean() -> None:
    assert [str(finding) for finding in findings()] == []
