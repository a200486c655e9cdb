"""What stands in for the content of a module that is not installed: everything, as far as a program can tell.

Each name is a class, so that a program can derive from it, catch it, decorate with it and write it in an annotation;
calling it makes an object that behaves the same. No code of the program is lost in it: a decorated function stays.
"""
import abc
import dis
import functools
import inspect
import sys
import types

WRAPPED = (staticmethod, classmethod, property)
# Numbers that were asked of a stand-in, by its name; whatever is made of one is invented.
INVENTED = {}


def is_special(name):
    return name.startswith("__") and name.endswith("__")


def invent(self):
    """Takes note that a number is needed where there is none."""
    frame = sys._getframe(2)
    INVENTED.setdefault(str(self), (frame.f_code.co_filename, frame.f_lineno))


def wanted(frame):
    """Into how many names the frame is about to unpack something."""
    for instruction in dis.get_instructions(frame.f_code):
        if instruction.offset == frame.f_lasti:
            break
    else:
        return 0
    if instruction.opname == "UNPACK_SEQUENCE":
        return instruction.arg
    return (instruction.arg & 0xFF) + (instruction.arg >> 8) if instruction.opname == "UNPACK_EX" else 0


class Behaviour:
    """Of classes and objects alike."""

    def __getitem__(self, key):
        return self

    def __setitem__(self, key, value):
        pass

    def __delitem__(self, key):
        pass

    def __contains__(self, item):
        return False

    def __len__(self):
        return 0

    def __iter__(self):
        return iter([self] * wanted(sys._getframe(1)))

    def __bool__(self):
        return True

    def __int__(self):
        invent(self)
        return 1

    __index__ = __int__

    def __float__(self):
        invent(self)
        return 1.0

    def __str__(self):
        return self._oakc_name

    def __repr__(self):
        return "<%s, which is not installed>" % self._oakc_name

    def __fspath__(self):
        return self._oakc_name

    def __format__(self, _):
        return self._oakc_name

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def __await__(self):
        return self
        yield

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    def __aiter__(self):
        return self

    async def __anext__(self):
        raise StopAsyncIteration

    def __next__(self):
        raise StopIteration


def itself(self, *_):
    return self


def no(self, *_):
    return False


for operation in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "xor", "lshift", "rshift"):
    for prefix in ("", "r", "i"):
        setattr(Behaviour, "__%s%s__" % (prefix, operation), itself)
for operation in ("or", "ror", "ior", "neg", "pos", "abs", "invert", "round"):
    setattr(Behaviour, "__%s__" % operation, itself)
for operation in ("lt", "le", "gt", "ge"):
    setattr(Behaviour, "__%s__" % operation, no)


class Kind(Behaviour, abc.ABCMeta):
    """The class of the classes."""

    def __new__(mcs, name, bases, content, **_):
        try:
            return super().__new__(mcs, name, bases, content)
        except TypeError:
            # A base whose objects are laid out otherwise: the real one matters.
            real = tuple(base for base in bases if not isinstance(base, Kind))
            return types.new_class(name, real, {}, lambda namespace: namespace.update(content))

    def __init__(cls, name, bases, content, **_):
        super().__init__(name, bases, content)

    def __getattr__(cls, name):
        if is_special(name) or name.startswith("_abc_"):
            raise AttributeError(name)
        return member(cls, name)

    def __call__(cls, *arguments, **named):
        if "_oakc_name" not in vars(cls):
            return super().__call__(*arguments, **named)
        return complete(arguments[0]) if decorates(arguments, named) else super().__call__(*arguments, **named)


class Anything(Behaviour, Exception, metaclass=Kind):
    """An object of no known kind. An exception, so that a program can catch its class."""

    _oakc_name = "anything"

    def __init__(self, *_, **__):
        Exception.__init__(self)

    def __init_subclass__(cls, **_):
        super().__init_subclass__()

    def __getattr__(self, name):
        if is_special(name):
            raise AttributeError(name)
        return member(type(self), name)

    def __call__(self, *arguments, **named):
        return complete(arguments[0]) if decorates(arguments, named) else member(type(self), "()")()

    def __mro_entries__(self, bases):
        return (type(self),)


def decorates(arguments, named):
    """Whether a call is one of a decorator: what it gets has no name yet in the module that defines it."""
    if len(arguments) != 1 or named or isinstance(arguments[0], Kind):
        return False
    found = arguments[0]
    if isinstance(found, WRAPPED):
        return True
    frame = sys._getframe(2)
    if not isinstance(found, (types.FunctionType, type)) or found.__module__ != frame.f_globals.get("__name__"):
        return False
    name = found.__name__
    return found is not frame.f_locals.get(name) and found is not frame.f_globals.get(name)


def named(name):
    """The class that stands for a dotted name."""
    return Kind(name.split(".")[-1], (Anything,), {"_oakc_name": name, "__module__": name.rpartition(".")[0]})


def member(cls, name):
    """What stands for a part of it, the same each time."""
    made = named(cls._oakc_name + ("()" if name == "()" else "." + name))
    type.__setattr__(cls, name, made)
    return made


def complete(function):
    """A function that a stand-in has decorated: what the decorator would have passed, it gets as well."""
    if not isinstance(function, types.FunctionType):
        return function

    @functools.wraps(function)
    def call(*arguments, **named_arguments):
        try:
            inspect.signature(function).bind(*arguments, **named_arguments)
        except TypeError:
            named_arguments.update(missing(function, arguments, named_arguments))
        return function(*arguments, **named_arguments)

    return call


def missing(function, arguments, given):
    """Stand-ins for the parameters that have no value."""
    parameters = list(inspect.signature(function).parameters.values())
    fixed = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {
        parameter.name: named("%s(%s)" % (function.__name__, parameter.name))()
        for parameter in parameters[len(arguments):]
        if parameter.kind in fixed and parameter.default is inspect.Parameter.empty and parameter.name not in given
    }
