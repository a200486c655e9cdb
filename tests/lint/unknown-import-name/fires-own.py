# error[unknown-import-name] 22-27: the module `counting` has no `totla` did you mean `total`?
from counting import totla, Counter
# error[unknown-import-name] 21-24: the module `package` has no `far`
from package import far, near
from maybe import anything
try:
    from counting import optional
except ImportError:
    optional = None
node.warn(str((totla, Counter, far, near, anything, optional, node.io["in"].get().getSequenceNum())))
