"""Locks between processes of this machine: given back by the system when their holder ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockHeld(Exception):
    """Another process holds the lock. `pid` is what it wrote into the lock file, 0 when it wrote nothing."""

    def __init__(self, path: Path) -> None:
        text = path.read_text().strip()
        self.pid = int(text) if text.isdecimal() else 0
        super().__init__(f"{path} is held by process {self.pid}")


@contextmanager
def locked(path: Path, *, wait: bool, waiting: str = "") -> Iterator[None]:
    """Hold the lock file at `path`. With `wait`, prints `waiting` and blocks; without, raises LockHeld."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if not wait:
                raise LockHeld(path) from None
            print(waiting, file=sys.stderr, flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """True while some process holds the lock file at `path`."""
    if not path.exists():
        return False
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
