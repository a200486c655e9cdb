"""Tells of falls over HTTP and MQTT: each event once, until the other side has it."""
import collections
import threading
import time

from oakc import http, mqtt, params

LONGEST_PAUSE = 60  # seconds between attempts, while the server is away
KEPT = 100  # events that wait at most; then the oldest is only in the log


class Alarm:
    def __init__(self):
        self.number = 0
        self.alarmed = set()
        self.waiting = collections.deque()
        self.changed = threading.Condition()
        self.broker = None
        if params.server:
            threading.Thread(target=self._post_all, daemon=True).start()
        if params.broker:
            self.broker = mqtt.Client(
                params.broker, params.broker_port, client_id=params.camera, on_connect=self._publish_state
            )
            self.broker.start()

    def tell(self, what, person):
        self.number += 1
        (self.alarmed.add if what == "fall" else self.alarmed.discard)(person)
        event = {"camera": params.camera, "number": self.number, "event": what, "person": person}
        node.warn(f"event {self.number}: {what}, person {person}")
        if self.broker:
            self.broker.publish(f"falls/{params.camera}/event", event, qos=1)
        self._publish_state()
        if params.server:
            with self.changed:
                self.waiting.append(event)
                if len(self.waiting) > KEPT:
                    node.error(f"event {self.waiting.popleft()['number']} is lost: {KEPT} others wait")
                self.changed.notify()

    def _publish_state(self):
        """Kept by the broker, and said again after each connection."""
        if self.broker:
            self.broker.publish(f"falls/{params.camera}/state", "alarm" if self.alarmed else "clear", qos=1, retain=True)

    def _post_all(self):
        while True:
            with self.changed:
                while not self.waiting:
                    self.changed.wait()
                event = self.waiting.popleft()
            pause = 1
            while not self._post(event):
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    @staticmethod
    def _post(event):
        try:
            answer = http.post(f"http://{params.server}:{params.port}{params.path}", json=event)
        except http.HttpError as error:
            node.warn(f"event {event['number']} waits: {error}")
            return False
        if not answer.ok:
            node.warn(f"event {event['number']} waits: the server answered {answer.status} {answer.reason}")
        return answer.ok
