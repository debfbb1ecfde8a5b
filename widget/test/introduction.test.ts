import assert from "node:assert/strict";
import { test } from "node:test";
import { Introduction } from "../src/chat/introduction.ts";

const MINJI = { name: "김민지" };

function token(subject: string, issue = 1): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256" })}.${part({ sub: subject, iat: issue })}.signature`;
}

function introduction(): { introduction: Introduction; steps: string[] } {
  const steps: string[] = [];
  const reset = async (): Promise<void> => void steps.push("reset");
  const identify = async (given: string): Promise<void> => void steps.push(`identify ${given}`);
  return { introduction: new Introduction({ reset, identify }), steps };
}

test("a customer of the host is introduced to an anonymous conversation", async () => {
  const { introduction: one, steps } = introduction();
  await one.agree(null, { state: "token", token: token("minji") });
  assert.deepEqual(steps, [`identify ${token("minji")}`]);
});

test("a new token of the same customer changes nothing", async () => {
  const { introduction: one, steps } = introduction();
  one.sent(token("minji"));
  await one.agree(MINJI, { state: "token", token: token("minji", 2) });
  assert.deepEqual(steps, []);
});

test("another customer of the host never gets this one's conversation", async () => {
  const { introduction: one, steps } = introduction();
  one.sent(token("minji"));
  await one.agree(MINJI, { state: "token", token: token("yuna") });
  assert.deepEqual(steps, ["reset"]);
});

test("after a log-out the customer's conversation is put away, an anonymous one is kept", async () => {
  const { introduction: one, steps } = introduction();
  one.sent(token("minji"));
  await one.agree(null, { state: "none" });
  assert.deepEqual(steps, []);
  await one.agree(MINJI, { state: "none" });
  assert.deepEqual(steps, ["reset"]);
});

test("a host that could not be asked changes nothing", async () => {
  const { introduction: one, steps } = introduction();
  await one.agree(MINJI, { state: "unknown" });
  await one.agree(null, { state: "unknown" });
  assert.deepEqual(steps, []);
});
