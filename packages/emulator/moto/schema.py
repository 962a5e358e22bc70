"""What a table of nodes may contain: kinds and their contents, classes and methods. Everything else is refused."""

import importlib
import re
import threading
import types

#: moto keeps its state in these modules; its servers, its proxy and its command line are in other modules.
MODULE = re.compile(r"moto\.(core\.(common_models|base_backend|model)|utilities\.[a-z0-9_]+|(?!moto_)[a-z0-9_]+\.[a-z0-9_]*(models|utils|exceptions|filters|notifications)(\.[a-z0-9_]+)*)")
#: Third-party classes, and the factories of default dictionaries.
OTHERS = {"requests.structures:CaseInsensitiveDict"}
FACTORIES = {f"builtins:{name}" for name in ("dict", "list", "set", "int", "str", "float", "bool")} | {"collections:OrderedDict", "collections:defaultdict"}
#: Methods that an object of a state may contain.
METHOD = re.compile(r"filter_[a-z0-9_]+")
LOCK_NAMES = {"Lock", "RLock", "Condition", "Event"}
ADDRESS_NAMES = {"IPv4Network", "IPv4Address", "IPv6Network", "IPv6Address"}


class NotPartOfAState(Exception):
    pass


def refuse(what):
    raise NotPartOfAState(f"{what} is not part of a state")


def is_class(name):
    module, _, qualname = name.partition(":")
    if name in OTHERS:
        return True
    return MODULE.fullmatch(module) is not None and qualname.isidentifier()


def is_function(module, qualname):
    parts = qualname.split(".<locals>.")
    return is_class(f"{module}:x") and all(part.isidentifier() for chain in parts for part in chain.split(".") if part != "<lambda>")


def class_named(name):
    module, _, qualname = name.partition(":")
    found = getattr(importlib.import_module(module), qualname, None)
    if not isinstance(found, type) or f"{found.__module__}:{found.__qualname__}" != name or issubclass(found, threading.Thread):
        refuse(name)
    return found


def method_named(owner, name):
    """A filter of one of moto's objects, bound to it."""
    found = getattr(type(owner), name, None)
    if not is_class(f"{type(owner).__module__}:{type(owner).__qualname__}") or not isinstance(found, types.FunctionType):
        refuse(name)
    return types.MethodType(found, owner)


def function_named(module, qualname, line):
    """A function without a closure that another function of moto creates: the factory of a default dictionary."""
    outer, *inner = qualname.split(".<locals>.")
    found = importlib.import_module(module)
    for part in outer.split("."):
        found = getattr(found, part, None)
    code = getattr(getattr(found, "__func__", found), "__code__", None)
    for part in inner:
        consts = code.co_consts if code is not None else ()
        code = next(
            (
                const
                for const in consts
                if isinstance(const, types.CodeType) and const.co_name == part and (part != inner[-1] or const.co_firstlineno == line)
            ),
            None,
        )
    if code is None or code.co_freevars or code.co_argcount:
        refuse(f"{module}.{qualname}")
    return types.FunctionType(code, vars(importlib.import_module(module)))


def check(table):
    """Refuses a table that contains an unknown kind, or a reference to a node that does not exist."""
    if not isinstance(table, dict) or set(table) != {"root", "nodes"} or not isinstance(table["nodes"], list):
        refuse("this form")
    count = len(table["nodes"])

    def value(one):
        if one is None or isinstance(one, (str, int, float, bool)) or one == ["nan"]:
            return True
        return isinstance(one, list) and len(one) == 1 and type(one[0]) is int and 0 <= one[0] < count

    def values(many):
        return isinstance(many, list) and all(value(one) for one in many)

    def pairs(many):
        return isinstance(many, list) and all(isinstance(one, list) and len(one) == 2 and values(one) for one in many)

    def attributes(many):
        return pairs(many) and all(isinstance(name, str) and not name.startswith("__") for name, _ in many)

    def items(many):
        return many is None or pairs(many) or values(many)

    def klass(name):
        return isinstance(name, str) and is_class(name)

    forms = {
        **{kind: (pairs,) for kind in ("dict", "ordered", "counter", "weak")},
        **{kind: (values,) for kind in ("list", "tuple", "set", "frozenset", "queue")},
        **{kind: (text,) for kind in ("bytes", "bytearray", "datetime", "date", "time", "decimal", "uuid")},
        "default": (value, pairs),
        "deque": (values, lambda longest: longest is None or type(longest) is int),
        "timedelta": (number, number, number),
        "timezone": (number,),
        "pattern": (text, number),
        "random": (),
        "plain": (),
        "lock": (lambda name: text(name) and name in LOCK_NAMES,),
        "address": (lambda name: text(name) and name in ADDRESS_NAMES, text),
        "enum": (klass, text),
        "class": (lambda name: klass(name) or name in FACTORIES,),
        "method": (value, lambda name: text(name) and METHOD.fullmatch(name) is not None),
        "function": (text, text, number),
        "object": (klass, attributes, items, value),
    }
    if not value(table["root"]):
        refuse("the root")
    for node in table["nodes"]:
        kind, *about = node if isinstance(node, list) and node else [None]
        form = forms.get(kind) if isinstance(kind, str) else None
        if form is None or len(form) != len(about) or not all(test(one) for test, one in zip(form, about)):
            refuse(str(node)[:200])
        if kind == "function" and not is_function(about[0], about[1]):
            refuse(f"{about[0]}.{about[1]}")


def text(one):
    return isinstance(one, str)


def number(one):
    return isinstance(one, (int, float)) and not isinstance(one, bool)
