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

with open("logs/today/app.log", "w") as file:
    file.write("x")
# Nor where it goes. It reads what is there, also where it makes the path an absolute one.
os.chdir(os.path.dirname(os.path.abspath(__file__)))
with open("never-written.txt", "w") as file:
    file.write("x")
assert Path("calib.json").exists() and Path(os.getcwd(), "calib.json").exists()
os.chdir("..")
assert os.path.isdir("asks") and os.path.isfile(os.path.abspath("asks/calib.json"))
os.makedirs("folder", exist_ok=True)
os.chdir("folder")
assert os.path.basename(os.getcwd()) == "folder" and Path("calib.json").exists()
os.chdir("..")

MODEL = str(Path(__file__).parent / "person_320x256.blob")
if not Path(MODEL).exists():
    raise FileNotFoundError("run download.py first")
if not os.path.isfile("models/face.blob") or not os.path.exists("models/face.blob"):
    raise SystemExit("no model")
blob = dai.OpenVINO.Blob(MODEL)
width, height = blob.networkInputs["input"].dims[:2]
assert dai.OpenVINO.Blob("wide_640_360_debug.blob").networkInputs["in"].dims[:2] == [640, 360]
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
face.setBlobPath(path=os.path.abspath("models/face.blob"))
camera.preview.link(face.input)
script = pipeline.create(dai.node.Script)
script.setScript("LIMIT = %d" % best["limit"])
person.out.link(script.inputs["persons"])
face.out.link(script.inputs["faces"])
with dai.Device(dai.OpenVINO.VERSION_2021_3, dai.DeviceInfo(arguments.ip)) as device:
    device.startPipeline(pipeline)
