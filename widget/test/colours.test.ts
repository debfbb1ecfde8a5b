import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { accentProperties, GROUNDS } from "../src/chat/accent.ts";
import { changedLook } from "../src/loader/look.ts";
import { contrast, formatColour, inkOn, mix, parseColour, WHITE, BLACK, type Colour } from "../src/shared/colour.ts";

const theme = readFileSync(new URL("../../web/static/theme.css", import.meta.url), "utf8");

/** The two values of a `light-dark()` property. */
function both(value: string): [Colour, Colour] {
  const match = /light-dark\((#\w{6}), (#\w{6})\)/.exec(value);
  assert.ok(match, value);
  return [parseColour(match[1]!)!, parseColour(match[2]!)!];
}

function themed(name: string): [Colour, Colour] {
  const line = theme.split("\n").find((one) => one.trim().startsWith(`${name}:`));
  assert.ok(line, name);
  return both(line);
}

/** Corners, greys and everything between in steps of 51. */
function* colours(): Generator<string> {
  const steps = [0, 51, 102, 153, 204, 255];
  for (const red of steps) for (const green of steps) for (const blue of steps) yield formatColour([red, green, blue]);
}

test("contrast is reckoned as WCAG does", () => {
  assert.equal(contrast(BLACK, WHITE), 21);
  assert.equal(contrast([118, 118, 118], WHITE).toFixed(2), "4.54");
  assert.equal(contrast(WHITE, WHITE), 1);
});

test("a colour is #rrggbb and nothing else", () => {
  assert.deepEqual(parseColour("#0B6b5d"), [11, 107, 93]);
  for (const bad of ["", "#fff", "0b6b5d", "#0b6b5d00", "red", "#0b6b5g", "url(x)", "#0b6b5d;}"]) assert.equal(parseColour(bad), undefined, bad);
});

test("on every accent the text is black or white and can be read, under the pointer too", () => {
  for (const accent of colours()) {
    const colour = parseColour(accent)!;
    const properties = accentProperties(accent)!;
    assert.equal(properties["--accent"], accent);
    assert.ok(["#000000", "#ffffff"].includes(properties["--on-accent"]!));
    assert.equal(properties["--on-accent"], formatColour(inkOn(colour)));
    for (const name of ["--accent", "--accent-strong"]) {
      assert.ok(contrast(parseColour(properties[name]!)!, inkOn(colour)) >= 4.5, `${name} of ${accent}`);
    }
  }
});

test("accented text can be read on every ground of both themes", () => {
  const grounds = GROUNDS.map((name) => themed(name));
  for (const accent of colours()) {
    const properties = accentProperties(accent)!;
    const text = both(properties["--accent-text"]!);
    const soft = both(properties["--accent-soft"]!);
    for (const ground of [...grounds, soft]) {
      assert.ok(contrast(text[0], ground[0]) >= 4.5, `${accent} in light`);
      assert.ok(contrast(text[1], ground[1]) >= 4.5, `${accent} in dark`);
    }
  }
});

test("the theme's own colours can be read", () => {
  const pairs = [
    ["--on-accent", "--accent"],
    ["--on-accent", "--accent-strong"],
    ["--accent-text", "--accent-soft"],
    ["--warn", "--warn-soft"],
    ["--danger", "--danger-soft"],
    ...["--surface", "--surface-2", "--page"].flatMap((ground) => [["--text", ground], ["--text-2", ground]]),
    ...["--surface", "--page"].map((ground) => ["--accent-text", ground]),
  ] as [string, string][];
  for (const [text, ground] of pairs) {
    themed(text).forEach((colour, index) => assert.ok(contrast(colour, themed(ground)[index]!) >= 4.5, `${text} on ${ground}`));
  }
});

test("what the chat's reckoning takes for the theme's grounds is what the theme says", () => {
  const own = accentProperties("#0b6b5d")!;
  const [light, dark] = themed("--surface");
  assert.deepEqual(both(own["--accent-soft"]!), [mix(light, [11, 107, 93], 0.1), mix(dark, [11, 107, 93], 0.2)]);
});

test("a host changes what it names, and nonsense changes nothing", (context) => {
  const warned = context.mock.method(console, "warn", () => undefined);
  const look = { theme: "auto", accent: null } as const;
  assert.deepEqual(changedLook(look, {}), look);
  assert.deepEqual(changedLook(look, { theme: "dark" }), { theme: "dark", accent: null });
  assert.deepEqual(changedLook({ theme: "dark", accent: null }, { accent: "#6b21a8" }), { theme: "dark", accent: "#6b21a8" });
  assert.deepEqual(changedLook({ theme: "dark", accent: "#6b21a8" }, { theme: null, accent: null }), look);
  assert.equal(warned.mock.callCount(), 0);
  assert.deepEqual(changedLook(look, { theme: "sepia", accent: "red" }), look);
  assert.equal(warned.mock.callCount(), 2);
});
