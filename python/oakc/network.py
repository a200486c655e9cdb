"""The values of `[network]`. oakc writes this module for each application and puts it into the package."""

from typing import Dict, List


dns: List[str] = []
search: List[str] = []
hosts: Dict[str, str] = {}
