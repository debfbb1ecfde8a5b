"""Whatever is sent to the webhook's address: only what PortOne signed is taken, and nothing breaks.

The signer is an independent implementation. The bulk meets the verifier in this process, the rest the running site.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import socket
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from prepayment.adapters.portone.webhooks import WebhookVerifier
from prepayment.errors import Refused
from prepayment.ports import WebhookNotice
from tests.integration.adapters.building import assert_tells_nothing_personal
from tests.integration.sandbox.harness import WEBHOOK_SECRET, wait_until
from tests.integration.web.stack import Stack
from tests.integration.web.webhook_sender import STRANGER_SECRET, headers_of, kept, paid, post, send

OLD_SECRET = "whsec_" + base64.b64encode(b"the-key-that-is-being-replaced-32").decode()
VERIFIER = WebhookVerifier([WEBHOOK_SECRET, OLD_SECRET])
NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")
MARK = "비밀스러운-payload-010-0000-1001"

many = settings(max_examples=150, deadline=None)
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

header_values = st.text(max_size=40) | st.sampled_from(
    ["", "v1,", "v1", "v1,AAAA", "v1a,AAAA v1,====", ",", " ", "9" * 5_000, "-1", "1e9", "nan", "\udcff"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
# Objects of nearly the right shape, with what no table can store in them.
strange_texts = st.sampled_from(["", "\x00", "\ud800", "Transaction.\x00", "Transaction." + "P" * 80, "결제"])
texts = strange_texts | st.text(max_size=90)
notices = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["Transaction.Paid", "Transaction.Teleported", "BillingKey.Issued"])
        | texts
        | json_values,
        "timestamp": json_values,
        "data": st.fixed_dictionaries({}, optional={"paymentId": texts | json_values, "more": json_values})
        | json_values,
    },
)


def verdict(body: str, headers: dict[str, str]) -> WebhookNotice | str:
    """The notice, or the reason of the refusal; no other error is allowed to come out."""
    try:
        return VERIFIER.verify(body, headers)
    except Refused as raised:
        refusal = raised
    assert_tells_nothing_personal(refusal)
    assert re.fullmatch(r"webhook_[a-z_]+", refusal.reason)
    return refusal.reason


def assert_fit_to_be_kept(notice: WebhookNotice) -> None:
    """No more than the table's columns take, and nothing that one of the databases refuses."""
    assert re.fullmatch(r"[\x21-\x7e]{1,128}", notice.id)
    assert re.fullmatch(r"[\w.-]{0,64}", notice.type, re.ASCII)
    assert notice.payment_id is None or re.fullmatch(r"[\w-]{1,64}", notice.payment_id, re.ASCII)


# -- the verifier


@many
@given(
    body=st.text(max_size=200),
    headers=st.dictionaries(
        st.sampled_from([*NAMES, "Webhook-Id", "WEBHOOK-SIGNATURE", "content-type"]), header_values
    ),
)
def test_noise_is_refused(body: str, headers: dict[str, str]) -> None:
    assert isinstance(verdict(body, headers), str)


@many
@given(
    place=st.integers(0, 10_000),
    character=st.characters(codec="utf-8"),
    how=st.sampled_from(["replace", "insert", "delete"]),
    field=st.sampled_from(["body", *NAMES]),
)
def test_a_genuine_notice_with_one_other_character_is_refused(
    place: int, character: str, how: str, field: str
) -> None:
    """Base64 may be written in more than one way: a signature that still says the same is the same."""
    body = json.dumps(paid("pp123456"))
    genuine = {"body": body, **headers_of(body)}
    text = genuine[field]
    place %= len(text)
    tail = text[place:] if how == "insert" else text[place + 1 :]
    changed = text[:place] + ("" if how == "delete" else character) + tail
    assume(changed != text)
    forged = genuine | {field: changed}
    found = verdict(forged.pop("body"), forged)
    if field == "webhook-signature" and isinstance(found, WebhookNotice):
        assert found == VERIFIER.verify(body, {name: genuine[name] for name in NAMES})
    elif field == "webhook-timestamp" and isinstance(found, WebhookNotice):
        raise AssertionError("another moment under the same signature")
    else:
        assert isinstance(found, str)


@given(first=st.integers(0, 200), second=st.integers(0, 200))
@settings(max_examples=100, deadline=None)
def test_a_genuine_notice_cannot_be_cut_into_another_id_time_and_body(first: int, second: int) -> None:
    """What is signed is the three joined by dots, and a body may have dots of its own."""
    body = json.dumps(paid("pp123456") | {"note": f"1.{int(time.time())}.5"})
    headers = headers_of(body, webhook_id=f"wh.{int(time.time())}.7")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}"
    dots = [place for place, character in enumerate(signed) if character == "."]
    one, two = sorted((dots[first % len(dots)], dots[second % len(dots)]))
    assume(one != two)
    other = {"webhook-id": signed[:one], "webhook-timestamp": signed[one + 1 : two]}
    assume(other["webhook-id"] != headers["webhook-id"])
    assert isinstance(verdict(signed[two + 1 :], headers | other), str)


@many
@given(
    message=notices | json_values,
    secret=st.sampled_from([WEBHOOK_SECRET, OLD_SECRET, STRANGER_SECRET]),
    age=st.integers(-600, 600).filter(lambda seconds: not 290 < abs(seconds) < 310),
)
@example(message=paid("pp123456"), secret=OLD_SECRET, age=290)
@example(message=paid("pp123456"), secret=WEBHOOK_SECRET, age=-290)
def test_our_judgement_is_the_independent_implementations(message: Any, secret: str, age: int) -> None:
    """It takes anything that is signed by the one secret it has; we want an object, too."""
    body = json.dumps(message)
    headers = headers_of(body, secret=secret, age_seconds=age)

    def takes(one: str) -> bool:
        try:
            Webhook(one).verify(body, headers, json_parse=False)
        except WebhookVerificationError:
            return False
        return True

    signed = any(takes(one) for one in (WEBHOOK_SECRET, OLD_SECRET))
    found = verdict(body, headers)
    assert isinstance(found, WebhookNotice) == (signed and isinstance(message, dict))
    if isinstance(found, WebhookNotice):
        assert found.id == headers["webhook-id"]
        assert_fit_to_be_kept(found)
    elif signed:
        assert found == "webhook_malformed"


@many
@given(body=st.text(max_size=100))
@example(body="")
@example(body="[" * 60_000)
@example(body='{"data":' * 8_000 + "1" + "}" * 8_000)
@example(body='{"type": ' + "9" * 5_000 + "}")
@example(body='{"type": NaN}')
@example(body='{"type": "Transaction.Paid", "type": "x"}')
def test_a_signed_text_of_any_kind_is_a_notice_or_malformed(body: str) -> None:
    found = verdict(body, headers_of(body))
    if isinstance(found, WebhookNotice):
        assert_fit_to_be_kept(found)
    else:
        assert found == "webhook_malformed"


@pytest.mark.parametrize("webhook_id", ["", " ", "wh 1", "w" * 129, "wh\x00", "결제", "wh\n1"])
def test_a_signed_notice_with_an_id_that_cannot_be_remembered_is_refused(webhook_id: str) -> None:
    body = json.dumps(paid("pp123456"))
    headers = headers_of(body, webhook_id="x") | {"webhook-id": webhook_id}
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    headers["webhook-signature"] = Webhook(WEBHOOK_SECRET).sign(webhook_id, at, body)
    assert verdict(body, headers) == "webhook_malformed"


@given(
    garbage=st.lists(header_values.filter(lambda text: " " not in text), max_size=4), place=st.integers(0, 4)
)
@settings(max_examples=60, deadline=None)
def test_one_good_signature_among_others_is_enough(garbage: list[str], place: int) -> None:
    """PortOne signs with both secrets while one replaces the other."""
    body = json.dumps(paid("pp123456"))
    headers = headers_of(body, secret=OLD_SECRET)
    others = [text.encode("utf-8", "replace").decode() for text in garbage]
    others.insert(place, headers["webhook-signature"])
    found = verdict(body, headers | {"webhook-signature": " ".join(others)})
    assert isinstance(found, WebhookNotice)


# -- the running site


# What HTTP lets through in a header; what it does not is for the test with a bare socket.
in_headers = st.sampled_from([9, *range(0x20, 0x7F), *range(0x80, 0x100)])
raw_headers = st.lists(
    st.tuples(
        st.sampled_from([name.encode() for name in (*NAMES, "content-type", "x-forwarded-for")]),
        st.lists(in_headers, max_size=60).map(lambda value: bytes(value).strip()),
    ),
    max_size=5,
)


@some
@given(body=st.binary(max_size=300), headers=raw_headers)
def test_noise_is_answered_with_400_and_changes_nothing(
    stack: Stack, body: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    order = stack.open_order()
    before = len(stack.log())
    assert post(stack, body, headers).status_code == 400
    assert (kept(stack), stack.order(order)) == ([], order)
    assert "Traceback" not in stack.log()[before:]


@some
@given(
    place=st.integers(0, 10_000),
    byte=st.integers(0, 255),
    field=st.sampled_from(["body", "webhook-id", "webhook-timestamp"]),
)
def test_a_genuine_notice_that_was_touched_changes_nothing(
    stack: Stack, place: int, byte: int, field: str
) -> None:
    order = stack.open_order()
    before = len(stack.log())
    body = json.dumps(paid(order.payment_id, name=MARK))
    parts = {"body": body.encode()} | {name: value.encode() for name, value in headers_of(body).items()}
    text = parts[field]
    place %= len(text)
    # Only what HTTP lets through in the middle of a header.
    byte = byte if field == "body" else 0x21 + byte % 0x5E
    parts[field] = text[:place] + bytes([byte]) + text[place + 1 :]
    assume(parts[field] != text)
    sent = parts.pop("body")
    headers = [(name.encode(), value) for name, value in parts.items()]
    assert post(stack, sent, headers).status_code == 400
    assert (kept(stack), stack.order(order)) == ([], order)
    assert MARK not in stack.log()[before:]


_numbers = count(1)


@some
@given(message=notices)
@example(message={"type": "Transaction.Paid", "data": {"paymentId": "\x00"}})
@example(message={"type": "Transaction.\ud800", "data": {"paymentId": "p" * 65}})
@example(message={"type": "Transaction." + "P" * 80})
def test_whatever_is_signed_is_kept_or_refused_and_never_an_error(
    stack: Stack, message: dict[str, Any]
) -> None:
    """On either database: what one of them cannot store must not get there."""
    order = stack.open_order()
    name = f"wh_fuzz_{next(_numbers)}"
    assert send(stack, message, webhook_id=name).status_code == 200
    assert name in kept(stack)
    while stack.app.inbox.run_next():
        pass
    assert stack.order(order) == order


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1_000_000, 5_000_000])
@pytest.mark.parametrize("signed", [True, False])
def test_a_flood_is_refused_before_it_is_read(stack: Stack, size: int, signed: bool) -> None:
    body = b" " * size
    headers = headers_of(body) if signed else {}
    assert post(stack, body, headers).status_code == 413
    assert kept(stack) == []


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x00\xff\x00\xff\r\n\r\n",
        b"POST /webhooks/portone HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
        b"POST /webhooks/portone HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /webhooks/portone HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b'POST /webhooks/portone HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a',
    ],
)
def test_a_sender_who_hangs_up_or_speaks_no_http_breaks_nothing(stack: Stack, said: bytes) -> None:
    address, before = urlsplit(stack.settings.public_url), len(stack.log())
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
    order = stack.open_order()
    assert send(stack, paid(order.payment_id), webhook_id="wh_after").status_code == 200
    wait_until(lambda: kept(stack) == ["wh_after"])
    assert "Traceback" not in stack.log()[before:]


def test_what_is_refused_does_not_move_an_order_whose_payment_is_paid(stack: Stack, buyer: Any) -> None:
    """Even where a look would find something: an unsigned hint is not a reason to look."""
    order = stack.open_order()
    buyer.verify(order)
    result = dict(part.split("=") for part in urlsplit(buyer.card_return(order)).query.split("&"))
    assert stack.sandbox.confirm(result).status_code == 200
    moment = stack.order(order)
    body = json.dumps(paid(order.payment_id))
    good = headers_of(body, webhook_id="wh_unsigned")
    for headers in (
        {},
        good | {"webhook-signature": "v1,AAAA"},
        good | {"webhook-timestamp": str(int(good["webhook-timestamp"]) - 1)},
        headers_of(body, secret=STRANGER_SECRET),
        headers_of(body, age_seconds=int(timedelta(hours=1).total_seconds())),
    ):
        assert post(stack, body, headers).status_code == 400
    assert "wh_unsigned" not in kept(stack)
    assert stack.order(order) == moment


def test_refusals_are_logged_once_each_and_without_words(
    caplog: pytest.LogCaptureFixture, stack: Stack
) -> None:
    before = len(stack.log())
    for number in range(20):
        assert post(stack, f'{{"{MARK}": {number}}}', {"webhook-id": MARK.encode().hex()}).status_code == 400
    with caplog.at_level(logging.DEBUG):
        verdict(MARK, {"webhook-id": MARK})
    assert stack.log()[before:].count("a webhook was refused: webhook_missing_required_headers") == 20
    assert MARK not in stack.log()[before:] + caplog.text
    assert MARK.encode().hex() not in stack.log()[before:]
