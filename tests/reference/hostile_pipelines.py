"""Random pipelines that nobody would want and the real library packages all the same, the same ones for the same seed.

In:    catalog.json, a blob, a seed, a count.
Out:   one description (README.md) a line: valid pipelines of random_pipelines.py, with raw fields out of any range, odd
       names of ports and assets, numbers that no enumerator has, infinities, nodes linked to themselves, gaps between
       ids. Calls that the library refuses are in it, too: the descriptions are lenient.
Never: XLinkIn, XLinkOut, floats that a 32-bit field would round.
"""

import argparse
import json
import random
import re
import struct

from arguments import BITS, Arguments, NoValue
from random_pipelines import NEEDS_BLOB, Pipelines

# The whole range of each type: raw fields take it from Python, where setters mostly take an int.
RANGES = {**BITS, "u32": (0, 2**32 - 1), "i64": (-(2**63), 2**63 - 1), "u64": (0, 2**64 - 1)}
NAMES = [
    "", " ", ".", "..", "a.b", "a b", "a[b]", "outputs[x]", "inputs[]", "[]", '""', '"x"', "'", "\\", "a\"b", "a\nb",
    "a\r\n", "\t", "a\0b", "\x1b[31m", "\x7f\x85", "größe", "名前", "\U0001f600", "\u2028", "\ufeff", "\u202e", "\ufffe",
    "none", "true", "null", "1", "-1", "1e3", "0x1F", ".nan", "~", "<<", "#x", "a #b", "a: b", "- a", "{a}", "&a", "*a",
    "!a", "|", "%", "@", "`", "---", "${x}", "$${x}", "$", "in", "out", "from", "x" * 120, "y" * 1100, "z." * 600,
]
# Bytes that are not UTF-8: the library takes them for text wherever it takes text.
NOT_TEXT = [b"\xff", b"a\xfe.b", b"\xc3", b"\xed\xa0\x80", b"\xf4\x8f\xbe\x80\x80"]
ASSET_KEYS = [
    "", "a", "A", "a/b", "../up", "/abs", "a\0b", "app.toml", "oakc.lock", "k.TXT", "con.txt", "k" * 300, "größe.bin",
    "\n", "${x}", "a.b.c", "[x]", "'", " ",
]
FLOATS = [
    float("nan"), float("inf"), float("-inf"), -0.0, 0.0, 1e-45, 1.1754943508222875e-38, 3.4028234663852886e38, 1e9, 2e9,
    728.6, -728.6, 0.1, 1.0, -1.0, 16777216.0, 1e-7,
]


def single(x):
    """The nearest number that 32 bits hold."""
    return struct.unpack("f", struct.pack("f", x))[0]


def text(rng):
    """A name, or now and then bytes that are not UTF-8."""
    if rng.random() < 0.03:
        return {"bytes": rng.choice(NOT_TEXT).hex()}
    return rng.choice(NAMES)


class HostileArguments(Arguments):
    """Draws arguments that fit their type and nothing else."""

    def integer(self, method, field):
        return self.whole(field if field in RANGES else "i32")

    def whole(self, kind):
        low, high = RANGES[kind]
        shape = self.rng.random()
        if shape < 0.4:
            return self.rng.choice([low, high, low + 1, high - 1, max(low, -1), 0])
        return max(low, min(high, self.rng.randrange(-3000, 3000))) if shape < 0.7 else self.rng.randint(low, high)

    def floating(self, method):
        if self.rng.random() < 0.3:
            return super().floating(method)
        x = single(self.rng.choice(FLOATS))
        return x if x == x and abs(x) != float("inf") else {"float": str(x)}

    def unit(self, low=0, high=256):
        return self.floating("") if self.rng.random() < 0.5 else super().unit(low, high)

    def text(self):
        return text(self.rng)

    def one(self, kind, method="", field=None):
        plain = kind.replace("depthai.", "").replace("node.", "")
        if plain in self.catalog["pyEnums"] and self.rng.random() < 0.3:
            return {"enum_number": [plain, self.rng.choice([-1, 7, 77, 255, -(2**31), 2**31 - 1])]}
        return super().one(kind, method, field)

    def raw_field(self, kind):
        optional = re.fullmatch(r"optional<(.*)>", kind)
        if optional:
            return None if self.rng.random() < 0.3 else self.raw_field(optional.group(1))
        if kind in RANGES:
            return self.whole(kind)
        if kind == "string":
            return self.text()
        vector = re.fullmatch(r"vector<([iu]\d+)>", kind)
        if vector:
            return [self.whole(vector.group(1)) for _ in range(self.rng.randrange(4))]
        if kind == "map<i32,i32>":
            pins = sorted({self.whole("i32") for _ in range(self.rng.randrange(4))})
            return {"map": [[pin, self.whole("i32")] for pin in pins]}
        return super().raw_field(kind)


class HostilePipelines(Pipelines):
    """Makes descriptions, one after the other, out of one generator."""

    def __init__(self, catalog, rng, blob):
        super().__init__(catalog, rng, blob)
        self.classes = sorted([*self.classes, "UVC"])

    def one(self, number):
        self.arguments = HostileArguments(self.catalog, self.rng, self.blob)
        nodes = [self.node(self.rng.choice(self.classes)) for _ in range(self.rng.randint(1, 15))]
        kept = [index for index in range(len(nodes)) if index == 0 or self.rng.random() < 0.9]
        links = self.hostile_links(nodes, kept)
        if number % 100 == 7:
            self.crowd(nodes, kept)
        return {
            "lenient": True, "nodes": nodes, "links": links,
            "app_name": self.rng.choice(["", f"hostile-{number}", text(self.rng)]),
            "pipeline": self.pipeline_calls() if self.rng.random() < 0.4 else [],
            "board": self.hostile_board() if self.rng.random() < 0.4 else {},
            "assets": self.hostile_assets(kept), "files": self.arguments.files,
            "removed": [index for index in range(len(nodes)) if index not in kept],
        }

    # --- nodes

    def node(self, name):
        if name in NEEDS_BLOB and self.rng.random() < 0.5 or name == "Script" and self.rng.random() < 0.2:
            spec = {"class": name, "calls": []}
        else:
            spec = super().node(name)
        layout = self.catalog["nodes"][name]["propertiesLayout"]
        spec["raw"] = [pair for pair in self.raw("", layout) if self.rng.random() < 0.25]
        spec["names"] = self.rng.sample(NAMES, len(NAMES))
        groups = [group for group in self.catalog["nodes"][name]["mapPorts"] if group["direction"] == "in"]
        if groups:
            names = [self.port(spec, "in", name == "Script") for _ in range(self.rng.randrange(3))]
            spec["map_inputs"] = {port: self.queue() for port in names}
        return spec

    def raw(self, prefix, layout):
        """(attribute path, value) of the fields below `properties`; blobs and scripts stay where they are."""
        for field in layout:
            path, kind = prefix + field["name"], field["type"]
            if kind.startswith("struct "):
                yield from self.raw(path + ".", self.catalog["structs"][kind[7:]])
            elif not path.endswith(("Uri", "blobSize")) or self.rng.random() < 0.05:
                try:
                    yield path, self.arguments.raw_field(kind)
                except NoValue:
                    pass

    def queue(self):
        full = {"queue_size": self.arguments.whole("i32"), "blocking": self.rng.random() < 0.5,
                "wait_for_message": self.rng.random() < 0.5}
        kept = self.rng.sample(sorted(full), self.rng.randint(1, 3))
        return {key: full[key] for key in sorted(kept)}

    # --- ports and links

    def port(self, spec, direction, shared):
        """A name for an entry of a map; where one map has both directions, each has its half of the names."""
        half = len(NAMES) // 2
        names = spec["names"] if not shared else spec["names"][:half] if direction == "in" else spec["names"][half:]
        return names[min(self.rng.randrange(8), len(names) - 1)]

    def ports(self, spec, direction):
        node = self.catalog["nodes"][spec["class"]]
        for port in node["inputs" if direction == "in" else "outputs"]:
            yield [port["name"]], port["possibleDatatypes"]
        for group in node["mapPorts"]:
            if group["direction"] == direction:
                name = self.port(spec, direction, spec["class"] == "Script")
                yield [group["attr"], name], group["possibleDatatypes"]

    def hostile_links(self, nodes, kept):
        """Typed links, some of them from a node to itself."""
        links = []
        for _ in range(self.rng.randint(0, 2 * len(kept))):
            source, sink = self.rng.choice(kept), self.rng.choice(kept)
            pairs = [
                (out, into) for out in self.ports(nodes[source], "out") for into in self.ports(nodes[sink], "in")
                if self.fits(out[1], into[1])
            ]
            if pairs:
                (out, _), (into, _) = self.rng.choice(pairs)
                links.append({"from": [source, *out], "to": [sink, *into]})
        return links

    def crowd(self, nodes, kept):
        """A script with a thousand inputs."""
        kept.append(len(nodes))
        nodes.append({"class": "Script", "calls": [["setScript", ["pass"]]],
                      "map_inputs": {f"input {index}": {"queue_size": index} for index in range(1000)}})

    # --- everything else

    def hostile_assets(self, kept):
        keys = self.rng.sample(ASSET_KEYS, self.rng.choice([0, 0, 1, 3, 5]))
        assets = [
            {"node": self.rng.choice([None, *kept]), "key": key, "alignment": self.rng.choice([0, 1, 3, 7, 64, 4096]),
             "bytes": bytes(self.arguments.octets(self.rng.randrange(0, 200))).hex()}
            for key in keys
        ]
        if self.rng.random() < 0.05:
            key = {"bytes": self.rng.choice(NOT_TEXT).hex()}
            assets.append({"node": None, "key": key, "alignment": 1, "bytes": "00"})
        return assets

    def hostile_board(self):
        pin, port = self.rng.randrange(-128, 128), self.rng.randrange(-128, 128)
        number = [-1, 7, 77]
        choices = {
            **self.board(),
            "logPath": self.arguments.text(), "usb.productName": self.arguments.text(), "sysctl": [text(self.rng)],
            "watchdogTimeoutMs": self.arguments.whole("u32"), "logSizeMax": self.arguments.whole("u64"),
            "usb.maxSpeed": {"enum_number": ["UsbSpeed", self.rng.choice(number)]},
            "logVerbosity": {"enum_number": ["LogLevel", self.rng.choice(number)]},
            "uvc.frameType": {"enum_number": ["RawImgFrame.Type", self.rng.choice(number)]},
            "uvc.width": self.arguments.whole("u16"), "uvc.cameraName": self.arguments.text(),
            f"gpio.{pin}.direction": {"enum_number": ["BoardConfig.GPIO.Direction", self.rng.choice(number)]},
            f"gpio.{pin}.drive": {"enum_number": ["BoardConfig.GPIO.Drive", self.rng.choice(number)]},
            f"uart.{port}.tmp": self.arguments.whole("i8"),
        }
        return {key: choices[key] for key in sorted(self.rng.sample(sorted(choices), self.rng.randint(1, 6)))}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--catalog", required=True)
    options.add_argument("--blob", required=True, help="a MyriadX blob that the library reads")
    options.add_argument("--seed", default="0")
    options.add_argument("--count", type=int, default=400)
    chosen = options.parse_args()
    with open(chosen.catalog, encoding="utf-8") as file:
        catalog = json.load(file)
    for number in range(chosen.count):
        # One generator each, so that the n-th pipeline of a seed does not depend on the others.
        pipelines = HostilePipelines(catalog, random.Random(f"{chosen.seed}/{number}"), chosen.blob)
        print(json.dumps(pipelines.one(number)))


if __name__ == "__main__":
    main()
