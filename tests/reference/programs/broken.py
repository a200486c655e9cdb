"""Fails before it has made anything."""
import depthai as dai

raise RuntimeError("no luck with " + dai.__name__)
