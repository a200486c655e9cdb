//! What is in a package.
//!
//! In: the bytes of a package. Out: its decoded contents. Never: a length that is believed, or
//! decompression beyond a limit.
//!
//! The table of sections must be sound; what is inside a section is decoded as far as it is of this
//! release, and where it is not, the reason is kept beside the raw bytes.

use std::io::Read;

use flate2::read::ZlibDecoder;
use oakc_runtime_schema::assets::{AssetEntry, AssetMap};
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::nodes::Kind;
use oakc_runtime_schema::nop::{self, DecodeError};
use oakc_runtime_schema::pipeline::PipelineSchema;
use oakc_runtime_schema::preboot;
use oakc_runtime_schema::reflect::{Reflect, Shape, Value};
use oakc_runtime_schema::release::{self, LARGEST_IMAGE, Release};
use oakc_runtime_schema::sbr::{self, Compression, Header, SbrError, Section};
use oakc_runtime_schema::text;

/// A package, taken apart.
#[derive(Debug)]
pub struct Package<'a> {
    file: &'a [u8],
    header: Header,
    /// The pipeline, or why it cannot be read.
    pub pipeline: Result<Pipeline, String>,
    /// The asset map, or why it cannot be read.
    pub assets: Result<AssetMap, String>,
    /// What stands before the firmware image, a value of [`BoardConfig`], or why it cannot be read.
    pub board: Result<Value, String>,
    /// The firmware image without its preboot header, or why it cannot be unpacked.
    pub firmware: Result<Vec<u8>, String>,
    /// The release that wrote it, by its firmware commit.
    pub release: Option<&'static Release>,
}

/// A decoded pipeline.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The schema as the device gets it.
    pub schema: PipelineSchema,
    /// The properties of each node, in the order of the ids.
    pub nodes: Vec<NodeProperties>,
}

/// The properties of one node.
#[derive(Clone, Debug)]
pub struct NodeProperties {
    /// The node's id.
    pub id: i64,
    /// Shape and value, or why they cannot be read.
    pub properties: Result<(Shape, Value), String>,
}

impl<'a> Package<'a> {
    /// Takes a package apart.
    ///
    /// # Errors
    /// When it is not a package: its table of sections is malformed, or it is truncated.
    pub fn parse(file: &'a [u8]) -> Result<Self, SbrError> {
        let header = Header::parse_file(file)?;
        let section = |name: &str| {
            let section = header
                .find(name)
                .ok_or_else(|| format!("section `{name}` is missing"))?;
            section
                .bytes(file)
                .ok_or_else(|| format!("section `{name}` is truncated"))
        };
        let firmware = header
            .find(sbr::FIRMWARE)
            .ok_or_else(|| "the firmware section is missing".to_owned())
            .and_then(|section| unpack(section, file));
        let (board, firmware) = split_preboot(firmware);
        let commit = section(sbr::FIRMWARE_VERSION).ok();
        let commit = commit.and_then(|commit| str::from_utf8(commit).ok());
        let release = commit.and_then(release::of_commit);
        Ok(Self {
            file,
            pipeline: section(sbr::PIPELINE).and_then(|bytes| decode_pipeline(release, bytes)),
            assets: section(sbr::ASSETS)
                .and_then(|bytes| nop::from_bytes(bytes).map_err(|e| other_release(&e))),
            board,
            firmware,
            release,
            header,
        })
    }

    /// The table of sections.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The bytes of a section as stored.
    pub fn section(&self, name: &str) -> Option<&'a [u8]> {
        self.header.find(name)?.bytes(self.file)
    }

    /// Whether a section's bytes have the checksum that the table says.
    pub fn checksum_matches(&self, section: &Section) -> bool {
        let bytes = section.bytes(self.file);
        bytes.is_some_and(|bytes| sbr::checksum(bytes) == section.checksum)
    }

    /// The sections whose bytes have another checksum than the table says.
    pub fn damaged_sections(&self) -> Vec<String> {
        let sections = self.header.sections().iter();
        let damaged = sections.filter(|section| !self.checksum_matches(section));
        damaged
            .map(|section| section.name.as_str().to_owned())
            .collect()
    }

    /// The application's name.
    pub fn app_name(&self) -> String {
        self.text(sbr::APP_NAME)
    }

    /// The commit of the firmware.
    pub fn firmware_commit(&self) -> String {
        self.text(sbr::FIRMWARE_VERSION)
    }

    fn text(&self, section: &str) -> String {
        text::from_bytes(self.section(section).unwrap_or_default())
    }

    /// The bytes that the asset map points into.
    pub fn storage(&self) -> &'a [u8] {
        self.section(sbr::ASSET_STORAGE).unwrap_or_default()
    }

    /// The bytes of an asset; `None` where its entry points outside the storage.
    pub fn asset(&self, entry: &AssetEntry) -> Option<&'a [u8]> {
        entry.bytes(self.section(sbr::ASSET_STORAGE)?)
    }
}

fn unpack(section: &Section, file: &[u8]) -> Result<Vec<u8>, String> {
    let stored = section
        .bytes(file)
        .ok_or("the firmware section is truncated")?;
    match section.flags.compression() {
        Compression::None => Ok(stored.to_vec()),
        Compression::Zlib => {
            let mut firmware = Vec::new();
            let mut decoder = ZlibDecoder::new(stored).take(LARGEST_IMAGE + 1);
            decoder
                .read_to_end(&mut firmware)
                .map_err(|error| format!("the firmware cannot be decompressed: {error}"))?;
            if firmware.len() as u64 > LARGEST_IMAGE {
                let limit = LARGEST_IMAGE >> 20;
                return Err(format!("the firmware unpacks to more than {limit} MiB"));
            }
            Ok(firmware)
        }
        Compression::Gz | Compression::Xz => {
            Err("the firmware uses an unknown compression format".to_owned())
        }
    }
}

type BoardAndFirmware = (Result<Value, String>, Result<Vec<u8>, String>);

fn split_preboot(firmware: Result<Vec<u8>, String>) -> BoardAndFirmware {
    let bytes = match firmware {
        Ok(bytes) => bytes,
        Err(reason) => return (Err(reason.clone()), Err(reason)),
    };
    let (board, image_at) = match preboot::decode(&bytes) {
        Ok(preboot) => (
            nop::decode(&BoardConfig::SHAPE, preboot.payload).map_err(|e| other_release(&e)),
            bytes.len() - preboot.rest.len(),
        ),
        Err(error) => (Err(error.to_string()), 0),
    };
    let mut image = bytes;
    image.drain(..image_at);
    (board, Ok(image))
}

impl From<PipelineSchema> for Pipeline {
    /// Decodes the properties of every node.
    fn from(schema: PipelineSchema) -> Self {
        Self::decode(schema, None)
    }
}

impl Pipeline {
    /// Decodes the properties of every node as `release` wrote them.
    fn decode(schema: PipelineSchema, release: Option<&'static Release>) -> Self {
        let nodes = schema.nodes.values();
        let nodes = nodes
            .map(|node| NodeProperties {
                id: node.id,
                properties: decode_properties(release, &node.name, &node.properties.0),
            })
            .collect();
        Self { schema, nodes }
    }
}

fn decode_pipeline(release: Option<&'static Release>, bytes: &[u8]) -> Result<Pipeline, String> {
    let schema: PipelineSchema = nop::from_bytes(bytes).map_err(|e| other_release(&e))?;
    Ok(Pipeline::decode(schema, release))
}

/// Kinds that share a schema name share their properties, so any of them will do.
fn decode_properties(
    release: Option<&'static Release>,
    schema_name: &str,
    bytes: &[u8],
) -> Result<(Shape, Value), String> {
    let kind = Kind::with_schema_name(schema_name)
        .next()
        .ok_or_else(|| format!("`{schema_name}` is not a node type of DepthAI 2.33"))?;
    let value = nop::decode_of(release, &kind.properties, bytes);
    let value = value.map_err(|e| other_release(&e))?;
    Ok((kind.properties, value))
}

fn other_release(error: &DecodeError) -> String {
    let oldest = release::all().last().map_or("", |release| release.version);
    format!(
        "not in the layout of DepthAI 2.33 ({error}); the package may be of another release: those \
         from {oldest} on are known"
    )
}
