//! The languages of pictures: a picture and a language in, its text out.

use std::path::Path;

use crate::{Picture, TooLarge};

/// A language that pictures are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// DOT, for Graphviz.
    Dot,
    /// Mermaid, for Markdown pages.
    Mermaid,
    /// SVG, an image that needs nothing else.
    Svg,
}

impl Format {
    /// The language that files of this name are in, by their ending.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "svg" => Some(Self::Svg),
            "mmd" | "mermaid" => Some(Self::Mermaid),
            "dot" | "gv" => Some(Self::Dot),
            _ => None,
        }
    }
}

impl Picture {
    /// The picture in a language.
    ///
    /// # Errors
    /// Where it is too large to be laid out as SVG.
    pub fn render(&self, format: Format) -> Result<String, TooLarge> {
        match format {
            Format::Dot => Ok(self.dot()),
            Format::Mermaid => Ok(self.mermaid()),
            Format::Svg => self.svg(),
        }
    }
}
