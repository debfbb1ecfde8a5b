"""A tiny Rasa project, trained once by the real launcher with the product's own pipeline."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.environment import prepare_libraries

prepare_libraries()

ROOT = Path(__file__).parents[2]

DOMAIN = """\
version: "3.1"
intents:
  - greet
  - faq_methods
  - inform_amount
  - check_usage
  - out_of_scope
  # Named by the policies of config.yml; nothing is learned for them here.
  - request_prepayment
  - ask_cancel_prepayment
  - ask_block_limit
  - ask_unblock_limit
  - affirm
  - deny
  - stop
  - goodbye
  - thank
  - bot_challenge
  - ask_capabilities
entities: [amount, amount_candidates]
responses:
  utter_greet: [{text: 안녕하세요}]
  utter_default: [{text: 다시 말씀해 주세요}]
slots:
  amount: {type: any, mappings: [{type: from_entity, entity: amount}]}
forms:
  prepay_form: {required_slots: [amount]}
actions: [action_check_usage, action_clarify, action_answer_question_back]
"""
NLU = """\
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - 안녕하세요
      - 안녕
      - 반가워요
  - intent: faq_methods
    examples: |
      - 선결제는 어떻게 하나요
      - 소액결제 미리 내는 방법 알려줘
      - 선결제 방법이 뭐가 있어요
  - intent: inform_amount
    examples: |
      - 5만원이요
      - 삼만원
      - 70000원으로 할게요
  - intent: check_usage
    examples: |
      - 이번 달 얼마 썼어요
      - 사용 금액 조회해줘
      - 남은 한도 보여줘
  - intent: out_of_scope
    examples: |
      - 오늘 날씨 어때
      - 피자 시켜줘
      - 노래 틀어줘
"""
RULES = """\
version: "3.1"
rules:
  - rule: greet
    steps: [{intent: greet}, {action: utter_greet}]
  - rule: usage
    steps: [{intent: check_usage}, {action: action_check_usage}]
  - rule: an action before something is said
    steps: [{intent: faq_methods}, {action: action_check_usage}, {action: utter_greet}]
  - rule: rephrase
    steps: [{intent: nlu_fallback}, {action: utter_default}]
"""


def launch(
    project: Path, *arguments: str, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m assistant` in `project` with only the given PREPAY_ variables."""
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        cwd=project,
        env=launcher_environment(**variables),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=180,
    )


def launcher_environment(**variables: str) -> dict[str, str]:
    """Return this environment without settings of the machine, with the product importable."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREPAY_")}
    return {**inherited, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **variables}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with a trained model."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "data").mkdir()
    (folder / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (folder / "data" / "nlu.yml").write_text(NLU, encoding="utf-8")
    (folder / "data" / "rules.yml").write_text(RULES, encoding="utf-8")
    for name in ("config.yml", "endpoints.yml", "credentials.yml"):
        (folder / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    result = launch(folder, "train")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "models/prepayment.tar.gz"
    return folder
