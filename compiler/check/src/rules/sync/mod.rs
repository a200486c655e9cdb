//! Grouping messages and splitting groups.

pub(super) mod empty_group;
pub(super) mod unequal_sync_rates;
pub(super) mod ungrouped_input;
pub(super) mod unknown_member;
