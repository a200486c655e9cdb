//! What nodes of the desk camera compute, compared with OpenCV and NumPy.

use std::fs;
use std::process::Command;

use oakc_runtime_schema::image::{Colormap, FrameType, Interpolation};
use oakc_runtime_schema::messages::{
    EdgeDetectorConfigData, ImageManipConfig, Point2f, Rect, SpatialLocationCalculatorAlgorithm,
    SpatialLocationCalculatorConfigData,
};
use oakc_runtime_schema::nodes::detection_parser::{DetectionNetworkType, DetectionParserOptions};
use oakc_tests::reference::{folder, vision_python};
use oakc_vision::Image;
use oakc_vision::detect::detections;
use oakc_vision::edge::edges;
use oakc_vision::manip::manipulate;
use oakc_vision::mesh::Mesh;
use oakc_vision::spatial::{FIELD_OF_VIEW, locate};
use oakc_vision::tensor::Tensor;
use oakc_vision::warp::{Border, Sampling};
use serde_json::{Value, json};

/// A computation: what it is asked for, what it is given, what oakc makes of it, and by how much that may differ.
struct Case {
    asked: Value,
    input: Vec<u8>,
    ours: Vec<u8>,
    tolerance: u8,
}

/// What OpenCV and NumPy make of these.
fn theirs(cases: &[(Value, &[u8])]) -> Option<Vec<Vec<u8>>> {
    let python = vision_python()?;
    let place = tempfile::tempdir().unwrap();
    let path = |number: usize, end: &str| place.path().join(format!("{number:03}.{end}"));
    for (number, (asked, input)) in cases.iter().enumerate() {
        fs::write(path(number, "json"), asked.to_string()).unwrap();
        fs::write(path(number, "in"), input).unwrap();
    }
    let mut command = Command::new(python);
    command.arg(folder().join("vision.py")).arg(place.path());
    let ran = command.output().unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let results = (0..cases.len()).map(|number| fs::read(path(number, "out")).unwrap());
    Some(results.collect())
}

fn compare(cases: &[Case]) {
    let asked: Vec<_> = cases
        .iter()
        .map(|it| (it.asked.clone(), &*it.input))
        .collect();
    let Some(theirs) = theirs(&asked) else { return };
    for (case, theirs) in cases.iter().zip(theirs) {
        assert_eq!(case.ours.len(), theirs.len(), "{}", case.asked);
        let differences = case.ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b));
        let most = differences.max().unwrap();
        assert!(most <= case.tolerance, "{} differs by {most}", case.asked);
    }
}

/// A smooth picture: no rounding of a position changes much.
fn smooth(width: usize, height: usize) -> Image {
    let wave = |position: usize, of: usize, phase: f64| {
        let part =
            f64::from(u32::try_from(position).unwrap()) / f64::from(u32::try_from(of).unwrap());
        127.5 + 120.0 * (std::f64::consts::TAU * part + phase).sin()
    };
    let mut data = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let red = wave(x, width, 0.0);
            let green = wave(y, height, 1.0);
            let blue = f64::midpoint(wave(x, width, 2.0), wave(y, height, 3.0));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "within a byte"
            )]
            data.extend([red, green, blue].map(|value| value as u8));
        }
    }
    Image::new(FrameType::RGB888i, width, height, data).unwrap()
}

/// A picture of which each pixel is different from those around it.
fn noisy(kind: FrameType, width: usize, height: usize) -> Image {
    let size = oakc_vision::image::size(kind, width, height).unwrap();
    let mut state = 12_345_u32;
    let data = (0..size).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    Image::new(kind, width, height, data.collect::<Vec<_>>()).unwrap()
}

fn case(image: &Image, mut asked: Value, ours: &Image, tolerance: u8) -> Case {
    asked["size"] = json!([image.width(), image.height()]);
    asked["kind"] = json!(format!("{:?}", image.kind()));
    Case {
        asked,
        input: image.data().to_vec(),
        ours: ours.data().to_vec(),
        tolerance,
    }
}

#[test]
fn formats_agree_within_2_of_255() {
    let image = smooth(64, 48);
    let mut cases = Vec::new();
    for kind in [
        FrameType::GRAY8,
        FrameType::BGR888p,
        FrameType::YUV444p,
        FrameType::NV12,
        FrameType::YUV420p,
    ] {
        let ours = image.converted(kind).unwrap();
        let tolerance = if kind == FrameType::BGR888p { 0 } else { 2 };
        let asked = json!({ "op": "convert", "to": format!("{kind:?}") });
        cases.push(case(&image, asked, &ours, tolerance));
    }
    let nv12 = image.converted(FrameType::NV12).unwrap();
    let back = nv12.converted(FrameType::RGB888i).unwrap();
    cases.push(case(&nv12, json!({ "op": "from_nv12" }), &back, 2));
    compare(&cases);
}

#[test]
fn sizes_agree_within_1_of_255_and_bicubic_within_2() {
    let mut cases = Vec::new();
    for (name, by, tolerance) in [
        ("linear", Sampling::Bilinear, 1),
        ("nearest", Sampling::Nearest, 0),
        ("cubic", Sampling::Bicubic, 2),
    ] {
        for (width, height) in [(100, 70), (31, 90), (64, 48), (640, 480)] {
            let image = noisy(FrameType::RGB888i, 64, 48);
            let ours = image.scaled(width, height, by).unwrap();
            let asked = json!({ "op": "resize", "method": name, "out": [width, height] });
            cases.push(case(&image, asked, &ours, tolerance));
        }
    }
    compare(&cases);
}

fn manip(image: &Image, change: impl FnOnce(&mut ImageManipConfig)) -> Image {
    let mut config = ImageManipConfig::default();
    change(&mut config);
    manipulate(image, &config).unwrap()
}

fn resized(
    width: i32,
    height: i32,
    change: impl FnOnce(&mut ImageManipConfig),
) -> ImageManipConfig {
    let mut config = ImageManipConfig {
        enable_resize: true,
        ..ImageManipConfig::default()
    };
    config.resize_config.width = width;
    config.resize_config.height = height;
    change(&mut config);
    config
}

#[test]
fn image_manip_agrees_within_2_of_255() {
    let image = smooth(160, 96);
    let crop = manip(&image, |config| {
        config.enable_crop = true;
        let rect = &mut config.crop_config.crop_rect;
        (rect.xmin, rect.ymin, rect.xmax, rect.ymax) = (0.1, 0.25, 0.6, 1.0);
    });
    let flip = |horizontal, vertical| {
        manip(&image, |config| {
            config.enable_format = true;
            config.format_config.flip_horizontal = horizontal;
            config.format_config.flip_vertical = vertical;
        })
    };
    let filled = manipulate(&image, &resized(48, 48, |_| {})).unwrap();
    let stretched = resized(48, 48, |config| {
        config.resize_config.keep_aspect_ratio = false;
    });
    let stretched = manipulate(&image, &stretched).unwrap();
    let letterbox = resized(80, 80, |config| {
        let resize = &mut config.resize_config;
        resize.lock_aspect_ratio_fill = true;
        (resize.bg_red, resize.bg_green, resize.bg_blue) = (10, 20, 30);
    });
    let letterbox = manipulate(&image, &letterbox).unwrap();
    let nearest = resized(48, 48, |config| {
        config.resize_config.keep_aspect_ratio = false;
        config.interpolation = Interpolation::NEAREST_NEIGHBOR;
    });
    let nearest = manipulate(&image, &nearest).unwrap();
    let (linear, one) = (
        json!({ "op": "resize", "method": "linear", "out": [48, 48] }),
        1,
    );
    let cases = [
        case(
            &image,
            json!({ "op": "crop", "box": [16, 24, 96, 96] }),
            &crop,
            0,
        ),
        case(
            &image,
            json!({ "op": "flip", "code": 1 }),
            &flip(true, false),
            0,
        ),
        case(
            &image,
            json!({ "op": "flip", "code": 0 }),
            &flip(false, true),
            0,
        ),
        case(
            &image,
            json!({ "op": "flip", "code": -1 }),
            &flip(true, true),
            0,
        ),
        case(
            &image,
            json!({ "op": "fill", "out": [48, 48] }),
            &filled,
            one,
        ),
        case(&image, linear, &stretched, one),
        case(
            &image,
            json!({ "op": "resize", "method": "nearest", "out": [48, 48] }),
            &nearest,
            0,
        ),
        case(
            &image,
            json!({ "op": "letterbox", "out": [80, 80], "border": [10, 20, 30] }),
            &letterbox,
            one,
        ),
    ];
    compare(&cases);
}

#[test]
fn turned_and_warped_pictures_agree_within_3_of_255() {
    let image = smooth(160, 96);
    let rotated_rect = manip(&image, |config| {
        config.enable_crop = true;
        config.crop_config.enable_rotated_rect = true;
        config.crop_config.normalized_coords = false;
        let rect = &mut config.crop_config.crop_rotated_rect;
        (rect.center.x, rect.center.y) = (80.0, 48.0);
        (rect.size.width, rect.size.height) = (60.0, 40.0);
        rect.angle = 30.0;
    });
    let rotated = manip(&image, |config| {
        config.enable_resize = true;
        config.resize_config.enable_rotation = true;
        config.resize_config.rotation_angle_deg = 20.0;
    });
    let points = [(16.0, 10.0), (150.0, 4.0), (140.0, 90.0), (8.0, 80.0)];
    let warped = resized(120, 80, |config| {
        let resize = &mut config.resize_config;
        resize.enable_warp4pt = true;
        resize.normalized_coords = false;
        resize.warp_four_points = points
            .iter()
            .map(|(x, y)| Point2f { x: *x, y: *y })
            .collect();
    });
    let warped = manipulate(&image, &warped).unwrap();
    let black = [0, 0, 0];
    let points: Vec<_> = points.iter().map(|(x, y)| json!([x, y])).collect();
    compare(&[
        case(
            &image,
            json!({ "op": "rotated_rect", "centre": [80, 48], "out": [60, 40], "angle": 30, "border": black }),
            &rotated_rect,
            3,
        ),
        case(
            &image,
            json!({ "op": "rotate", "angle": 20, "border": black }),
            &rotated,
            3,
        ),
        case(
            &image,
            json!({ "op": "four_points", "out": [120, 80], "points": points, "border": black }),
            &warped,
            3,
        ),
    ]);
}

#[test]
fn meshes_agree_with_the_remap_of_opencv_within_3_of_255() {
    let image = smooth(160, 96);
    let mut cases = Vec::new();
    for (columns, rows, out) in [
        (2_u8, 2_u8, (160, 96)),
        (5, 4, (96, 64)),
        (3, 2, (320, 160)),
    ] {
        // Bent, and a little over the edges.
        let point = |column: u8, row: u8| {
            let (x, y) = (
                f32::from(column) / f32::from(columns - 1),
                f32::from(row) / f32::from(rows - 1),
            );
            (x * 150.0 + y * 12.0 - 4.0, y * 90.0 + x * x * 9.0 - 2.0)
        };
        let points: Vec<Vec<_>> = (0..rows)
            .map(|row| (0..columns).map(|column| point(column, row)).collect())
            .collect();
        let mut bytes = Vec::new();
        for row in &points {
            for (x, y) in row {
                bytes.extend(y.to_le_bytes());
                bytes.extend(x.to_le_bytes());
            }
            bytes.resize(bytes.len().next_multiple_of(16), 0);
        }
        let mesh = Mesh::read(&bytes, columns.into(), rows.into()).unwrap();
        let ours = image
            .remapped(out, &mesh, Sampling::Bilinear, Border::Fill([0; 3]))
            .unwrap();
        let asked = json!({ "op": "mesh", "out": [out.0, out.1], "points": points });
        cases.push(case(&image, asked, &ours, 3));
    }
    compare(&cases);
}

#[test]
fn jpegs_are_read_by_opencv_as_they_were_meant() {
    let mut cases = Vec::new();
    for kind in [FrameType::NV12, FrameType::GRAY8] {
        let image = smooth(160, 96).converted(kind).unwrap();
        let file = image.encode_jpeg(95).unwrap();
        let ours = match kind {
            FrameType::GRAY8 => image.clone(),
            _ => image.converted(FrameType::RGB888i).unwrap(),
        };
        cases.push(Case {
            asked: json!({ "op": "decode" }),
            input: file,
            ours: ours.data().to_vec(),
            tolerance: 12,
        });
    }
    let png = smooth(33, 17);
    cases.push(Case {
        asked: json!({ "op": "decode" }),
        input: png.encode_png().unwrap(),
        ours: png.data().to_vec(),
        tolerance: 0,
    });
    compare(&cases);
}

#[test]
fn edges_agree_within_1_and_jet_within_4_and_turbo_within_32_of_255() {
    let image = noisy(FrameType::GRAY8, 40, 30);
    let found = edges(&image, &EdgeDetectorConfigData::default()).unwrap();
    let ramp: Vec<u8> = (0..=255).collect();
    let ramp = Image::new(FrameType::GRAY8, 256, 1, ramp).unwrap();
    let map = |map| oakc_vision::colormap::coloured(&ramp, map, (0, 255)).unwrap();
    compare(&[
        case(&image, json!({ "op": "edges" }), &found, 1),
        case(
            &ramp,
            json!({ "op": "colormap", "map": "JET" }),
            &map(Colormap::JET),
            4,
        ),
        case(
            &ramp,
            json!({ "op": "colormap", "map": "TURBO" }),
            &map(Colormap::TURBO),
            32,
        ),
    ]);
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers.iter().map(|it| f32::from_le_bytes(*it)).collect()
}

#[test]
fn yolo_agrees_with_numpy_and_the_non_maximum_suppression_of_opencv() {
    let mut cases = Vec::new();
    let mut ours = Vec::new();
    for (version, name, anchors) in [
        ("three", "region", vec![[10.0, 20.0], [30.0, 15.0]]),
        ("five", "output1_yolov5", vec![[10.0, 20.0], [30.0, 15.0]]),
        ("edges", "output1_yolov6r2", vec![]),
    ] {
        let classes = 3;
        let (rows, columns) = (6, 8);
        let channels = (5 + classes) * anchors.len().max(1);
        let noise = noisy(FrameType::GRAY8, columns * channels, rows);
        let values: Vec<f32> = noise
            .data()
            .iter()
            .map(|byte| f32::from(*byte) / 255.0)
            .collect();
        let flat: Vec<f32> = anchors.iter().flatten().copied().collect();
        let indices = (0..anchors.len()).map(|index| i32::try_from(index).unwrap());
        let options = DetectionParserOptions {
            nn_family: DetectionNetworkType::YOLO,
            confidence_threshold: 0.6,
            classes: 3,
            coordinates: 4,
            anchors: flat,
            anchor_masks: [(format!("side{columns}"), indices.collect())].into(),
            iou_threshold: 0.3,
        };
        let tensor = Tensor {
            name: name.to_owned(),
            dims: vec![1, channels, rows, columns],
            values: values.clone(),
        };
        let found = detections(&[tensor], &options, (128, 96)).unwrap();
        assert!(found.len() > 3, "{version}: {found:?}");
        let numbers = found.iter().flat_map(|it| {
            let label = f32::from(u16::try_from(it.label).unwrap());
            [label, it.confidence, it.xmin, it.ymin, it.xmax, it.ymax]
        });
        ours.push((version, numbers.collect::<Vec<_>>()));
        let asked = json!({
            "op": "yolo", "version": version, "classes": classes, "dims": [channels, rows, columns],
            "size": [128, 96], "anchors": anchors, "confidence": 0.6, "iou": 0.3,
        });
        let input: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        cases.push((asked, input));
    }
    let asked: Vec<_> = cases
        .iter()
        .map(|(asked, input)| (asked.clone(), &**input))
        .collect();
    let Some(theirs) = theirs(&asked) else { return };
    for ((version, ours), theirs) in ours.iter().zip(theirs) {
        let theirs = floats(&theirs);
        assert_eq!(ours.len(), theirs.len(), "{version}");
        let differences = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs());
        assert!(
            differences.fold(0.0, f32::max) < 1e-4,
            "{version}: {ours:?} {theirs:?}"
        );
    }
}

#[test]
fn positions_agree_with_the_formula_of_luxonis_example_for_hosts() {
    use SpatialLocationCalculatorAlgorithm as A;
    let noise = noisy(FrameType::RAW16, 64, 48);
    let mut cases = Vec::new();
    let mut ours = Vec::new();
    for (algorithm, step_size, step) in [
        (A::AVERAGE, -1, 1),
        (A::MIN, -1, 1),
        (A::MAX, 3, 3),
        (A::MODE, -1, 2),
        (A::MEDIAN, -1, 2),
    ] {
        let mut config = SpatialLocationCalculatorConfigData {
            roi: Rect {
                x: 10.0,
                y: 5.0,
                width: 21.0,
                height: 30.0,
            },
            calculation_algorithm: algorithm,
            step_size,
            ..SpatialLocationCalculatorConfigData::default()
        };
        config.depth_thresholds.lower_threshold = 5000;
        config.depth_thresholds.upper_threshold = 60_000;
        let found = locate(&noise, &config);
        let at = found.coordinates;
        let count = f32::from(u16::try_from(found.count).unwrap());
        ours.push((algorithm, [at.x, at.y, at.z, found.average, count]));
        cases.push(json!({
            "op": "spatial", "size": [64, 48], "box": [10, 5, 31, 35], "step": step,
            "lower": 5000, "upper": 60_000, "algorithm": format!("{algorithm:?}"),
            "field_of_view": FIELD_OF_VIEW,
        }));
    }
    let asked: Vec<_> = cases
        .iter()
        .map(|asked| (asked.clone(), &**noise.data()))
        .collect();
    let Some(theirs) = theirs(&asked) else { return };
    for ((algorithm, ours), theirs) in ours.iter().zip(theirs) {
        let theirs = floats(&theirs);
        let differences = ours
            .iter()
            .zip(&theirs)
            .map(|(a, b)| (a - b).abs() / b.abs().max(1.0));
        assert!(
            differences.fold(0.0, f32::max) < 1e-4,
            "{algorithm:?}: {ours:?} {theirs:?}"
        );
    }
}
