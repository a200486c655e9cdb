//! The interface of an OAK camera's firmware.
//!
//! Types, layouts and byte formats of DepthAI 2.33: node kinds with their properties and ports, the
//! pipeline schema, the asset map, the board configuration, the libnop codec, the SBR container,
//! the preboot header, the records of the bootloader, and the releases of the library. Everything
//! encodes and decodes. There is no I/O here, no diagnostics, and no knowledge of configuration
//! files beyond the keys that properties and setters declare.

#![expect(
    non_camel_case_types,
    clippy::upper_case_acronyms,
    reason = "enumerators are spelt as in the host library, because users write them"
)]
#![expect(
    clippy::struct_excessive_bools,
    clippy::needless_pass_by_value,
    reason = "structs mirror the device's, and a setter's function takes its argument by value"
)]

// The derive macro refers to this crate by its full name, even here.
extern crate self as oakc_runtime_schema;

pub mod assets;
pub mod board_config;
pub mod bootloader;
pub mod camera;
pub mod datatype;
pub mod eeprom;
pub mod image;
pub mod messages;
pub mod node;
pub mod nodes;
pub mod nop;
pub mod pipeline;
pub mod preboot;
pub mod processor;
pub mod reflect;
pub mod release;
pub mod sbr;
pub mod text;
pub mod warp_mesh;
