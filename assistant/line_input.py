"""Reading a customer's turn in the shell, from a terminal or from a script."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from rasa.core.channels import console

PROMPT = "Your input -> "


async def read_line(previous_response: dict[str, Any] | None) -> str | None:
    """Show the last answer and return the next line; the number of a button stands for its payload.

    Takes the place of Rasa's own prompt, whose menus cannot be driven by a script and hide that one may simply type.
    Returns None at the end of input.
    """
    buttons = []
    if previous_response is not None:
        console._print_bot_output(previous_response)
        buttons = previous_response.get("buttons") or []
    print(PROMPT, end="", flush=True)
    line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    if not line:
        return None
    return chosen(line.strip(), buttons)


def chosen(text: str, buttons: Any) -> str:
    """Return the payload of the button whose number (from 1) was typed, else the text itself."""
    if text.isdecimal() and 1 <= int(text) <= len(buttons):
        return str(buttons[int(text) - 1]["payload"])
    return text
