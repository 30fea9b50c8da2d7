"""Tries things as the program in a container could: in its file system, on its network, as its user and without any right.

It is told {"unit": NAME, "open": [PATH...], "connect": [[ADDRESS, PORT]...]}, and prints for each "yes" or why not. With
"unit": null it tries the same as root of the host: what is refused to a container is there to be had.
"""

import ctypes
import encodings.idna  # Needed for names, and not there to be found once inside.
import errno
import json
import os
import socket
import subprocess
import sys

PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP = 38, 24
LAST_CAPABILITY = 40


def enter(unit: str) -> None:
    """Becomes what the container's program is."""
    words = ["podman", "inspect", "--format", "{{.State.Pid}} {{.Config.User}}", unit]
    pid, user = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
    number = int(user.split(":")[0])
    spaces = [os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY) for kind in ("net", "ipc", "mnt")]
    for space in spaces:
        os.setns(space)
        os.close(space)
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(LAST_CAPABILITY + 1):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups([])
    os.setgid(number)
    os.setuid(number)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def opened(path: str) -> str:
    try:
        if os.path.isdir(path):
            os.listdir(path)
        else:
            os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return "yes"


def connected(address: str, port: int) -> str:
    try:
        socket.create_connection((address, port), timeout=5).close()
    except TimeoutError:
        return "ETIMEDOUT"
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return "yes"


def main() -> None:
    told = json.load(sys.stdin)
    if told["unit"] is not None:
        enter(told["unit"])
    answer = {
        "open": {path: opened(path) for path in told["open"]},
        "connect": {f"{address}:{port}": connected(address, port) for address, port in told["connect"]},
    }
    print(json.dumps(answer))


main()
