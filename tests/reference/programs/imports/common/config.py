"""A module of the repository that needs another one, and one that is not installed."""
import prometheus_client.core

from .names import STREAM

FPS = 12
COUNTER = prometheus_client.core.CounterMetricFamily("frames", "How many there were")
