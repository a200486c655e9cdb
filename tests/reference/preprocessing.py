"""Compares networks that oakc gave a mean, a scale and a swap of channels with the same done to their input.

    preprocessing.py PACKAGES COMPILE.py FOLDER NETWORK.onnx...

Runs both on the CPU, with the packages of oakc's compiler, and prints the largest difference of all.
"""
import importlib.util
import sys
import tempfile

sys.path.insert(0, sys.argv[1])
import numpy
from openvino.inference_engine import IECore

spec = importlib.util.spec_from_file_location("compile", sys.argv[2])
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
program.load_libusb(sys.argv[1])
MEAN, SCALE = [10.0, 20.0, 30.0], [2.0, 4.0, 8.0]


def run(engine, network, values):
    loaded = engine.load_network(network, "CPU", config={"ENFORCE_BF16": "NO"})
    return loaded.infer({next(iter(network.input_info)): values})


def largest_difference(engine, path, reverse):
    image = numpy.random.RandomState(3).randint(0, 256, (1, 3, 32, 32)).astype("float32")
    shape = (1, 3, 1, 1)
    by_hand = image[:, ::-1] if reverse else image
    by_hand = (by_hand - numpy.array(MEAN).reshape(shape)) / numpy.array(SCALE).reshape(shape)
    wanted = run(engine, engine.read_network(path), numpy.ascontiguousarray(by_hand.astype("float32")))
    request = {"mean": MEAN, "scale": SCALE, "reverse_channels": reverse}
    with tempfile.TemporaryDirectory() as folder:
        changed = program.preprocess(engine, engine.read_network(path), request, folder)
        found = run(engine, changed, image)
    assert list(found) == list(wanted), (list(found), list(wanted))
    return max(float(numpy.abs(found[name] - wanted[name]).max()) for name in wanted)


engine = IECore()
print(max(largest_difference(engine, path, reverse) for path in sys.argv[3:] for reverse in (False, True)))
