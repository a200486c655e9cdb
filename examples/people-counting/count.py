"""Counts who crosses a line, and reports it every `period` seconds: over HTTP, over MQTT, or both."""
import threading
import time

from oakc import clock, http, mqtt, params

from line import Line
from reports import Reports
from walkers import Walkers

LONGEST_PAUSE = 60  # seconds between attempts, while the server is away


def places(tracklets):
    """Where those who are seen stand, by the tracker's number. `foot` says which part of the box stands on the ground."""
    seen = {}
    for tracklet in tracklets:
        if tracklet.status in (Tracklet.TrackingStatus.NEW, Tracklet.TrackingStatus.TRACKED):
            top_left, bottom_right = tracklet.roi.topLeft(), tracklet.roi.bottomRight()
            x = (top_left.x + bottom_right.x) / 2
            seen[tracklet.id] = x, top_left.y + (bottom_right.y - top_left.y) * params.foot
    return seen


def post_reports():
    """One after the other, each until the server has it: `number` tells which ones it has twice."""
    url = f"http://{params.server}:{params.port}{params.path}"
    failures = 0
    while True:
        report = reports.oldest()
        try:
            answer = http.post(url, json=report)
            if not answer.ok:
                raise http.HttpError(f"the server answered {answer.status} {answer.reason}")
            reports.done(report["number"])
            failures = 0
        except http.HttpError as error:
            node.warn(f"report {report['number']} waits: {error}")
            failures += 1
            time.sleep(min(2 ** min(failures, 16), LONGEST_PAUSE))


def publish(report):
    if broker:
        broker.publish(f"people/{params.camera}/counts", report, qos=1)
        # Kept by the broker, so that whoever comes later knows the totals as well.
        broker.publish(f"people/{params.camera}/today", report["today"], qos=1, retain=True)


def say_today():
    """After each connection, as a broker that was restarted may have forgotten it."""
    if broker:
        broker.publish(f"people/{params.camera}/today", dict(reports.today), retain=True)


def day_of_report():
    """The date here when what is reported now began; None until the clock is right."""
    seconds = clock.now()
    if seconds is None:
        return None
    return time.strftime("%Y-%m-%d", time.gmtime(seconds - params.period + params.utc_offset * 3600))


reports = Reports(params.camera)
walkers = Walkers(Line(params.line[:2], params.line[2:], params.margin))
if params.time_server:
    clock.start(params.time_server)
if params.server:
    threading.Thread(target=post_reports, daemon=True).start()
broker = None
if params.broker:
    broker = mqtt.Client(params.broker, params.broker_port, client_id=params.camera, outbox=2 * 1440, on_connect=say_today)
    broker.start()

entered = left = 0
due = time.monotonic() + params.period
while True:
    message = node.io["tracklets"].tryGet()
    now = time.monotonic()
    if message is not None:
        more_entered, more_left = walkers.update(places(message.tracklets), now)
        entered, left = entered + more_entered, left + more_left
    if now >= due:
        report = reports.add(entered, left, params.period, day_of_report(), clock.iso())
        node.info(f"{entered} entered, {left} left; today {reports.today['entered']} and {reports.today['left']}")
        publish(report)
        if not params.server:
            reports.done(report["number"])
        entered = left = 0
        due += params.period
    time.sleep(0.02)
