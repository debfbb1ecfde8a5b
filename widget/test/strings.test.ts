import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { firstText, formatWon, t } from "../src/chat/i18n.ts";
import en from "../src/chat/locales/en.json" with { type: "json" };
import ko from "../src/chat/locales/ko.json" with { type: "json" };
import { PAYMENT_STATUSES } from "../src/chat/protocol.ts";
import loaderEn from "../src/loader/locales/en.json" with { type: "json" };
import loaderKo from "../src/loader/locales/ko.json" with { type: "json" };

const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]/;
const sources = fileURLToPath(new URL("../src/", import.meta.url));
const scripts = readdirSync(sources, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ name, code: readFileSync(sources + name, "utf8") }));

const code = scripts.filter(({ name }) => name.startsWith("chat/")).map((file) => file.code).join("\n");
/** Beginnings of keys that the code puts together, such as "payment." of `payment.${status}`. */
const families = new Set([...code.matchAll(/`(\w+\.)\$\{/g)].map((match) => match[1]!));

for (const [place, korean, english] of [
  ["chat", ko, en],
  ["loader", loaderKo, loaderEn],
] as [string, Record<string, string>, Record<string, string>][]) {
  test(`${place}: every text says something, in its own language`, () => {
    for (const text of Object.values(korean)) assert.ok(text.trim());
    for (const text of Object.values(english)) {
      assert.ok(text.trim());
      assert.doesNotMatch(text, HANGUL);
    }
  });
}

test("every key put together in the code exists", () => {
  const known: Record<string, readonly string[]> = {
    "payment.": PAYMENT_STATUSES,
    "payment_note.": PAYMENT_STATUSES,
    "rating.": ["up", "down"],
    "delivery.": ["too_long", "forbidden", "bad_request", "rate_limited", "unavailable"],
  };
  assert.deepEqual([...families].sort(), Object.keys(known).sort());
  for (const family of families) for (const end of known[family]!) assert.ok(family + end in ko, family + end);
});

test("the code has no Korean words of its own", () => {
  for (const { name, code: text } of scripts) {
    const spoken = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    assert.doesNotMatch(spoken, HANGUL, name);
  }
});

test("values are filled in, and amounts have their thousands", () => {
  assert.equal(t("notice.rate_limited", { seconds: 7 }), "메시지를 너무 빨리 보내셨어요. 7초 뒤에 다시 보내 주세요.");
  assert.equal(formatWon(12_000), "12,000원");
  assert.equal(t("payment.changed", { amount: formatWon(50_000), status: t("payment.done") }), "결제 50,000원: 완료");
});

test("a key that one language lacks is said in the other, and one that nobody has names itself", () => {
  assert.equal(firstText("app.title", [{}, en, ko]), en["app.title"]);
  assert.equal(firstText("app.title", [ko, en]), ko["app.title"]);
  assert.equal(firstText("constructor", [ko, en]), undefined);
  assert.equal(t("no.such_key"), "no.such_key");
});
