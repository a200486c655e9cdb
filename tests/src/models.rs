//! Models for applications that need one: a name in, the bytes of a synthetic blob out. The name says
//! what is special about the model. None of them would run on a camera.

use oakc_blob::synthetic::BlobBuilder;
use oakc_blob::{DataType, StorageOrder};
use oakc_model::synthetic::{superblob, tar, xz};

const U8: DataType = DataType::U8f;
const FP16: DataType = DataType::Fp16;
const PLANAR: StorageOrder = StorageOrder::NCHW;

/// The format versions that blobs can have.
pub const VERSIONS: [(u32, u32); 9] = [
    (5, 0),
    (6, 0),
    (2020, 3),
    (2020, 4),
    (2021, 1),
    (2021, 2),
    (2021, 3),
    (2021, 4),
    (2022, 1),
];

/// The model with this file name, if there is one. Any name of the form
/// `KIND-WIDTHxHEIGHT-Nshave.blob` describes its model completely: `ssd-300x300-6shave.blob`.
pub fn model(name: &str) -> Option<Vec<u8>> {
    match name {
        "door.tar.xz" => return Some(xz(&archive(r#""open", "closed""#, "RGB888p"))),
        "door.superblob" => return Some(superblob(&door_for_all_numbers())),
        "one-label.tar" => return Some(archive(r#""open""#, "BGR888p")),
        _ => {}
    }
    let blob = match name {
        "detector.blob" => BlobBuilder::detector(300, 300),
        "v5.blob" => BlobBuilder::detector(300, 300).version(5, 0),
        "no-tensors.blob" => BlobBuilder::new(),
        "open-size.blob" => classifier(&[("data", U8, PLANAR, &[300, 300, 3, 0])]),
        "large.blob" => BlobBuilder::detector(304, 304),
        "image.blob" => makes_images(&[FP16]),
        "two-images.blob" => makes_images(&[FP16, FP16]),
        "byte-image.blob" => makes_images(&[U8]),
        "wide.blob" => classifier(&[("data", U8, PLANAR, &[416, 256, 3, 1])]),
        "interleaved.blob" => classifier(&[("data", U8, StorageOrder::NHWC, &[3, 300, 300, 1])]),
        // As OpenVINO compiles a network that was trained on interleaved images.
        "unlabelled.blob" => classifier(&[("data", U8, PLANAR, &[3, 256, 144, 1])]),
        "unlabelled-yolo.blob" => {
            let input = BlobBuilder::new().input("data", U8, PLANAR, &[3, 416, 416, 1]);
            yolo(input, &[("out", 13, 13, 255)])
        }
        "interleaved-yolo.blob" => {
            let order = StorageOrder::NHWC;
            let input = BlobBuilder::new().input("data", U8, order, &[3, 416, 416, 1]);
            yolo(input, &[("out", 13, 13, 255)])
        }
        "flat-list.blob" => images(300, 300).output("out", FP16, StorageOrder::NC, &[700, 1]),
        "strange-order.blob" => {
            images(300, 300).output("out", FP16, StorageOrder(0x5432), &[10, 1, 1, 1])
        }
        "fp16.blob" => classifier(&[("data", FP16, PLANAR, &[300, 300, 3, 1])]),
        // Depth of 640x400, as public models take it.
        "depth-as-bytes.blob" => classifier(&[("depth", U8, PLANAR, &[1280, 400, 1, 1])]),
        "batch.blob" => classifier(&[("data", U8, PLANAR, &[32, 32, 3, 2])]),
        "compare.blob" => classifier(&[
            ("now", U8, PLANAR, &[300, 300, 3, 1]),
            ("before", U8, PLANAR, &[300, 300, 3, 1]),
        ]),
        "vector.blob" => {
            let input = BlobBuilder::new().input("data", U8, StorageOrder::NC, &[30_000, 1]);
            yolo(input, &[("out", 13, 13, 255)])
        }
        "yolo.blob" => yolo(images(416, 416), &[("a", 26, 26, 255), ("b", 13, 13, 255)]),
        "yolov5.blob" => yolo(images(640, 352), &[("output1_yolov5", 80, 44, 255)]),
        "yolov6.blob" => yolo(images(640, 352), &[("output1_yolov6r2", 80, 44, 85)]),
        _ => described(name)?,
    };
    Some(blob.build())
}

/// An NN archive with a superblob of YOLO for images of 416x352 and 2 classes, with these labels.
fn archive(labels: &str, frame_type: &str) -> Vec<u8> {
    let config = format!(
        r#"{{"config_version": "1.0", "model": {{
            "metadata": {{"name": "door", "path": "door.superblob"}},
            "inputs": [{{"name": "data", "dtype": "float32", "input_type": "image", "shape": [1, 3, 352, 416],
                "layout": "NCHW", "preprocessing": {{"dai_type": "{frame_type}"}}}}],
            "outputs": [],
            "heads": [{{"parser": "YOLO", "metadata": {{"classes": [{labels}], "n_classes": 2,
                "iou_threshold": 0.45, "conf_threshold": 0.25, "subtype": "yolov5",
                "anchors": [[[10, 13], [16, 30], [33, 23]], [[30, 61], [62, 45], [59, 119]]],
                "yolo_outputs": ["output1_yolov5", "output2_yolov5"]}}}}]
        }}}}"#
    );
    let model = superblob(&door_for_all_numbers());
    let members = [
        ("door.superblob", model.as_slice()),
        ("config.json", config.as_bytes()),
    ];
    tar(&members)
}

/// A YOLO for each number of SHAVEs.
fn door_for_all_numbers() -> Vec<Vec<u8>> {
    let door = |shaves: u32| {
        let grids = [
            ("output1_yolov5", 52, 44, 21),
            ("output2_yolov5", 26, 22, 21),
        ];
        let blob = yolo(images(416, 352), &grids).shaves(shaves);
        blob.slices(shaves).build()
    };
    (1..=16).map(door).collect()
}

/// The model that a name describes: its kind, the size of its images, the number of SHAVE cores it is compiled for.
fn described(name: &str) -> Option<BlobBuilder> {
    let stem = name.strip_suffix("shave.blob")?;
    let (rest, shaves) = stem.rsplit_once('-')?;
    let (kind, size) = rest.rsplit_once('-')?;
    let (width, height) = size.split_once('x')?;
    let (width, height) = (width.parse().ok()?, height.parse().ok()?);
    let shaves = shaves.parse().ok()?;
    let input = images(width, height);
    let grid = |name, stride, channels| (name, width / stride, height / stride, channels);
    let blob = match kind {
        "ssd" => BlobBuilder::detector(width, height),
        // As YOLO v3 and v4 tiny are converted.
        "yolo-anchors" => yolo(input, &[grid("layer13", 32, 255), grid("layer26", 16, 255)]),
        // As YOLO v6 and later are.
        "yolo-free" => {
            let grids = [
                grid("output1_yolov6r2", 8, 85),
                grid("output2_yolov6r2", 16, 85),
                grid("output3_yolov6r2", 32, 85),
            ];
            yolo(input, &grids)
        }
        "vector" => input.output("vector", FP16, StorageOrder::NC, &[128, 1]),
        "image" => input.output("image", FP16, PLANAR, &[width, height, 3, 1]),
        _ => return None,
    };
    Some(blob.shaves(shaves).slices(shaves))
}

/// Takes planar colour images.
fn images(width: u32, height: u32) -> BlobBuilder {
    BlobBuilder::new().input("data", U8, PLANAR, &[width, height, 3, 1])
}

/// Produces a 64x64 colour image of each of these types.
fn makes_images(outputs: &[DataType]) -> BlobBuilder {
    let dims = [64, 64, 3, 1];
    let input = BlobBuilder::new().input("in", U8, PLANAR, &dims);
    let output = |blob: BlobBuilder, (number, of): (usize, &DataType)| {
        blob.output(&format!("out{number}"), *of, PLANAR, &dims)
    };
    outputs.iter().enumerate().fold(input, output)
}

/// Turns these inputs into ten probabilities: name, type, order, dimensions.
fn classifier(inputs: &[(&str, DataType, StorageOrder, &[u32])]) -> BlobBuilder {
    let output = BlobBuilder::new().output("prob", FP16, StorageOrder::NC, &[10, 1]);
    inputs.iter().fold(output, |blob, (name, of, order, dims)| {
        blob.input(name, *of, *order, dims)
    })
}

/// Produces these grids: name, width, height, numbers per cell.
fn yolo(input: BlobBuilder, grids: &[(&str, u32, u32, u32)]) -> BlobBuilder {
    grids
        .iter()
        .fold(input, |blob, (name, width, height, channels)| {
            blob.output(name, FP16, PLANAR, &[*width, *height, *channels, 1])
        })
}
