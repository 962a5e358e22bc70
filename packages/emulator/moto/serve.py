"""Serves moto on a free port, prints the port, runs its parent's commands, and ends with its parent.

Each line of standard input is a command, `{"do": "write" | "read" | "reset", "path": ...}`, and is answered by one line,
`done {"error": ...}`. Commands are not accepted on the port: reading a state creates objects, and any local process can use
the port.

A child process continues when its parent is killed; a pipe from the parent closes in any case.
"""

import functools
import gc
import json
import os
import sys
import threading

# What is loaded now is never freed, so the garbage collector does not have to check it, now or later.
gc.disable()

import one_session  # noqa: F401 - first, because moto's modules take the class by its name
import aws_policies
import managed_keys
import policies
import role_names
import state
import versions
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open between calls and does not log each one."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        pass


def obey(order: dict) -> None:
    if order["do"] == "write":
        state.write(order["path"])
    elif order["do"] == "read":
        state.read(order["path"])
    else:
        state.reset()


def exit_with_parent() -> None:
    for line in sys.stdin:
        answer = {}
        try:
            obey(json.loads(line))
        except Exception as error:
            answer = {"error": str(error)}
        print(f"done {json.dumps(answer)}", flush=True)
    os._exit(0)


def prepare() -> DomainDispatcherApplication:
    """The moto application, before it is served on a port."""
    versions.obey_requests()
    policies.accept_regional_s3()
    managed_keys.make_without_private_keys()
    role_names.name_as_aws()
    aws_policies.share()
    app = DomainDispatcherApplication(create_backend_app)
    # moto lists its own directory for every request.
    app.get_backend_for_host = functools.lru_cache(maxsize=1024)(app.get_backend_for_host)
    return app


def serve(app: DomainDispatcherApplication) -> None:
    threading.Thread(target=exit_with_parent, daemon=True).start()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    gc.freeze()
    gc.enable()
    print(f"port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(prepare())
