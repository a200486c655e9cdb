# warning[unknown-rule] 28-40: there is no rule `absentmodule` did you mean `absent-module`?
import time  # oakc: allow(absentmodule)

# warning[unknown-rule] 15-17: there is no rule `zz` `oakc explain` lists all rules
# oakc: allow(zz)
x = 1

# warning[unknown-rule] 33-46: the rule `memory-budget` is not about scripts allow it under `[lint]` in the configuration
y = 2  # oakc: allow(busy-loop, memory-budget)
