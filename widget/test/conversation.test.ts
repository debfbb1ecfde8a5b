import assert from "node:assert/strict";
import { test } from "node:test";
import { Conversation } from "../src/chat/conversation.ts";
import type { Message, Session } from "../src/chat/protocol.ts";

function row(seq: number, role: "user" | "bot" = "bot", extra: Partial<Message> = {}): Message {
  return { id: `m${seq}`, seq, role, ts: "2026-11-22T12:00:00+09:00", text: `text ${seq}`, ...extra };
}

function session(history: Message[], seq = history.at(-1)?.seq ?? 0): Session {
  return { token: "t", exp: 0, locale: "ko", limits: { chars: 1000 }, history, seq, customer: null };
}

const keys = (conversation: Conversation): string[] => conversation.entries().map((entry) => entry.key);

test("rows are shown by seq whatever order they arrive in, duplicates once", () => {
  const conversation = new Conversation();
  assert.equal(conversation.receive(row(3)), true);
  assert.equal(conversation.receive(row(1)), true);
  assert.equal(conversation.receive(row(3)), false);
  conversation.join(session([row(1), row(2), row(3)]));
  assert.deepEqual(keys(conversation), ["m1", "m2", "m3"]);
  assert.equal(conversation.lastSeq, 3);
});

test("an own message keeps its key from outbox to row, so that nothing is drawn or announced twice", () => {
  const conversation = new Conversation();
  conversation.sayText("c1", "안녕하세요");
  assert.deepEqual(keys(conversation), ["c1"]);
  conversation.update("c1", { delivery: "sent", seq: 2 });
  conversation.receive(row(3));
  assert.deepEqual(keys(conversation), ["c1", "m3"]);
  conversation.receive(row(2, "user", { client_id: "c1" }));
  assert.deepEqual(keys(conversation), ["c1", "m3"]);
  assert.equal(conversation.nextQueued(), undefined);
});

test("an echo that comes back in the history after a lost acknowledgement ends the sending", () => {
  const conversation = new Conversation();
  conversation.sayText("c1", "5만원");
  conversation.update("c1", { delivery: "sending" });
  conversation.join(session([row(1), row(2, "user", { client_id: "c1" })]));
  conversation.update("c1", { delivery: "queued" });
  assert.equal(conversation.nextQueued(), undefined);
});

test("a failed message is sent again under the same id", () => {
  const conversation = new Conversation();
  conversation.sayText("c1", "5만원");
  conversation.update("c1", { delivery: "failed", error: "rate_limited" });
  conversation.retry("c1");
  const again = conversation.nextQueued();
  assert.equal(again?.id, "c1");
  assert.deepEqual(again?.body, { id: "c1", text: "5만원" });
  assert.equal(again?.error, undefined);
});

test("a reply button can be chosen once, and not after the customer has said something else", () => {
  const conversation = new Conversation();
  const question = row(1, "bot", { buttons: [{ kind: "reply", title: "네" }, { kind: "link", title: "결제", url: "/pay/x" }] });
  conversation.receive(question);
  assert.equal(conversation.choose("c0", question, 1), false);
  assert.equal(conversation.choose("c1", question, 0), true);
  assert.equal(conversation.choose("c2", question, 0), false);
  assert.deepEqual(conversation.nextQueued()?.body, { id: "c1", msg_id: "m1", index: 0 });
  conversation.receive(row(2, "user", { client_id: "c1" }));
  assert.equal(conversation.isAnswerable(question), false);
});

test("another conversation shows nothing of the former one", () => {
  const conversation = new Conversation();
  conversation.join(session([row(1), row(2), row(5)]));
  conversation.choose("c1", row(5, "bot", { buttons: [{ kind: "reply", title: "네" }] }), 0);
  conversation.leave();
  conversation.join(session([row(1, "bot", { id: "n1" })]));
  assert.deepEqual(keys(conversation), ["n1"]);
});

test("a session whose seq is lower than what was seen is another conversation", () => {
  const conversation = new Conversation();
  conversation.join(session([row(7)]));
  conversation.join(session([row(1, "bot", { id: "n1" })]));
  assert.deepEqual(keys(conversation), ["n1"]);
});
