import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { t } from "../src/chat/i18n.ts";
import en from "../src/chat/locales/en.json" with { type: "json" };
import ko from "../src/chat/locales/ko.json" with { type: "json" };

const chat = new URL("../src/chat/", import.meta.url);
const code = readdirSync(chat)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(new URL(name, chat), "utf8"))
  .join("\n");

test("Korean and English have the same keys and the same placeholders", () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(ko).sort());
  const holes = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const key of Object.keys(ko) as (keyof typeof ko)[]) assert.deepEqual(holes(en[key]), holes(ko[key]), key);
});

test("every key named in the code exists", () => {
  const named = [...code.matchAll(/"((?:app|log|role|composer|status|delivery|list|link|reset|notice)\.\w+)"/g)].map((match) => match[1] ?? "");
  assert.ok(named.length > 20);
  for (const key of named) assert.ok(key in ko, key);
});

test("values are filled in", () => {
  assert.equal(t("notice.rate_limited", { seconds: 7 }), "메시지를 너무 빨리 보내셨어요. 7초 뒤에 다시 보내 주세요.");
});
