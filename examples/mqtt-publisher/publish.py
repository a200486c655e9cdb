"""Publishes telemetry over MQTT: `oak/CAMERA/telemetry`, and `oak/CAMERA/state` as online or offline.

The broker itself says `offline` when the camera falls silent: that is the last will.
"""
import time

from oakc import mqtt, params


def topic(name):
    return f"oak/{params.camera}/{name}"


class Telemetry:
    """The newest of what came from the pipeline. A missing source is missing in the message, nothing waits."""

    def __init__(self):
        self.values = {}

    def collect(self):
        tracked = node.io["features"].tryGet()
        if tracked is not None:
            ages = [feature.age for feature in tracked.trackedFeatures]
            self.values["features"] = len(ages)
            # A feature that survives many frames stands still or moves smoothly: the young ones are the news.
            self.values["new_features"] = sum(age < 3 for age in ages)
        system = node.io["system"].tryGet()
        if system is not None:
            self.values["chip_celsius"] = round(system.chipTemperature.average, 1)
            self.values["cpu_css_percent"] = round(100 * system.leonCssCpuUsage.average, 1)
            self.values["cpu_mss_percent"] = round(100 * system.leonMssCpuUsage.average, 1)
            self.values["memory_free_mib"] = system.ddrMemoryUsage.remaining >> 20


def say_hello():
    global due
    client.publish(topic("state"), "online", retain=True)
    due = time.monotonic()


telemetry = Telemetry()
due = time.monotonic()
client = mqtt.Client(
    params.broker,
    params.broker_port,
    client_id=params.camera,
    will=(topic("state"), "offline", 0, True),
    on_connect=say_hello,
)
client.start()
while True:
    telemetry.collect()
    # What nobody can hear now is of no use later. The next message that gets through tells why there was a gap.
    if client.connected and time.monotonic() >= due:
        connection = {"connections": client.connections, "last_error": str(client.reason or "")}
        client.publish(topic("telemetry"), {**telemetry.values, **connection})
        due = time.monotonic() + params.period
    time.sleep(0.02)
