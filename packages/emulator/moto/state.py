"""Writes moto's whole state to a file, and reads it back, including ids.

moto does not support this, but its state is a tree of plain Python objects under `BackendDict._instances`. It is written as
data (`graph.py`), and checked before objects are created from it (`schema.py`). AWS's managed policies, of which every account
has the same thousand, are left out (`aws_policies.py`).
"""

import contextlib
import gc
import json
import re

import aws_policies
import graph
import schema
from moto.backends import get_backend
from moto.core.base_backend import BackendDict, backend_lock
from moto.core.model_instances import reset_model_data


#: moto's names of services; its server and its proxy are not services.
SERVICE = re.compile(r"(?!moto)[a-z][a-z0-9_]*")


def write(path):
    state = {
        service_of(backends): {account: dict(regions.items()) for account, regions in backends.items()}
        for backends in BackendDict._instances
    }
    try:
        table = graph.write(state, aws_policies)
    except (TypeError, AttributeError, graph.NotWritable) as error:
        raise graph.NotWritable(f"{blame(state)} cannot be written: {error}") from error
    with open(path, "w", encoding="utf-8") as target:
        json.dump(table, target)


def service_of(backends):
    """The name of its module in moto: two services have the same name."""
    return backends.backend.__module__.split(".")[1]


def blame(state):
    """The service whose state cannot be written."""
    for service, accounts in state.items():
        try:
            graph.write(accounts, aws_policies)
        except Exception:
            return service
    return "moto's state"


def read(path):
    with open(path, encoding="utf-8") as source, without_collector():
        table = json.load(source)
        schema.check(table)
        state = graph.read(table, aws_policies)
    check_backends(state)
    reset()
    for service, accounts in state.items():
        backends = get_backend(service)
        for account, regions in accounts.items():
            for region, backend in regions.items():
                dict.__setitem__(backends[account], region, backend)
    name_buckets()


def check_backends(state):
    """Checks that a state has moto's form: service -> account -> Region -> moto's backend."""
    for service, accounts in dictionary(state).items():
        if SERVICE.fullmatch(service) is None:
            schema.refuse(service)
        kind = get_backend(service).backend
        for regions in dictionary(accounts).values():
            for backend in dictionary(regions).values():
                if type(backend) is not kind:
                    schema.refuse(f"{type(backend).__name__} of {service}")


def dictionary(value):
    return value if isinstance(value, dict) else schema.refuse(type(value).__name__)


def name_buckets():
    """Names of buckets are unique across accounts; moto stores their owners in a separate table."""
    s3 = get_backend("s3")
    s3.bucket_accounts.clear()
    for account, partitions in s3.items():
        for partition, backend in partitions.items():
            for name in backend.buckets:
                s3.bucket_accounts[name] = (partition, account)


@contextlib.contextmanager
def without_collector():
    """Thousands of objects are created together and none of them is garbage; repeated collections would take most of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def reset():
    """Deletes everything, including the objects that moto tracks by their class, which would accumulate otherwise."""
    reset_model_data()
    with backend_lock:
        for backends in BackendDict._instances:
            backends.clear()
        BackendDict._instances.clear()
    name_buckets()
