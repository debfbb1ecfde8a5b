import assert from "node:assert/strict";
import { test } from "node:test";
import { plainText } from "../src/chat/plain-text.ts";

const copied: [string, string][] = [
  ["**50,000원** 선결제가 *완료*됐어요.", "50,000원 선결제가 완료됐어요."],
  ["첫 줄\n둘째 줄\n\n다음 문단", "첫 줄\n둘째 줄\n\n다음 문단"],
  ["이렇게 해요.\n\n1. 로그인\n2. **요금조회**로 가기", "이렇게 해요.\n\n1. 로그인\n2. 요금조회로 가기"],
  ["- 하나\n- 둘\n  - 둘의 하나", "- 하나\n- 둘\n  - 둘의 하나"],
  ["[KT닷컴](https://www.kt.com)에서 해요", "KT닷컴 (https://www.kt.com)에서 해요"],
  ["https://www.kt.com 으로 가요", "https://www.kt.com 으로 가요"],
  ["| 방법 | 장점 |\n|---|---|\n| 앱 | **빨라요** |", "방법\t장점\n앱\t빨라요"],
  ["3~5만원, 7~8일", "3~5만원, 7~8일"],
  ["~~3만원~~", "~~3만원~~"],
  ["`/pay` <b>굵게</b> &amp; 끝", "/pay <b>굵게</b> &amp; 끝"],
  ["위\n\n---\n\n아래", "위\n\n아래"],
  ["### 제목\n\n> 인용", "제목\n\n인용"],
  ["", ""],
];

for (const [markdown, plain] of copied) {
  test(`${JSON.stringify(markdown)} is copied as ${JSON.stringify(plain)}`, () => assert.equal(plainText(markdown), plain));
}
