"""The command, from a store on disk to the printed report."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import launch, launcher_environment
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from tracked_conversations import TrackedConversations

DAY = 86_400


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TrackedConversations]:
    """A store with three unanswered questions, one older than 30 days, and one turned down."""
    opened = TrackedConversations(tmp_path / "tracker.db")
    now = time.time()
    opened.turn("one", "환불요", "nlu_fallback", "utter_fallback", at=now - 60)
    opened.turn("one", "환불요", "nlu_fallback", "utter_fallback", at=now - 50)
    opened.turn("two", "점심 메뉴", "greet", "action_clarify", at=now - 8 * DAY)
    opened.turn("two", "피자 시켜줘", "out_of_scope", "utter_out_of_scope", at=now - 8 * DAY)
    opened.turn("three", "옛날 글", "nlu_fallback", "utter_fallback", at=now - 31 * DAY)
    yield opened
    opened.close()


def run(folder: Path, *options: str, url: str) -> subprocess.CompletedProcess[str]:
    return launch(folder, "unanswered", *options, PREPAY_TRACKER_URL=url)


def test_the_last_thirty_days_are_listed_most_frequent_first(
    tmp_path: Path, store: TrackedConversations
) -> None:
    result = run(tmp_path, url=store.url)

    assert (result.returncode, result.stderr) == (0, "")
    heading = "Unanswered in the last 30 days: 3 messages in 2 conversations, 2 groups"
    assert result.stdout.splitlines()[0] == heading
    assert result.stdout.index("2 x  환불요") < result.stdout.index("1 x  점심 메뉴")
    assert "피자" not in result.stdout
    assert "옛날" not in result.stdout


def test_fewer_days_and_larger_groups_can_be_asked_for(tmp_path: Path, store: TrackedConversations) -> None:
    recent = run(tmp_path, "--since", "7", url=store.url).stdout
    frequent = run(tmp_path, "--at-least", "2", url=store.url).stdout

    assert "환불요" in recent
    assert "점심" not in recent
    assert "환불요" in frequent
    assert "점심" not in frequent
    assert "Not listed: 1 group asked fewer than 2 times." in frequent


def test_what_was_turned_down_is_listed_apart_on_request(tmp_path: Path, store: TrackedConversations) -> None:
    result = run(tmp_path, "--with-out-of-scope", url=store.url)

    unanswered, turned_down = result.stdout.split(
        "Turned down as out of scope in the last 30 days: 1 message"
    )
    assert "피자 시켜줘" in turned_down
    assert "피자 시켜줘" not in unanswered


def test_the_draft_on_standard_output_is_training_data(tmp_path: Path, store: TrackedConversations) -> None:
    result = run(tmp_path, "--format", "yaml", "--with-out-of-scope", url=store.url)

    assert (result.returncode, result.stderr) == (0, "")
    examples = RasaYAMLReader().reads(result.stdout).training_examples
    assert [example.get("text") for example in examples] == ["환불요", "점심 메뉴", "피자 시켜줘"]


@pytest.mark.parametrize("format_", ["text", "yaml"])
def test_nothing_unanswered_is_good_news(tmp_path: Path, format_: str) -> None:
    empty = TrackedConversations(tmp_path / "tracker.db")
    empty.close()

    result = run(tmp_path, "--format", format_, url=empty.url)

    assert (result.returncode, result.stderr) == (0, "")
    assert "Unanswered in the last 30 days: nothing." in result.stdout


def test_a_missing_store_is_one_line_and_a_failure(tmp_path: Path) -> None:
    result = run(tmp_path, url=f"sqlite:///{tmp_path}/missing.db")

    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("assistant: There is no tracker store at ")


def test_without_the_setting_it_says_which(tmp_path: Path) -> None:
    result = launch(tmp_path, "unanswered")

    assert result.returncode == 2
    assert result.stderr.startswith("assistant: PREPAY_TRACKER_URL is not set")


@pytest.mark.parametrize("option", ["--since", "--at-least"])
@pytest.mark.parametrize("value", ["0", "-1", "x"])
def test_an_impossible_number_is_refused(tmp_path: Path, option: str, value: str) -> None:
    result = launch(tmp_path, "unanswered", option, value)

    assert result.returncode == 2
    assert option in result.stderr.splitlines()[-1]


def test_neither_rasa_nor_tensorflow_is_loaded(tmp_path: Path, store: TrackedConversations) -> None:
    """It starts in a second or two instead of many."""
    code = (
        "import sys; from assistant.__main__ import main; main(['unanswered']); print(*sorted(sys.modules))"
    )
    environment = launcher_environment(PREPAY_TRACKER_URL=store.url)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = set(done.stdout.splitlines()[-1].split())
    assert "assistant.unanswered" in loaded
    assert not loaded & {"rasa", "tensorflow", "kiwipiepy"}


def test_a_reader_that_has_seen_enough_is_no_failure(tmp_path: Path, store: TrackedConversations) -> None:
    """As with `| head -1`: the report is longer than what a pipe holds."""
    now = time.time()
    for number in range(40):
        store.turn("long", f"{number} " + chr(0xAC00 + number) * 5 + "글" * 3000, "nlu_fallback", at=now)
    environment = launcher_environment(PREPAY_TRACKER_URL=store.url)
    command = [sys.executable, "-m", "assistant", "unanswered", "--format", "yaml"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        complaints = process.stderr.read()

    assert (process.returncode, complaints) == (0, b"")


def test_a_conversation_that_rasa_itself_led_is_read(project: Path, tmp_path: Path) -> None:
    """The model's real ranking and the real store; the project has no rule for the second message."""
    url = f"sqlite:///{tmp_path}/var/tracker.db"
    settings = {"PREPAY_TRACKER_URL": url, "PREPAY_ACTIONS_URL": "http://127.0.0.1:1/webhook"}
    typed = "안녕하세요\n피자 시켜줘\n/greet\n/stop\n"
    talk = launch(project, "shell", "--conversation", "someone", stdin=typed, **settings)
    assert talk.returncode == 0, talk.stderr

    result = run(project, url=url)

    assert result.returncode == 0, result.stderr
    heading, *_, guess, text = result.stdout.splitlines()
    assert heading == "Unanswered in the last 30 days: 1 message in 1 conversation, 1 group"
    assert guess.strip().startswith("best guess: out_of_scope 1 time (mean confidence 0.")
    assert text.strip() == "1 x  피자 시켜줘"
