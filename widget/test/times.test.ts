import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDay, formatTime } from "../src/chat/i18n.ts";

const at = Date.parse("2026-11-30T15:30:00Z");

test("times and days are Seoul's, in Korean", () => {
  assert.equal(formatTime(at), "오전 12:30");
  assert.equal(formatTime(Date.parse("2026-11-30T03:00:00Z")), "오후 12:00");
  assert.equal(formatTime(Date.parse("2026-11-30T14:59:59Z")), "오후 11:59");
  assert.equal(formatDay(at), "12월 1일 화요일");
});

test("what is no moment has no day", () => {
  assert.equal(formatDay(Number.NaN), "");
});
