"""A docstring stays the first statement."""
from __future__ import annotations
from oakc import params
import oakc.params as p
node.io["in"].get()
node.warn(params.server)
node.warn(params.sever) # error[unknown-script-parameter] 18-23: unknown parameter `sever` did you mean `server`?
node.warn(p.port) # error[unknown-script-parameter] 13-17: unknown parameter `port` declare it under `[params]`
