"""Which TCP ports of this machine are taken, and by whom."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

LISTENING = "0A"  # the state column of /proc/net/tcp


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """True when a server could listen on the port now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as servers do: a closing connection is no obstacle
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def owner(port: int) -> str:
    """Who listens on the port, as "process 123 (python -m web)"; "another process" when the system does not say."""
    pid = _pid_from_proc(port) if Path("/proc/net/tcp").exists() else _pid_from_lsof(port)
    if pid is None:
        return "another process"
    command = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.strip()
    return f"process {pid}" + (f" ({command[:80]})" if command else "")


def _pid_from_proc(port: int) -> int | None:
    """Linux: the socket's inode from /proc/net, then the process that has it open."""
    sockets = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:] if Path(table).exists() else ():
            columns = line.split()
            if columns[3] == LISTENING and int(columns[1].rsplit(":", 1)[1], 16) == port:
                sockets.add(f"socket:[{columns[9]}]")
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) in sockets:
                return int(link.parts[2])
        except OSError:
            continue  # it ended meanwhile, or is not ours to look at
    return None


def _pid_from_lsof(port: int) -> int | None:
    """macOS: lsof is part of the system."""
    if not (lsof := shutil.which("lsof")):
        return None
    command = [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-t"]
    pids = subprocess.run(command, capture_output=True, text=True).stdout.split()
    return int(pids[0]) if pids else None
