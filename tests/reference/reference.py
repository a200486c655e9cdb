"""Builds pipelines with the real depthai library, one JSON request per line.

In:    stdin, one description (README.md) a line, with `output` and a few options beside it.
Out:   stdout, one JSON answer a line, in the order of the requests: `{"ok": …}` or `{"error": …}`.
Never: anything else on stdout (the library's own output is sent to stderr), a device, a network.

A request that fails leaves no trace: every request gets a fresh `Pipeline`.
"""

import datetime
import json
import os
import pathlib
import sys
import tempfile
import time


def claim_stdout():
    """Keeps the real stdout for answers; whatever else writes to descriptor 1 lands on stderr."""
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    return answers


ANSWERS = claim_stdout()
os.environ.setdefault("DEPTHAI_LEVEL", "error")
import depthai as dai  # noqa: E402  (stdout has to be moved before the library can print)

# Enough to be a "firmware" for the package: the host never looks inside.
FAKE_FIRMWARE = b"MA2x-fake-firmware-for-tests\0\0\0\0"


class BadRequest(Exception):
    """The description itself is wrong, as opposed to the library refusing it."""


# --- values -------------------------------------------------------------------------------------


def named(path):
    """`RawImgFrame.Type.NV12` or `StereoDepth.PresetMode.FACE` -> the object of that name."""
    head = path.split(".")[0]
    found = dai if hasattr(dai, head) else dai.node
    for part in path.split("."):
        found = getattr(found, part)
    return found


def construct(spec):
    made = named(spec["new"])(*[value(arg) for arg in spec.get("args", [])])
    for path, attr in spec.get("attrs", {}).items():
        set_attribute(made, path, attr)
    return made


def set_attribute(target, path, setting):
    *parents, last = path.split(".")
    for parent in parents:
        target = getattr(target, parent)
    setattr(target, last, value(setting))


# How values that JSON lacks are written. One key, one meaning; README.md lists them.
CODECS = {
    "enum": lambda spec: named(spec["enum"]),
    "new": construct,
    "timedelta_us": lambda spec: datetime.timedelta(microseconds=spec["timedelta_us"]),
    "bytes": lambda spec: bytes.fromhex(spec["bytes"]),
    "float": lambda spec: float(spec["float"]),
    "enum_number": lambda spec: named(spec["enum_number"][0])(spec["enum_number"][1]),
    "blob": lambda spec: dai.OpenVINO.Blob(spec["blob"]),
    "tuple": lambda spec: tuple(value(item) for item in spec["tuple"]),
    "map": lambda spec: {value(k): value(v) for k, v in spec["map"]},
    "calibration": lambda spec: dai.CalibrationHandler.fromJson(spec["calibration"]),
}


def value(spec):
    """Decodes one argument: plain JSON stands for itself, an object with a key of `CODECS` for another value."""
    if isinstance(spec, list):
        return [value(item) for item in spec]
    if not isinstance(spec, dict):
        return spec
    for key, decode in CODECS.items():
        if key in spec:
            return decode(spec)
    raise BadRequest(f"no known value in {spec!r}")


# --- pipeline -----------------------------------------------------------------------------------


def call(target, method, args):
    *parents, name = method.split(".")
    for parent in parents:
        target = getattr(target, parent)
    return getattr(target, name)(*[value(arg) for arg in args])


# The maps and the optional structures of BoardConfig start empty: these make the missing entry.
BOARD_MAPS = {"gpio": "GPIO", "uart": "UART"}
BOARD_OPTIONALS = {"uvc": "UVC"}


def board_config(settings, attempt):
    """`{"network.mtu": 9000, "gpio.3.level": {"enum": …}}` -> BoardConfig."""
    board = dai.BoardConfig()
    for path, setting in settings.items():
        attempt(board_setting, board, path, setting)
    return board


def board_setting(board, path, setting):
    *parents, last = path.split(".")
    target = board
    if parents and parents[0] in BOARD_MAPS:
        entries, key = getattr(board, parents[0]), int(parents[1])
        if key not in list(entries.keys()):
            entries[key] = getattr(dai.BoardConfig, BOARD_MAPS[parents[0]])()
        target, parents = entries[key], []
    elif parents and parents[0] in BOARD_OPTIONALS and getattr(board, parents[0]) is None:
        setattr(board, parents[0], getattr(dai.BoardConfig, BOARD_OPTIONALS[parents[0]])())
    set_attribute(target, ".".join([*parents, last]), setting)


def static_port(ports, kind, node, name):
    for port in ports:
        if port.name == name and port.group == "":
            return port
    raise BadRequest(f"{node.getName()} has no {kind} port {name!r}")


def input_port(node, name):
    return static_port(node.getInputRefs(), "input", node, name)


def output_port(node, name):
    # The library has outputs that it links and serialises but does not list (`outNetwork`).
    listed = [port for port in node.getOutputRefs() if port.name == name and port.group == ""]
    return listed[0] if listed else getattr(node, name)


def endpoint(nodes, spec, static):
    node = nodes[spec[0]]
    return static(node, spec[1]) if len(spec) == 2 else getattr(node, spec[1])[spec[2]]


def configure(port, queue):
    if "blocking" in queue:
        port.setBlocking(queue["blocking"])
    if "queue_size" in queue:
        port.setQueueSize(queue["queue_size"])
    if "wait_for_message" in queue:
        port.setWaitForMessage(queue["wait_for_message"])


def add_node(pipeline, spec, attempt):
    node = pipeline.create(getattr(dai.node, spec["class"]))
    for method, args in spec.get("calls", []):
        attempt(call, node, method, args)
    for path, setting in spec.get("raw", []):
        attempt(set_attribute, node.properties, path, setting)
    # After the calls: some setters (setNumFramesPool, setWaitForConfigInput) change a queue.
    for name, queue in spec.get("inputs", {}).items():
        configure(input_port(node, name), queue)
    for name, queue in spec.get("map_inputs", {}).items():
        configure(node.inputs[name], queue)
    return node


def link_ends(link):
    if isinstance(link, dict):
        return link["from"], link["to"]
    return link[:2], link[2:]


def insist(step, *args):
    step(*args)


def tolerate(step, *args):
    """What the library refuses is left out."""
    try:
        step(*args)
    except BadRequest:
        raise
    except Exception as error:
        print(f"left out: {error}", file=sys.stderr)


def build(description):
    pipeline = dai.Pipeline()
    attempt = tolerate if description.get("lenient") else insist
    if "board" in description:
        pipeline.setBoardConfig(board_config(description["board"], attempt))
    for method, args in description.get("pipeline", []):
        attempt(call, pipeline, method, args)
    nodes = [add_node(pipeline, spec, attempt) for spec in description["nodes"]]
    for asset in description.get("assets", []):
        owner = pipeline if asset.get("node") is None else nodes[asset["node"]]
        owner.getAssetManager().set(
            value(asset["key"]), list(bytes.fromhex(asset["bytes"])), asset.get("alignment", 64)
        )
    for link in description.get("links", []):
        attempt(join, nodes, *link_ends(link))
    for index in description.get("removed", []):
        pipeline.remove(nodes[index])
    return pipeline


def join(nodes, source, sink):
    endpoint(nodes, source, output_port).link(endpoint(nodes, sink, input_port))


# --- requests -----------------------------------------------------------------------------------


def write_files(files):
    for name, content in files.items():
        path = pathlib.Path(name)
        if path.is_absolute() or ".." in path.parts:
            raise BadRequest(f"file {name!r} is outside the working folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(content))


def package(description, pipeline, output):
    options = {
        "compress": description.get("compress", False),
        "applicationName": value(description.get("app_name", "")),
        "checkChecksum": description.get("check_checksum", False),
    }
    firmware = description.get("firmware", "fake")
    if firmware == "fake":
        pathlib.Path("fake.cmd").write_bytes(FAKE_FIRMWARE)
        options["pathToCmd"] = "fake.cmd"
    elif firmware != "real":
        options["pathToCmd"] = firmware
    dai.DeviceBootloader.saveDepthaiApplicationPackage(path=output, pipeline=pipeline, **options)


def dump(pipeline, lenient):
    """None for what the library packages and cannot dump: text that is not UTF-8."""
    try:
        return pipeline.serializeToJson()
    except Exception:
        if not lenient:
            raise
        return None


def answer(line):
    """One request -> one answer. Relative paths mean the request's own temporary folder."""
    started = time.monotonic()
    home = os.getcwd()
    try:
        description = json.loads(line)
        output = os.path.abspath(description["output"])
        with tempfile.TemporaryDirectory(prefix="oakc-reference-") as folder:
            os.chdir(folder)
            try:
                write_files(description.get("files", {}))
                pipeline = build(description)
                package(description, pipeline, output)
                extra = {"dump": dump(pipeline, description.get("lenient"))} if description.get("json") else {}
            finally:
                os.chdir(home)
        return {"ok": {"output": output, "seconds": round(time.monotonic() - started, 6), **extra}}
    except Exception as error:  # every failure is an answer: the driver decides what it means
        return {"error": {"class": type(error).__name__, "text": str(error)}}


def main():
    print(json.dumps({"ok": {"depthai": dai.__version__}}), file=ANSWERS)
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(line)), file=ANSWERS)


if __name__ == "__main__":
    main()
