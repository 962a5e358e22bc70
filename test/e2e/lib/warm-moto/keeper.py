"""Loads moto once, and forks for each cloud that starts it: loading takes longer than most clouds use it.

Arguments: the address to listen at, and the directory of `serve.py`. Ends when its standard input is closed.
"""

import os
import random
import select
import signal
import socket
import sys


def fork(client, listener, app):
    _, handed, _, _ = socket.recv_fds(client, 1, 3)
    if os.fork() == 0:
        listener.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for place, descriptor in enumerate(handed):
            os.dup2(descriptor, place)
            os.close(descriptor)
        be_another()
        serve.serve(app)
    for descriptor in handed:
        os.close(descriptor)


def be_another():
    """Seeds the random generators, so that no two clouds create the same IDs."""
    from moto.moto_api._internal import mock_random

    random.seed()
    mock_random.seed()


address, directory = sys.argv[1:]
sys.path.insert(0, directory)
import serve  # noqa: E402 - its directory is an argument

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
with socket.socket(socket.AF_UNIX) as listener:
    app = serve.prepare()
    listener.bind(address)
    listener.listen()
    print("ready", flush=True)
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        client, _ = listener.accept()
        with client:
            fork(client, listener, app)
