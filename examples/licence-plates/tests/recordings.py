"""Writes the recordings of the scenarios: a vehicle that drives by (vehicles.jsonl), and what the text network would send
for a plate, one file for each text (readings/*.jsonl). The same every time: `python3 recordings.py`."""
import json
import os
import random
import struct

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COLUMNS = 40
FOLDER = os.path.dirname(os.path.abspath(__file__))
LAYER = {"name": "text", "dataType": "FP16", "numDimensions": 3, "dims": [37, 40, 1], "offset": 0}
READINGS = ["AB12CDE", "AB12CDF", "A812CDE", "ABIZCDE", "7KLM889", "OQDILZSGB", "012568", "XY", ""]


def scores(text, chance):
    """Each sign for two columns, and a column of nothing behind it."""
    columns = [0] * COLUMNS
    for i, letter in enumerate(text):
        columns[2 + 4 * i] = columns[3 + 4 * i] = 1 + ALPHABET.index(letter)
    flat = []
    for sign in columns:
        best = chance.uniform(0.85, 0.99)
        rest = [chance.random() for _ in range(36)]
        rest = [value * (1 - best) / sum(rest) for value in rest]
        flat += rest[:sign] + [best] + rest[sign:]
    return struct.pack(f"<{len(flat)}e", *flat)


def write(name, messages):
    with open(os.path.join(FOLDER, name), "w", encoding="ascii") as file:
        for message in messages:
            file.write(json.dumps(message) + "\n")


def vehicles():
    """A car from the left to the right in six seconds, and a smaller one far behind it."""
    for number in range(80):
        now = number / 10
        found = [{"label": 23, "confidence": 0.6, "xmin": 0.8, "ymin": 0.1, "xmax": 0.86, "ymax": 0.14}]
        if now < 6:
            x = round(0.1 + now * 0.1, 4)
            found.append({"label": 18, "confidence": 0.7, "xmin": x, "ymin": 0.4, "xmax": round(x + 0.25, 4), "ymax": 0.7})
        yield {"t": round(now + 0.18, 2), "type": "ImgDetections", "sequenceNum": number, "detections": found}


if __name__ == "__main__":
    write("vehicles.jsonl", vehicles())
    for text in READINGS:
        message = {"t": 0, "type": "NNData", "layers": [LAYER], "data": {"hex": scores(text, random.Random(text)).hex()}}
        write(f"readings/{text or 'nothing'}.jsonl", [message])
