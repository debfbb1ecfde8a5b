import assert from "node:assert/strict";
import { test } from "node:test";
import { isCheckout, ownHref, safeHref } from "../src/chat/safe-link.ts";

const BASE = "https://chat.example";

test("http, https and paths of the own origin are links", () => {
  assert.equal(safeHref("https://a.example/x?y=1", BASE), "https://a.example/x?y=1");
  assert.equal(safeHref("HTTP://a.example", BASE), "http://a.example/");
  assert.equal(safeHref("/pay/abc", BASE), "https://chat.example/pay/abc");
});

for (const bad of [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "java\tscript:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  "javascript&colon;alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:msgbox(1)",
  "blob:https://chat.example/1",
  "file:///etc/passwd",
  "//evil.example/x",
  "/\\evil.example",
  "tel:114",
  "pay/abc",
  "",
]) {
  test(`${JSON.stringify(bad)} is not a link`, () => assert.equal(safeHref(bad, BASE), undefined));
}

test("pictures, checkout pages and receipts must be on the own origin", () => {
  assert.equal(ownHref("/static/images/a.svg", BASE), "https://chat.example/static/images/a.svg");
  assert.equal(ownHref("https://chat.example/pay/x/receipt", BASE), "https://chat.example/pay/x/receipt");
  for (const bad of ["https://evil.example/a.svg", "http://chat.example/a.svg", "https://chat.example.evil.example/", "javascript:alert(1)", "data:image/png;base64,x"]) {
    assert.equal(ownHref(bad, BASE), undefined, bad);
  }
});

test("only pages below /pay/ of the own origin are the checkout", () => {
  assert.equal(isCheckout("https://chat.example/pay/abc", BASE), true);
  assert.equal(isCheckout("/pay/abc", BASE), true);
  assert.equal(isCheckout("https://chat.example/portal/login", BASE), false);
  assert.equal(isCheckout("https://chat.example/paying", BASE), false);
  assert.equal(isCheckout("https://evil.example/pay/abc", BASE), false);
});
