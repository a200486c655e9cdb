//! Model blobs, read by the real `depthai` library and by `oakc-blob`.
//!
//! `OAKC_REFERENCE_BLOBS` may name a folder of real blobs to compare as well.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use oakc_blob::synthetic::BlobBuilder;
use oakc_blob::{
    Blob, BlobError, DataType, FirmwareVariant, OpenVinoVersion, StorageOrder, Tensor,
    are_blob_compatible,
};
use oakc_tests::models::VERSIONS;
use oakc_tests::reference::python;

/// Prints one line per file: the facts, or the class and text of the error.
const DESCRIBE: &str = r#"
import sys, depthai as dai
def tensor(t):
    return "%s,%d,%d,%d,%s,%s,%d" % (t.name.encode().hex(), int(t.dataType), int(t.order),
        t.numDimensions, "x".join(map(str, t.dims)), list(t.strides), t.offset)
def tensors(found):
    return " ".join(sorted(tensor(t) for t in found.values()))
for path in open(sys.argv[1]).read().splitlines():
    try:
        b = dai.OpenVINO.Blob(path)
        print("ok|%s|%d|%d|%d|%s|%s" % (dai.OpenVINO.getVersionName(b.version), b.numShaves,
            b.numSlices, b.stageCount, tensors(b.networkInputs), tensors(b.networkOutputs)))
    except Exception as e:
        print("refused|%s|%s" % (type(e).__name__, " ".join(str(e).split()[:4])))
"#;

/// Prints the compatibility matrix, row by row.
const MATRIX: &str = r#"
import depthai as dai
O = dai.OpenVINO
names = [v.replace("VERSION_", "") for v in ["VERSION_2020_3", "VERSION_2020_4", "VERSION_2021_1",
    "VERSION_2021_2", "VERSION_2021_3", "VERSION_2021_4", "VERSION_2022_1", "VERSION_UNIVERSAL"]]
versions = [getattr(O, "VERSION_" + n) for n in names]
for a in versions:
    print(O.getVersionName(a), *[int(O.areVersionsBlobCompatible(a, b)) for b in versions])
"#;

/// Tries to make a package with every forced version; prints the outcome and whether the firmware
/// is the universal one.
const PACKAGES: &str = r#"
import hashlib, struct, sys, os, depthai as dai
O = dai.OpenVINO
universal = None
for version in [O.VERSION_UNIVERSAL] + O.getVersions():
    p = dai.Pipeline(); p.setOpenVINOVersion(version); p.create(dai.node.Script).setScript("x")
    path = os.path.join(sys.argv[1], "forced.dap")
    try:
        dai.DeviceBootloader.saveDepthaiApplicationPackage(path, p)
        firmware = open(path, "rb").read()[512:28 * 1000 * 1000]
        universal = universal or firmware
        print(O.getVersionName(version), "universal" if firmware == universal else "patched")
        os.remove(path)
    except RuntimeError as e:
        print(O.getVersionName(version), "unavailable")
"#;

/// The lines that `program` prints, without the library's log.
fn run(python: &Path, program: &str, argument: &Path) -> Vec<String> {
    let output = Command::new(python)
        .arg("-c")
        .arg(program)
        .arg(argument)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('['))
        .map(str::to_owned)
        .collect()
}

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// What the library should print for these bytes, according to `oakc-blob`.
fn described(bytes: &[u8]) -> String {
    match Blob::parse(bytes) {
        Ok(blob) => format!(
            "ok|{}|{}|{}|{}|{}|{}",
            blob.openvino,
            blob.shaves,
            blob.slices,
            blob.stages,
            tensors(&blob.inputs),
            tensors(&blob.outputs)
        ),
        Err(error) => format!("refused|{}", library_error(&error)),
    }
}

fn tensors(tensors: &[Tensor]) -> String {
    let mut lines: Vec<String> = tensors.iter().map(tensor).collect();
    lines.sort();
    lines.join(" ")
}

fn tensor(tensor: &Tensor) -> String {
    let mut line = String::new();
    for byte in tensor.name.bytes() {
        write!(line, "{byte:02x}").unwrap();
    }
    let dims: Vec<_> = tensor.dims.iter().map(u32::to_string).collect();
    let (data_type, order) = (tensor.data_type.code(), tensor.order.0.cast_signed());
    let (count, dims, offset) = (dims.len(), dims.join("x"), tensor.offset);
    line + &format!(",{data_type},{order},{count},{dims},[],{offset}")
}

/// The class and first words of the library's error for the same fault.
fn library_error(error: &BlobError) -> &'static str {
    match error {
        BlobError::TooShort { .. } => "RuntimeError|BlobReader error: Blob is",
        BlobError::WrongMagic { .. } => "RuntimeError|BlobReader error: File does",
        BlobError::WrongIndex { .. } => "RuntimeError|BlobReader failed on I/O",
        BlobError::UnknownVersion { .. } => "IndexError|map::at",
        _ => "ValueError|BlobReader error: Filesize is",
    }
}

/// Blobs of many shapes.
fn sound() -> Vec<Vec<u8>> {
    let mut blobs = vec![
        BlobBuilder::new().build(),
        BlobBuilder::detector(300, 300).build(),
        BlobBuilder::new()
            .input("", DataType::I8, StorageOrder(0), &[])
            .build(),
        BlobBuilder::new()
            .input("twice", DataType::I8, StorageOrder::C, &[1])
            .input("twice", DataType::Fp32, StorageOrder::W, &[2])
            .output("kept", DataType::Int, StorageOrder::HWC, &[u32::MAX, 0, 7])
            .output("kept@shape", DataType::Int, StorageOrder::C, &[3])
            .build(),
    ];
    for (index, (order, name)) in StorageOrder::NAMED.into_iter().enumerate() {
        let count = u32::try_from(index).unwrap();
        let dims: Vec<u32> = (1..=name.len())
            .map(|dim| u32::try_from(dim).unwrap() * 10)
            .collect();
        let long_name = format!("{name}/très:long.").repeat(index + 1);
        blobs.push(
            BlobBuilder::new()
                .shaves(count)
                .slices(2 * count)
                .stages(3 * count)
                .input(
                    name,
                    DataType::from_code(index.try_into().unwrap()),
                    order,
                    &dims,
                )
                .input(&long_name, DataType::Fp16, order, &dims)
                .output(&long_name, DataType::Fp32, order, &dims)
                .build(),
        );
    }
    for (major, minor) in VERSIONS {
        blobs.push(BlobBuilder::detector(64, 64).version(major, minor).build());
    }
    blobs
}

/// Blobs with one number replaced, for every number of a blob, and blobs truncated at every word.
fn damaged() -> Vec<Vec<u8>> {
    let whole = BlobBuilder::detector(300, 300).build();
    let mut blobs = vec![Vec::new(), vec![0; 131], vec![0; 132], vec![0xFF; 4096]];
    blobs.push(BlobBuilder::detector(64, 64).version(6, 1).build());
    blobs.push(BlobBuilder::detector(64, 64).version(2022, 3).build());
    for offset in (52..whole.len()).step_by(4) {
        for number in [0_u32, 1, 2, 17, 400, 0x7FFF_FFFF, 0xFFFF_FFF0] {
            let mut blob = whole.clone();
            blob[offset..offset + 4].copy_from_slice(&number.to_le_bytes());
            if claims_a_huge_name(&blob) {
                continue;
            }
            blobs.push(blob);
        }
        blobs.push(whole[..offset].to_vec());
        // Truncated, with a header that does not reveal it.
        let mut blob = whole.clone();
        blob[56..60].copy_from_slice(&0_u32.to_le_bytes());
        blob.truncate(offset.max(132));
        blobs.push(blob);
    }
    blobs
}

/// The library allocates memory for a name before it checks that the name exists.
fn claims_a_huge_name(blob: &[u8]) -> bool {
    matches!(Blob::parse(blob), Err(BlobError::PastEnd { wanted, .. }) if wanted > 1 << 28)
}

fn real() -> Vec<Vec<u8>> {
    let Ok(folder) = std::env::var("OAKC_REFERENCE_BLOBS") else {
        return Vec::new();
    };
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let blobs = files.filter(|path| path.extension().is_some_and(|found| found == "blob"));
    blobs.map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn the_real_library_reads_and_refuses_the_same_blobs() {
    let Some(python) = python() else { return };
    let folder = scratch("reference-blobs");
    let blobs = [sound(), damaged(), real()].concat();
    let mut list = String::new();
    for (index, blob) in blobs.iter().enumerate() {
        let path = folder.join(format!("{index}.blob"));
        std::fs::write(&path, blob).unwrap();
        writeln!(list, "{}", path.display()).unwrap();
    }
    let list_file = folder.join("list.txt");
    std::fs::write(&list_file, list).unwrap();

    let theirs = run(&python, DESCRIBE, &list_file);
    assert_eq!(theirs.len(), blobs.len());
    let differing: Vec<_> = theirs
        .iter()
        .zip(&blobs)
        .enumerate()
        .filter(|(_, (theirs, blob))| !agrees(theirs, blob))
        .map(|(index, (theirs, blob))| format!("{index}\n  {theirs}\n  {}", described(blob)))
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    std::fs::remove_dir_all(folder).unwrap();
}

/// Equal, except for names that are not UTF-8 (which Python cannot print), and for which of two faults
/// is named: oakc checks the version and the counts before the tensors, the library after them.
fn agrees(theirs: &str, blob: &[u8]) -> bool {
    let looked_at_early = matches!(
        Blob::parse(blob),
        Err(BlobError::UnknownVersion { .. } | BlobError::TooManyTensors { .. })
    );
    theirs == described(blob)
        || (looked_at_early && theirs.starts_with("refused|"))
        || theirs.starts_with("refused|UnicodeDecodeError")
}

#[test]
fn the_real_library_finds_the_same_versions_compatible() {
    let Some(python) = python() else { return };
    let ours: Vec<String> = OpenVinoVersion::ALL
        .into_iter()
        .map(|a| {
            let row = OpenVinoVersion::ALL.map(|b| u8::from(are_blob_compatible(a, b)).to_string());
            format!("{a} {}", row.join(" "))
        })
        .collect();
    assert_eq!(run(&python, MATRIX, Path::new("")), ours);
}

#[test]
fn the_real_library_packages_each_version_with_the_same_firmware() {
    let Some(python) = python() else { return };
    let mut theirs = run(&python, PACKAGES, &scratch("reference-packages"));
    let mut ours: Vec<String> = OpenVinoVersion::ALL
        .into_iter()
        .map(|version| {
            let variant = match version.firmware_variant() {
                FirmwareVariant::Universal => "universal",
                FirmwareVariant::Patched => "patched",
                FirmwareVariant::Unavailable => "unavailable",
            };
            format!("{version} {variant}")
        })
        .collect();
    theirs.sort();
    ours.sort();
    assert_eq!(theirs, ours);
}
