//! Rules about the levels of rules. They are found while levels are read, in `crate::levels`.

pub(crate) mod conflicting_levels;
pub(crate) mod fixed_level;
pub(crate) mod unknown_rule;
