"""What oakc reads when the program has ended."""
import json
import os


def write_report(out, report):
    """Replaces the report in the folder `out`: at any time there is a whole one, or none."""
    path = os.path.join(out, "report.json")
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(report, file)
    os.replace(path + ".new", path)
