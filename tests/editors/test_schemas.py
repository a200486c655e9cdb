"""The JSON Schema of the configuration in the language servers that editors have: yaml-language-server, Taplo and Tombi.

In: `OAKC_EDITORS`, a folder with the three, and `OAKC_BIN`; `.ci/run editors` makes them. Never: a network.
"""

import functools
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from language_server import LanguageServer

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "schemas" / "oakc-config.schema.json"
TOOLS = pathlib.Path(os.environ["OAKC_EDITORS"]).resolve()
NODE = TOOLS / "bin" / "node"
FIRST_LINE = {"toml": f"#:schema {SCHEMA}\n", "yaml": f"# yaml-language-server: $schema={SCHEMA}\n"}

# Pipelines that are built and imported again; with the examples they have most kinds of nodes.
IMPORTED = [
    "april-tags", "demux", "edges", "feature-tracker", "image-align", "imu-emmc", "manip-crop-tiles", "point-cloud", "stereo-zones-gpio",
    "system-information", "tof-depth", "warp-mono",
]

# What is misspelt, in each language, with the word that is to be marked (Taplo marks the table of a key) and words that
# the message has to have.
MISTAKES = [
    ("[nodes.cam]\ntype = 'ColorCamera'\nfsp = 10\n", "nodes:\n  cam:\n    type: ColorCamera\n    fsp: 10\n", "fsp", ["fsp"]),
    ("[nodes.cam]\ntype = 'ColorCamera'\nbitrate = 10\n", "nodes: {cam: {type: ColorCamera, bitrate: 10}}\n", "bitrate", ["bitrate"]),
    (
        "[nodes.cam]\ntype = 'ColorCamera'\ninitial_control.sharpnes = 1\n",
        "nodes:\n  cam:\n    type: ColorCamera\n    initial_control: {sharpnes: 1}\n",
        "sharpnes",
        ["sharpnes"],
    ),
    (
        "[nodes.enc]\ntype = 'VideoEncoder'\ninputs.in = { from = 'a.b', queue_sise = 1 }\n",
        "nodes:\n  enc:\n    type: VideoEncoder\n    inputs:\n      in: {from: a.b, queue_sise: 1}\n",
        "queue_sise",
        ["queue_sise"],
    ),
    ("[nodes.enc]\ntype = 'VideoEncoder'\ninputs.inn = 'a.b'\n", "nodes: {enc: {type: VideoEncoder, inputs: {inn: a.b}}}\n", "inn", ["inn"]),
    (
        "[nodes.cam]\ntype = 'ColorCamera'\nresolution = '1081p'\n",
        "nodes:\n  cam:\n    type: ColorCamera\n    resolution: 1081p\n",
        "1081p",
        ["1080p", "4k", "720p"],
    ),
    ("[nodes.cam]\ntype = 'ColourCamera'\n", "nodes: {cam: {type: ColourCamera}}\n", "ColourCamera", ["ColorCamera", "MonoCamera"]),
    ("[lint]\nallow = ['unused']\n[nodes]\n", "lint: {allow: [unused]}\nnodes: {}\n", "unused", ["unused-node"]),
]

# Where a text is wanted, at the bar, and what has to be in it.
TEXTS = [
    ("[nodes.cam]\ntype = 'ColorCamera'\nf|ps = 10\n", "nodes: {cam: {type: ColorCamera, f|ps: 10}}\n", ["Frames per second", "ColorCamera.fps"]),
    ("[nodes.cam]\ntype = 'ColorCamera'\nres|olution = '4k'\n", "nodes: {cam: {type: ColorCamera, res|olution: 4k}}\n", ["mode of the sensor", "1080p"]),
    (
        "[nodes.cam]\ntype = 'ColorCamera'\ninitial_control.ae_max_exposure_time_us| = 10000\n",
        "nodes: {cam: {type: ColorCamera, initial_control: {ae_max_exposure_time_u|s: 10000}}}\n",
        ["microseconds"],
    ),
    ("[nodes.enc]\ntype = 'VideoEncoder'\ninputs.i|n = 'a.b'\n", "nodes: {enc: {type: VideoEncoder, inputs: {i|n: a.b}}}\n", ["Accepts ImgFrame"]),
    ("[app]\nna|me = 'a'\n[nodes]\n", "app: {na|me: a}\nnodes: {}\n", ["oakc devices"]),
]

# What has to be offered at the bar and what must not be: the keys of a node's type, and values as the documentation
# writes them.
OFFERS = [
    ("[nodes.cam]\ntype = 'ColorCamera'\n|\n", "nodes:\n  cam:\n    type: ColorCamera\n    |\n", ["fps", "preview_size"], ["bitrate", "source"]),
    ("[nodes.cam]\ntype = 'ColorCamera'\nf|\n", "nodes:\n  cam:\n    type: ColorCamera\n    f|\n", ["fps"], ["fps_limit", "bitrate"]),
    ("[nodes.enc]\ntype = 'VideoEncoder'\n|\n", "nodes:\n  enc:\n    type: VideoEncoder\n    |\n", ["bitrate"], ["fps", "source"]),
]
VALUES = [
    (
        "[nodes.cam]\ntype = 'ColorCamera'\nresolution = \"|\"\n",
        "nodes:\n  cam:\n    type: ColorCamera\n    resolution: |\n",
        ["1080p", "4k"],
        ["THE_1080_P", "0"],
    ),
    ("[nodes.cam]\ntype = \"|\"\n", "nodes:\n  cam:\n    type: |\n", ["ColorCamera", "Script"], ["${"]),
]


class Editor:
    """What an engine makes of texts in its language; subclasses are tests."""

    language = command = settings = None
    publishes = 1
    documents = 0

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        # Tombi keeps what it has read in a cache.
        os.environ["XDG_CACHE_HOME"] = cls.folder.name
        cls.server = LanguageServer(cls.command, cls.folder.name, cls.settings, cls.publishes)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.folder.cleanup()

    def opened(self, text):
        """The text as a document that the server has read, with its schema, and the place of the bar in it."""
        before, bar, after = text.partition("|")
        Editor.documents += 1
        uri = self.server.open(f"{Editor.documents}.{self.language}", FIRST_LINE[self.language] + before + after)
        self.addCleanup(self.server.close, uri)
        self.server.diagnostics(uri)
        line = before.count("\n") + 1
        return uri, line, len(before) - before.rfind("\n") - 1

    def pick(self, in_toml, in_yaml):
        return in_yaml if self.language == "yaml" else in_toml

    def assert_accepted(self, name, text):
        uri = self.server.open(f"{name}.{self.language}", FIRST_LINE[self.language] + text)
        found = self.server.diagnostics(uri)
        self.server.close(uri)
        self.assertEqual(found, [], f"{name} in {self.language}")

    def test_examples_and_imports_are_accepted(self):
        examples = sorted(ROOT.glob(f"examples/*/app.{self.language}"))
        self.assertTrue(examples)
        for example in examples:
            self.assert_accepted(example.parent.name, example.read_text())
        for name in IMPORTED:
            self.assert_accepted(f"import-{name}", imported(name, self.language))

    def test_every_default_of_every_kind_is_accepted(self):
        schema = json.loads(SCHEMA.read_text())
        kinds = {name[len("node."):]: kind for name, kind in schema["definitions"].items() if name.startswith("node.")}
        self.assertGreater(len(kinds), 25)
        nodes = {}
        for name, kind in kinds.items():
            defaults = {key: value["default"] for key, value in kind["properties"].items() if "default" in value}
            nodes[name] = {"type": name, **defaults}
        self.assert_accepted("defaults", written({"nodes": nodes}, self.language))

    def test_a_mistake_is_marked_once(self):
        for in_toml, in_yaml, word, words in MISTAKES:
            text = self.pick(in_toml, in_yaml)
            uri, _, _ = self.opened(text)
            found = self.server.diagnostics(uri)
            self.assertEqual(len(found), 1, f"{text}: {found}")
            for wanted in words:
                self.assertIn(wanted, found[0]["message"])
            self.assertNotRegex(found[0]["message"], r"\[-_|\(\?:|\\\$")
            self.assert_marked(text, found[0]["range"], word)

    def assert_marked(self, text, place, word):
        self.assertEqual(place["start"]["line"], text[: text.index(word)].count("\n") + 1)

    def test_hovering_shows_what_a_key_means(self):
        for in_toml, in_yaml, words in TEXTS:
            text = self.pick(in_toml, in_yaml)
            shown = self.server.hover(*self.opened(text)).replace("\\", "")
            for wanted in words:
                self.assertIn(wanted, shown, text)

    def offered(self, text):
        return [label.strip("\"'") for label in self.server.completions(*self.opened(text))]

    def test_values_are_offered_as_the_documentation_writes_them(self):
        self.assert_offers(VALUES)

    def test_the_keys_of_the_type_are_offered(self):
        self.assert_offers(OFFERS)

    def assert_offers(self, table):
        for in_toml, in_yaml, wanted, unwanted in table:
            text = self.pick(in_toml, in_yaml)
            offered = self.offered(text)
            for label in wanted:
                self.assertIn(label, offered, text)
            for label in unwanted:
                self.assertNotIn(label, offered, text)


class YamlLanguageServer(Editor, unittest.TestCase):
    language = "yaml"
    command = [NODE, TOOLS / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server", "--stdio"]
    settings = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}


class Tombi(Editor, unittest.TestCase):
    language = "toml"
    command = [TOOLS / "bin" / "tombi", "lsp", "--offline"]


class Taplo(Editor, unittest.TestCase):
    language = "toml"
    command = [NODE, pathlib.Path(__file__).parent / "taplo.mjs", TOOLS]
    settings = {"evenBetterToml": {"schema": {"enabled": True}}}
    # Of the syntax, of keys that are there twice, and of the schema.
    publishes = 3

    def assert_marked(self, text, place, word):
        """Of a key that is not allowed, it marks the table."""
        self.assertLessEqual(place["start"]["line"], text[: text.index(word)].count("\n") + 1)

    def test_the_keys_of_the_type_are_offered(self):
        """It does not look at the document to find what to offer: there are also the keys of other types."""
        self.assert_offers([(in_toml, in_yaml, wanted, []) for in_toml, in_yaml, wanted, _ in OFFERS])


@functools.cache
def imported(name, language):
    """A pipeline of the tests, built and imported again."""
    with tempfile.TemporaryDirectory() as folder:
        package, application = pathlib.Path(folder) / "app.dap", pathlib.Path(folder) / "app"
        oakc("build", "--no-lock", ROOT / "tests" / "pipelines" / f"{name}.toml", "-o", package)
        oakc("import", f"--{language}", package, "-o", application)
        return (application / f"app.{language}").read_text()


def oakc(*arguments):
    subprocess.run([os.environ["OAKC_BIN"], "--quiet", *arguments], check=True, capture_output=True)


def written(value, language):
    """JSON is YAML."""
    if language == "yaml":
        return json.dumps(value)
    lines = []
    for name, node in value["nodes"].items():
        lines.append(f"[nodes.{name}]")
        lines += [f"{key} = {toml(value)}" for key, value in node.items()]
    return "\n".join(lines) + "\n"


def toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(value)}" for key, value in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


if __name__ == "__main__":
    unittest.main()
