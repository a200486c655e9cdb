//! Files that people mistake for a model.
//!
//! In: bytes that were refused as a blob. Out: what they seem to be, to make the error more helpful.
//! Never: the decision whether a file is a blob.

use std::fmt;

/// What people pass in place of a `.blob`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lookalike {
    /// The `.xml` half of an OpenVINO network that has not been compiled.
    OpenVinoIr,
    /// An ONNX model.
    Onnx,
    /// A TensorFlow Lite model.
    TfLite,
    /// A PyTorch checkpoint.
    PyTorch,
    /// A tar file: very likely an NN archive.
    Tar,
    /// A compressed tar file: very likely an NN archive.
    CompressedTar,
    /// A `.superblob`: one blob with patches for every number of SHAVE cores.
    SuperBlob,
    /// A blob for the RVC3 chip (Keem Bay).
    Vpux,
    /// A `.dlc` for the RVC4 chip (Snapdragon).
    Dlc,
    /// A zip file.
    Zip,
    /// A program or shared library.
    Elf,
    /// A DepthAI application package.
    ApplicationPackage,
    /// The text that stands for a file in a git repository with large file storage.
    GitLfsPointer,
    /// A web page.
    Html,
    /// The `.bin` half of an OpenVINO network that has not been compiled: its weights.
    OpenVinoWeights,
    /// The JSON description that goes with a YOLO or MobileNet model: classes, anchors, thresholds.
    ModelDescription,
    /// The `config.json` of an NN archive.
    ArchiveConfig,
    /// Any other JSON text.
    Json,
    /// An XML text that is not an OpenVINO network.
    Xml,
    /// Nothing but zero bytes.
    Zeros,
}

/// How far into the file signs are looked for.
const WINDOW: usize = 4096;

impl Lookalike {
    /// What `bytes` seem to be; `None` where nothing fits.
    pub fn recognise(bytes: &[u8]) -> Option<Self> {
        let window = bytes.get(..WINDOW).unwrap_or(bytes);
        from_magic(window)
            .or_else(|| from_text(window))
            .or_else(|| is_super_blob(bytes).then_some(Self::SuperBlob))
            .or_else(|| is_onnx(window).then_some(Self::Onnx))
            .or_else(|| is_zeros(bytes).then_some(Self::Zeros))
    }

    /// The same for a file whose name is known: some formats have no sign of their own.
    pub fn recognise_file(name: &str, bytes: &[u8]) -> Option<Self> {
        Self::recognise(bytes).or_else(|| Self::of_name(name))
    }

    /// What the ending of a file's name says; only of formats whose content may say nothing.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "bin" => Some(Self::OpenVinoWeights),
            "onnx" => Some(Self::Onnx),
            "pt" | "pth" => Some(Self::PyTorch),
            "dlc" => Some(Self::Dlc),
            "superblob" => Some(Self::SuperBlob),
            _ => None,
        }
    }

    /// What to do about it: one sentence that starts with a verb.
    pub fn help(self) -> &'static str {
        match self {
            Self::OpenVinoIr => {
                "compile it with `oakc model compile`; an application compiles it by itself if the file is called .xml and its .bin is beside it"
            }
            Self::Onnx => {
                "compile it with `oakc model compile`; an application compiles it by itself if the file is called .onnx"
            }
            Self::TfLite | Self::PyTorch => {
                "export the model as ONNX with opset 11 to 13, which `oakc model compile` compiles"
            }
            Self::Tar | Self::CompressedTar => {
                "name the archive in `[models]` if it is an NN archive, else unpack it and use the model inside"
            }
            Self::SuperBlob => "name it in `[models]`, with `shaves = N` where the number matters",
            Self::Vpux | Self::Dlc => {
                "convert the original model again with RVC2 (MyriadX) as the target"
            }
            Self::Zip => {
                "name it in `[models]` if it is from the YOLO tools, else unpack it and use the model inside"
            }
            Self::ApplicationPackage => {
                "use the .blob that was packaged; `oakc inspect --extract` extracts it"
            }
            Self::GitLfsPointer => {
                "run `git lfs pull` in the repository it came from, or download the file itself"
            }
            Self::Html => {
                "download the file itself: the server sent a page, perhaps an error or a login"
            }
            Self::Zeros => "copy or download it again: the data never arrived",
            Self::OpenVinoWeights => "name the .xml beside it: both are compiled together",
            Self::ModelDescription => {
                "use the .blob that it describes, and name this file as its `config` in `[models]`"
            }
            Self::ArchiveConfig => {
                "name the archive that it is from in `[models]`, or the model beside it, with this file as its `config`"
            }
            Self::Elf | Self::Json | Self::Xml => {
                "use a .blob compiled for RVC2 (MyriadX): `oakc model compile` makes one of ONNX or OpenVINO IR"
            }
        }
    }
}

impl fmt::Display for Lookalike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OpenVinoIr => "an OpenVINO IR network (.xml)",
            Self::Onnx => "an ONNX model",
            Self::TfLite => "a TensorFlow Lite model",
            Self::PyTorch => "a PyTorch checkpoint",
            Self::Tar => "a tar file, probably an NN archive",
            Self::CompressedTar => "a compressed archive, probably an NN archive",
            Self::SuperBlob => "a superblob",
            Self::Vpux => "a VPUX blob for RVC3 cameras",
            Self::Dlc => "a DLC model for RVC4 cameras",
            Self::Zip => "a zip file",
            Self::Elf => "a program or shared library (ELF)",
            Self::ApplicationPackage => "a DepthAI application package (.dap)",
            Self::GitLfsPointer => "a Git LFS pointer (a placeholder for the file)",
            Self::Html => "a web page (HTML)",
            Self::OpenVinoWeights => "the weights of an OpenVINO IR network (.bin)",
            Self::ModelDescription => "the JSON description of a detection model",
            Self::ArchiveConfig => "the config.json of an NN archive",
            Self::Json => "a JSON file",
            Self::Xml => "an XML file",
            Self::Zeros => "a file that contains only zero bytes",
        })
    }
}

fn from_magic(bytes: &[u8]) -> Option<Lookalike> {
    let at = |offset: usize, magic: &[u8]| {
        bytes
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    let signs: [(usize, &[u8], Lookalike); 11] = [
        (0, b"\x7fELF", Lookalike::Elf),
        (0, b"\xfd7zXZ\0", Lookalike::CompressedTar),
        (0, b"\x1f\x8b", Lookalike::CompressedTar),
        (0, b"BZh", Lookalike::CompressedTar),
        (0, b"\xd5\x0a\x04\x00", Lookalike::Dlc),
        (0, b"\xd5\x0a\x03\x00", Lookalike::Dlc),
        (0, b"BR__firmware", Lookalike::ApplicationPackage),
        (4, b"BLOB", Lookalike::Vpux),
        (4, b"TFL3", Lookalike::TfLite),
        (257, b"ustar", Lookalike::Tar),
        (0, b"PK\x05\x06", Lookalike::Zip),
    ];
    if at(0, b"PK\x03\x04") {
        return Some(zip_content(bytes));
    }
    signs
        .into_iter()
        .find(|&(offset, magic, _)| at(offset, magic))
        .map(|(_, _, found)| found)
}

/// Two model formats are zip files; the names of their members, which stand in clear, tell them.
fn zip_content(bytes: &[u8]) -> Lookalike {
    /// Where the first member's name starts, after a local header of fixed size.
    const NAME_OFFSET: usize = 30;
    let first_name = bytes.get(NAME_OFFSET..).unwrap_or_default();
    if contains(bytes, b"dlc.metadata") || first_name.starts_with(b"model.params") {
        Lookalike::Dlc
    } else if contains(bytes, b"/data.pkl") {
        Lookalike::PyTorch
    } else {
        Lookalike::Zip
    }
}

fn from_text(bytes: &[u8]) -> Option<Lookalike> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = bytes.trim_ascii_start().to_ascii_lowercase();
    let starts = |prefix: &[u8]| text.starts_with(prefix);
    if starts(b"version https://git-lfs.github.com") {
        Some(Lookalike::GitLfsPointer)
    } else if starts(b"<!doctype html") || starts(b"<html") {
        Some(Lookalike::Html)
    } else if starts(b"<net ") || (starts(b"<?xml") && contains(&text, b"<net ")) {
        Some(Lookalike::OpenVinoIr)
    } else if starts(b"<?xml") {
        Some(if contains(&text, b"<html") {
            Lookalike::Html
        } else {
            Lookalike::Xml
        })
    } else if starts(b"{")
        && text
            .get(1..)
            .unwrap_or_default()
            .trim_ascii_start()
            .starts_with(b"\"")
    {
        Some(json_content(&text))
    } else {
        None
    }
}

/// What a JSON text describes, by keys that only such texts have; `text` is in lower case.
fn json_content(text: &[u8]) -> Lookalike {
    let has = |key: &[u8]| contains(text, key);
    if has(b"\"nn_config\"") || has(b"\"nn_family\"") {
        Lookalike::ModelDescription
    } else if has(b"\"config_version\"") && has(b"\"model\"") {
        Lookalike::ArchiveConfig
    } else {
        Lookalike::Json
    }
}

/// A superblob starts with 17 big-endian sizes (the base blob, then a patch for each of 1 to 16
/// SHAVE cores), and nothing is left over behind what they count. A cut one still shows the base
/// blob's magic.
fn is_super_blob(bytes: &[u8]) -> bool {
    const HEADER: usize = 17 * 8;
    let Some(sizes) = bytes.get(..HEADER) else {
        return false;
    };
    let sizes: Vec<u64> = sizes
        .chunks_exact(8)
        .map(|size| {
            size.iter()
                .fold(0, |number, &byte| (number << 8) | u64::from(byte))
        })
        .collect();
    let total = sizes
        .iter()
        .try_fold(HEADER as u64, |total, &size| total.checked_add(size));
    let adds_up = total == Some(bytes.len() as u64) && sizes.first().is_some_and(|&size| size > 0);
    let base_magic = crate::blob::MAGIC.to_le_bytes();
    adds_up
        || bytes
            .get(HEADER + 52..)
            .is_some_and(|rest| rest.starts_with(&base_magic))
}

/// An ONNX file is a protobuf message without a magic: its first field is nearly always the IR
/// version (a small number), followed by a text field (the producer), the graph or the operator
/// sets.
fn is_onnx(bytes: &[u8]) -> bool {
    const TEXTS_AND_GRAPH: [u8; 6] = [0x12, 0x1a, 0x22, 0x32, 0x3a, 0x42];
    matches!(bytes, [0x08, 1..=32, tag, _, ..] if TEXTS_AND_GRAPH.contains(tag))
}

fn is_zeros(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|&byte| byte == 0)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|found| found == wanted)
}
