"""Counts."""
import time

total = 0
if time.time() > 0:
    late = 1


class Counter:
    pass
