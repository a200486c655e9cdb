//! What all nodes that read an image sensor have in common: ports, and setters for the properties
//! that each such node has as its own fields.

use crate::camera::{self, CameraBoardSocket, FrameEvent};
use crate::datatype::Datatype;
use crate::node::{Accepts, Input, Output};
use crate::reflect::{Reflect, Set, Setter, With};

/// Properties of a node that reads a sensor.
pub(super) trait ReadsSensor: Reflect + 'static {
    /// The fields that all such nodes have.
    fn sensor(&mut self) -> Sensor<'_>;
}

/// The fields that all nodes that read a sensor have.
pub(super) struct Sensor<'a> {
    pub board_socket: &'a mut CameraBoardSocket,
    pub camera_name: &'a mut String,
    pub num_frames_pool_raw: &'a mut i32,
    pub raw_packed: &'a mut Option<bool>,
}

/// Properties of a node whose sensor's image goes through the image signal processor.
pub(super) trait ProcessesImage: Reflect + 'static {
    /// Width and height of `preview`, in pixels.
    fn preview_size(&mut self) -> [&mut u32; 2];
    /// Width and height of `video`, in pixels.
    fn video_size(&mut self) -> [&mut i32; 2];
    /// Width and height of `still`, in pixels.
    fn still_size(&mut self) -> [&mut i32; 2];
}

/// The inputs of such a node.
pub(super) const PROCESSING_INPUTS: &[Input] = &[
    Input::dropping(
        "inputConfig",
        8,
        &[Accepts::exactly(Datatype::ImageManipConfig)],
    ),
    Input::blocking(
        "inputControl",
        8,
        &[Accepts::exactly(Datatype::CameraControl)],
    ),
];

/// The outputs of such a node.
pub(super) const PROCESSING_OUTPUTS: &[Output] = &[
    Output::new("frameEvent", &[Accepts::exactly(Datatype::ImgFrame)]),
    Output::new("isp", &[Accepts::exactly(Datatype::ImgFrame)]),
    Output::new("preview", &[Accepts::exactly(Datatype::ImgFrame)]).main(),
    Output::new("raw", &[Accepts::exactly(Datatype::ImgFrame)]),
    Output::new("still", &[Accepts::exactly(Datatype::ImgFrame)]),
    Output::new("video", &[Accepts::exactly(Datatype::ImgFrame)]),
];

pub(super) const fn cam_id<P: ReadsSensor>() -> Setter {
    Setter {
        key: "cam_id",
        methods: &["setCamId"],
        doc: "The connector by number: 0 is CAM_A, 1 CAM_B, 2 CAM_C, 3 CAM_D. Prefer \
              `board_socket`.",
        apply: &With(|node: &mut P, number, _| {
            *node.sensor().board_socket = camera::socket_of_cam_id(number)?;
            Ok(())
        }),
    }
}

pub(super) const fn camera<P: ReadsSensor>() -> Setter {
    Setter {
        key: "camera",
        methods: &["setCamera"],
        doc: "The name that the board gives the camera (`color`, `left`, `right`); the same as \
              `camera_name`.",
        apply: &Set(|node: &mut P, name| *node.sensor().camera_name = name),
    }
}

pub(super) const fn raw_num_frames_pool<P: ReadsSensor>() -> Setter {
    Setter {
        key: "raw_num_frames_pool",
        methods: &["setRawNumFramesPool"],
        doc: "Frames of `raw` in memory at once; the same as `num_frames_pool_raw`.",
        apply: &Set(|node: &mut P, frames| *node.sensor().num_frames_pool_raw = frames),
    }
}

pub(super) const fn raw_output_packed<P: ReadsSensor>() -> Setter {
    Setter {
        key: "raw_output_packed",
        methods: &["setRawOutputPacked"],
        doc: "Whether `raw` frames are packed; the same as `raw_packed`.",
        apply: &Set(|node: &mut P, packed| *node.sensor().raw_packed = Some(packed)),
    }
}

pub(super) const fn frame_event_filter<P: ReadsSensor>() -> Setter {
    Setter {
        key: "frame_event_filter",
        methods: &["setFrameEventFilter"],
        doc: "No effect; the library never sends it to the device.",
        apply: &Set(|_: &mut P, _: Vec<FrameEvent>| {}),
    }
}

pub(super) const fn preview_size<P: ProcessesImage>() -> Setter {
    Setter {
        key: "preview_size",
        methods: &["setPreviewSize"],
        doc: "Size of `preview` in pixels: [width, height].",
        apply: &Set(|node: &mut P, size| assign(node.preview_size(), size)),
    }
}

pub(super) const fn video_size<P: ProcessesImage>() -> Setter {
    Setter {
        key: "video_size",
        methods: &["setVideoSize"],
        doc: "Size of `video` in pixels: [width, height].",
        apply: &Set(|node: &mut P, size| assign(node.video_size(), size)),
    }
}

pub(super) const fn still_size<P: ProcessesImage>() -> Setter {
    Setter {
        key: "still_size",
        methods: &["setStillSize"],
        doc: "Size of `still` in pixels: [width, height].",
        apply: &Set(|node: &mut P, size| assign(node.still_size(), size)),
    }
}

fn assign<T>(fields: [&mut T; 2], size: [T; 2]) {
    for (field, value) in fields.into_iter().zip(size) {
        *field = value;
    }
}
