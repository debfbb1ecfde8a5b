import assert from "node:assert/strict";
import { test } from "node:test";
import { minutesLeft, Payments, statusAt } from "../src/chat/payments.ts";
import type { Message, PaymentCard } from "../src/chat/protocol.ts";

function card(version: number, extra: Partial<PaymentCard> = {}): PaymentCard {
  const url = "https://chat.example/pay/x";
  return { type: "payment", order_id: "o1", version, amount_won: 50_000, status: "pending", expires_in_seconds: 600, url, receipt_url: null, ...extra };
}

const done = (version: number): PaymentCard => card(version, { status: "done", expires_in_seconds: null, url: null });

function message(shown: Message["card"]): Message {
  return { id: "1", seq: 1, role: "bot", ts: "2026-11-22T12:00:00+09:00", text: "결제해 주세요.", ...(shown ? { card: shown } : {}) };
}

const status = (payments: Payments): string | undefined => payments.of(message(card(1)))?.status;

test("a message's card shows the newest news of its payment", () => {
  const payments = new Payments();
  payments.take(card(1));
  payments.take(done(4));
  assert.equal(status(payments), "done");
  assert.equal(payments.of(message(card(1)))?.url, null);
});

test("late and repeated news changes nothing and is not told", () => {
  const payments = new Payments();
  payments.take(done(4));
  assert.equal(payments.take(card(3, { status: "checking" })), false);
  assert.equal(payments.take(card(4, { status: "expired" })), false);
  assert.equal(status(payments), "done");
});

test("only a change of a payment that was known is told, and once", () => {
  const payments = new Payments();
  assert.equal(payments.take(card(1)), false);
  assert.equal(payments.take(card(2)), false, "a version without another status");
  assert.equal(payments.take(done(3)), true);
  assert.equal(payments.take(done(3)), false);
});

test("payments of another order are left alone", () => {
  const payments = new Payments();
  payments.take(card(1));
  payments.take({ ...done(9), order_id: "o2" });
  assert.equal(status(payments), "pending");
});

test("what waits is over with its time; everything else stays as it is", () => {
  const payments = new Payments();
  payments.take(card(1, { expires_in_seconds: 90 }));
  const payment = payments.of(message(card(1)))!;
  const end = payment.expiresAt!;
  assert.equal(statusAt(payment, end - 1), "pending");
  assert.equal(statusAt(payment, end), "expired");
  assert.equal(minutesLeft(payment, end - 90_000), 2);
  assert.equal(minutesLeft(payment, end - 60_000), 1);
  assert.equal(minutesLeft(payment, end + 5_000), 0);
  payments.take(card(2, { status: "checking", expires_in_seconds: null }));
  assert.equal(statusAt(payments.of(message(card(1)))!, end + 60_000), "checking");
});

test("a card that is over when it comes is shown as expired", () => {
  const payments = new Payments();
  payments.take(card(1, { expires_in_seconds: 0 }));
  assert.equal(statusAt(payments.of(message(card(1)))!, Date.now()), "expired");
});

test("the same payment told again sets the time that is left anew", () => {
  const payments = new Payments();
  payments.take(card(1, { expires_in_seconds: 30 }));
  payments.take(card(1, { expires_in_seconds: 600 }));
  assert.equal(minutesLeft(payments.of(message(card(1)))!, Date.now()), 10);
});

test("the next change of the shown time is a full minute or the end", () => {
  const payments = new Payments();
  const now = Date.now();
  assert.equal(payments.nextChange(now), undefined);
  payments.take(card(1, { expires_in_seconds: 90 }));
  const end = payments.of(message(card(1)))!.expiresAt!;
  assert.equal(payments.nextChange(end - 90_000), 30_000);
  assert.equal(payments.nextChange(end - 60_000), 60_000);
  assert.equal(payments.nextChange(end), undefined);
});

for (const unknown of [
  undefined,
  { type: "coupon" },
  { ...card(1), status: "paused" },
  { ...card(1), amount_won: "50000" },
  { type: "payment" },
] as unknown as Message["card"][]) {
  test(`no card is drawn for ${JSON.stringify(unknown)}`, () => {
    const payments = new Payments();
    payments.take(card(1));
    if (unknown) assert.equal(payments.take(unknown as PaymentCard), false);
    assert.equal(payments.of(message(unknown)), undefined);
  });
}

test("another conversation begins without payments", () => {
  const payments = new Payments();
  payments.take(card(1));
  payments.clear();
  assert.equal(status(payments), undefined);
});
