//! What the programs of Script nodes do that the camera cannot, and how they fit the graph.

mod absent_module;
mod blocking_read_unfed;
mod buffer_overflow;
mod busy_loop;
mod computed_port_name;
mod emmc_not_enabled;
mod host_name_needs_dns;
mod log_only_script;
mod missing_script;
mod module_needs_leon_css;
mod network_without_ethernet;
mod programs;
mod script_syntax;
mod send_none;
mod uart_not_enabled;
mod unknown_module;
mod unknown_script_port;
mod unused_script_port;

use crate::Check;

/// The rules about programs, by code.
pub(super) static CHECKS: &[Check] = &[
    script_syntax::CHECK,
    missing_script::CHECK,
    absent_module::CHECK,
    unknown_module::CHECK,
    module_needs_leon_css::CHECK,
    network_without_ethernet::CHECK,
    host_name_needs_dns::CHECK,
    unknown_script_port::CHECK,
    unused_script_port::CHECK,
    computed_port_name::CHECK,
    blocking_read_unfed::CHECK,
    log_only_script::CHECK,
    busy_loop::CHECK,
    buffer_overflow::CHECK,
    send_none::CHECK,
    emmc_not_enabled::CHECK,
    uart_not_enabled::CHECK,
];
