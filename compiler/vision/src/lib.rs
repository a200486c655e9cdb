//! Pictures as the device keeps them, and what its nodes compute from them.
//!
//! In: an [`Image`] in one of the formats of `ImgFrame`, or the bytes of a JPEG or PNG file. Out: another. Never: a clock, a
//! file, a random number; the same picture gives the same result.
//!
//! | module | what |
//! |---|---|
//! | [`image`] | the pictures: formats, planes, sizes |
//! | [`convert`] | from one format to another |
//! | [`codec`] | JPEG and PNG |
//! | [`warp`], [`mesh`] | crops, scales, turns and warps |
//! | [`raw`] | what a sensor gives, before anything is made of it |
//! | [`manip`], [`colormap`] | what ImageManip does |
//! | [`edge`] | what EdgeDetector does |
//! | [`tensor`], [`detect`] | what networks send, and the objects that it tells of |
//! | [`spatial`], [`track`] | where objects are, and which are the same as before |

pub mod codec;
pub mod colormap;
pub mod convert;
pub mod detect;
pub mod edge;
pub mod image;
pub mod manip;
pub mod mesh;
pub mod raw;
pub mod spatial;
pub mod tensor;
pub mod track;
pub mod warp;

pub use image::{Image, ImageError};
