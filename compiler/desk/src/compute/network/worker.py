"""Runs stand-ins of models: a frame with a request in, a frame with an answer out.

A frame is the length of a JSON object (4 bytes, little-endian), the object, and the parts whose lengths it names. The line is
stdout; what libraries print goes to stderr. Never: a file, or the network.
"""
import json
import os
import struct
import sys

line = os.dup(1)
os.dup2(2, 1)


def receive(count):
    parts = []
    while count:
        part = os.read(line, min(count, 1 << 20))
        if not part:
            sys.exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def answer(said, parts=()):
    said["parts"] = [len(part) for part in parts]
    header = json.dumps(said).encode()
    data = memoryview(b"".join([struct.pack("<I", len(header)), header, *parts]))
    while data:
        data = data[os.write(line, data):]


def limit():
    import resource

    most = 16 << 30
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def onnx(model, _, _changes):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    kinds = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(uint8)": "uint8", "tensor(int8)": "int8",
             "tensor(int32)": "int32", "tensor(int64)": "int64", "tensor(double)": "float64"}
    inputs = [(it.name, [d if isinstance(d, int) else -1 for d in it.shape], kinds[it.type]) for it in session.get_inputs()]
    names = [it.name for it in session.get_outputs()]
    return inputs, lambda fed: list(zip(names, session.run(names, fed)))


def called(output):
    """What the compiler calls an output: as the layer that it comes from."""
    source = output.get_node().input_value(0)
    node = source.get_node()
    name = node.get_friendly_name()
    return name if node.get_output_size() == 1 else "%s.%d" % (name, source.get_index())


def openvino(model, weights, changes):
    import openvino

    core = openvino.Core()
    read = core.read_model(model=model, weights=weights or b"")
    if changes["outputs"]:
        read = openvino.Model([layer(read, name) for name in changes["outputs"]], read.get_parameters())
    if changes["reshape"]:
        read.reshape({port(read, name): shape for name, shape in changes["reshape"].items()})
    # By default, some processors calculate with 16 bits that are not those of the camera.
    compiled = core.compile_model(read, "CPU", {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"})
    inputs = [(it.get_any_name(), [d.get_length() if d.is_static else -1 for d in it.get_partial_shape()],
               it.get_element_type().to_dtype().name) for it in compiled.inputs]
    # ONNX, which has no weights beside it, names its outputs itself.
    own = [it.get_any_name() if weights is None else called(it) for it in read.outputs]
    names = changes["outputs"] or own
    return inputs, lambda fed: list(zip(names, compiled(fed).values()))


def layer(model, name):
    """The output of a layer, or of the tensor, that is called this."""
    for node in model.get_ordered_ops():
        if node.get_type_name() == "Result":
            continue
        for output in node.outputs():
            if name in output.get_names() or name == node.get_friendly_name() and node.get_output_size() == 1:
                return output
    raise LookupError("`outputs`: no layer is called %s" % name)


def port(model, name):
    """An input by its name; without one, the only one."""
    if not name:
        if len(model.inputs) != 1:
            raise LookupError("`reshape` has one shape, and the model has %d inputs" % len(model.inputs))
        return model.inputs[0]
    for one in model.inputs:
        if name in one.get_names() or name == one.get_node().get_friendly_name():
            return one
    raise LookupError("`reshape`: no input is called %s" % name)


def load(format, model, weights, changes):
    """The inputs of a model and what runs it, with the first library that there is."""
    changed = [key for key in ("reshape", "outputs") if changes[key]]
    # onnxruntime runs a model only as it is.
    libraries = [onnx, openvino] if format == "onnx" and not changed else [openvino]
    for library in libraries:
        try:
            return library(model, None if format == "onnx" else weights, changes)
        except ModuleNotFoundError:
            continue
    wanted = "onnxruntime" if onnx in libraries else "openvino"
    needs = "need" if len(changed) > 1 else "needs"
    why = ", which `%s` %s" % ("` and `".join(changed), needs) if changed else ""
    raise LookupError("%s has no %s%s: %s -m pip install %s" % (sys.executable, wanted, why, sys.executable, wanted))


def fed(inputs, given, parts):
    """What the model is fed: bytes or halves as the camera has them, prepared as they would be inside of the blob."""
    import numpy

    made = {}
    for position, (one, part) in enumerate(zip(given, parts)):
        named = [it for it in inputs if it[0] == one["name"]] or [inputs[position]]
        name, dims, kind = named[0]
        values = numpy.frombuffer(part, dtype={"U8": "uint8", "FP16": "float16"}[one["type"]]).astype("float32")
        if len(dims) == len(one["dims"]):
            wanted = [own if own > 0 else other for own, other in zip(dims, one["dims"])]
        else:
            wanted = [max(length, 1) for length in dims]
        values = values.reshape(wanted)
        axis = 1 if values.ndim == 4 and values.shape[1] in (1, 3) else -1
        if one["reverse"]:
            values = numpy.flip(values, axis)
        shape = [1] * values.ndim
        shape[axis] = -1
        if one["mean"]:
            values = values - numpy.array(one["mean"], "float32").reshape(shape)
        if one["scale"]:
            values = values / numpy.array(one["scale"], "float32").reshape(shape)
        made[name] = numpy.ascontiguousarray(values.astype(kind))
    return made


def infer(model, request, parts):
    import numpy

    inputs, run = model
    results = run(fed(inputs, request["inputs"], parts))
    arrays = [numpy.ascontiguousarray(result, dtype="<f4") for _, result in results]
    outputs = [{"name": name, "dims": list(array.shape), "whole": result.dtype.kind in "iu"}
               for (name, result), array in zip(results, arrays)]
    answer({"outputs": outputs}, [array.tobytes() for array in arrays])


def main():
    limit()
    models = {}
    while True:
        size, = struct.unpack("<I", receive(4))
        request = json.loads(receive(size))
        parts = [receive(count) for count in request["parts"]]
        try:
            if request["do"] == "load":
                models[request["model"]] = load(request["format"], *parts, request)
                answer({"inputs": [{"name": name, "dims": dims} for name, dims, _ in models[request["model"]][0]]})
            else:
                infer(models[request["model"]], request, parts)
        except Exception as error:
            # Before the reason, OpenVINO says where it is in its source.
            reason = ("%s" % error).strip().rpartition("\n")[2]
            answer({"error": reason if isinstance(error, LookupError) else "%s: %s" % (type(error).__name__, reason)})


main()
