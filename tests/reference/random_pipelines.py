"""Random pipelines that the real library accepts, the same ones for the same seed.

In:    catalog.json, a blob, a seed, a count.
Out:   one description (README.md) a line, 2 to 40 nodes each.
Never: XLinkIn, XLinkOut and UVC (errors in oakc), outputs the library does not register, two calls of which the
       second undoes a part of the first: a config file has no order between its keys. The presets are the one
       exception; they come first, as they do in a config.
"""

import argparse
import json
import random

from arguments import Arguments, NoValue
from setters import CALIBRATION, GETTERS

LEFT_OUT = {"XLinkIn", "XLinkOut", "UVC"}
NEEDS_BLOB = {"NeuralNetwork", "MobileNetDetectionNetwork", "YoloDetectionNetwork",
              "MobileNetSpatialDetectionNetwork", "YoloSpatialDetectionNetwork"}
APPENDS = {"initialControl.setMisc", "initialConfig.addROI", "enableIMUSensor"}
PRESETS = {"StereoDepth": "setDefaultProfilePreset", "VideoEncoder": "setDefaultProfilePreset"}

# Setters that touch one thing in ways a fresh node does not show: at most one of each row is called.
EITHER_OR = [
    {"sensorCenterCrop", "setSensorCrop"},
    {"setCenterCrop", "setCropRect", "initialConfig.setCenterCrop", "initialConfig.setCropRect",
     "initialConfig.setCropRotatedRect"},
    {"setResize", "setResizeThumbnail", "initialConfig.setResize", "initialConfig.setResizeThumbnail",
     "initialConfig.setWarpBorderFillColor"},
    {"initialConfig.setWarpBorderFillColor", "initialConfig.setWarpBorderReplicatePixels"},
    {"initialConfig.setWarpTransformFourPoints", "initialConfig.setKeepAspectRatio", "setKeepAspectRatio"},
    {"initialConfig.setRotationDegrees", "initialConfig.setRotationRadians"},
    {"setFrameType", "initialConfig.setFrameType", "initialConfig.setColormap"},
    {"initialConfig.setMotionEstimator", "initialConfig.setHwMotionEstimation", "initialConfig.setOpticalFlow"},
    {"initialConfig.setCornerDetector", "initialConfig.setNumTargetFeatures"},
    {"initialControl.setStrobeDisable", "initialControl.setStrobeExternal", "initialControl.setStrobeSensor"},
    {"initialControl.setStartStreaming", "initialControl.setStopStreaming"},
    {"initialControl.clearMiscControls", "initialControl.setMisc"},
    {"initialControl.setManualFocus", "initialControl.setManualFocusRaw"},
    {"initialConfig.addROI", "initialConfig.setROIs"},
    {"enableDistortionCorrection", "useHomographyRectification"},
    {"setFocalLength", "setFocalLengthFromCalibration"},
    {"setEmptyCalibration", "setRectification"},
    {"setBlob", "setBlobPath"},
    {"setScript", "setScriptPath"},
    {"loadMeshData", "loadMeshFiles", "loadMeshFile"},
]


class Pipelines:
    """Makes descriptions, one after the other, out of one generator."""

    def __init__(self, catalog, rng, blob):
        self.catalog, self.rng, self.blob = catalog, rng, blob
        self.classes = sorted(
            name for name, node in catalog["nodes"].items() if not node["abstract"] and name not in LEFT_OUT)

    def one(self, number):
        self.arguments = Arguments(self.catalog, self.rng, self.blob)
        nodes = [self.node(self.rng.choice(self.classes)) for _ in range(self.rng.randint(2, 40))]
        description = {"app_name": self.rng.choice(["", f"random-{number}", "Tür 7"]), "nodes": nodes}
        description["links"] = self.links(nodes)
        if self.rng.random() < 0.5:
            description["pipeline"] = self.pipeline_calls()
        if self.rng.random() < 0.4:
            description["board"] = self.board()
        description["assets"] = self.assets(len(nodes))
        description["files"] = self.arguments.files
        return description

    # --- nodes and their calls

    def node(self, name):
        calls, queues_taken = self.calls(name)
        spec = {"class": name, "calls": calls}
        inputs = {
            port["name"]: self.queue() for port in self.catalog["nodes"][name]["inputs"]
            if port["name"] not in queues_taken and self.rng.random() < 0.2
        }
        if inputs:
            spec["inputs"] = inputs
        return spec

    def queue(self):
        full = {"queue_size": self.rng.randint(1, 30), "blocking": self.rng.random() < 0.5,
                "wait_for_message": self.rng.random() < 0.5}
        kept = self.rng.sample(sorted(full), self.rng.randint(1, 3))
        return {key: full[key] for key in sorted(kept)}

    def calls(self, name):
        """Calls in order, and the inputs whose queues they set."""
        node = self.catalog["nodes"][name]
        picked = Picked()
        preset = [s for s in node["setters"] if s["method"] == PRESETS.get(name)]
        if preset and self.rng.random() < 0.5:
            self.add(picked, node, self.rng.choice(preset), binding=False)
        if name == "Script":
            self.add(picked, node, self.rng.choice([s for s in node["setters"] if s["method"].startswith("setScript")]))
        if name in NEEDS_BLOB:
            self.add(picked, node, self.rng.choice([s for s in node["setters"] if s["method"].startswith("setBlob")]))
        optional = [s for s in node["setters"] if s not in preset and s["method"] not in GETTERS]
        self.rng.shuffle(optional)
        for setter in optional[: self.rng.choice([0, 2, 4, 8, 16])]:
            if picked.allows(setter):
                for _ in range(self.rng.randint(1, 3) if appends(setter) else 1):
                    self.add(picked, node, setter)
        return picked.calls, picked.queues

    def add(self, picked, node, setter, binding=True):
        try:
            args = self.arguments.draw(node, setter)
        except NoValue:
            return
        picked.calls.append([setter["method"], args])
        if binding:
            picked.remember(setter)
        else:
            picked.methods.add(setter["method"])

    # --- links

    def links(self, nodes):
        """Typed links between different nodes, each pair of ports at most once."""
        count = self.rng.randint(len(nodes) // 2, 2 * len(nodes))
        seen, links = set(), []
        for _ in range(count):
            source, sink = self.rng.sample(range(len(nodes)), 2)
            pairs = [
                (out, into) for out in self.ports(nodes[source], "out") for into in self.ports(nodes[sink], "in")
                if self.fits(out[1], into[1])
            ]
            if not pairs:
                continue
            (out, _), (into, _) = self.rng.choice(pairs)
            ends = ([source, *out], [sink, *into])
            if json.dumps(ends) in seen:
                continue
            seen.add(json.dumps(ends))
            links.append([*ends[0], *ends[1]] if len(out) == len(into) == 1 else {"from": ends[0], "to": ends[1]})
            if len(into) == 2 and self.rng.random() < 0.4:
                nodes[sink].setdefault("map_inputs", {})[into[1]] = self.queue()
        return links

    def ports(self, spec, direction):
        """([port] or [map, key], datatypes) for all ports, map entries with a name drawn for this use."""
        node = self.catalog["nodes"][spec["class"]]
        for port in node["inputs" if direction == "in" else "outputs"]:
            yield [port["name"]], port["possibleDatatypes"]
        for group in node["mapPorts"]:
            if group["direction"] == direction:
                # Script has one group for both directions: a name is either an input or an output.
                yield [group["attr"], f"{direction}{self.rng.randrange(4)}"], group["possibleDatatypes"]

    def fits(self, outs, ins):
        """The library's rule (PipelineImpl::canConnect)."""
        return any(
            out["datatype"] == into["datatype"]
            or (out["descendants"] and self.below(into["datatype"], out["datatype"]))
            or (into["descendants"] and self.below(out["datatype"], into["datatype"]))
            for out in outs for into in ins)

    def below(self, child, parent):
        children = self.catalog["datatypes"]["children"][parent]
        return child in children or any(self.below(child, each) for each in children)

    # --- everything else

    def pipeline_calls(self):
        choices = [
            ["setSippBufferSize", [self.rng.randrange(1024, 1 << 20)]],
            ["setSippDmaBufferSize", [self.rng.randrange(1024, 1 << 20)]],
            ["setXLinkChunkSize", [self.rng.choice([-1, 0, 4096, 65536])]],
            ["setCalibrationData", [{"calibration": CALIBRATION}]],
            ["setCameraTuningBlobPath", [self.arguments.file("tuning.bin", bytes(self.arguments.octets(100)))]],
            ["setOpenVINOVersion", [{"enum": f"OpenVINO.Version.VERSION_{self.rng.choice(['2021_4', '2022_1'])}"}]],
        ]
        return self.rng.sample(choices, self.rng.randint(1, 3))

    def board(self):
        rng = self.rng
        pin = rng.randrange(60)
        choices = {
            "network.mtu": rng.randrange(576, 9001),
            "network.xlinkTcpNoDelay": rng.random() < 0.5,
            "sysctl": ["net.inet.tcp.delayed_ack=0"],
            "watchdogTimeoutMs": rng.randrange(1000, 10000),
            "watchdogInitialDelayMs": rng.randrange(1000, 70000),
            "emmc": rng.random() < 0.5,
            "logVerbosity": {"enum": "LogLevel." + rng.choice(self.arguments.members("LogLevel"))},
            "logPath": "/media/mmcsd-0-0/log.txt",
            "logSizeMax": rng.randrange(1 << 20, 1 << 34),
            "usb.vid": rng.randrange(1 << 16),
            "usb.productName": self.arguments.text(),
            f"gpio.{pin}.direction": {"enum": "BoardConfig.GPIO.Direction.OUTPUT"},
            f"gpio.{pin}.level": {"enum": "BoardConfig.GPIO.Level.HIGH"},
            "uart.0.tmp": 1,
        }
        return {key: choices[key] for key in sorted(rng.sample(sorted(choices), rng.randint(1, 6)))}

    def assets(self, nodes):
        return [
            {"node": self.rng.choice([None, self.rng.randrange(nodes)]), "key": f"extra{index}",
             "bytes": bytes(self.arguments.octets(self.rng.randrange(0, 200))).hex(),
             "alignment": self.rng.choice([1, 16, 64, 128])}
            for index in range(self.rng.choice([0, 0, 1, 3]))
        ]


def appends(setter):
    """Whether a second call adds to the first. The list overload of enableIMUSensor replaces instead."""
    return setter["method"] in APPENDS and not setter["args"][0]["type"].startswith("Sequence")


class Picked:
    """The calls chosen for one node, and the fields that they write."""

    def __init__(self):
        self.calls, self.methods, self.effects, self.queues = [], set(), {}, set()

    def allows(self, setter):
        method = setter["method"]
        if method in self.methods or self.raw_conflict(method):
            return False
        rivals = set().union(*(row for row in EITHER_OR if method in row), {twin(method)})
        return not rivals & self.methods and not any(
            overlaps(path, other) and not (path == other and same_constant(rule, taken))
            for path, rule in setter.get("effects", {}).items() for other, taken in self.effects.items())

    def raw_conflict(self, method):
        """`initialConfig.set(raw)` replaces everything under it, so no other call may write there."""
        group = method.split(".")[0] + "."
        has_group = any(taken.startswith(group) for taken in self.methods)
        if method in ("initialConfig.set", "initialControl.set"):
            # Node-level setters may write to initialConfig as well: a raw config is the only call on its node.
            return bool(self.methods) if method == "initialConfig.set" else has_group
        return "initialConfig.set" in self.methods or group + "set" in self.methods

    def remember(self, setter):
        self.methods.add(setter["method"])
        for path, rule in setter.get("effects", {}).items():
            if path.endswith("cmdMask"):  # the masks are or-ed
                continue
            self.effects[path] = rule
            if path.startswith("io["):
                self.queues.add(path[3:path.index("]")])


def twin(method):
    """`setX` and `initialConfig.setX` write the same field."""
    return method.removeprefix("initialConfig.") if "." in method else "initialConfig." + method


def overlaps(path, other):
    return path == other or path.startswith(other + ".") or other.startswith(path + ".")


def same_constant(rule, other):
    return isinstance(rule, dict) and "const" in rule and rule == other


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--catalog", required=True)
    options.add_argument("--blob", required=True, help="a MyriadX blob that the library reads")
    options.add_argument("--seed", default="0")
    options.add_argument("--count", type=int, default=300)
    chosen = options.parse_args()
    with open(chosen.catalog, encoding="utf-8") as file:
        catalog = json.load(file)
    for number in range(chosen.count):
        # One generator each, so that the n-th pipeline of a seed does not depend on the others.
        pipelines = Pipelines(catalog, random.Random(f"{chosen.seed}/{number}"), chosen.blob)
        print(json.dumps(pipelines.one(number), ensure_ascii=False))


if __name__ == "__main__":
    main()
