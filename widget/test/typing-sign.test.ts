import assert from "node:assert/strict";
import { test } from "node:test";
import { TypingSign } from "../src/chat/typing-sign.ts";

test("the sign ends with its time, and each change is told once", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let changes = 0;
  const sign = new TypingSign(() => changes++);
  sign.set(true, 1_000);
  context.mock.timers.tick(900);
  sign.set(true, 1_000);
  context.mock.timers.tick(900);
  assert.equal(sign.on, true, "told again, it lasts longer");
  context.mock.timers.tick(100);
  assert.equal(sign.on, false);
  assert.equal(changes, 2);
});

test("an answer ends the sign at once, and its time no longer counts", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let changes = 0;
  const sign = new TypingSign(() => changes++);
  sign.set(true, 1_000);
  sign.set(false);
  context.mock.timers.tick(5_000);
  assert.equal(sign.on, false);
  assert.equal(changes, 2);
});
