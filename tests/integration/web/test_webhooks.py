"""PortOne's webhooks: only signed and fresh ones are taken, once, and only as hints."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from prepayment.adapters.sql.tables import webhooks
from prepayment.bootstrap import bootstrap
from prepayment.orders import State
from prepayment.settings import Settings
from tests.integration.store.at_once import at_once
from tests.integration.web.stack import Stack, web_settings
from tests.integration.web.webhook_sender import STRANGER_SECRET, headers_of, kept, paid, post, send
from tests.support.buyer import Buyer
from web.app import make_application

OLD_SECRET = "whsec_" + base64.b64encode(b"the-key-that-is-being-replaced-32").decode()


def ask_site(settings: Settings, body: str, headers: dict[str, str]) -> httpx.Response:
    """Send a webhook to a site with other settings, in this process."""
    app = bootstrap(settings)
    transport = httpx.ASGITransport(make_application(app))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as client:
            return await client.post("/webhooks/portone", content=body, headers=headers)

    try:
        return asyncio.run(ask())
    finally:
        app.close()


def test_a_signed_webhook_is_taken_and_a_repeated_one_too(stack: Stack) -> None:
    order = stack.open_order()
    for _ in range(2):
        assert send(stack, paid(order.payment_id), webhook_id="wh_once").status_code == 200
    assert kept(stack) == ["wh_once"]


def test_row_56_a_webhook_that_claims_a_payment_pays_nothing(stack: Stack) -> None:
    """It is only a reason to look, and PortOne knows of no payment."""
    order = stack.open_order()
    assert send(stack, paid(order.payment_id)).status_code == 200
    assert stack.app.inbox.run_next()
    assert stack.order(order).state is State.QUOTED


def test_either_of_two_secrets_signs_while_one_replaces_the_other(stack: Stack) -> None:
    secrets = (*stack.settings.portone_webhook_secrets, SecretStr(OLD_SECRET))
    settings = stack.settings.model_copy(update={"portone_webhook_secrets": secrets})
    body = json.dumps(paid("pp123456"))
    headers = headers_of(body, secret=OLD_SECRET, webhook_id="wh_old")
    assert post(stack, body, headers).status_code == 400
    assert ask_site(settings, body, headers).status_code == 200
    assert ask_site(settings, body, headers_of(body, webhook_id="wh_new")).status_code == 200
    assert ask_site(settings, body, headers_of(body, secret=STRANGER_SECRET)).status_code == 400
    assert sorted(kept(stack)) == ["wh_new", "wh_old"]


def test_row_56_a_forged_webhook_is_refused(stack: Stack) -> None:
    assert send(stack, paid("pp123456"), secret=STRANGER_SECRET).status_code == 400
    assert kept(stack) == []


@pytest.mark.parametrize("age_seconds", [3600, 320, -320, -3600])
def test_an_old_or_future_webhook_is_refused(stack: Stack, age_seconds: int) -> None:
    assert send(stack, paid("pp123456"), age_seconds=age_seconds).status_code == 400
    assert kept(stack) == []


def test_row_56_an_unsigned_webhook_is_refused(stack: Stack) -> None:
    assert stack.http.post("/webhooks/portone", json=paid("pp123456")).status_code == 400


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff\xfe", b'{"type": "\xff"}', b"[]", b"[" * 60_000])
def test_a_webhook_that_is_none_is_refused(stack: Stack, body: bytes) -> None:
    assert send(stack, body).status_code == 400
    assert kept(stack) == []


def test_a_kind_that_we_do_not_use_is_taken(stack: Stack) -> None:
    """PortOne adds kinds without notice and wants 200 for them."""
    assert send(stack, {"type": "BillingKey.Issued", "data": {"billingKey": "x"}}).status_code == 200


def test_a_webhook_about_a_payment_that_is_not_ours_is_taken(stack: Stack) -> None:
    order = stack.open_order()
    assert send(stack, paid("pp00000000")).status_code == 200
    assert stack.app.inbox.run_next()
    assert not stack.app.inbox.run_next()
    assert stack.order(order) == order


def test_the_longest_webhook_is_taken_and_a_longer_one_refused(stack: Stack) -> None:
    longest = json.dumps(paid("pp123456", filler=""))
    longest = longest.replace('"filler": ""', f'"filler": "{"x" * (64 * 1024 - len(longest))}"')
    assert len(longest) == 64 * 1024
    assert send(stack, longest).status_code == 200
    assert send(stack, longest + " ").status_code == 413
    assert len(kept(stack)) == 1


def test_row_55_a_webhook_that_many_send_at_once_is_kept_once(stack: Stack) -> None:
    order = stack.open_order()
    answers = at_once(8, lambda _: send(stack, paid(order.payment_id), webhook_id="wh_many").status_code)
    assert answers == [200] * 8
    assert kept(stack) == ["wh_many"]


def test_the_same_id_with_other_words_changes_nothing_of_what_was_kept(stack: Stack) -> None:
    """Eight at once, each about another payment: one of them is kept, whole."""
    payment_ids = [f"pp{number:08d}" for number in range(8)]
    at_once(8, lambda index: send(stack, paid(payment_ids[index]), webhook_id="wh_same").status_code)
    with stack.app.database.engine.connect() as connection:
        (row,) = connection.execute(sa.select(webhooks))
    assert (row.id, row.type) == ("wh_same", "Transaction.Paid")
    assert row.payment_id in payment_ids
    send(stack, paid("pp99999999"), webhook_id="wh_same")
    with stack.app.database.engine.connect() as connection:
        assert list(connection.execute(sa.select(webhooks))) == [row]


def test_many_webhooks_at_once_are_all_kept(stack: Stack) -> None:
    def send_some(index: int) -> list[int]:
        names = [f"wh_{index}_{number % 5}" for number in range(10)]
        return [send(stack, paid("pp123456"), webhook_id=name).status_code for name in names]

    assert at_once(8, send_some) == [[200] * 10] * 8
    assert sorted(kept(stack)) == sorted(f"wh_{index}_{number}" for index in range(8) for number in range(5))


def test_while_portone_cannot_be_read_a_webhook_is_taken_all_the_same(stack: Stack, buyer: Buyer) -> None:
    """It is read later, again and again."""
    order = stack.open_order()
    buyer.verify(order)
    buyer.parameters(order, "payment")
    stack.sandbox.fault("payment.get", "html_500")
    assert send(stack, paid(order.payment_id), webhook_id="wh_kept").status_code == 200
    assert kept(stack) == ["wh_kept"]


def test_while_nothing_can_be_kept_the_sender_is_asked_to_try_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A database without tables keeps nothing, and its error's text quotes what was to be kept."""
    settings = web_settings(tmp_path, "http://127.0.0.1:9", tmp_path, port=20_001, rasa_port=20_002)
    body = json.dumps(paid("pp-very-own-payment"))
    with caplog.at_level(logging.INFO):
        response = ask_site(settings, body, headers_of(body))
    assert (response.status_code, response.content) == (503, b"")
    assert "could not be kept" in caplog.text
    assert "pp-very-own-payment" not in caplog.text


def test_a_refused_webhook_is_logged_by_its_reason_and_not_by_its_words(stack: Stack) -> None:
    marked = paid("pp-marked-by-the-test", name="비밀스러운이름")
    before = len(stack.log())
    for how in ({"secret": STRANGER_SECRET}, {"age_seconds": 3600}):
        assert send(stack, marked, **how).status_code == 400
    assert post(stack, json.dumps(marked), {}).status_code == 400
    assert send(stack, marked).status_code == 200
    log = stack.log()[before:]
    for reason in ("no_matching_signature", "timestamp_too_old", "missing_required_headers"):
        assert f"webhook_{reason}" in log
    for words in ("pp-marked-by-the-test", "비밀스러운이름", "store-test"):
        assert words not in log
