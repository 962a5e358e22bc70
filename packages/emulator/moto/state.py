"""Writes everything that moto holds to a file, and reads it back, ids and all.

moto offers no such thing, but its state is a tree of plain Python objects under `BackendDict._instances`. It is written as
data (`graph.py`), and checked before anything is made of it (`schema.py`). AWS's managed policies, of which every account
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


#: What moto calls a service; its server and its proxy are none.
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
    """Its module below moto: two services have one name."""
    return backends.backend.__module__.split(".")[1]


def blame(state):
    """The service whose state is at fault."""
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
    """Service -> account -> Region -> what moto itself keeps there."""
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
    """Names of buckets are unique in all accounts; moto keeps whose they are beside the buckets."""
    s3 = get_backend("s3")
    s3.bucket_accounts.clear()
    for account, partitions in s3.items():
        for partition, backend in partitions.items():
            for name in backend.buckets:
                s3.bucket_accounts[name] = (partition, account)


@contextlib.contextmanager
def without_collector():
    """Thousands of objects are made at once and none of them is garbage; to look for it again and again takes most of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def reset():
    """Forgets everything, also the objects that moto tracks by their class, which pile up otherwise."""
    reset_model_data()
    with backend_lock:
        for backends in BackendDict._instances:
            backends.clear()
        BackendDict._instances.clear()
    name_buckets()
