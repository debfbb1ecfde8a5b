"""`Idempotency-Key` as the payment gateway honours it."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.integration.sandbox.harness import Sandbox, new_payment_id, wait_until


def key() -> dict[str, str]:
    return {"Idempotency-Key": f'"{new_payment_id()}"'}


def test_a_repeat_gets_the_first_answer_and_charges_nothing(sandbox: Sandbox) -> None:
    result, headers = sandbox.authorise(new_payment_id()), key()
    first, again = sandbox.confirm(result, headers=headers), sandbox.confirm(result, headers=headers)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert sandbox.confirm(result, headers=key()).json()["type"] == "ALREADY_PAID"
    assert sandbox.raw(result["paymentId"])["charges"] == 1


def test_a_refusal_is_an_answer_too(sandbox: Sandbox) -> None:
    result, headers = sandbox.authorise(new_payment_id()), key()
    first = sandbox.confirm(result, headers=headers, totalAmount=1)
    assert sandbox.confirm(result, headers=headers, totalAmount=1).json() == first.json()
    assert first.status_code == 409


def test_the_same_key_for_another_request_is_refused(sandbox: Sandbox) -> None:
    result, headers = sandbox.authorise(new_payment_id()), key()
    assert sandbox.confirm(result, headers=headers).status_code == 200
    other = sandbox.confirm(result, headers=headers, totalAmount=50_000)
    assert (other.status_code, other.json()["type"]) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("header", ["pp0123456789abcdef", '"short"', '"' + "x" * 257 + '"'])
def test_malformed_keys_are_refused(sandbox: Sandbox, header: str) -> None:
    response = sandbox.confirm(sandbox.authorise(new_payment_id()), headers={"Idempotency-Key": header})
    assert (response.status_code, response.json()["type"]) == (400, "INVALID_REQUEST")


def test_a_key_is_forgotten_after_three_hours(sandbox: Sandbox) -> None:
    result, headers = sandbox.authorise(new_payment_id()), key()
    assert sandbox.confirm(result, headers=headers).status_code == 200
    sandbox.control("PUT", "clock", {"offset_seconds": 3 * 3600 + 60})
    assert sandbox.confirm(result, headers=headers).json()["type"] == "ALREADY_PAID"


def test_one_key_from_eight_threads_charges_once(sandbox: Sandbox) -> None:
    """Each gets the first answer, or hears that the first is still running."""
    result, headers = sandbox.authorise(new_payment_id()), key()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: sandbox.confirm(result, headers=headers), range(8)))
    kinds = {answer.json().get("type", "paid") for answer in answers}
    assert "paid" in kinds
    assert kinds <= {"paid", "IDEMPOTENCY_OUTSTANDING_REQUEST"}
    assert sandbox.raw(result["paymentId"])["charges"] == 1


def test_a_dropped_connection_does_not_undo_and_the_same_key_tells_the_truth(sandbox: Sandbox) -> None:
    result, headers = sandbox.authorise(new_payment_id()), key()
    sandbox.fault("payment.confirm", "hang_up_after_effect", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.confirm(result, headers=headers)
    assert sandbox.raw(result["paymentId"])["charges"] == 1
    assert sandbox.confirm(result, headers=headers).status_code == 200
    assert sandbox.raw(result["paymentId"])["charges"] == 1


def test_a_client_that_stops_waiting_does_not_undo(sandbox: Sandbox) -> None:
    result = sandbox.authorise(new_payment_id())
    sandbox.fault("payment.confirm", "slow", ms=300, count=1)
    impatient = httpx.Client(
        base_url=sandbox.url, timeout=0.1, trust_env=False, headers=sandbox.portone.headers
    )
    with impatient, pytest.raises(httpx.ReadTimeout):
        impatient.post(
            f"/payments/{result['paymentId']}/confirm", json={"paymentToken": result["paymentToken"]}
        )
    wait_until(lambda: sandbox.raw(result["paymentId"])["charges"] == 1)
