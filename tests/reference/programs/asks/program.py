"""A program with arguments, files beside it, and models that nobody has."""
import argparse
import json
import os
from pathlib import Path

import depthai as dai

parser = argparse.ArgumentParser()
parser.add_argument("--ip", required=True)
parser.add_argument("--fps", type=int, default=5)
arguments = parser.parse_args()
print("connecting to", arguments.ip)

with open("best.json") as file:
    best = json.load(file)
assert best == json.loads(Path("best.json").read_text())
assert Path("best.json").is_file() and os.path.getsize("best.json") > 0
assert not Path("worst.json").exists() and not os.path.isfile("worst.json")
# What it writes does not land beside it.
with open("best.json", "w") as file:
    file.write("{}")

MODEL = str(Path(__file__).parent / "person_320x256.blob")
if not Path(MODEL).exists():
    raise FileNotFoundError("run download.py first")
if not os.path.isfile("models/face.blob") or not os.path.exists("models/face.blob"):
    raise SystemExit("no model")
blob = dai.OpenVINO.Blob(MODEL)
width, height = blob.networkInputs["input"].dims[:2]
assert blob.numShaves > 0 and len(blob.networkOutputs) == 1

pipeline = dai.Pipeline()
pipeline.setCalibrationData(dai.CalibrationHandler("calib.json"))
camera = pipeline.create(dai.node.ColorCamera)
camera.setFps(arguments.fps)
camera.setPreviewSize(width, height)
person = pipeline.create(dai.node.NeuralNetwork)
person.setBlob(blob)
camera.preview.link(person.input)
face = pipeline.create(dai.node.NeuralNetwork)
face.setBlobPath(path="models/face.blob")
camera.preview.link(face.input)
script = pipeline.create(dai.node.Script)
script.setScript("LIMIT = %d" % best["limit"])
person.out.link(script.inputs["persons"])
face.out.link(script.inputs["faces"])
with dai.Device(pipeline, dai.DeviceInfo(arguments.ip)):
    pass
