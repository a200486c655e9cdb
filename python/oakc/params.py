"""The values of `[params]`. oakc writes this module for each application and puts it into the package."""

from typing import Any


def __getattr__(name: str) -> Any:
    raise AttributeError("oakc.params is written for an application when it is built; here it has no " + name)
