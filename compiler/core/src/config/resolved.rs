//! An application with its parameters substituted: what is put together from its files in, the tree that
//! is read out, and for each value where it is from.

use std::collections::BTreeMap;

use oakc_diag::{Diagnostics, SourceMap, Span};

use super::params::{self, Origins, Substituted};
use super::written;
use crate::compose::{Composed, Parts, compose};
use crate::syntax::{Language, Node, NodeValue};
use crate::world::World;
use crate::{Override, Source};

/// An application before its values are read.
#[derive(Debug)]
pub struct Resolved {
    /// What it says. `params` are as they are written.
    pub tree: Node,
    /// What its own file is written in.
    pub language: Language,
    /// The files and the profile that it is put together from.
    pub parts: Parts,
    /// The values of `[params]`, those given from outside included.
    pub params: BTreeMap<String, NodeValue>,
    pub(super) origins: Origins,
    /// SHA-256 of what is written, without values given from outside.
    pub(super) written_sha256: String,
}

/// Where a value is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueOrigin<'a> {
    /// Where it is written, or where the parameter is used that it is of.
    pub place: Span,
    /// The parameter that it is of, and where that is set; nowhere if it is set from outside.
    pub param: Option<(&'a str, Option<Span>)>,
}

impl Resolved {
    /// Puts an application together and substitutes its parameters. `None` means that a part of it cannot
    /// be had or parsed.
    pub fn read(
        source: &Source<'_>,
        world: &dyn World,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let composed = compose(source, world, sources, diagnostics)?;
        let (language, overrides) = (source.language, source.overrides);
        Some(Self::of(composed, language, overrides, diagnostics))
    }

    /// Substitutes the parameters of an application. `overrides` are those given from outside.
    pub fn of(
        composed: Composed,
        language: Language,
        overrides: &[Override],
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let Composed { tree, parts } = composed;
        let written_sha256 = written::digest(&tree);
        let Substituted {
            tree,
            params,
            origins,
        } = params::substitute(tree, language, overrides, diagnostics);
        Self {
            tree,
            language,
            parts,
            params,
            origins,
            written_sha256,
        }
    }

    /// Where a value of the tree is from.
    pub fn origin(&self, value: &Node) -> ValueOrigin<'_> {
        ValueOrigin {
            place: value.span,
            param: self.origins.param(value.span),
        }
    }

    /// Where the value of a parameter is set; nowhere if that is done from outside.
    pub fn place_of_param(&self, name: &str) -> Option<Span> {
        self.origins.place_of(name)
    }
}
