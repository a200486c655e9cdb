"""Compiles a network for MyriadX with OpenVINO 2021.4.2: a request in, a blob and a report out.

    compile.py REQUEST.json

The request names the folder of the packages, the model, the blob and the report, which is JSON and is there if
this program ended by itself: `{"ok": true, "inputs": ..., "outputs": ...}` or `{"step": ..., "error": ...}`.
"""
import ctypes
import glob
import json
import os
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

PLATFORM = "VPU_MYRIAD_2480"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    sys.path.insert(0, request["packages"])
    report, step = {}, ["load"]
    try:
        report = compile_network(request, step)
        report["ok"] = True
    except Exception as error:  # Whatever it is, oakc explains it.
        report = {"ok": False, "step": step[0], "error": str(error) or type(error).__name__}
    with open(request["report"], "w", encoding="utf-8") as file:
        json.dump(report, file)


def compile_network(request, step):
    load_libusb(request["packages"])
    from openvino.inference_engine import IECore

    engine = IECore()
    with tempfile.TemporaryDirectory(dir=request["scratch"]) as folder:
        engine.set_config({"CACHE_DIR": folder}, "")
        step[0] = "read"
        network = engine.read_network(request["model"])
        if request["outputs"]:
            step[0] = "outputs"
            network = cut(engine, network, request["outputs"], folder)
        if request["reshape"]:
            step[0] = "reshape"
            network.reshape(shapes(network, request["reshape"]))
        if request["mean"] or request["scale"] or request["reverse_channels"]:
            step[0] = "preprocess"
            network = preprocess(engine, network, request, folder)
        step[0] = "precision"
        for tensor in network.input_info.values():
            tensor.precision = request["input_precision"]
        for tensor in network.outputs.values():
            # Numbers of classes and places stay whole: FP16 is exact only up to 2048.
            if not tensor.precision.startswith(("I", "U")):
                tensor.precision = request["output_precision"]
        step[0] = "compile"
        blob = load(engine, network, request["shaves"], folder)
    with open(request["blob"], "wb") as file:
        file.write(blob)
    return {}


def load_libusb(packages):
    """The plugin needs libusb even if no device is looked for; the package is used where the system has none."""
    found = sorted(glob.glob(os.path.join(packages, "libusb_package", "libusb-1.0.*")))
    if found and sys.platform.startswith("linux"):
        try:
            ctypes.CDLL("libusb-1.0.so.0", mode=ctypes.RTLD_GLOBAL)
        except OSError:
            ctypes.CDLL(found[0], mode=ctypes.RTLD_GLOBAL)


def load(engine, network, shaves, folder):
    """There is no device to load it to, so loading always fails; the compiled network is in the cache by then."""
    config = {
        "VPU_MYRIAD_PLATFORM": PLATFORM,
        "MYRIAD_THROUGHPUT_STREAMS": "1",
        "MYRIAD_NUMBER_OF_SHAVES": str(shaves),
        "MYRIAD_NUMBER_OF_CMX_SLICES": str(shaves),
    }
    try:
        engine.load_network(network, "MYRIAD", config=config)
        failure = RuntimeError("the compiler left no blob")
    except Exception as error:
        failure = error
    found = glob.glob(os.path.join(folder, "*.blob"))
    if len(found) != 1:
        raise failure
    with open(found[0], "rb") as file:
        cached = file.read()
    # The engine puts a line of XML in front of it.
    mark = b"/>\n"
    return cached[cached.index(mark) + len(mark):]


def only_input(network):
    names = list(network.input_info)
    if len(names) != 1:
        raise ValueError("the model has several inputs: " + ", ".join(sorted(names)))
    return names[0]


def shapes(network, wanted):
    """The new shapes by the name of their input; without a name, that of the only one."""
    if "" in wanted:
        return {only_input(network): wanted[""]}
    unknown = sorted(set(wanted) - set(network.input_info))
    if unknown:
        known = ", ".join(sorted(network.input_info))
        raise ValueError("no input is called " + ", ".join(unknown) + "; there are: " + known)
    return wanted


# What follows works on the network as OpenVINO writes it, an XML file and one of weights.


class Network:
    def __init__(self, network, folder):
        self.xml, self.bin = os.path.join(folder, "n.xml"), os.path.join(folder, "n.bin")
        network.serialize(self.xml, self.bin)
        self.tree = ElementTree.parse(self.xml)
        self.layers = self.tree.getroot().find("layers")
        self.edges = self.tree.getroot().find("edges")
        self.by_id = {layer.get("id"): layer for layer in self.layers}
        with open(self.bin, "rb") as file:
            self.weights = bytearray(file.read())
        self.next = 1 + max((int(id) for id in self.by_id), default=0)

    def read(self, engine):
        self.tree.write(self.xml)
        with open(self.bin, "wb") as file:
            file.write(self.weights)
        network = engine.read_network(self.xml, self.bin)
        for path in (self.xml, self.bin):
            os.remove(path)
        return network

    def add(self, kind, version, data, inputs, outputs):
        """Adds a layer that reads these outputs, (layer, port) each; its ports have the given shapes."""
        id, self.next = str(self.next), self.next + 1
        attributes = {"id": id, "name": "oakc/" + kind + "_" + id, "type": kind, "version": version}
        layer = ElementTree.SubElement(self.layers, "layer", attributes)
        if data is not None:
            ElementTree.SubElement(layer, "data", data)
        if inputs:
            ports = ElementTree.SubElement(layer, "input")
            for number, (source, port) in enumerate(inputs):
                add_port(ports, number, self.shape(source, port), None)
        ports = ElementTree.SubElement(layer, "output")
        for number, (kind_of, shape) in enumerate(outputs):
            add_port(ports, len(inputs) + number, shape, kind_of)
        self.by_id[id] = layer
        for number, (source, port) in enumerate(inputs):
            self.connect((source, port), (id, str(number)))
        return id

    def constant(self, values, kind, shape):
        import numpy

        bytes_of = numpy.array(values, dtype={"f32": "<f4", "i64": "<i8"}[kind]).tobytes()
        while len(self.weights) % 8:
            self.weights.append(0)
        place = str(len(self.weights))
        self.weights += bytes_of
        data = {"element_type": kind, "shape": ", ".join(map(str, shape)), "offset": place, "size": str(len(bytes_of))}
        name = {"f32": "FP32", "i64": "I64"}[kind]
        return self.add("Const", "opset1", data, [], [(name, shape)]), "0"

    def shape(self, id, port):
        for candidate in self.by_id[id].find("output"):
            if candidate.get("id") == port:
                return [int(dim.text) for dim in candidate.findall("dim")]
        raise ValueError("a layer has no output " + port)

    def connect(self, source, target):
        edge = {"from-layer": source[0], "from-port": source[1], "to-layer": target[0], "to-port": target[1]}
        ElementTree.SubElement(self.edges, "edge", edge)

    def readers(self, id, port=None):
        fits = lambda edge: edge.get("from-layer") == id and port in (None, edge.get("from-port"))
        return [edge for edge in self.edges if fits(edge)]

    def source(self, id, port):
        for edge in self.edges:
            if (edge.get("to-layer"), edge.get("to-port")) == (id, port):
                return self.by_id[edge.get("from-layer")], edge
        return None, None


def add_port(ports, number, shape, precision):
    attributes = {"id": str(number)}
    if precision:
        attributes["precision"] = precision
    port = ElementTree.SubElement(ports, "port", attributes)
    for size in shape:
        ElementTree.SubElement(port, "dim").text = str(size)


def preprocess(engine, network, request, folder):
    """Puts the swap of channels, the mean and the scale in front of the only input, as part of the network."""
    name = only_input(network)
    shape = network.input_info[name].input_data.shape
    for key in ("mean", "scale"):
        values = request[key]
        if len(shape) != 4 or (values and len(values) not in (1, shape[1])):
            raise ValueError("`" + key + "` has " + str(len(values)) + " values, but the input " + name + " is "
                             + str(shape))
    if request["reverse_channels"] and shape[1] != 3:
        raise ValueError("`reverse_channels` needs three channels, but the input " + name + " is " + str(shape))
    graph = Network(network, folder)
    (parameter,) = [layer for layer in graph.layers if layer.get("type") == "Parameter" and layer.get("name") == name]
    # Compiled weights may be FP16, and constants for them have to be as well.
    kind = parameter.find("data").get("element_type")
    if kind not in ("f32", "f16"):
        raise ValueError("the input " + name + " is of the type " + kind + ", not FP32 or FP16")
    if kind == "f16":
        raise ValueError("the input " + name + " is of the type FP16; save the model with FP32 inputs")
    last, channels = (parameter.get("id"), "0"), shape[1]
    targets = graph.readers(*last)
    mean = (list(request["mean"]) or [0.0]) * (1 if len(request["mean"]) == channels else channels)
    scale = (list(request["scale"]) or [1.0]) * (1 if len(request["scale"]) == channels else channels)
    if request["reverse_channels"] and not flip_weights(graph, targets):
        last = swap_channels(graph, last, shape)
        # From here on, channels are in the order of the model.
        swapped = True
    else:
        swapped = not request["reverse_channels"]
    if not swapped:
        # The weights take the camera's order, so what comes before them is in that order, too.
        mean, scale = mean[::-1], scale[::-1]
    per_channel = [1, channels, 1, 1]
    if any(value != 1.0 for value in scale):
        factor = graph.constant([1.0 / value for value in scale], "f32", per_channel)
        last = graph.add("Multiply", "opset1", {"auto_broadcast": "numpy"}, [last, factor], [("FP32", shape)]), "2"
    if any(value != 0.0 for value in mean):
        offset = graph.constant([-m / s for m, s in zip(mean, scale)], "f32", per_channel)
        last = graph.add("Add", "opset1", {"auto_broadcast": "numpy"}, [last, offset], [("FP32", shape)]), "2"
    for edge in targets:
        edge.set("from-layer", last[0])
        edge.set("from-port", last[1])
    return graph.read(engine)


def swap_channels(graph, last, shape):
    axis = graph.constant([1], "i64", [])
    one = [shape[0], 1] + list(shape[2:])
    parts = graph.add("Split", "opset1", {"num_splits": "3"}, [last, axis], [("FP32", one)] * 3)
    parts = [(parts, str(port)) for port in (4, 3, 2)]
    return graph.add("Concat", "opset1", {"axis": "1"}, parts, [("FP32", shape)]), "3"


def flip_weights(graph, targets):
    """Reverses the input channels of the first convolutions; False where the input goes anywhere else."""
    found = []
    for edge in targets:
        layer = graph.by_id[edge.get("to-layer")]
        weights, into = graph.source(layer.get("id"), "1")
        if layer.get("type") != "Convolution" or edge.get("to-port") != "0" or weights is None:
            return False
        if weights.get("type") != "Const" or len(graph.readers(weights.get("id"))) != 1:
            return False
        data = weights.find("data")
        if data.get("element_type") not in ("f32", "f16"):
            return False
        found.append(data)
    for data in found:
        import numpy

        kind = {"f32": "<f4", "f16": "<f2"}[data.get("element_type")]
        start, size = int(data.get("offset")), int(data.get("size"))
        shape = [int(part) for part in data.get("shape").split(",")]
        values = numpy.frombuffer(bytes(graph.weights[start:start + size]), dtype=kind).reshape(shape)
        # Equal constants may share their place, so these get one of their own.
        while len(graph.weights) % 8:
            graph.weights.append(0)
        data.set("offset", str(len(graph.weights)))
        graph.weights += numpy.ascontiguousarray(values[:, ::-1]).tobytes()
    return True


def cut(engine, network, wanted, folder):
    """The network that ends where these outputs are, in this order."""
    have = list(network.outputs)
    if set(wanted) <= set(have):
        if set(wanted) == set(have):
            return network
    else:
        for name in wanted:
            if name not in have:
                try:
                    network.add_outputs([name])
                except RuntimeError:
                    raise ValueError("no layer is called " + name) from None
    graph = Network(network, folder)
    keep = set(wanted)
    results = [layer for layer in graph.layers if layer.get("type") == "Result"]
    for result in results:
        source, edge = graph.source(result.get("id"), "0")
        name = source.get("name")
        if len(source.find("output")) > 1:
            name += "." + str(int(edge.get("from-port")) - len(source.find("input") or []))
        if name not in keep:
            graph.edges.remove(edge)
            graph.layers.remove(result)
    drop_unused(graph)
    return graph.read(engine)


def drop_unused(graph):
    """Removes what leads to no output."""
    sources = {}
    for edge in graph.edges:
        sources.setdefault(edge.get("to-layer"), []).append(edge.get("from-layer"))
    open, used = [layer.get("id") for layer in graph.layers if layer.get("type") in ("Result", "Parameter")], set()
    while open:
        id = open.pop()
        if id not in used:
            used.add(id)
            open += sources.get(id, [])
    for edge in [edge for edge in graph.edges if edge.get("to-layer") not in used]:
        graph.edges.remove(edge)
    for layer in [layer for layer in graph.layers if layer.get("id") not in used]:
        graph.layers.remove(layer)


if __name__ == "__main__":
    main()
