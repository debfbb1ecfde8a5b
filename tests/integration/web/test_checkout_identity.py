"""The identity step on the checkout page: each failure says what to do next and how many tries are left."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from prepayment import errors
from prepayment.errors import IdentityError
from prepayment.orders import Order, State
from prepayment.rules import IDENTITY_ATTEMPTS_MAX, IDENTITY_MAX_AGE, SUPPORT_NUMBER
from tests.integration.sandbox.harness import one_time_code
from tests.integration.web.stack import Stack
from tests.support.buyer import Buyer
from web.checkout_notice import notice_of
from web.korean_messages import PROBLEMS

PERSON = {"operator": "KT", "name": "김민지", "birth_date": "19900517", "phone_number": "01000001001"}
AGAIN = 'data-action="identity"'
LOOK_AGAIN = "인증 결과 다시 확인하기"


def kinds(kind: type[IdentityError]) -> list[type[IdentityError]]:
    """All kinds of an error, itself left out."""
    return [one for child in kind.__subclasses__() for one in (child, *kinds(child))]


CODES = sorted(kind.code for kind in kinds(IdentityError))


def shown(page: str) -> str:
    """A page as it is read."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def tries_left(page: str) -> int | None:
    """The number that the page names."""
    found = re.search(r"본인인증은 (\d+)번 더", shown(page))
    return int(found[1]) if found else None


def close(stack: Stack, path: str) -> None:
    stack.sandbox.public.post(path, data={"action": "cancel"})


def leave(stack: Stack, path: str) -> None:
    stack.sandbox.public.post(path, data={"action": "leave"})


def choose_another_carrier(stack: Stack, path: str) -> None:
    stack.sandbox.public.post(path, data={**PERSON, "operator": "KT_MVNO", "action": "send"})
    close(stack, path)


def mistype_the_name(stack: Stack, path: str) -> None:
    stack.sandbox.public.post(path, data={**PERSON, "name": "김민서", "action": "send"})
    close(stack, path)


def mistype_the_code(stack: Stack, path: str) -> None:
    page = stack.sandbox.public
    page.post(path, data={**PERSON, "action": "send"})
    wrong = "000000" if one_time_code(page.get(path).text) != "000000" else "111111"
    for _ in range(5):
        page.post(path, data={"code": wrong, "action": "check"})


def window(stack: Stack, buyer: Buyer, order: Order) -> str:
    """Open an identity window; returns its path at the sandbox."""
    answer = stack.sandbox.public.post(
        "/v2/browser/identity-verifications", json=buyer.parameters(order, "identity")
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["path"])


def come_back(buyer: Buyer, order: Order) -> str:
    """Come back from the window, by whatever way; the page that follows."""
    answer = buyer.web.get(f"/pay/{order.checkout_token}/identity/return", follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize(
    ("act", "code", "says"),
    [
        (close, "identity_closed", "이 주문 그대로 다시"),
        (leave, "identity_unfinished", "스팸"),
        (leave, "identity_unfinished", "PASS"),
        (mistype_the_code, "identity_code_failed", "새 인증번호"),
        (choose_another_carrier, "identity_carrier_wrong", "알뜰폰(MVNO)"),
        (mistype_the_name, "identity_not_completed", f"고객센터({SUPPORT_NUMBER})"),
        (mistype_the_name, "identity_not_completed", "홈페이지 점검"),
    ],
)
def test_a_failed_try_says_why_and_how_many_are_left(
    stack: Stack, buyer: Buyer, act: Callable[[Stack, str], None], code: str, says: str
) -> None:
    order = stack.open_order()
    act(stack, window(stack, buyer, order))
    page = come_back(buyer, order)
    assert PROBLEMS[code].message in page
    assert says in page
    assert tries_left(page) == IDENTITY_ATTEMPTS_MAX - 1
    assert AGAIN in page
    assert stack.order(order).state is State.QUOTED


def test_after_a_failed_try_the_same_order_is_verified_and_says_no_more_of_it(
    stack: Stack, buyer: Buyer
) -> None:
    order = stack.open_order()
    close(stack, window(stack, buyer, order))
    come_back(buyer, order)
    assert "본인인증이 끝났어요" in buyer.verify(order).text
    late = buyer.web.get(f"/pay/{order.checkout_token}?problem=identity_closed").text
    assert PROBLEMS["identity_closed"].message not in late
    assert tries_left(late) is None


def test_an_untried_order_names_no_number_of_tries(stack: Stack, buyer: Buyer) -> None:
    page = buyer.page(stack.open_order())
    assert tries_left(page) is None
    assert AGAIN in page


def test_the_identity_of_somebody_else_stops_here_and_tells_nothing(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    page = buyer.verify(order, phone_number="01077778888").text
    assert PROBLEMS["identity_mismatch"].message in page
    assert f"고객센터({SUPPORT_NUMBER})" in PROBLEMS["identity_mismatch"].message
    assert AGAIN not in page
    assert "7777" not in page
    assert "8888" not in page
    assert stack.order(order).state is State.QUOTED
    assert "본인인증을 더 할 수 없어요" in buyer.page(order)
    refused = buyer.web.post(f"/pay/{order.checkout_token}/identity", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "identity_attempts_exhausted")


def test_tries_are_counted_down_to_the_end(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    counted = []
    for _ in range(IDENTITY_ATTEMPTS_MAX):
        close(stack, window(stack, buyer, order))
        page = come_back(buyer, order)
        counted.append(tries_left(page))
    assert counted == [4, 3, 2, 1, None]
    assert AGAIN not in page
    assert PROBLEMS["identity_attempts_exhausted"].message in page
    refused = buyer.web.post(f"/pay/{order.checkout_token}/identity", headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "identity_attempts_exhausted"
    assert SUPPORT_NUMBER in refused.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["identity.get", "carrier.line"])
def test_while_nobody_answers_the_result_can_be_asked_for_again(
    stack: Stack, buyer: Buyer, kind: str
) -> None:
    """Not with another window: that would throw away what was proven."""
    order = stack.open_order()
    path = window(stack, buyer, order)
    page = stack.sandbox.public
    page.post(path, data={**PERSON, "action": "send"})
    page.post(path, data={"code": one_time_code(page.get(path).text), "action": "check"})
    stack.sandbox.fault(kind, "html_500", count=1)
    waiting = come_back(buyer, order)
    assert PROBLEMS["identity_unavailable"].message in waiting
    assert LOOK_AGAIN in waiting
    assert f'action="/pay/{order.checkout_token}/identity/return"' in waiting
    assert AGAIN not in waiting
    assert "실패" not in waiting
    assert "본인인증이 끝났어요" in come_back(buyer, order)
    assert stack.order(order).identity_attempts == 1


def test_an_identity_that_is_brought_too_late_says_for_how_long_it_counts(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    path = window(stack, buyer, order)
    page = stack.sandbox.public
    page.post(path, data={**PERSON, "action": "send"})
    page.post(path, data={"code": one_time_code(page.get(path).text), "action": "check"})
    late = int((IDENTITY_MAX_AGE + timedelta(seconds=5)).total_seconds())
    stack.sandbox.control("PUT", "clock", {"offset_seconds": late})
    found = come_back(buyer, order)
    assert f"{IDENTITY_MAX_AGE.seconds // 60}분 동안만" in found
    assert tries_left(found) == IDENTITY_ATTEMPTS_MAX - 1


# -- the table of words


def test_every_identity_error_has_a_short_message_of_its_own() -> None:
    assert len(set(CODES)) == len(kinds(IdentityError))
    messages = [PROBLEMS[code].message for code in CODES]
    titles = [PROBLEMS[code].title for code in CODES]
    assert len(set(messages)) == len(messages)
    assert len(set(titles)) == len(titles)
    assert max(map(len, messages)) <= 130
    assert max(map(len, titles)) <= 20


@pytest.mark.parametrize("code", CODES)
def test_an_identity_message_is_polite_and_says_what_to_do(code: str) -> None:
    found = PROBLEMS[code]
    assert re.search(r"(?:주세요|있어요)\.$", found.message), found.message
    assert re.search(r"다시|고객센터", found.message), found.message
    assert not re.search(r"실패|오류|[가-힣](?:습니다|ㅂ니다)|입니다", found.message)
    assert found.status in {409, 503}


def test_every_code_of_the_table_is_an_errors_or_a_pages_own() -> None:
    """An error that was renamed leaves no words behind that nobody says."""
    codes = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "code")}
    pages_own = {"not_found", "bad_request"}
    assert set(PROBLEMS) - codes == pages_own


@pytest.mark.parametrize("code", [*CODES, "outside_unavailable", "no_such_code", ""])
@pytest.mark.parametrize("attempts", range(IDENTITY_ATTEMPTS_MAX + 2))
def test_a_page_that_needs_identity_offers_a_way_on_until_the_tries_are_used_up(
    code: str, attempts: int
) -> None:
    notice = notice_of(code, state="quoted", identity_attempts=attempts)
    ended = attempts >= IDENTITY_ATTEMPTS_MAX and code != "identity_unavailable"
    assert (notice is not None and notice.ends) == ended
    assert notice is None or notice.tries_left in {None, IDENTITY_ATTEMPTS_MAX - attempts}
