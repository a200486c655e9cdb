"""Writes the tables of `compiler/script/src/api`: what Python programs on the camera can use.

    python script_api.py device  > device.txt     # needs depthai
    python script_api.py stdlib  > stdlib.txt     # needs CPython 3.9 and mypy, for its stub files

`device.txt` has the classes of the library that the firmware's script engine has as well: a class or member is
there if the library has it and its name stands in the firmware. `stdlib.txt` has modules and classes of the
standard library: what exists comes from the running interpreter, signatures come from the stub files.
Only names, numbers of arguments and types are taken.
"""

import ast
import builtins
import enum
import importlib.util
import inspect
import io
import lzma
import os
import pathlib
import re
import sys
import tarfile
import threading
import types

# ---------------------------------------------------------------------------------------------- device


def firmware():
    """The firmware that the library holds."""
    library = pathlib.Path(sys.modules["depthai"].__file__).read_bytes()
    start = 0
    while True:
        start = library.find(b"\xfd7zXZ\0", start)
        if start < 0:
            raise SystemExit("the library holds no firmware")
        try:
            archive = tarfile.open(fileobj=io.BytesIO(lzma.LZMADecompressor().decompress(library[start:])))
            for member in archive:
                if member.name.startswith("depthai-device") and member.name.endswith(".cmd"):
                    return archive.extractfile(member).read()
        except lzma.LZMAError:
            pass
        start += 1


# Members that only the firmware has; each name stands in it. What is known of their arguments is from public programs.
FIRMWARE_ONLY = {
    "Buffer": ["getData() -> ?", "setData(data: ?) -> None"],
    "Clock": ["nowHost() -> datetime.timedelta", "offsetToHost() -> ?"],
    "Device": [
        "readCalibration2() -> CalibrationHandler",
        "setIrLaserDotProjectorIntensity(...) -> ?",
        "setIrFloodLightIntensity(...) -> ?",
        "shutdownResetDevice(...) -> ?",
    ],
    "EncodedFrame": ["getFrameSize(...) -> ?", "setFrameSize(...) -> ?"],
    "ImageManipConfig": ["cropConfig: ?", "resizeConfig: ?", "formatConfig: ?", "enableCrop: ?", "enableResize: ?",
                         "enableFormat: ?", "reusePreviousImage: ?", "skipCurrentImage: ?", "interpolation: ?"],
}
# Names of the script engine that the library has nowhere. Which class has them is not known for certain.
UNPLACED = """
CropConfig CropRect FormatConfig IMUReportAccuracy ManualExposureParams RegionParams ResizeConfig bgBlue bgGreen bgRed
cropRatio cropRect cropRotatedRect enableCenterCropRectangle enableRotatedRect enableRotation enableWarp4pt
enableWarpMatrix exposureTimeUs flipHorizontal flipVertical frameDurationUs getAsset getFrameSize hasAsset
lockAspectRatioFill normalizedCoords offsetToHost nowHost priority rotationAngleDeg sensitivityIso setFrameSize trySend
warn warpBorderReplicate io readCalibration2 shutdownResetDevice
""".split()
# The module `GPIO` is the firmware's own. Arguments are known where one signature in the firmware fits the function and the
# names that stand beside it; which of them can be left out is not.
GPIO = """\
module GPIO
  IN: GPIO.Direction
  OUT: GPIO.Direction
  LOW: GPIO.State
  HIGH: GPIO.State
  PULL_NONE: GPIO.PullDownUp
  PULL_DOWN: GPIO.PullDownUp
  PULL_UP: GPIO.PullDownUp
  RISING: GPIO.Edge
  FALLING: GPIO.Edge
  LEVEL_HIGH: GPIO.Edge
  LEVEL_LOW: GPIO.Edge
  setup(gpio: int, dir: GPIO.Direction, pud?: GPIO.PullDownUp, exclusive?: bool) -> int
  release(...) -> ?
  write(...) -> ?
  read(...) -> ?
  waitInterruptEvent(...) -> ?
  hasInterruptEvent(...) -> ?
  setInterrupt(...) -> ?
  clearInterrupt(...) -> ?
  setPwm(gpio: int, highCount: int, lowCount: int, repeat?: int) -> int
  enablePwm(...) -> ?
class GPIO.Direction open
  IN: GPIO.Direction
  OUT: GPIO.Direction
class GPIO.State open
  LOW: GPIO.State
  HIGH: GPIO.State
class GPIO.PullDownUp open
  PULL_NONE: GPIO.PullDownUp
  PULL_DOWN: GPIO.PullDownUp
  PULL_UP: GPIO.PullDownUp
class GPIO.Edge open
  RISING: GPIO.Edge
  FALLING: GPIO.Edge
  LEVEL_HIGH: GPIO.Edge
  LEVEL_LOW: GPIO.Edge
"""
# What a script's `node` is. The names stand in the firmware.
NODE = """\
class node
  io: <io>
  trace(message: ?, **kwargs) -> None
  debug(message: ?, **kwargs) -> None
  info(message: ?, **kwargs) -> None
  warn(message: ?, **kwargs) -> None
  error(message: ?, **kwargs) -> None
  critical(message: ?, **kwargs) -> None
class <io> open
class <input>
  get() -> ?
  getAll() -> list[?]
  tryGet() -> ?|None
  tryGetAll() -> list[?]
  has() -> bool
class <output>
  send(message: ?) -> None
  trySend(message: ?) -> bool
"""


class Device:
    def __init__(self):
        os.environ["DEPTHAI_LEVEL"] = "error"  # its warnings go to the standard output
        import depthai

        self.library = depthai
        self.firmware = firmware()
        self.names = {}  # class object -> canonical name
        for name in sorted(dir(depthai)):
            self.collect(name, getattr(depthai, name))

    def has(self, name):
        return name.encode() + b"\0" in self.firmware

    def collect(self, path, value):
        name = path.rsplit(".", 1)[-1]
        if not isinstance(value, type) or name.startswith("_") or not self.has(name):
            return
        known = self.names.get(value)
        # `ImgFrame.Type` rather than `RawImgFrame.Type`: a class is called as scripts can reach it.
        if known is None:
            self.names[value] = path
        for inner in sorted(vars(value)):
            self.collect(path + "." + inner, vars(value)[inner])

    def type(self, text):
        """A type of a signature of the library, in the words of the table."""
        text = text.strip()
        simple = {
            "typing.SupportsInt": "int", "typing.SupportsFloat": "float", "int": "int", "float": "float", "str": "str",
            "bool": "bool", "None": "None", "bytes": "bytes", "datetime.timedelta": "datetime.timedelta",
            "typing.SupportsInt | typing.SupportsIndex": "int",
        }
        if text in simple:
            return simple[text]
        inner = re.fullmatch(r"(list|collections\.abc\.Sequence|tuple|dict|typing\.Optional)\[(.*)\]", text)
        if inner:
            head, parts = inner.group(1), [self.type(part) for part in split(inner.group(2))]
            if head == "typing.Optional":
                return parts[0] + "|None"
            head = {"collections.abc.Sequence": "list"}.get(head, head)
            return f"{head}[{','.join(parts)}]"
        if re.fullmatch(r"depthai(\.\w+)+", text):
            found = self.library
            for part in text.split(".")[1:]:
                found = getattr(found, part, None)
            if isinstance(found, type) and found in self.names:
                return self.names[found]
        return "?"

    def erased(self, signature):
        """The parameters as the firmware's script engine writes them, without the names of classes."""
        words = []
        for part in split(signature[1 : signature.rindex(")")]):
            kind = part.partition(": ")[2]
            kind = re.sub(r"[A-Z][\w.]*", "%", kind)
            kind = kind.replace("list[", "List[").replace("tuple[", "Tuple[").replace(",", ", ")
            words.append("{" + kind + "}")
        return ", ".join(words)

    def agreed(self, found):
        """Signatures of which the firmware has at least one; else nothing is known of the arguments."""
        for signature, is_method in found:
            erased = self.erased(signature)
            whole = "({%}" + (", " if erased else "") + erased + ") -> " if is_method else f"({erased}) -> "
            if whole.encode() in self.firmware:
                return found
        return []

    def signatures(self, name, doc):
        """All overloads of a documented function."""
        for line in (doc or "").splitlines():
            found = re.match(rf"(?:\d+\. )?{re.escape(name)}\((.*)\) -> (.*)$", line)
            if not found or found.group(1).startswith("*args"):
                continue
            parameters, is_method = [], False
            for index, part in enumerate(split(re.sub(r"<[^<>]*>", "...", found.group(1)))):
                key, _, rest = part.strip().partition(":")
                kind, has_default, _ = rest.partition("=")
                if index == 0 and key == "self":
                    is_method = True
                    continue
                if not rest:
                    continue
                # The firmware may call its arguments otherwise.
                parameters.append(f"{key}{'?' if has_default else ''}: {self.type(kind)}")
            result = self.type(found.group(2))
            yield f"({', '.join(parameters)}) -> {result}", is_method

    def write(self):
        print("# Written by tests/reference/script_api.py from depthai", self.library.__version__.split("+")[0])
        print(NODE, end="")
        print(GPIO, end="")
        print("unplaced", " ".join(sorted(name for name in UNPLACED if self.has(name))))
        absent = [name for name in dir(self.library) if isinstance(getattr(self.library, name), type)]
        print("absent", " ".join(name for name in sorted(absent) if getattr(self.library, name) not in self.names
                                 and not name.startswith("_")))
        # Aliases: one class that is reached by several ways.
        for value, name in sorted(self.names.items(), key=lambda item: item[1]):
            self.write_class(value, name)
        for path, name in sorted(self.aliases("", self.library)):
            print(f"alias {path} {name}")

    def aliases(self, prefix, holder):
        for name in sorted(dir(holder) if not prefix else vars(holder)):
            value = getattr(holder, name)
            if isinstance(value, type) and value in self.names and self.has(name) and not name.startswith("_"):
                path = prefix + name
                if self.names[value] != path:
                    yield path, self.names[value]
                elif value is not holder:
                    yield from self.aliases(path + ".", value)

    def write_class(self, value, name):
        bases = [self.names[base] for base in value.__mro__[1:] if base in self.names]
        is_message = any(base.__name__ == "ADatatype" for base in value.__mro__)
        words = ["class", f"{name}({','.join(bases)})" if bases else name] + (["message"] if is_message else [])
        print(*words)
        own = set()
        # What bases have that the camera does not know belongs to the class itself.
        members = {}
        for base in reversed(value.__mro__):
            if base is value or (base.__module__ == "depthai" and base not in self.names):
                members.update(vars(base))
        for member in sorted(members):
            inner = members[member]
            if isinstance(inner, type) or (member.startswith("_") and member not in ("__init__", "__getitem__")):
                continue
            if not member.startswith("_") and not self.has(member) and member != "name" and member != "value":
                print(f"  lacks {member}")
                continue
            own.add(member)
            if isinstance(inner, property):
                kind = re.search(r"-> (.*)", inner.fget.__doc__ or "")
                print(f"  {member}: {self.type(kind.group(1)) if kind else '?'}{'' if inner.fset else ' readonly'}")
            elif isinstance(inner, value):
                print(f"  {member}: {name}")
            elif callable(inner) or hasattr(inner, "__func__"):
                # The firmware makes messages of a given size, too.
                if member == "__init__" and is_message:
                    print("  __init__(size?: int) -> None")
                    continue
                if name == "Buffer" and member in ("getData", "setData"):
                    continue
                if name == "Device":
                    # Nobody can make one on the camera: its functions belong to the class.
                    print(f"  static {member}(...) -> ?")
                    continue
                found = self.agreed(list(self.signatures(member, getattr(value, member).__doc__)))
                for signature, is_method in found:
                    # The library's setters return the message; the firmware's do not all.
                    signature = re.sub(rf" -> {re.escape(name)}$", " -> ?", signature) if is_message else signature
                    print(f"  {'' if is_method else 'static '}{member}{signature}")
                if not found:
                    print(f"  {member}(...) -> ?")
            else:
                print(f"  {member}: ?")
        for line in FIRMWARE_ONLY.get(name, []):
            member = re.match(r"\w+", line).group()
            assert self.has(member), member
            if member not in own or name == "Buffer":
                print("  " + ("static " if name in ("Clock", "Device") else "") + line)


def split(text):
    """The parts between the commas that are in no bracket."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [part for part in parts + [text[start:]] if part.strip()]


# ---------------------------------------------------------------------------------------------- stdlib

MODULES = """
time json json.decoder json.encoder socket struct math threading os os.path posixpath re random datetime select
http http.client http.server socketserver base64 binascii hashlib collections collections.abc itertools functools copy
io sys string errno logging array bisect heapq contextlib traceback types enum marshal gc operator urllib urllib.parse
weakref warnings textwrap calendar html shutil fnmatch selectors atexit codecs stat token keyword reprlib copyreg abc
_thread linecache email email.message email.utils mimetypes quopri locale unicodedata stringprep uu
""".split()


# Modules that the firmware lacks, and without which others lack something: `http.client.HTTPSConnection`.
MISSING = ["_ssl", "ssl"]


def main_stdlib():
    for name in MISSING:
        sys.modules[name] = None  # its import fails
    stubs = pathlib.Path(importlib.util.find_spec("mypy").origin).parent / "typeshed" / "stdlib"
    Stdlib(stubs).write()


class Stub:
    """The declarations of one stub file, for CPython 3.9 on Linux."""

    def __init__(self, text):
        self.names = {}  # name -> list of statements
        self.imports = {}  # name -> (module, name)
        self.stars = []
        self.take(ast.parse(text).body)

    def take(self, body):
        for stmt in body:
            if isinstance(stmt, ast.If):
                verdict = decide(stmt.test)
                self.take(stmt.body if verdict else stmt.orelse)
            elif isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self.names.setdefault(stmt.name, []).append(stmt)
            elif isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name):
                self.names.setdefault(stmt.target.id, []).append(stmt)
            elif isinstance(stmt, ast.Assign) and isinstance(stmt.targets[0], ast.Name):
                self.names.setdefault(stmt.targets[0].id, []).append(stmt)
            elif isinstance(stmt, ast.ImportFrom):
                for alias in stmt.names:
                    module = ("." * stmt.level) + (stmt.module or "")
                    if alias.name == "*":
                        self.stars.append(module)
                    else:
                        self.imports[alias.asname or alias.name] = (module, alias.name)
            elif isinstance(stmt, ast.Try):
                self.take(stmt.body)


def decide(test):
    text = ast.unparse(test)
    if "sys.version_info" not in text and "sys.platform" not in text:
        return True
    return eval(text, {"sys": types.SimpleNamespace(version_info=(3, 9, 18, "final", 0), platform="linux")})


class Stdlib:
    def __init__(self, folder):
        self.folder = folder
        self.stubs = {}
        self.classes = {}  # class object -> name in the table
        self.pending = []

    def stub(self, module):
        if module not in self.stubs:
            path = self.folder / module.replace(".", "/")
            file = path / "__init__.pyi" if path.is_dir() else path.with_suffix(".pyi")
            self.stubs[module] = Stub(file.read_text()) if file.exists() else None
        return self.stubs[module]

    # Of which the stub files say something else than CPython 3.9 does.
    WRONG = {("binascii", "a2b_hqx"), ("_codecs", "escape_decode"), ("codecs", "escape_decode")}

    def declarations(self, module, name, depth=0):
        """Statements that declare a name, and the module where they stand."""
        if (module, name) in self.WRONG:
            return [], module
        stub = self.stub(module)
        if stub is None or depth > 5:
            return [], module
        if name in stub.names:
            return stub.names[name], module
        if name in stub.imports:
            other, inner = stub.imports[name]
            return self.declarations(self.absolute(module, other), inner, depth + 1)
        for star in stub.stars:
            found, where = self.declarations(self.absolute(module, star), name, depth + 1)
            if found:
                return found, where
        return [], module

    @staticmethod
    def absolute(module, other):
        if other.startswith("."):
            return (module + "." + other.lstrip(".")) if other.lstrip(".") else module
        return other

    def write(self):
        print("# Written by tests/reference/script_api.py from CPython", ".".join(map(str, sys.version_info[:2])))
        for module in MODULES:
            loaded = importlib.import_module(module)
            for name, value in sorted(vars(loaded).items()):
                if isinstance(value, type) and not name.startswith("_"):
                    self.name_class(value)
        for name, value in vars(builtins).items():
            if isinstance(value, type):
                self.classes[value] = name
        for kind, name in ((types.ModuleType, "module"), (types.FunctionType, "function")):
            self.classes[kind] = name
        self.classes[type(None)] = "None"
        self.write_module("builtins", builtins)
        for module in MODULES:
            self.write_module(module, importlib.import_module(module))
        for value, name in sorted(self.classes.items(), key=lambda item: item[1]):
            if name not in ("None", "module", "function"):
                self.write_class(value, name)

    def name_class(self, value):
        if value in self.classes or value.__module__ == "builtins":
            return
        module = {"_io": "io", "_collections": "collections", "_thread": "_thread", "_random": "random",
                  "_json": "json"}.get(value.__module__, value.__module__)
        self.classes[value] = f"{module}.{value.__qualname__}"

    def write_module(self, name, module):
        print("module", name)
        for member, value in sorted(vars(module).items()):
            if member.startswith("_"):
                continue
            self.write_member(name, member, value, "")

    def write_member(self, module, member, value, prefix):
        if inspect.ismodule(value):
            known = value.__name__ if value.__name__ in MODULES else None
            known = {"posixpath": "os.path"}.get(value.__name__, known)
            print(f"  {prefix}{member}: {'module ' + known if known else '?'}")
        elif isinstance(value, type):
            print(f"  {member}: {'type ' + self.classes[value] if value in self.classes else '?'}")
        elif callable(value):
            found, where = self.declarations(module, member)
            lines = list(self.functions(found, where, value, is_method=False)) if found else []
            for line in lines or ["(...) -> ?"]:
                print(f"  {prefix}{member}{line}")
        else:
            self.write_value(module, member, value)

    def write_value(self, module, member, value):
        kind = self.classes.get(type(value), "?")
        # Flags are numbers that have names of their own; what they can do, numbers can.
        if kind == "?" and isinstance(value, enum.IntEnum):
            kind = "int"
        print(f"  {member}: {kind}")

    def functions(self, statements, module, value, is_method, owner=None):
        strict = isinstance(value, (types.BuiltinFunctionType, types.MethodDescriptorType, types.BuiltinMethodType))
        for stmt in statements:
            if value is threading.Lock:
                yield f"() -> {self.classes[type(value())]}"
            elif not isinstance(stmt, ast.FunctionDef):
                yield "(...) -> ?"
            else:
                yield self.function(stmt, module, strict, is_method, owner)

    def function(self, stmt, module, strict, is_method, owner):
        decorators = [ast.unparse(decorator) for decorator in stmt.decorator_list]
        spec, parts = stmt.args, []
        positional = spec.posonlyargs + spec.args
        required = len(positional) - len(spec.defaults)
        for index, argument in enumerate(positional):
            if index == 0 and is_method and "staticmethod" not in decorators:
                continue
            mark = "/" if argument in spec.posonlyargs or argument.arg.startswith("__") else ""
            optional = "?" if index >= required else ""
            parts.append(f"{mark}{argument.arg[2:] if argument.arg.startswith('__') else argument.arg}{optional}: {self.parameter(argument, module, strict)}")
        if spec.vararg:
            parts.append("*args")
        for argument, default in zip(spec.kwonlyargs, spec.kw_defaults):
            optional = "?" if default is not None else ""
            parts.append(f"!{argument.arg}{optional}: {self.parameter(argument, module, strict)}")
        if spec.kwarg:
            parts.append("**kwargs")
        result = self.annotation(stmt.returns, module, owner) if stmt.returns else "?"
        return f"({', '.join(parts)}) -> {result}"

    def parameter(self, argument, module, strict):
        if not strict or argument.annotation is None:
            return "?"
        text = ast.unparse(argument.annotation)
        if text in ("ReadableBuffer", "WriteableBuffer"):
            return "buffer"
        if text in ("int", "str", "bytes", "float"):
            return text
        # Objects of other classes may have what makes them numbers; the built-in ones have it or not.
        return {
            "SupportsIndex": "int",
            "ConvertibleToInt": "float|str|buffer",
            "ConvertibleToFloat": "float|str|buffer",
            "_SupportsFloatOrIndex": "float",
            "SupportsAbs[_T]": "float",
        }.get(text, "?")

    def annotation(self, node, module, owner, depth=0):
        if node is None or depth > 4:
            return "?"
        if isinstance(node, ast.Constant):
            if node.value is None:
                return "None"
            if isinstance(node.value, str):
                return self.annotation(ast.parse(node.value, mode="eval").body, module, owner, depth + 1)
            return "?"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            parts = [self.annotation(part, module, owner, depth + 1) for part in (node.left, node.right)]
            return "?" if "?" in parts else "|".join(parts)
        if isinstance(node, ast.Subscript):
            head = ast.unparse(node.value)
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            if head in ("list", "dict", "set", "frozenset"):
                return f"{head}[{','.join(self.annotation(part, module, owner, depth + 1) for part in parts)}]"
            if head not in ("tuple", "type", "Callable", "Iterator", "Iterable", "Generator"):
                return self.class_named(module, head)
            if head == "tuple":
                if any(isinstance(part, ast.Constant) and part.value is ... for part in parts):
                    return "tuple"
                return f"tuple[{','.join(self.annotation(part, module, owner, depth + 1) for part in parts)}]"
            return "?"
        if isinstance(node, (ast.Name, ast.Attribute)):
            text = ast.unparse(node)
            if text == "Self":
                # An object of a class below is made by what that class has from this one.
                extended = any(self.classes[value] == owner and any(
                    other is not value and issubclass(other, value) for other in self.classes) for value in self.classes)
                return "?" if extended or not owner else owner
            if text in ("int", "float", "str", "bytes", "bool", "bytearray", "memoryview", "complex"):
                return text
            if text in ("list", "dict", "set", "tuple", "frozenset"):
                return text
            return self.class_named(module, text)
        return "?"

    def class_named(self, module, text):
        first, _, rest = text.partition(".")
        stub = self.stub(module)
        name, home = text, module
        if stub and first in stub.imports and not rest:
            home, name = self.absolute(module, stub.imports[first][0]), stub.imports[first][1]
        elif rest:
            home, name = first, rest
        for candidate in (home, module):
            try:
                value = getattr(importlib.import_module(candidate), name, None)
            except ImportError:
                continue
            if isinstance(value, type) and value in self.classes and not name.startswith("_"):
                return self.classes[value]
        return "?"

    def write_class(self, value, name):
        bases = [self.classes.get(base) for base in value.__mro__[1:] if base is not object]
        unknown = None in bases
        bases = [base for base in bases if base]
        words = ["class", f"{name}({','.join(bases)})" if bases else name]
        open_ = unknown or (name in ("type", "object", "super", "property", "staticmethod", "classmethod", "types.SimpleNamespace", "threading.local",
                                     "types.ModuleType", "types.FunctionType"))
        if issubclass(value, enum.Enum) or name.startswith("types."):
            open_ = True
        if open_:
            words.append("open")
        if not (value.__flags__ & (1 << 9)):
            words.append("fixed")  # no heap type: attributes cannot be added to it, nor to objects without a `__dict__`
        print(*words)
        module = name.rsplit(".", 1)[0] if "." in name else "builtins"
        simple = name.rsplit(".", 1)[-1]
        declared, where = self.declarations(module, simple)
        stubs = {}
        for stmt in declared:
            if isinstance(stmt, ast.ClassDef):
                inner = Stub.__new__(Stub)
                inner.names, inner.imports, inner.stars = {}, {}, []
                inner.take(stmt.body)
                stubs.update(inner.names)
        members = {member for member in vars(value) if not member.startswith("_") or member in
                   ("__init__", "__enter__", "__iter__", "__len__", "__getitem__", "__setitem__", "__call__")}
        members |= {member for member in stubs if not member.startswith("_") or member == "__init__"}
        for member in sorted(members):
            inner = vars(value).get(member)
            declared = stubs.get(member, [])
            if isinstance(inner, type):
                print(f"  {member}: ?")
            elif declared and all(isinstance(stmt, ast.FunctionDef) for stmt in declared):
                decorators = [ast.unparse(decorator) for stmt in declared for decorator in stmt.decorator_list]
                if any("property" in decorator or "setter" in decorator for decorator in decorators):
                    print(f"  {member}: {self.annotation(declared[0].returns, where, name)}")
                    continue
                static = "static " if "staticmethod" in decorators or "classmethod" in decorators else ""
                for stmt in declared:
                    is_method = "staticmethod" not in [ast.unparse(d) for d in stmt.decorator_list]
                    strict = isinstance(inner, (types.MethodDescriptorType, types.BuiltinFunctionType))
                    strict = strict or name == "bytearray"
                    print(f"  {static}{member}{self.function(stmt, where, strict, is_method, name)}")
            elif declared and isinstance(declared[0], ast.AnnAssign):
                print(f"  {member}: {self.annotation(declared[0].annotation, where, name)}")
            elif callable(inner) or isinstance(inner, (staticmethod, classmethod)):
                if member == "__init__":
                    continue
                print(f"  {member}(...) -> ?")
            else:
                print(f"  {member}: ?")
        for stmt in stubs.get("__new__", []):
            if isinstance(stmt, ast.FunctionDef):
                print(f"  __new__{self.function(stmt, where, value.__module__ == 'builtins', True, name)}")


if __name__ == "__main__":
    {"device": lambda: Device().write(), "stdlib": main_stdlib}[sys.argv[1]]()
