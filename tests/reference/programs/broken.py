"""Fails before it creates a pipeline."""
import depthai as dai

raise RuntimeError("no luck with " + dai.__name__)
