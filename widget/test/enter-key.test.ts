import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { test } from "node:test";
import { EnterKey } from "../src/chat/enter-key.ts";

/** A text field that behaves as the composer: `send` takes the whole text and ignores blank. */
function field(touch = false) {
  const state = { text: "", sent: [] as string[] };
  const key = new EnterKey(
    () => {
      if (!state.text.trim()) return;
      state.sent.push(state.text);
      state.text = "";
    },
    () => touch,
  );
  const press = (init: Partial<KeyboardEvent>): boolean => {
    let prevented = false;
    const blank = { key: "Enter", keyCode: 13, isComposing: false, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
    key.keydown({ ...blank, ...init, preventDefault: () => (prevented = true) } as unknown as KeyboardEvent);
    return prevented;
  };
  const lineBreak = (): boolean => {
    let prevented = false;
    key.beforeinput({ inputType: "insertLineBreak", preventDefault: () => (prevented = true) } as unknown as InputEvent);
    return prevented;
  };
  const compose = (data: string): void => key.compositionupdate({ data } as CompositionEvent);
  const end = (data: string): void => key.compositionend({ data } as CompositionEvent);
  return { state, press, lineBreak, compose, end };
}

const settle = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  await nextTurn();
};

test("Chrome order: one Enter while a Hangul syllable is composed sends the whole text once", async () => {
  const { state, press, lineBreak, compose, end } = field();
  compose("요");
  assert.equal(press({ isComposing: true, keyCode: 229 }), false);
  assert.equal(lineBreak(), true);
  state.text = "얼마예요";
  end("요");
  await settle();
  assert.deepEqual(state.sent, ["얼마예요"]);
  assert.equal(lineBreak(), false);
});

test("an extra keydown after the composition does not send twice", async () => {
  const { state, press, compose, end } = field();
  compose("요");
  press({ isComposing: true, keyCode: 229 });
  state.text = "얼마예요";
  end("요");
  assert.equal(press({}), true);
  await settle();
  assert.deepEqual(state.sent, ["얼마예요"]);
});

test("Safari order: the composition ends before the key with code 229", async () => {
  const { state, press, compose, end } = field();
  compose("요");
  state.text = "얼마예요";
  end("요");
  assert.equal(press({ keyCode: 229 }), true);
  await settle();
  assert.deepEqual(state.sent, ["얼마예요"]);
});

test("Japanese: the first Enter only confirms, the second sends", async () => {
  const { state, press, compose, end } = field();
  compose("日本");
  press({ isComposing: true, keyCode: 229 });
  state.text = "日本";
  end("日本");
  await settle();
  assert.deepEqual(state.sent, []);
  press({});
  assert.deepEqual(state.sent, ["日本"]);
});

test("plain Enter sends at once; Shift+Enter and Enter on touch screens are line breaks", () => {
  const desktop = field();
  desktop.state.text = "hello";
  assert.equal(desktop.press({ shiftKey: true }), false);
  assert.equal(desktop.press({}), true);
  assert.deepEqual(desktop.state.sent, ["hello"]);
  const touch = field(true);
  touch.state.text = "hello";
  assert.equal(touch.press({}), false);
  assert.deepEqual(touch.state.sent, []);
});
