"""A call of a function that the program itself does not call, as the user names it."""
import ast
import asyncio
import contextlib
import functools
import importlib
import inspect
import os
import re
import sys
import types

from oakc_capture.answers import dotted
from oakc_capture.program import package_of

CALL = re.compile(r"(?:(?P<module>[\w.]+):)?(?P<path>[\w.]+)\s*(?P<arguments>\(.*\))?\s*", re.DOTALL)


class NotCalled(Exception):
    """There is no such function, or it cannot be called. `needs`: the parameters that have no value."""

    def __init__(self, reason, needs=()):
        super().__init__(reason)
        self.reason, self.needs = reason, list(needs)


class Call:
    """`create_pipeline`, `Class.method`, `module:function` or `function(12, path="x")`."""

    def __init__(self, text):
        found = CALL.fullmatch(text.strip())
        if found is None:
            raise NotCalled("`%s` is not a function" % text)
        self.module, self.path = found["module"], found["path"].split(".")
        self.arguments = found["arguments"] or "()"
        self.text = text

    def make(self, dai, program):
        """Calls it, with something from `dai` for each parameter that has no value; what it returns."""
        given, named = values(dai, self.arguments, self.text)
        function = self.find(dai, load(program, self.module, self.path[0]))
        return run(filled(dai, ".".join(self.path), function, given, named))

    def find(self, dai, module):
        """The function; a method belongs to an object that is made for it."""
        found = module
        for depth, name in enumerate(self.path):
            if not hasattr(found, name):
                where = ".".join(self.path[:depth]) or os.path.basename(module.__file__)
                raise NotCalled("there is no `%s` in %s" % (name, where))
            if inspect.isclass(found) and isinstance(inspect.getattr_static(found, name), (types.FunctionType, property)):
                found = run(filled(dai, ".".join(self.path[:depth]), found, [], {}))
            found = getattr(found, name)
        if isinstance(found, dai.Pipeline):
            return lambda: found
        if not callable(found):
            raise NotCalled("`%s` is not a function" % ".".join(self.path))
        return found


def values(dai, text, call):
    """The arguments in parentheses; only literals and names of the library, so that nothing else runs."""
    try:
        tree = ast.parse("f" + text, mode="eval").body
        given = [value(dai, argument) for argument in tree.args]
        return given, {keyword.arg: value(dai, keyword.value) for keyword in tree.keywords}
    except (SyntaxError, ValueError, AttributeError):
        raise NotCalled("the arguments in `%s` are not literals of Python" % call) from None


def value(dai, node):
    """`dai.CameraBoardSocket.CAM_A` as well."""
    names = dotted(node).split(".")
    if names[0] in ("dai", "depthai"):
        return functools.reduce(getattr, names[1:], dai)
    return ast.literal_eval(node)


def load(program, module, name):
    """The module with `name`: the program without what it does as a program, or one that it has beside it."""
    if module:
        try:
            return importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name != module.split(".")[0]:
                raise
            raise NotCalled("there is no module `%s`" % module) from None
    package = package_of(program)
    if package is not None:
        sys.path.insert(0, package[0])
        return importlib.import_module(package[1])
    loaded = types.ModuleType(os.path.splitext(os.path.basename(program))[0])
    loaded.__file__ = program
    sys.modules.setdefault(loaded.__name__, loaded)
    with open(program, "rb") as file:
        code = compile(file.read(), program, "exec")
    try:
        exec(code, vars(loaded))
    except BaseException:
        # What comes after the functions may need a camera, or arguments.
        if not hasattr(loaded, name):
            raise
    return loaded


def filled(dai, name, function, given, named):
    """The call with stand-ins for parameters that have neither a value nor a default."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return lambda: function(*given, **named)
    needs = []
    single = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    positions = [parameter for parameter in parameters if parameter.kind in single]
    keywords = [parameter for parameter in parameters if parameter.kind == inspect.Parameter.KEYWORD_ONLY]
    given, named = list(given), dict(named)
    for parameter in positions[len(given):] + keywords:
        if parameter.name in named or parameter.default is not inspect.Parameter.empty:
            continue
        try:
            named[parameter.name] = stand_in(dai, parameter)
        except KeyError:
            needs.append(parameter.name)
    if needs:
        raise NotCalled("`%s` needs a value for %s" % (name, ", ".join("`%s`" % need for need in needs)), needs)
    return lambda: function(*given, **named)


def stand_in(dai, parameter):
    """What a parameter gets whose name or annotation says what it is; `KeyError` for any other."""
    makers = {
        "pipeline": dai.Pipeline,
        "device": dai.Device,
        "devicebase": dai.Device,
        "deviceinfo": lambda: dai.Device.getFirstAvailableDevice()[1],
        "calibrationhandler": lambda: dai.Device().readCalibration(),
    }
    names = {"p": "pipeline", "dev": "device", "device_info": "deviceinfo", "info": "deviceinfo",
             "calibration": "calibrationhandler", "calib": "calibrationhandler", "calib_data": "calibrationhandler"}
    annotation = parameter.annotation
    if annotation is not inspect.Parameter.empty:
        kind = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
        maker = makers.get(kind.split(".")[-1].strip("'\"").lower())
        if maker is not None:
            return maker()
    name = parameter.name.lower()
    if "blob" in name:
        return "model.blob"
    return makers[names.get(name, name)]()


def run(call):
    """What it returns, or what comes first of a coroutine, a generator or a context manager that it returns."""
    result = call()
    if inspect.iscoroutine(result):
        return asyncio.run(result)
    if inspect.isgenerator(result):
        return next(result, None)
    return result.__enter__() if isinstance(result, contextlib.AbstractContextManager) else result
