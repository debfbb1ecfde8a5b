"""The wording of data/responses agrees with the rules, keeps one voice and is our own.

The source article's sentences are not stored here, only fingerprints of their 15-character runs
(tests/unit/data/article_fingerprints.txt, one per line). To make that file again:
``sorted(fingerprints(article_text))``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from prepayment.rules import MINIMUM_WON, SUPPORT_NUMBER
from tests.support.stated_numbers import wrong_amounts, wrong_phone_numbers

ROOT = Path(__file__).resolve().parents[2]
RESPONSE_FILES = sorted((ROOT / "data" / "responses").glob("*.yml"))
ARTICLE_FINGERPRINTS = frozenset(
    (Path(__file__).parent / "data" / "article_fingerprints.txt").read_text(encoding="utf-8").split()
)

TEXT_MAX = 600
TITLE_MAX = 14
BUTTONS_MAX = 4
RUN_LENGTH = 15
# What a placeholder is counted as: about as long as the sums that fill it.
FILLED_IN = "100,000원"
# The police and the financial supervisor belong to one answer only.
REPORT_RESPONSE = "utter_report_unauthorized_charge"
REPORT_NUMBERS = frozenset({"112", "1332"})
ALLOWED_LINKS = frozenset({"https://www.kt.com", "https://ecrm.police.go.kr"})
MENU_NAMES = ("요금/서비스 > 요금조회 > 소액결제", "KT닷컴 홈페이지", "마이케이티 앱")

LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
PLACEHOLDER = re.compile(r"\{\w+\}")
# Links that actions fill in: the checkout and receipt of an order, the host site's log-in.
LINK_PAYLOADS = frozenset({"{checkout_url}", "{receipt_url}", "{login_url}"})
# Filled in by the action that asks back, with an intent of the ranking.
CHOICE_PAYLOADS = frozenset({"{first_payload}", "{second_payload}"})
CHOICE = "utter_choice_"
RASA_INTENTS = frozenset({"nlu_fallback"})
PAYLOAD = re.compile(r"/(\w+)(\{.*\})?")
WORD_BEFORE_FORMAL_ENDING = re.compile(r"([가-힣])(?:니다|니까)(?![가-힣])")
# A closing ** after punctuation and right before a letter is shown as two asterisks (CommonMark).
BROKEN_BOLD = re.compile(r"\*\*[^*\n]*[^\w\s*]\*\*(?=\w)")


class Text(NamedTuple):
    """One wording of a response, with its buttons (``{"title", "payload"}``)."""

    response: str
    text: str
    buttons: tuple[dict[str, str], ...]


def read_texts() -> Iterator[Text]:
    """Yield every wording in data/responses."""
    for file in RESPONSE_FILES:
        content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        for response, variations in content["responses"].items():
            for variation in variations:
                yield Text(response, variation.get("text", ""), tuple(variation.get("buttons", ())))


def read_intents() -> frozenset[str]:
    """Return the intents of domain.yml that a button may carry: ours to send only are left out."""
    domain: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    names = (next(iter(intent)) if isinstance(intent, dict) else intent for intent in domain["intents"])
    return frozenset(name for name in names if not name.startswith("EXTERNAL_"))


TEXTS = list(read_texts())
INTENTS = read_intents()
each_text = pytest.mark.parametrize("text", TEXTS, ids=[text.response for text in TEXTS])


def everything_shown(text: Text) -> str:
    """Return the text and its button titles, as a customer reads them (link targets left out)."""
    return "\n".join([LINK.sub(r"\1", text.text), *(button["title"] for button in text.buttons)])


def numbers_of(response: str) -> frozenset[str]:
    """Return the telephone numbers, besides the customer centre's, that a response may name."""
    return REPORT_NUMBERS if response == REPORT_RESPONSE else frozenset()


def button_problems(button: dict[str, str], intents: frozenset[str]) -> list[str]:
    """Say what is wrong with a button: its length or where it leads."""
    title = PLACEHOLDER.sub(FILLED_IN, button["title"])
    problems = [] if 0 < len(title) <= TITLE_MAX else [f"{title!r} is {len(title)} characters long"]
    if button["payload"] in LINK_PAYLOADS | CHOICE_PAYLOADS:
        return problems
    match = PAYLOAD.fullmatch(button["payload"])
    if match is None or match[1] not in intents | RASA_INTENTS:
        problems.append(f"{button['payload']!r} is not an intent of domain.yml")
    return problems


def formal_endings(shown: str) -> list[str]:
    """Return the -ㅂ니다 and -ㅂ니까 endings: 니다 or 니까 after a syllable closed by ㅂ (final 17)."""
    return [m[0] for m in WORD_BEFORE_FORMAL_ENDING.finditer(shown) if (ord(m[1]) - 0xAC00) % 28 == 17]


def fingerprints(text: str) -> dict[str, str]:
    """Return {fingerprint: run} of every run of 15 characters, white space and bold marks removed."""
    plain = re.sub(r"\s|\*\*", "", text)
    runs = (plain[i : i + RUN_LENGTH] for i in range(len(plain) - RUN_LENGTH + 1))
    return {hashlib.blake2b(run.encode(), digest_size=8).hexdigest(): run for run in runs}


def copied_runs(shown: str) -> list[str]:
    """Return the runs of 15 characters that stand in the source article too, menu names aside."""
    parts = re.split("|".join(map(re.escape, MENU_NAMES)), shown.replace("**", ""))
    found = [fingerprints(part) for part in parts]
    return [run for part in found for print_, run in part.items() if print_ in ARTICLE_FINGERPRINTS]


@each_text
def test_won_amounts_are_the_minimum_of_the_rules(text: Text) -> None:
    """Any other sum has to come from the rules or the ledger, through a placeholder."""
    assert wrong_amounts(everything_shown(text)) == []


@each_text
def test_telephone_numbers_are_the_known_ones(text: Text) -> None:
    assert wrong_phone_numbers(everything_shown(text), also=numbers_of(text.response)) == []


@each_text
def test_buttons_are_short_and_lead_to_a_known_intent(text: Text) -> None:
    assert [problem for button in text.buttons for problem in button_problems(button, INTENTS)] == []
    assert len(text.buttons) <= BUTTONS_MAX
    assert len({button["title"] for button in text.buttons}) == len(text.buttons)


@each_text
def test_a_choice_fits_on_its_button(text: Text) -> None:
    if text.response.startswith(CHOICE):
        button = {"title": text.text, "payload": f"/{text.response.removeprefix(CHOICE)}"}
        assert button_problems(button, INTENTS) == []
        assert text.buttons == ()


@each_text
def test_links_go_to_known_public_sites(text: Text) -> None:
    assert {target for _, target in LINK.findall(text.text)} <= ALLOWED_LINKS
    assert "http" not in LINK.sub("", text.text)


@each_text
def test_no_sentence_is_copied_from_the_source_article(text: Text) -> None:
    assert copied_runs(everything_shown(text)) == []


@each_text
def test_text_fits_a_chat_bubble(text: Text) -> None:
    """Readable in a narrow bubble: not too long, tables of two columns, bold that the chat can show."""
    assert 0 < len(text.text) <= TEXT_MAX
    assert all(row.count("|") == 3 for row in re.findall(r"^\s*\|.*", text.text, re.MULTILINE))
    assert text.text.count("**") % 2 == 0
    assert BROKEN_BOLD.findall(PLACEHOLDER.sub(FILLED_IN, text.text)) == []


@each_text
def test_text_speaks_in_one_polite_and_calm_voice(text: Text) -> None:
    """The voice is 해요체, with at most one exclamation mark."""
    assert formal_endings(everything_shown(text)) == []
    # The wording of a button may be a heading.
    assert text.response.startswith(CHOICE) or re.search(r"(?:요|죠)\W", text.text + "\n"), "ends impolitely"
    assert text.text.count("!") <= 1


@pytest.mark.parametrize("response", sorted(intent for intent in INTENTS if intent.startswith("faq_")))
def test_every_question_has_one_answer_that_leads_on(response: str) -> None:
    """One wording per faq intent, with two to four buttons."""
    (answer,) = [text for text in TEXTS if text.response == f"utter_{response}"]
    assert 2 <= len(answer.buttons) <= BUTTONS_MAX


def test_no_response_is_defined_in_two_files() -> None:
    files = [yaml.safe_load(file.read_text(encoding="utf-8"))["responses"] for file in RESPONSE_FILES]
    assert len({name for file in files for name in file}) == sum(len(file) for file in files)


@pytest.mark.parametrize(
    ("response", "fact"),
    [
        ("utter_faq_minimum_amount", f"{MINIMUM_WON:,}원부터"),
        ("utter_faq_cautions", f"{MINIMUM_WON:,}원부터"),
        ("utter_faq_cautions", "고객센터에서만"),
        ("utter_faq_method_customer_center", "종료"),
        ("utter_faq_methods", "종료"),
        ("utter_faq_eligible_charges", "5월 31일까지"),
        ("utter_faq_limit_restored", "차단"),
        ("utter_cancel_rule", "고객센터에서만"),
        ("utter_cancel_rule", SUPPORT_NUMBER),
        ("utter_request_agent", SUPPORT_NUMBER),
        ("utter_report_unauthorized_charge", "112"),
        ("utter_report_unauthorized_charge", "1332"),
        ("utter_error", "{reference}"),
    ],
)
def test_fact_is_told_where_people_ask_for_it(response: str, fact: str) -> None:
    texts = [text.text for text in TEXTS if text.response == response]
    assert texts
    assert all(fact in text for text in texts)


@pytest.mark.parametrize(
    "wrong", ["20,000원", "3만원", "3만 5천 원", "30000원", "삼만원", "만 원", "오만오천원", "1억", "5만"]
)
def test_the_amount_check_sees_every_way_to_write_a_sum(wrong: str) -> None:
    assert wrong_amounts(f"최소 {wrong}부터예요") == [wrong]


def test_the_amount_check_leaves_other_words_alone() -> None:
    assert wrong_amounts("30,000원과 {amount}원, 5월 17일, 1. 상담원, 0원, 가입 회원 천천히, 15분 안에") == []


@pytest.mark.parametrize("wrong", ["100", "1588-0010", "02-123-4567", "080-000-1618", "01012345678", "112"])
def test_the_telephone_check_sees_unknown_numbers(wrong: str) -> None:
    assert wrong_phone_numbers(f"KT 휴대폰에서 {wrong}로 전화해 주세요") == [wrong]


def test_the_telephone_check_leaves_sums_and_years_alone() -> None:
    assert wrong_phone_numbers("30,000원, 2026년 5월 17일, 114, 5000원") == []


@pytest.mark.parametrize(
    "button",
    [
        {"title": "열네 글자보다 훨씬 긴 버튼", "payload": "/greet"},
        {"title": "", "payload": "/greet"},
        {"title": "없는 의도", "payload": "/no_such_intent"},
        {"title": "빗금 없음", "payload": "greet"},
        {"title": "결제 끝", "payload": "/EXTERNAL_payment_result"},
    ],
)
def test_the_button_check_sees_a_bad_button(button: dict[str, str]) -> None:
    assert len(button_problems(button, INTENTS)) == 1


def test_the_voice_check_sees_formal_endings_only() -> None:
    assert formal_endings("할 수 있습니다. 됩니까? 아니니까 다니다 보니까 해요.") == ["습니다", "됩니까"]


def test_the_copy_check_knows_the_article() -> None:
    """It sees a heading of the article through other spacing and bold, and lets menu names pass."""
    assert copied_runs("**고객센터를 이용하여** 가상납부 계좌로 납부하기")
    assert copied_runs("메뉴에서 **요금/서비스 > 요금조회 > 소액결제**로 가요") == []


def test_the_bold_check_sees_a_mark_that_the_chat_cannot_close() -> None:
    assert BROKEN_BOLD.search("가까운 **KT 매장(대리점)**에 가면")
    assert not BROKEN_BOLD.search("**KT 매장(대리점)**: **114**로 **끝나요.**\n**다음**은")
