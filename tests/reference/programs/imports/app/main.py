"""Imports of every kind. What is wrong ends it before it has a pipeline."""
import abc
import asyncio
import importlib
import importlib.util
import threading
from contextlib import suppress
from typing import Dict, List, Optional

import depthai as dai
import paho.mqtt.client as mqtt
import torch.nn
import torch.nn.functional as F
from a_company.product.part import D, e
from a_company.product import errors
from std_msgs.msg import Header, String
from torch import nn, optim

from common.config import FPS, STREAM
from helper import Derived, deep
from inner.deep import POOL
from only_on_path import MIRROR

MISSING = []
try:
    import tflite_runtime.interpreter
except ImportError:
    MISSING.append("tflite_runtime")
try:
    import pycoral
except Exception:
    MISSING.append("pycoral")
with suppress(ImportError):
    import jetson_utils
    MISSING.clear()


def load_jax():
    import jax
    return jax


try:
    load_jax()
except ModuleNotFoundError:
    MISSING.append("jax")
assert MISSING == ["tflite_runtime", "pycoral", "jax"], MISSING
assert importlib.util.find_spec("tensorflow") is None
importlib.import_module("a_plugin.of_the_program").register()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 4)

    def forward(self, x):
        return self.layer(F.relu(x))


class Abstract(D, abc.ABC):
    @abc.abstractmethod
    def part(self):
        pass


class Table(D, dict):
    pass


class Worker(D, threading.Thread):
    pass


@e
def plain(x):
    return x + 1


@e.route("/", methods=["GET"])
def routed(configuration):
    return configuration


@e.registered
class Kept:
    value = 3


@torch.no_grad()
def decorated():
    return 5


assert plain(1) == 2 and decorated() == 5 and Kept.value == 3 and routed().a.b.c
try:
    raise ValueError("mine")
except (errors.Timeout, mqtt.WebsocketConnectionError):
    raise AssertionError("a stand-in caught it")
except ValueError:
    pass

found, frame = deep.read()
first, *rest = deep.values(1)
for line in deep.lines():
    raise AssertionError("there is none")
net = Net()
net(torch.zeros(1, 3, device="cuda" if torch.cuda.is_available() else "cpu"))
net.layer.weight.data += 1
with torch.inference_mode() as mode:
    total = 3 * F.pi + F.pi * 2 - -F.pi
client: "Optional[mqtt.Client]" = mqtt.Client(client_id="camera")
client.on_connect = print
changed = e.signal(object)
changed.connect(plain)
e.schedule(plain).start()
client.connect("broker", 1883, 60)
derived = Derived()
assert derived.mine == 1 and derived.method(1, 2) == (1, 2) and len(client) == 0
assert not isinstance(4, mqtt.Client) and "%s" % String == "std_msgs.msg.String" and f"{F.pi:.2f}"
kinds: Dict[str, List[Header]] = {"optimizer": [optim.Adam(net.parameters(), lr=0.1)]}
assert input("Press Enter") == ""


async def serve():
    async with e.session() as session:
        await session.get("address")
        async for message in session.messages():
            raise AssertionError(message)


asyncio.run(serve())

pipeline = dai.Pipeline()
camera = pipeline.create(dai.node.MonoCamera)
camera.setFps(FPS)
camera.setNumFramesPool(POOL)
camera.setRawOutputPacked(MIRROR)
out = pipeline.create(dai.node.XLinkOut)
out.setStreamName(STREAM)
camera.out.link(out.input)
out.setFpsLimit(int(torch.cuda.device_count()))
dai.Device(pipeline)
