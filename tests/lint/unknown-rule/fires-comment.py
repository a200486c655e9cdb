# warning[unknown-rule] 28-40: there is no rule `absentmodule` did you mean `absent-module`?
import time  # oakc: allow(absentmodule)

# warning[unknown-rule] 15-17: there is no rule `zz` `oakc explain` lists all rules
# oakc: allow(zz)
x = 1
