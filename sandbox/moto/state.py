"""Writes everything that moto holds to a file, and reads it back, ids and all.

moto offers no such thing, but its state is a tree of plain Python objects under `BackendDict._instances`. Four kinds of
objects in it cannot be pickled as they are, and are written as what they stand for: locks and threads (made anew), the
lambdas that default dictionaries are made with (found again in moto's own code), and AWS's managed policies, of which
every account holds the same thousand.

A file that is read makes only objects of moto and a few of Python's own kinds, so that it cannot run anything else.
"""

import collections
import contextlib
import copyreg
import functools
import gc
import importlib
import io
import pickle
import threading
import types

from moto.backends import get_backend
from moto.core.base_backend import BackendDict, backend_lock
from moto.core.model_instances import reset_model_data
from moto.iam import models as iam_models

LOCKS = {type(threading.Lock()): "Lock", type(threading.RLock()): "RLock", threading.Condition: "Condition", threading.Event: "Event"}

ALLOWED = {
    "builtins": {"set", "frozenset", "bytearray", "complex", "slice", "range", "object", "dict", "list", "int", "str", "bool", "float"},
    "collections": {"OrderedDict", "defaultdict", "deque", "Counter"},
    "copyreg": {"_reconstructor"},
    "datetime": {"datetime", "date", "time", "timedelta", "timezone", "tzinfo"},
    "dateutil.tz.tz": {"tzutc", "tzlocal"},
    "decimal": {"Decimal"},
    "re": {"_compile"},
    "uuid": {"UUID", "SafeUUID"},
    "ipaddress": {"IPv4Network", "IPv4Address", "IPv6Network", "IPv6Address"},
    "zoneinfo": {"ZoneInfo"},
    "queue": {"Queue"},
    "random": {"Random"},
}


class NotWritable(Exception):
    pass


class Writer(pickle.Pickler):
    def persistent_id(self, value):
        kind = LOCKS.get(type(value))
        if kind is not None:
            return ("lock", kind)
        if isinstance(value, types.FunctionType) and "<locals>" in value.__qualname__:
            return ("local", value.__module__, value.__qualname__, value.__code__.co_firstlineno)
        if isinstance(value, types.ModuleType):
            return ("module", value.__name__)
        if type(value) is iam_models.AWSManagedPolicy and untouched(value):
            return ("policy", value.partition, value.account_id, value.name, value.id)
        return None


    def reducer_override(self, value):
        """Dictionaries of moto's own that make their entries: Python would ask their constructors for too little."""
        if isinstance(value, collections.defaultdict) and type(value) is not collections.defaultdict:
            state = (vars(value), {"default_factory": value.default_factory})
            return copyreg.__newobj__, (type(value),), state, None, iter(value.items())
        return NotImplemented


class Reader(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("builtins", "getattr"):
            return method_of
        if module.startswith("moto.") and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__.startswith("moto."):
                return found
        if name in ALLOWED.get(module, ()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a state")

    def persistent_load(self, pid):
        kind, *about = pid
        if kind == "lock":
            return getattr(threading, about[0])()
        if kind == "local":
            return local_function(*about)
        if kind == "module" and about[0].startswith("moto."):
            return importlib.import_module(about[0])
        if kind == "policy":
            return managed_policy(*about)
        raise pickle.UnpicklingError(f"{kind} is not part of a state")


def method_of(owner, name):
    """A method of one of moto's objects, bound to it: what pickle asks `getattr` for."""
    if not type(owner).__module__.startswith("moto.") or name.startswith("_"):
        raise pickle.UnpicklingError(f"{name} is not part of a state")
    return getattr(owner, name)


def untouched(policy):
    """Attached policies count their attachments; those are written in full."""
    return policy.attachment_count == 0 and len(policy.versions) == 1 and not getattr(policy, "tags", None)


def managed_policy(partition, account, name, policy_id):
    """One of AWS's policies as an account has it."""
    policy = twin(managed_policies(partition)[name])
    policy.account_id, policy.id = account, policy_id
    policy.tags, policy.versions = {}, [twin(version) for version in policy.versions]
    return policy


def twin(value):
    """A shallow copy. There are thousands to make: `copy.copy` takes five times as long, and moto keeps what it makes."""
    made = object.__new__(type(value))
    vars(made).update(vars(value))
    return made


@functools.lru_cache
def managed_policies(partition):
    backend = iam_models.IAMBackend.__new__(iam_models.IAMBackend)
    backend.account_id, backend.region_name = "", partition
    return {policy.name: policy for policy in iam_models.IAMBackend._init_aws_policies(backend)}


def local_function(module, qualname, line):
    """A function without a closure that another function of moto makes."""
    if not module.startswith("moto."):
        raise pickle.UnpicklingError(f"{module} is not part of a state")
    found = importlib.import_module(module)
    outer, *inner = qualname.split(".<locals>.")
    for part in outer.split("."):
        found = getattr(found, part)
    code = getattr(found, "__func__", found).__code__
    for part in inner:
        code = next(
            const
            for const in code.co_consts
            if isinstance(const, types.CodeType) and const.co_name == part and (part != inner[-1] or const.co_firstlineno == line)
        )
    if code.co_freevars:
        raise pickle.UnpicklingError(f"{qualname} has a closure")
    return types.FunctionType(code, vars(importlib.import_module(module)))


def write(path):
    state = {
        backends.service_name: {account: dict(regions.items()) for account, regions in backends.items()}
        for backends in BackendDict._instances
    }
    file = io.BytesIO()
    try:
        Writer(file, protocol=4).dump(state)
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        raise NotWritable(f"{blame(state)} cannot be written: {error}") from error
    with open(path, "wb") as target:
        target.write(file.getvalue())


def blame(state):
    """The service whose state is at fault."""
    for service, accounts in state.items():
        try:
            Writer(io.BytesIO(), protocol=4).dump(accounts)
        except Exception:
            return service
    return "moto's state"


def read(path):
    with open(path, "rb") as source, without_collector():
        state = Reader(source).load()
    reset()
    for service, accounts in state.items():
        backends = get_backend(service)
        for account, regions in accounts.items():
            for region, backend in regions.items():
                dict.__setitem__(backends[account], region, backend)
    name_buckets()


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
