"""Answers to calls that a camera would have to answer: values of the type that the binding's signature names."""
import ast
import datetime
import re

NUMBERS = {"bool": False, "int": 0, "float": 0.0, "SupportsInt": 0, "SupportsFloat": 0.0, "SupportsIndex": 0}
TEXTS = {"str": "", "bytes": b"", "object": "", "Path": "", "path": ""}
COLLECTIONS = {"list": list, "sequence": list, "iterable": list, "dict": dict, "mapping": dict, "json": dict, "set": set}


class Answers:
    """`makers`: for a class of the library, what makes an object of it where an empty one would not do."""

    def __init__(self, dai):
        self.dai, self.makers = dai, {}

    def call(self, function, name):
        """What a function of the library returns, as its documentation says."""
        types = results(getattr(function, "__doc__", None) or "", name)
        return self.value(types[0]) if types else None

    def attribute(self, found):
        """The value of a property."""
        return self.call(found.fget, "")

    def value(self, text):
        """A value of the type that is written so."""
        try:
            return self.of(ast.parse(text.strip(), mode="eval").body)
        except (SyntaxError, ValueError):
            return None

    def of(self, node):
        if isinstance(node, ast.BinOp):
            return self.of(node.left if is_none(node.right) else node.right)
        if isinstance(node, ast.Subscript):
            return self.generic(node)
        if isinstance(node, ast.Attribute):
            return self.named(dotted(node))
        return self.named(node.id) if isinstance(node, ast.Name) else None

    def generic(self, node):
        """Of `list[…]`, `tuple[…]` and the like."""
        name = dotted(node.value).split(".")[-1].lower()
        # Before Python 3.9, an `Index` is around it.
        inner = node.slice.value if type(node.slice).__name__ == "Index" else node.slice
        if name == "tuple":
            return tuple(self.of(item) for item in getattr(inner, "elts", [inner]))
        if name in ("optional", "union"):
            return self.of(next(iter(getattr(inner, "elts", [inner]))))
        return self.named(dotted(node.value))

    def named(self, name):
        if name.startswith(self.dai.__name__ + "."):
            found = self.dai
            for part in name.split(".")[1:]:
                found = getattr(found, part, None)
            return self.instance(found) if isinstance(found, type) else None
        if name == "datetime.timedelta":
            return datetime.timedelta()
        if name == "datetime.datetime":
            return datetime.datetime.fromtimestamp(0)
        if name == "numpy.ndarray":
            return empty_array()
        last = name.split(".")[-1]
        collection = COLLECTIONS.get(last.lower())
        return collection() if collection else {**NUMBERS, **TEXTS}.get(last)

    def instance(self, cls):
        """An object of a class of the library; where none can be made, one that answers for it."""
        if cls in self.makers:
            return self.makers[cls]()
        members = getattr(cls, "__members__", None)
        if members:
            return min(members.values(), key=int)
        for types in [[], *sorted(parameters(cls.__init__.__doc__ or ""), key=len)]:
            try:
                return cls(*[self.value(text) for text in types])
            except Exception:  # The library refuses in many ways, and each only means: not so.
                continue
        return standing_for(cls)(self)


class Answering:
    """An object that answers as one of the class `real` would. A subclass defines what it knows better."""

    real, answers = None, None

    def __getattr__(self, name):
        found = getattr(type(self).real, name)  # An AttributeError is what the program would get.
        if isinstance(found, property):
            return self.answers.attribute(found)
        if isinstance(found, type) or not callable(found):
            return found
        return lambda *_, **__: self.answers.call(found, name)


def standing_for(cls):
    class Standing(Answering):
        real = cls

        def __init__(self, answers):
            self.answers = answers

    return Standing


def results(documentation, name):
    """The types that the signatures in a docstring of pybind11 return, `None` last."""
    start = re.compile(r"(\d+\. )?%s\(.*\) -> (?P<type>.+)" % (re.escape(name) or r"\w*"))
    found = [start.match(line.strip()) for line in documentation.splitlines()]
    types = [match["type"] for match in found if match]
    return sorted(types, key=lambda text: text.strip() == "None")


def parameters(documentation):
    """The types of the parameters without a default, for each signature of a constructor."""
    for line in documentation.splitlines():
        found = re.match(r"(?:\d+\. )?__init__\(self: [^,)]+(?P<rest>.*)\) -> None", line.strip())
        if found:
            yield re.findall(r"\w+: ([^,=]+?)(?=,|$)", found["rest"].strip(", "))


def is_none(node):
    return isinstance(node, ast.Constant) and node.value is None


def dotted(node):
    """The name that a node of a syntax tree is."""
    if isinstance(node, ast.Attribute):
        return "%s.%s" % (dotted(node.value), node.attr)
    return node.id if isinstance(node, ast.Name) else ""


def empty_array():
    try:
        import numpy
    except ImportError:
        return []
    return numpy.zeros(0)
