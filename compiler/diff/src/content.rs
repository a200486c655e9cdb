//! What the camera runs, in one form for applications and packages.
//!
//! In: an application or a package. Out: its decoded parts; assets are with the node they belong
//! to. Never: numbers of ports, which only have to be unique.
//!
//! What cannot be decoded in a package is kept as bytes, so that it can still be compared.

use std::borrow::Cow;
use std::collections::BTreeMap;

use oakc_runtime_schema::assets::{AssetEntry, AssetMap};
use oakc_runtime_schema::board_config::BoardConfig;
use oakc_runtime_schema::pipeline::{GlobalProperties, NodeConnectionSchema, NodeIoInfo};
use oakc_runtime_schema::reflect::{Bytes, Reflect, Shape, Value};
use oakc_runtime_schema::release::{Variant, find, latest};
use oakc_runtime_schema::sbr;

use oakc_core::CheckedGraph;
use oakc_core::bundle::{ASSET, Bundle, Secrets};
use oakc_core::lower::Lowered;
use oakc_core::package::PackagedFirmware;
use oakc_core::package::inspect::{Package, Pipeline};

/// One side of a comparison.
#[derive(Debug)]
pub struct Content<'a> {
    /// The application's name; may be empty.
    pub app_name: String,
    /// Which firmware runs it, as far as the caller says so.
    pub firmware: Firmware,
    /// The board configuration.
    pub board: Part<'a, (Shape, Value)>,
    /// Nodes, links and global properties.
    pub pipeline: Part<'a, PipelineContent<'a>>,
    /// Assets that belong to no node, by uri.
    pub assets: Part<'a, Assets<'a>>,
    /// What no difference shows.
    pub secrets: Secrets,
}

/// A part of a package: decoded, or its bytes and the reason.
pub type Part<'a, T> = Result<T, Unreadable<'a>>;

/// A part that cannot be decoded.
#[derive(Debug)]
pub struct Unreadable<'a> {
    /// Why not.
    pub reason: String,
    /// As it is in the package.
    pub bytes: &'a [u8],
}

/// Facts about firmware and how it is packaged; what is unknown is not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Firmware {
    /// The release of the host library, or the commit where the release is not known.
    pub release: Option<String>,
    /// The OpenVINO version of the image, or `universal`.
    pub variant: Option<String>,
    /// SHA-256 of the image without preboot header.
    pub image_sha256: Option<String>,
    /// How the image is stored: `none`, `zlib`, …
    pub compression: Option<String>,
    /// Whether the bootloader checks the image at every boot.
    pub check_checksum: Option<bool>,
}

impl Firmware {
    /// The firmware that a build of the application would package. How it would be stored is for the
    /// build to say.
    pub fn of_build(checked: &CheckedGraph, lowered: &Lowered) -> Self {
        let release = checked.graph().config().app.depthai.as_deref();
        let release = release.and_then(find).unwrap_or(latest());
        let variant = Variant::for_openvino(lowered.openvino().name());
        let image = release.files().image(variant);
        Self {
            release: Some(release.version().to_owned()),
            variant: Some(variant.name().to_owned()),
            image_sha256: image.map(|pin| pin.sha256.to_owned()),
            ..Self::default()
        }
    }
}

impl From<PackagedFirmware> for Firmware {
    /// The firmware in a package.
    fn from(found: PackagedFirmware) -> Self {
        let release = found.release.map(|release| release.version.to_owned());
        Self {
            release: Some(release.unwrap_or(found.commit)),
            variant: found.variant.map(|variant| variant.name().to_owned()),
            image_sha256: found.image_sha256,
            compression: found.stored.map(|(how, _)| how.name().to_owned()),
            check_checksum: found.stored.map(|(_, is_checked)| is_checked),
        }
    }
}

/// A decoded pipeline.
#[derive(Debug)]
pub struct PipelineContent<'a> {
    /// Settings of the pipeline as a whole, with their shape.
    pub global_properties: (Shape, Value),
    /// Its nodes, by id.
    pub nodes: Vec<NodeContent<'a>>,
    /// Its links.
    pub links: Vec<NodeConnectionSchema>,
}

/// A node with everything that is its own.
#[derive(Debug)]
pub struct NodeContent<'a> {
    /// Its id on the device.
    pub id: i64,
    /// Its name in the configuration; a package has none.
    pub name: Option<String>,
    /// Its kind: the class where that is known, else what the device calls it.
    pub kind: String,
    /// What the device calls its kind.
    pub schema_name: String,
    /// Of [`Shape::Bytes`] where they cannot be decoded.
    pub properties: (Shape, Value),
    /// Its ports, by group and name.
    pub ports: Ports,
    /// Its assets, by key.
    pub assets: Assets<'a>,
}

/// Ports by group and name, without their numbers.
pub type Ports = BTreeMap<(String, String), NodeIoInfo>;

/// Assets by key, or by uri where they belong to no node.
pub type Assets<'a> = BTreeMap<String, AssetContent<'a>>;

/// An asset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AssetContent<'a> {
    /// Its alignment in the storage, in bytes.
    pub alignment: u32,
    /// None where its entry points outside the storage.
    pub bytes: Option<Cow<'a, [u8]>>,
}

impl<'a> Content<'a> {
    /// What a checked application becomes; `lowered` was made from `checked`.
    pub fn of_application(
        checked: &CheckedGraph,
        lowered: &'a Lowered,
        firmware: Firmware,
    ) -> Self {
        let storage = lowered.storage();
        let mut assets = read_assets(lowered.assets(), |entry| entry.bytes(storage));
        let pipeline = Pipeline::from(lowered.pipeline().clone());
        let mut pipeline = PipelineContent::new(pipeline, &mut assets);
        let configs = checked.graph().nodes();
        let configs: BTreeMap<_, _> = configs.map(|(node, config)| (node.id, config)).collect();
        for node in &mut pipeline.nodes {
            if let Some(config) = configs.get(&node.id) {
                node.name = Some(config.name.clone());
                config.kind.name().clone_into(&mut node.kind);
            }
        }
        let config = checked.graph().config();
        let board = &config.board;
        Self {
            secrets: config.secrets.clone().into(),
            app_name: lowered.app_name().to_owned(),
            firmware,
            board: Ok((BoardConfig::SHAPE, board.clone())),
            pipeline: Ok(pipeline),
            assets: Ok(assets),
        }
    }

    /// What is inside a package.
    pub fn of_package(package: &Package<'a>, firmware: Firmware) -> Self {
        let unreadable = |reason: &String, section: &str| Unreadable {
            reason: reason.clone(),
            bytes: package.section(section).unwrap_or_default(),
        };
        let assets = package.assets.as_ref();
        let assets = assets.map(|map| read_assets(map, |entry| package.asset(entry)));
        let mut assets = assets.map_err(|reason| unreadable(reason, sbr::ASSETS));
        let pipeline = package.pipeline.as_ref().map(|pipeline| {
            let mut none = Assets::new();
            PipelineContent::new(pipeline.clone(), assets.as_mut().unwrap_or(&mut none))
        });
        let board = package.board.as_ref();
        let board = board.map(|board| (BoardConfig::SHAPE, board.clone()));
        Self {
            secrets: Secrets::of_package(package),
            app_name: package.app_name(),
            firmware,
            board: board.map_err(|reason| unreadable(reason, sbr::FIRMWARE)),
            pipeline: pipeline.map_err(|reason| unreadable(reason, sbr::PIPELINE)),
            assets,
        }
    }
}

impl<'a> PipelineContent<'a> {
    /// Takes the assets that belong to the nodes out of `assets`.
    fn new(pipeline: Pipeline, assets: &mut Assets<'a>) -> Self {
        let mut own: BTreeMap<i64, Assets<'a>> = BTreeMap::new();
        let nodes = &pipeline.schema.nodes;
        assets.retain(|uri, asset| match node_asset(uri) {
            Some((id, key)) if nodes.contains_key(&id) => {
                own.entry(id)
                    .or_default()
                    .insert(key.to_owned(), asset.clone());
                false
            }
            _ => true,
        });
        let decoded = pipeline.nodes.into_iter().map(|node| node.properties);
        let nodes = pipeline.schema.nodes.into_iter().zip(decoded);
        let nodes = nodes.map(|((id, node), properties)| NodeContent {
            id,
            name: None,
            kind: node.name.clone(),
            schema_name: node.name,
            properties: properties.unwrap_or((Bytes::SHAPE, Value::Bytes(node.properties.0))),
            ports: node.io_info.into_iter().map(without_number).collect(),
            assets: with_modules(own.remove(&id).unwrap_or_default()),
        });
        Self {
            nodes: nodes.collect(),
            global_properties: (
                GlobalProperties::SHAPE,
                pipeline.schema.global_properties.to_value(),
            ),
            links: pipeline.schema.connections,
        }
    }
}

fn read_assets<'a>(map: &AssetMap, bytes: impl Fn(&AssetEntry) -> Option<&'a [u8]>) -> Assets<'a> {
    let content = |entry: &AssetEntry| AssetContent {
        alignment: entry.alignment,
        bytes: bytes(entry).map(Cow::Borrowed),
    };
    let entries = map.map.iter();
    entries
        .map(|(uri, entry)| (uri.clone(), content(entry)))
        .collect()
}

/// The assets of a node; a script with modules in it is the script, and each of them an asset of its own.
pub fn with_modules(mut assets: Assets<'_>) -> Assets<'_> {
    let script = assets.get(ASSET);
    let bundle = script.and_then(|script| Bundle::of_asset(script.bytes.as_deref()?));
    let (Some(script), Some(bundle)) = (script, bundle) else {
        return assets;
    };
    let part = |text: &str| AssetContent {
        alignment: script.alignment,
        bytes: Some(Cow::Owned(text.as_bytes().to_vec())),
    };
    let modules = bundle.modules.iter();
    let mut parts: Assets<'_> = modules
        .map(|(name, module)| {
            (
                format!("module {name} ({})", module.file),
                part(&module.text),
            )
        })
        .collect();
    parts.insert(ASSET.to_owned(), part(&bundle.main));
    if let Some(logged) = &bundle.logged {
        parts.insert("logging".to_owned(), part(&logged.described()));
    }
    assets.extend(parts);
    assets
}

/// `/node/7/__script` belongs to node 7 under the key `__script`.
fn node_asset(uri: &str) -> Option<(i64, &str)> {
    let (id, key) = uri.strip_prefix("/node/")?.split_once('/')?;
    let number: i64 = id.parse().ok()?;
    // `+7` and `007` are other uris.
    (number.to_string() == id).then_some((number, key))
}

/// An entry of [`Ports`], of a port that has a number.
pub fn without_number<K>((key, port): (K, NodeIoInfo)) -> (K, NodeIoInfo) {
    (key, NodeIoInfo { id: 0, ..port })
}
