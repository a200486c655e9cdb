//! What the programs of Script nodes do that the camera does not support, and whether they match
//! the graph.

pub(super) mod absent_module;
pub(super) mod blocking_read_unfed;
pub(super) mod buffer_overflow;
pub(super) mod busy_loop;
pub(super) mod computed_port_name;
pub(super) mod disconnect_ends_script;
pub(super) mod emmc_not_enabled;
pub(super) mod fixed_message_size;
pub(super) mod hoarded_frames;
pub(super) mod host_name_needs_dns;
pub(super) mod log_only_script;
pub(super) mod main_guard;
pub(super) mod missing_script;
pub(super) mod module_needs_leon_css;
pub(super) mod network_without_ethernet;
pub(super) mod partial_send;
mod programs;
pub(super) mod script_syntax;
pub(super) mod send_none;
pub(super) mod shadowed_module;
pub(super) mod uart_not_enabled;
pub(super) mod unchecked_message;
pub(super) mod undefined_name;
pub(super) mod unguarded_connect;
pub(super) mod unknown_attribute;
pub(super) mod unknown_directory;
pub(super) mod unknown_import_name;
pub(super) mod unknown_module;
pub(super) mod unknown_script_parameter;
pub(super) mod unknown_script_port;
pub(super) mod unlinked_script_output;
pub(super) mod unused_script_port;
pub(super) mod wrong_arguments;
pub(super) mod wrong_message_type;
pub(super) mod wrong_operation;
