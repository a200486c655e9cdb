"""The values of `[network]`. oakc writes this module for each application and puts it into the package."""

from typing import Any, Dict, List

dns: List[Any] = []
search: List[Any] = []
hosts: Dict[str, Any] = {}
