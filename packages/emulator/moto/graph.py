"""Converts objects to data and back: a table of nodes, `[kind, ...]`, that refer to one another by their position in it.

A pickle tells its reader what to call; a table of nodes only describes objects. Objects are created without their constructors
and get their attributes, which are data, too. `schema.py` defines what a table may contain; this is checked before any object
is created.
"""

import base64
import collections
import contextlib
import datetime
import decimal
import enum
import ipaddress
import queue
import random
import re
import threading
import types
import uuid
import weakref

import schema

LOCKS = {type(threading.Lock()): "Lock", type(threading.RLock()): "RLock", threading.Condition: "Condition", threading.Event: "Event"}
SCALARS = (str, int, float, bool, type(None))
ADDRESSES = (ipaddress.IPv4Network, ipaddress.IPv4Address, ipaddress.IPv6Network, ipaddress.IPv6Address)


class NotWritable(Exception):
    pass


def write(root, parts):
    """The table of a root object. Not recursive: chains of objects are long.

    `parts.attributes(value, state)` returns the attributes of an object to write, `parts.complete(value)` adds the others when it is read.
    """
    places, nodes, kept, todo = {}, [], [], []

    def refer(value):
        if isinstance(value, SCALARS) and type(value) in SCALARS:
            return value if not isinstance(value, float) or value == value else ["nan"]
        key = method_key(value) or id(value)
        if key not in places:
            places[key] = len(nodes)
            nodes.append(None)
            kept.append(value)
            todo.append(value)
        return [places[key]]

    start = refer(root)
    while todo:
        value = todo.pop()
        nodes[places[method_key(value) or id(value)]] = node_of(value, refer, parts)
    return {"root": start, "nodes": nodes}


def method_key(value):
    """A bound method is a new object each time that it is accessed."""
    return (id(value.__self__), value.__name__) if isinstance(value, types.MethodType) else None


def node_of(value, refer, parts):
    kind = type(value)
    if kind in LOCKS:
        return ["lock", LOCKS[kind]]
    if kind in WRITERS:
        return WRITERS[kind](value, refer)
    if isinstance(value, enum.Enum):
        return ["enum", name_of(kind), value.name]
    if isinstance(value, types.MethodType):
        return ["method", refer(value.__self__), value.__name__]
    if isinstance(value, types.FunctionType):
        return ["function", value.__module__, value.__qualname__, value.__code__.co_firstlineno]
    if isinstance(value, type):
        return ["class", name_of(value)]
    return object_node(value, refer, parts)


def object_node(value, refer, parts):
    """An object of a class that is allowed in states: its attributes, and its contents if it is a list or dictionary."""
    name = name_of(type(value))
    if not schema.is_class(name) or isinstance(value, (str, int, float, bytes, tuple, set)):
        raise NotWritable(f"{name} is not part of a state")
    state = value.__getstate__() if hasattr(value, "__getstate__") else vars(value)
    if not isinstance(state, dict) and state is not None:
        raise NotWritable(f"{name} has a state that is not a dictionary")
    state = parts.attributes(value, state)
    items = None
    # With the methods of the plain dictionary or list: those of moto's own classes return something else.
    if isinstance(value, collections.OrderedDict):
        items = [[refer(key), refer(entry)] for key, entry in collections.OrderedDict.items(value)]
    elif isinstance(value, dict):
        items = [[refer(key), refer(entry)] for key, entry in dict.items(value)]
    elif isinstance(value, list):
        items = [refer(entry) for entry in list.__iter__(value)]
    factory = refer(value.default_factory) if isinstance(value, collections.defaultdict) else None
    return ["object", name, [[key, refer(entry)] for key, entry in (state or {}).items()], items, factory]


def name_of(kind):
    return f"{kind.__module__}:{kind.__qualname__}"


def pairs(value, refer):
    return [[refer(key), refer(entry)] for key, entry in value.items()]


def entries(value, refer):
    return [refer(entry) for entry in value]


WRITERS = {
    dict: lambda value, refer: ["dict", pairs(value, refer)],
    collections.OrderedDict: lambda value, refer: ["ordered", pairs(value, refer)],
    collections.Counter: lambda value, refer: ["counter", pairs(value, refer)],
    collections.defaultdict: lambda value, refer: ["default", refer(value.default_factory), pairs(value, refer)],
    weakref.WeakValueDictionary: lambda value, refer: ["weak", pairs(value, refer)],
    list: lambda value, refer: ["list", entries(value, refer)],
    tuple: lambda value, refer: ["tuple", entries(value, refer)],
    set: lambda value, refer: ["set", entries(value, refer)],
    frozenset: lambda value, refer: ["frozenset", entries(value, refer)],
    collections.deque: lambda value, refer: ["deque", entries(value, refer), value.maxlen],
    queue.Queue: lambda value, refer: ["queue", entries(value.queue, refer)],
    bytes: lambda value, refer: ["bytes", base64.b64encode(value).decode()],
    bytearray: lambda value, refer: ["bytearray", base64.b64encode(value).decode()],
    datetime.datetime: lambda value, refer: ["datetime", value.isoformat()],
    datetime.date: lambda value, refer: ["date", value.isoformat()],
    datetime.time: lambda value, refer: ["time", value.isoformat()],
    datetime.timedelta: lambda value, refer: ["timedelta", value.days, value.seconds, value.microseconds],
    datetime.timezone: lambda value, refer: ["timezone", value.utcoffset(None).total_seconds()],
    decimal.Decimal: lambda value, refer: ["decimal", str(value)],
    uuid.UUID: lambda value, refer: ["uuid", str(value)],
    re.Pattern: lambda value, refer: ["pattern", value.pattern, value.flags],
    random.Random: lambda value, refer: ["random"],
    object: lambda value, refer: ["plain"],
    **{kind: lambda value, refer: ["address", type(value).__name__, str(value)] for kind in ADDRESSES},
}

#: Nodes that are complete once they are created.
ATOMS = {
    "nan": lambda: float("nan"),
    "lock": lambda kind: getattr(threading, kind)(),
    "bytes": base64.b64decode,
    "bytearray": lambda text: bytearray(base64.b64decode(text)),
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": datetime.timedelta,
    "timezone": lambda seconds: datetime.timezone(datetime.timedelta(seconds=seconds)),
    "decimal": decimal.Decimal,
    "uuid": uuid.UUID,
    "pattern": re.compile,
    "random": random.Random,
    "plain": object,
    "address": lambda kind, text: getattr(ipaddress, kind)(text),
    "enum": lambda name, member: schema.class_named(name)[member],
    "function": schema.function_named,
    "class": schema.class_named,
}
#: Nodes that are created empty and filled later, so that they may refer to themselves.
SHELLS = {
    "dict": lambda *_: {},
    "ordered": lambda *_: collections.OrderedDict(),
    "counter": lambda *_: collections.Counter(),
    "default": lambda *_: collections.defaultdict(),
    "weak": lambda *_: weakref.WeakValueDictionary(),
    "list": lambda *_: [],
    "set": lambda *_: set(),
    "deque": lambda _, longest: collections.deque(maxlen=longest),
    "queue": lambda *_: queue.Queue(),
    "object": lambda name, *_: bare(schema.class_named(name)),
}


def bare(kind):
    """An object of a class, created without running the class's own code."""
    base = next(base for base in (collections.defaultdict, collections.OrderedDict, dict, list, object) if issubclass(kind, base))
    return base.__new__(kind)


def read(table, parts):
    """The root object of a table that was checked against the schema."""
    nodes = table["nodes"]
    made = [SHELLS[kind](*about) if kind in SHELLS else None for kind, *about in nodes]
    there = [kind in SHELLS for kind, *_ in nodes]

    def find(value):
        if not isinstance(value, list):
            return value
        if value == ["nan"]:
            return float("nan")
        place = value[0]
        if not there[place]:
            made[place], there[place] = make(nodes[place]), True
        return made[place]

    def make(node):
        kind, *about = node
        if kind == "tuple":
            return tuple(find(entry) for entry in about[0])
        if kind == "frozenset":
            return frozenset(find(entry) for entry in about[0])
        if kind == "method":
            return schema.method_named(find(about[0]), about[1])
        return ATOMS[kind](*about)

    # Objects first: their attributes are needed to find them in dictionaries and sets.
    for order in (("object",), tuple(kind for kind in SHELLS if kind != "object")):
        for place, (kind, *about) in enumerate(nodes):
            if kind in order:
                fill(made[place], kind, about, find)
    for place, (kind, *about) in enumerate(nodes):
        if kind == "object" and about[2] is not None:
            fill_items(made[place], about[2], find)
    for place, (kind, *_) in enumerate(nodes):
        if kind == "object":
            parts.complete(made[place])
    return find(table["root"])


def fill(made, kind, about, find):
    if kind == "object":
        state = {name: find(value) for name, value in about[1]}
        own = getattr(type(made), "__setstate__", None)
        if own is not None:
            own(made, state)
        else:
            vars(made).update(state)
        if isinstance(made, collections.defaultdict):
            made.default_factory = find(about[3])
    elif kind == "default":
        made.default_factory = find(about[0])
        fill_items(made, about[1], find)
    elif kind == "queue":
        for entry in about[0]:
            made.put(find(entry))
    else:
        fill_items(made, about[0], find)


def fill_items(made, items, find):
    """With the methods of the plain dictionary or list: a class's own conversion of entries has already been done."""
    if isinstance(made, dict):
        # An ordered dictionary stores its order separately, and only its own method updates it.
        plain = collections.OrderedDict if isinstance(made, collections.OrderedDict) else dict
        for key, entry in items:
            plain.__setitem__(made, find(key), find(entry))
    elif isinstance(made, weakref.WeakValueDictionary):
        for key, entry in items:
            made[find(key)] = find(entry)
    elif isinstance(made, list):
        list.extend(made, (find(entry) for entry in items))
    elif isinstance(made, set):
        made.update(find(entry) for entry in items)
    else:
        made.extend(find(entry) for entry in items)
