"""Valid arguments for the setters of the catalogue.

In:    catalog.json (types, effects, enums) and a random generator.
Out:   arguments as JSON, in the encoding of README.md.
Never: the depthai library, the clock, or any randomness but the generator handed in.

Numbers keep to what fits the field they end up in (found through the setter's `effects`) and floats
to what an f32 holds exactly, so that equal packages mean equal values and not equal rounding.
"""

import re

BITS = {"u8": (0, 2**8 - 1), "u16": (0, 2**16 - 1), "i8": (-(2**7), 2**7 - 1), "i16": (-(2**15), 2**15 - 1)}
BITS["i32"] = (-(2**31), 2**31 - 1)
# The library takes a C++ int for nearly all of these: the upper half of the unsigned range cannot be passed.
BITS.update({"u32": (0, 2**31 - 1), "i64": (-(2**31), 2**31 - 1), "u64": (0, 2**31 - 1), "char": (0, 127)})

# Values that the library refuses although the type could hold them, and arguments that have no field.
INT_RANGES = {
    "setCamId": (0, 3),
    "setTrackletMaxLifespan": (1, 2**31 - 1),
    "setBitrateKbps": (0, 2_000_000),
    "initialConfig.setColormap": (0, 255),
    "initialConfig.setResizeThumbnail": (0, 255),
    "setResizeThumbnail": (0, 255),
    "initialConfig.setWarpBorderFillColor": (0, 255),
    "setNumFramesPool": (1, 64),
    "initialControl.setMisc": (-(2**31), 2**31 - 1),
    "enableIMUSensor": (1, 1000),
    "setDefaultProfilePreset": (32, 4096),
    "setProfile": (32, 4096),
    "setIspScale": (1, 16),
    # The setter takes a u16, the field is an i16.
    "initialConfig.setBilateralFilterSigma": (0, 2**15 - 1),
}
UNIT_FLOATS = {
    "setSensorCrop", "setOcclusionRatioThreshold", "setCropRect", "initialConfig.setCropRect",
    "setCenterCrop", "initialConfig.setCenterCrop",
}
# Fields of raw structures the Python class does not have, or cannot take from Python: they keep their default.
NOT_IN_PYTHON = {
    "RawCameraControl": {
        "aeRegion", "afRegion", "expManual", "frameSyncMode", "strobeConfig", "strobeTimings", "miscControls",
        "lensPosAutoInfinity", "lensPosAutoMacro", "lowPowerNumFramesBurst", "lowPowerNumFramesDiscard",
    },
    "RawImageManipConfig": {
        "reusePreviousImage", "skipCurrentImage", "formatConfig.colormap", "formatConfig.colormapMin",
        "formatConfig.colormapMax", "resizeConfig.bgRed", "resizeConfig.bgGreen", "resizeConfig.bgBlue",
    },
    "SpatialLocationCalculatorConfigData": {"stepSize"},
}
PLAIN_NAMES = ["depth_left", "Person-1", "größe", "a.b", "x y", "_", "stream0", "UPPER"]
# Not among the enums of the catalogue: only the Python bindings of the node have it.
PRESET_MODES = ["DEFAULT", "FACE", "HIGH_ACCURACY", "HIGH_DENSITY", "HIGH_DETAIL", "ROBOTICS"]

SCRIPT = 'import time\nwhile True:\n    time.sleep(1)\n    node.warn("alive {}")\n'


class NoValue(Exception):
    """Python has no way to pass this argument."""


class Arguments:
    """Draws arguments for setters. `files` collects what the drawn arguments need on disk."""

    def __init__(self, catalog, rng, blob):
        self.catalog, self.rng, self.blob = catalog, rng, blob
        self.files = {}

    # --- one setter

    def draw(self, node, setter):
        """All arguments of one setter, or NoValue."""
        method, args = setter["method"], setter["args"]
        if method.endswith("setWarpMesh"):
            return self.mesh(args[0]["type"])
        if method == "loadMeshData" and len(args) == 2:
            size = self.rng.choice([16, 32, 48])  # both sides must have one size
            return [self.octets(size), self.octets(size)]
        if method in ("setCropRect", "initialConfig.setCropRect"):
            edges = [self.unit(0, 127), self.unit(0, 127), self.unit(128, 256), self.unit(128, 256)]
            return edges if len(args) == 4 else [{"tuple": edges}]
        return [self.one(arg["type"], method, self.field_type(node, setter, arg["name"])) for arg in args]

    def one(self, kind, method="", field=None):
        kind = kind.replace("depthai.", "").replace("node.", "")
        if kind == "bool":
            return self.rng.random() < 0.5
        if kind == "SupportsInt":
            return self.integer(method, field)
        if kind == "SupportsFloat":
            return self.floating(method)
        if kind == "str":
            program = method == "setScript" and field is None  # but not its second argument, the name
            return SCRIPT + f"# {self.rng.randrange(10**6)}\n" if program else self.text()
        if kind == "Path":
            return self.path(method)
        if kind == "buffer":
            return {"bytes": bytes(self.octets(32)).hex()}
        if kind == "datetime.timedelta":
            return {"timedelta_us": self.rng.randrange(0, 2**31)}
        if kind == "OpenVINO.Blob":
            return {"blob": self.blob}
        if kind in ("Point2f", "Size2f", "Rect"):
            return {"new": kind, "args": [self.unit() for _ in range(4 if kind == "Rect" else 2)]}
        if kind == "RotatedRect":
            return {"new": kind, "attrs": {"center.x": self.unit(), "center.y": self.unit(), "size.width": self.unit(),
                                           "size.height": self.unit(), "angle": self.floating("")}}
        return self.compound(kind, method, field)

    def compound(self, kind, method, field):
        if kind.startswith("tuple["):
            return {"tuple": [self.one(item, method, field) for item in kind[6:-1].split(", ")]}
        if kind.startswith("Annotated["):
            side = int(re.search(r"FixedSize\((\d)\)", kind).group(1))
            return [[self.floating("") for _ in range(side)] for _ in range(side)]
        if kind == "Mapping[str, Sequence[SupportsInt]]":
            sides = self.rng.sample([13, 26, 52], self.rng.randrange(1, 4))
            return {"map": [[f"side{side}", [self.rng.randrange(0, 9) for _ in range(3)]] for side in sides]}
        if kind == "Mapping[SupportsInt, SupportsInt]":
            return {"map": [[pin, self.rng.randrange(0, 2)] for pin in sorted(self.rng.sample(range(60), 2))]}
        if kind == "Sequence[Sequence[SupportsInt]]":
            return [[self.rng.randrange(-300, 300) for _ in range(3)] for _ in range(3)]
        if kind.startswith("Sequence["):
            return self.sequence(kind[9:-1], method)
        if kind in self.catalog["pyEnums"] or kind == "StereoDepth.PresetMode":
            return {"enum": f"{kind}.{self.rng.choice(self.members(kind))}"}
        if kind.replace(".", "::") in self.catalog["structs"]:
            return {"new": kind, "attrs": dict(self.struct(kind, kind.replace(".", "::")))}
        raise NoValue(f"{kind} is not known to Python")

    def sequence(self, item, method):
        if method == "setScript":
            return list((SCRIPT + f"# {self.rng.randrange(10**6)}\n").encode())
        if method.startswith("loadMesh"):
            return self.octets(32)
        if method.endswith("Matrix3x3"):
            return [self.floating("") for _ in range(9)]
        if method.endswith("FourPoints"):
            return [self.one(item) for _ in range(4)]
        if method == "setHwIds":
            return self.rng.sample([0, 1, 2], self.rng.randrange(1, 4))
        if method == "setDetectionLabelsToTrack":
            return [self.rng.randrange(0, 300) for _ in range(self.rng.randrange(0, 5))]
        if item == "SupportsFloat":
            return [self.floating("") for _ in range(2 * self.rng.randrange(1, 4))]
        return [self.one(item, method) for _ in range(self.rng.randrange(1, 4))]

    # --- the atoms

    def integer(self, method, field):
        low, high = INT_RANGES.get(method) or BITS.get(field, (1, 100))
        shape = self.rng.random()
        if shape < 0.15:
            return self.rng.choice([low, high])
        if shape < 0.6:  # mostly numbers of a usual size
            return max(low, min(high, self.rng.randrange(0, 2000)))
        return self.rng.randint(low, high)

    def floating(self, method):
        """Exact in f32: a small integer over a power of two."""
        if method in UNIT_FLOATS:
            return self.unit(0, 255)
        if method == "initialConfig.setColormap":
            return float(self.rng.randrange(0, 256))
        if method in ("setFps", "setFrameRate", "setDefaultProfilePreset", "setRate"):
            return self.rng.randrange(1, 480) / 4
        return self.rng.randrange(-4096, 4096) / 64 if method == "" else self.rng.randrange(0, 4096) / 64

    def unit(self, low=0, high=256):
        return self.rng.randint(low, high) / 256

    def octets(self, count):
        return [self.rng.randrange(256) for _ in range(count)]

    def text(self):
        return self.rng.choice(PLAIN_NAMES)

    def path(self, method):
        if "Blob" in method:
            return self.blob
        if method == "setScriptPath":
            return self.file(f"scripts/s{len(self.files)}.py", (SCRIPT + f"# {self.rng.random()}\n").encode())
        return self.file(f"mesh{len(self.files)}.bin", bytes(self.octets(64)))

    def file(self, name, content):
        self.files[name] = content.hex()
        return name

    def mesh(self, kind):
        width, height = self.rng.randrange(2, 7), self.rng.randrange(2, 7)
        item = "Point2f" if "Point2f" in kind else "tuple[SupportsFloat, SupportsFloat]"
        return [[self.one(item) for _ in range(width * height)], width, height]

    # --- the catalogue

    def members(self, enum):
        """Enumerators that Python and C++ both have, one name per value (no deprecated aliases)."""
        if enum == "StereoDepth.PresetMode":
            return PRESET_MODES
        known = self.catalog["enums"].get(enum.replace(".", "::"))
        if known is None:
            return sorted(self.catalog["pyEnums"][enum])
        names, seen = [], set()
        for name, number in known["members"].items():
            if name in self.catalog["pyEnums"][enum] and number not in seen:
                seen.add(number)
                names.append(name)
        return names

    def struct(self, root, name, prefix=""):
        """(attribute path, value) for every field of a raw structure that Python can set."""
        for field in self.catalog["structs"][name]:
            path = prefix + field["name"]
            if path in NOT_IN_PYTHON.get(root, ()):
                continue
            kind = field["type"]
            if kind == "struct Rect":
                yield path, self.one("Rect")
            elif kind == "struct RotatedRect":
                yield path, self.one("RotatedRect")
            elif kind.startswith("struct "):
                yield from self.struct(root, kind[7:], path + ".")
            else:
                yield path, self.raw_field(kind)

    def raw_field(self, kind):
        optional = re.fullmatch(r"optional<(.*)>", kind)
        if optional:
            kind = optional.group(1)
        if kind == "bool":
            return self.rng.random() < 0.5
        if kind in BITS:
            return self.integer("", kind)
        if kind == "f32":
            return self.floating("")
        if kind.startswith("enum "):
            return self.one(kind[5:].rsplit(":", 1)[0].replace("::", "."))
        if kind == "array<array<f32,4>,4>":
            return [[self.floating("") for _ in range(4)] for _ in range(4)]
        if kind == "vector<vector<i32>>":
            return [[self.rng.randrange(-300, 300) for _ in range(3)] for _ in range(3)]
        if kind.startswith("array<enum RawStereoDepthConfig::PostProcessing::Filter:"):
            order = [name for name in self.members("RawStereoDepthConfig.PostProcessing.Filter") if name != "NONE"]
            self.rng.shuffle(order)
            return [{"enum": f"RawStereoDepthConfig.PostProcessing.Filter.{name}"} for name in order]
        if kind == "vector<struct Point2f>":
            return [self.one("Point2f") for _ in range(4)]
        if kind == "vector<f32>":
            return [self.floating("") for _ in range(9)]
        raise NoValue(f"no value for a field of type {kind}")

    def field_type(self, node, setter, arg):
        """The wire type of the field an argument is copied to, as far as `effects` tells."""
        for path, rule in setter.get("effects", {}).items():
            if isinstance(rule, str) and re.split(r"[\[ ]", rule)[0] == arg and path.startswith("properties."):
                found = self.walk(node["propertiesLayout"], path.split(".")[1:])
                if found:
                    return found
        return None

    def walk(self, layout, path):
        for field in layout:
            if field["name"] == path[0]:
                kind = re.sub(r"^optional<(.*)>$", r"\1", field["type"])
                if len(path) == 1:
                    return kind
                return self.walk(self.catalog["structs"][kind[7:]], path[1:]) if kind.startswith("struct ") else None
        return None
