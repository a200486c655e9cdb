"""The other end, for a laptop: `python3 receive.py` takes the reports of any number of cameras and prints the totals of the day.

What it knows of each camera is in totals.json, so it can be restarted at any time. A camera that was restarted counts from
nothing: its totals are added to those it had before, until the day ends.
"""
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

PORT = 8000
LARGEST_REPORT = 64 * 1024
FILE = "totals.json"
NOTHING = {"entered": 0, "left": 0}


class Totals:
    """By camera: `run` and `number` of its newest report, `day`, its totals of `today` as it said, and those of the runs `before`."""

    def __init__(self):
        self.cameras = {}
        if os.path.exists(FILE):
            with open(FILE, encoding="utf-8") as file:
                self.cameras = json.load(file)

    def add(self, report):
        """The totals of the camera's day; None if the report is known, because the camera did not get the answer."""
        run, number = report["run"], report["number"]
        known = self.cameras.get(report["camera"], {"run": run, "number": 0, "day": None, "before": NOTHING, "today": NOTHING})
        if (run, number) == (known["run"], known["number"]):
            return None
        before = known["before"]
        if run != known["run"] or number < known["number"]:
            before = total(before, known["today"])
        day = report["day"] or known["day"]
        if known["day"] not in (None, day):
            before = NOTHING
        today = {"entered": int(report["today"]["entered"]), "left": int(report["today"]["left"])}
        self.cameras[report["camera"]] = {"run": run, "number": number, "day": day, "before": before, "today": today}
        self.save()
        return total(before, today)

    def save(self):
        """All or nothing, if this is killed meanwhile."""
        with open(FILE + ".new", "w", encoding="utf-8") as file:
            json.dump(self.cameras, file)
        os.replace(FILE + ".new", FILE)


def total(one, other):
    return {key: one[key] + other[key] for key in NOTHING}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers.get("Content-Length", 0))
        if not 0 < size <= LARGEST_REPORT:
            self.send_error(413)
            return
        try:
            report = json.loads(self.rfile.read(size))
            line = f"{report['camera']}: {report['entered']} entered, {report['left']} left in {report['seconds']} s"
            today = totals.add(report)
        except (ValueError, TypeError, KeyError):
            self.send_error(400)
            return
        if today:
            print(f"{line}; today {today['entered']} and {today['left']}", flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format, *args):
        """The line above says more."""


if __name__ == "__main__":
    totals = Totals()
    try:
        HTTPServer(("", PORT), Handler).serve_forever()
    except KeyboardInterrupt:
        pass
