use super::*;

/// Red on the left, green in the middle, blue on the right; 40 columns each.
#[derive(Debug)]
struct Flag(Arc<Image>);

impl Flag {
    fn new(height: usize) -> Self {
        let row = (0..120).flat_map(|x| match x / 40 {
            0 => [255, 0, 0],
            1 => [0, 255, 0],
            _ => [0, 0, 255],
        });
        let row: Vec<u8> = row.collect();
        let image = Image::new(FrameType::RGB888i, 120, height, row.repeat(height));
        Self(Arc::new(image.unwrap()))
    }
}

impl Scene for Flag {
    fn shown(&self, _: i64, _: Time, _: Size) -> Result<Arc<Image>, String> {
        Ok(Arc::clone(&self.0))
    }
}

fn showing(scene: Flag, size: Size) -> Sensor {
    Sensor {
        scene: Arc::new(scene),
        size,
        view: View {
            crop: None,
            keeps_aspect: true,
            orientation: CameraImageOrientation::NORMAL,
            video: size,
            socket: 2,
            sees: Sees::Colours,
        },
        seen: None,
        made: VecDeque::new(),
    }
}

fn frame(sensor: &mut Sensor, port: &str, kind: FrameType, (width, height): Size) -> Content {
    let like = Content::blank(&Outline {
        kind,
        width,
        height,
    });
    let frame = sensor.frame(port, &like, 0, Time::START).unwrap();
    Content::clone(&frame)
}

/// The colours of the first row, each once: `rgb`.
fn colours(frame: &Content) -> String {
    let rgb = frame.image().unwrap().rgb().unwrap();
    let width = frame.image().unwrap().width();
    let mut seen = String::new();
    for pixel in rgb.chunks(3).take(width) {
        let (strongest, value) = pixel.iter().enumerate().max_by_key(|(_, v)| **v).unwrap();
        let name = ['r', 'g', 'b'][strongest];
        if *value > 150 && !seen.ends_with(name) {
            seen.push(name);
        }
    }
    seen
}

#[test]
fn outputs_have_the_types_and_sizes_that_they_are_said_to_have() {
    for (port, kind, size, bytes) in [
        ("isp", FrameType::YUV420p, (240, 120), 240 * 120 * 3 / 2),
        ("video", FrameType::NV12, (160, 90), 160 * 90 * 3 / 2),
        ("preview", FrameType::BGR888p, (30, 30), 30 * 30 * 3),
        ("raw", FrameType::RAW10, (240, 120), 240 * 120 * 2),
        ("raw", FrameType::PACK10, (240, 120), 240 * 120 * 5 / 4),
        ("out", FrameType::RAW8, (240, 120), 240 * 120),
    ] {
        let mut sensor = showing(Flag::new(60), (240, 120));
        let frame = frame(&mut sensor, port, kind, size);
        assert_eq!(frame.data.len(), bytes, "{port} {kind:?}");
        assert_eq!(frame.outline().unwrap().kind, kind);
        assert_eq!(frame.fields["instanceNum"], 2);
    }
}

#[test]
fn a_colour_sensor_has_a_mosaic_and_a_mono_camera_brightness() {
    let mut sensor = showing(Flag::new(60), (240, 120));
    let raw = frame(&mut sensor, "raw", FrameType::PACK10, (240, 120));
    assert_eq!(raw.data[..5], [255, 0, 255, 0, 0]);
    sensor.view.sees = Sees::Brightness;
    sensor.made.clear();
    let raw = frame(&mut sensor, "raw", FrameType::PACK10, (240, 120));
    assert_eq!(raw.data[..5], [76, 76, 76, 76, 0]);
}

#[test]
fn a_scene_fills_the_sensor_and_loses_its_edges() {
    // As wide as the middle and half of the stripes beside it.
    let mut sensor = showing(Flag::new(60), (160, 120));
    let isp = frame(&mut sensor, "isp", FrameType::YUV420p, (160, 120));
    assert_eq!(colours(&isp), "rgb");
    let mut narrow = showing(Flag::new(120), (40, 120));
    let isp = frame(&mut narrow, "isp", FrameType::YUV420p, (40, 120));
    assert_eq!(colours(&isp), "g");
}

#[test]
fn video_is_cut_out_of_the_middle_or_where_it_is_told() {
    let mut sensor = showing(Flag::new(60), (120, 60));
    let video = frame(&mut sensor, "video", FrameType::NV12, (36, 60));
    assert_eq!(colours(&video), "g");
    let mut sensor = showing(Flag::new(60), (120, 60));
    sensor.view.crop = Some((0.0, 0.0));
    let video = frame(&mut sensor, "video", FrameType::NV12, (36, 60));
    assert_eq!(colours(&video), "r");
}

#[test]
fn a_preview_keeps_its_aspect_or_is_squeezed() {
    let mut sensor = showing(Flag::new(40), (120, 40));
    let preview = frame(&mut sensor, "preview", FrameType::BGR888p, (30, 30));
    assert_eq!(colours(&preview), "g");
    let mut sensor = showing(Flag::new(40), (120, 40));
    sensor.view.keeps_aspect = false;
    let preview = frame(&mut sensor, "preview", FrameType::BGR888p, (30, 30));
    assert_eq!(colours(&preview), "rgb");
}

#[test]
fn a_picture_is_turned_as_the_camera_is_told() {
    let mut sensor = showing(Flag::new(60), (120, 60));
    sensor.view.orientation = CameraImageOrientation::ROTATE_180_DEG;
    let isp = frame(&mut sensor, "isp", FrameType::YUV420p, (120, 60));
    assert_eq!(colours(&isp), "bgr");
}

#[test]
fn the_same_picture_is_the_same_frame() {
    let mut sensor = showing(Flag::new(60), (120, 60));
    let like = Content::blank(&Outline {
        kind: FrameType::NV12,
        width: 120,
        height: 60,
    });
    let first = sensor.frame("video", &like, 0, Time::START).unwrap();
    let second = sensor.frame("video", &like, 1, Time::START).unwrap();
    assert!(Arc::ptr_eq(&first, &second));
}

#[test]
fn patterns_differ_from_picture_to_picture() {
    for (name, kind) in PatternKind::ALL {
        let pattern = Pattern::new(kind);
        let shown = |number: i64| {
            let at = Time::from_nanos(u64::try_from(number).unwrap() * 100_000_000);
            pattern.shown(number, at, (64, 48)).unwrap()
        };
        assert_ne!(shown(0), shown(1), "{name}");
        assert_eq!((shown(0).width(), shown(0).height()), (64, 48));
    }
}
