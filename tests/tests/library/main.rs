//! oakc compared with the real `depthai` library and with CPython.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that is wrong"
)]

mod asking_programs;
mod blobs;
mod book;
mod camera_library;
mod decoder;
mod desk_messages;
mod desk_packages;
mod earlier_releases;
mod firmware;
mod hostile;
mod import;
mod logging;
mod models;
mod own_modules;
mod packages;
mod peers;
mod programs;
mod programs_and_hosts;
mod random_pipelines;
mod schema;
mod script_api;
mod script_recall;
mod script_syntax;
mod scripts_run;
mod setters;
mod virtual_camera;
mod vision;
mod wire;
