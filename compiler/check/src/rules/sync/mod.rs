//! Messages in groups, and apart again.

pub(super) mod empty_group;
pub(super) mod no_group;
pub(super) mod unequal_rates;
pub(super) mod unknown_member;
