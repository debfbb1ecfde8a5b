"""What the processes say: all of it into one log file each, what a person should see on the terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO, TextIO

from honcho.printer import Message, Printer

# Everyday lines: access logs, and records that call themselves INFO or DEBUG.
EVERYDAY = re.compile(r'\b(INFO|DEBUG)\b|"(GET|HEAD|POST|PUT|DELETE|OPTIONS) [^"]*" [123]\d\d\b')
TAIL_LINES = 20


class LogPrinter(Printer):
    """Writes every line to `<folder>/<process>.log` (the last run's is kept as .log.1) and the rest to the terminal."""

    def __init__(self, folder: Path, output: TextIO, quiet: bool) -> None:
        super().__init__(output)
        self.folder = folder
        self._quiet = quiet
        self._files: dict[str, IO[str]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, message: Message) -> None:
        """Take one message of a process, or of honcho itself, whose own reports stay in the file."""
        data = message.data
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        file = self._file(message.name)
        for line in text.splitlines():
            file.write(f"{message.time:%H:%M:%S} {line}\n")
            if not self._quiet and message.name != "system" and line.strip() and not EVERYDAY.search(line):
                super().write(message._replace(data=line))
        file.flush()

    def unshown(self, name: str) -> str:
        """The last lines of a process that the terminal has not seen: "" unless we are quiet."""
        if not self._quiet or name not in self._files:
            return ""
        lines = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
        return "".join(f"{line}\n" for line in lines[-TAIL_LINES:])

    def close(self) -> None:
        """Close the log files."""
        for file in self._files.values():
            file.close()

    def _file(self, name: str) -> IO[str]:
        if name not in self._files:
            path = self.folder / f"{name}.log"
            if path.exists():
                path.replace(path.with_suffix(".log.1"))
            self._files[name] = path.open("w")
        return self._files[name]
