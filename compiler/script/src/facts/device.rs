//! What a script does with the camera besides using its ports, and whether anybody can notice it.
//!
//! In: a program. Out: uses of the camera's interfaces, paths in its file system, calls that log,
//! and whether there is any effect besides these. Never: an effect that is ruled out where
//! something is not understood.

use std::ops::Range;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::imports::Import;
use crate::margin::Dedented;
use crate::modules::is_pure;
use crate::program::{Call, Program};

/// A use of one of the camera's own interfaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceUse {
    /// The interface: `GPIO` or `Device`.
    pub interface: String,
    /// The member: `setup`, `readCalibration2`…
    pub name: String,
    /// Where it is used.
    pub range: Range<usize>,
}

/// Interfaces that need no import.
const INTERFACES: &[&str] = &["GPIO", "Device"];

/// Where the camera has files.
const DIRECTORIES: &[&str] = &["/media/", "/dev/"];

pub(super) fn uses(program: &Program<'_>, text: &Dedented<'_>) -> Vec<DeviceUse> {
    let reads = program
        .attribute_reads
        .iter()
        .filter_map(|(attribute, scope)| {
            let Expr::Name(name) = &*attribute.value else {
                return None;
            };
            let is_interface =
                INTERFACES.contains(&name.id.as_str()) && program.is_builtin(&name.id, *scope);
            is_interface.then(|| DeviceUse {
                interface: name.id.to_string(),
                name: attribute.attr.to_string(),
                range: text.original(attribute.range),
            })
        });
    reads.collect()
}

pub(super) fn paths(program: &Program<'_>, text: &Dedented<'_>) -> Vec<(String, Range<usize>)> {
    let strings = program.strings.iter();
    let paths = strings.filter(|(path, _)| DIRECTORIES.iter().any(|known| path.starts_with(known)));
    paths
        .map(|(path, range)| ((*path).to_owned(), text.original(*range)))
        .collect()
}

/// Calls that write to the log.
pub(super) fn logs(program: &Program<'_>, text: &Dedented<'_>) -> Vec<Range<usize>> {
    let calls = program
        .calls
        .iter()
        .filter(|call| is_log(program, call.expr, call.scope));
    calls.map(|call| text.original(call.expr.range())).collect()
}

/// Whether a call does nothing but write to the log.
pub(super) fn is_log(program: &Program<'_>, call: &ExprCall, scope: usize) -> bool {
    match &*call.func {
        Expr::Name(name) => name.id == "print" && program.is_builtin("print", scope),
        Expr::Attribute(method) => {
            const LEVELS: &[&str] = &["trace", "debug", "info", "warn", "error", "critical"];
            LEVELS.contains(&method.attr.as_str())
                && matches!(&*method.value, Expr::Name(name)
                    if name.id == "node" && program.is_builtin("node", scope))
        }
        _ => false,
    }
}

/// Whether imports or calls have an effect outside the interpreter.
pub(super) fn has_effects(program: &Program<'_>, imports: &[Import]) -> bool {
    let mut calls = program.calls.iter();
    imports
        .iter()
        .any(|import| import.own || import.level > 0 || !is_pure(&import.module))
        || calls.any(|call| acts(program, call))
}

fn acts(program: &Program<'_>, call: &Call<'_>) -> bool {
    const FUNCTIONS: &[&str] = &["open", "exec", "eval", "compile", "__import__"];
    let builtin = |name: &str| program.is_builtin(name, call.scope);
    match &*call.expr.func {
        Expr::Name(name) => FUNCTIONS.contains(&name.id.as_str()) && builtin(&name.id),
        Expr::Attribute(method) => match &*method.value {
            Expr::Name(name) if INTERFACES.contains(&name.id.as_str()) => builtin(&name.id),
            Expr::Name(name) if name.id == "node" => {
                builtin("node") && !is_log(program, call.expr, call.scope)
            }
            _ => false,
        },
        _ => false,
    }
}
