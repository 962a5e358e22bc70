"""Python loads this first if PYTHONPATH has its directory. It hands a start of the repository's moto over to `keeper.py`.

The started process stays: it ends when moto ends, and moto ends when the process's standard input is closed.
"""

import os
import socket
import sys

SERVE = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../../../packages/emulator/moto/serve.py"))


def hand_over(address):
    with socket.socket(socket.AF_UNIX) as keeper:
        try:
            keeper.connect(address)
        except OSError:
            return
        socket.send_fds(keeper, [b"."], [0, 1, 2])
        keeper.recv(1)
    os._exit(0)


if sys.orig_argv[-1:] == [SERVE] and "KEYFERRY_TEST_WARM_MOTO" in os.environ:
    hand_over(os.environ["KEYFERRY_TEST_WARM_MOTO"])
