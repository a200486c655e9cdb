//! The programs that run, and their nodes.

use std::ops::Range;
use std::path::Path;

use oakc_diag::{Diagnostic, Diagnostics, Rule, Severity, Span};
use oakc_runtime_schema::nodes::script::ScriptProperties;
use oakc_runtime_schema::processor::ProcessorType;
use oakc_script::{Facts, Fault, Import};

use crate::Context;
use oakc_core::graph::NodeRef;
use oakc_core::scripts::ScriptSource;

/// A Script node whose program the interpreter accepts; or one of the program's own modules.
pub(super) struct Program<'a> {
    pub(super) node: NodeRef<'a>,
    pub(super) properties: ScriptProperties,
    pub(super) facts: &'a Facts,
    source: &'a ScriptSource,
    /// The program itself, where this is one of its modules.
    main: &'a ScriptSource,
}

/// All programs about which something is known, each followed by its own modules. What the interpreter refuses
/// does nothing.
pub(super) fn programs<'a>(context: &Context<'a>) -> impl Iterator<Item = Program<'a>> + use<'a> {
    let scripts = context.scripts;
    let nodes = context.each::<ScriptProperties>();
    nodes.flat_map(move |(node, properties)| {
        let main = scripts.of(&node);
        let parts = main
            .into_iter()
            .flat_map(|main| main.parts().map(move |part| (main, part)));
        parts.filter_map(move |(main, source)| {
            let facts = source.program.facts.as_ref()?;
            source.program.syntax_errors.is_empty().then(|| Program {
                node,
                properties: properties.clone(),
                facts,
                source,
                main,
            })
        })
    })
}

/// The same without the modules.
pub(super) fn mains<'a>(context: &Context<'a>) -> impl Iterator<Item = Program<'a>> + use<'a> {
    programs(context).filter(|program| !program.is_module())
}

/// Calls `judge` for every place where a program raises.
pub(super) fn faults(context: &Context<'_>, mut judge: impl FnMut(&Program<'_>, &Fault)) {
    for program in programs(context) {
        for fault in program.source.faults.iter() {
            judge(&program, fault);
        }
    }
}

/// What to do without encryption.
pub(super) const NO_ENCRYPTION: &str = "the camera has no `ssl`, so it cannot encrypt: use plain HTTP, and let a \
     computer nearby forward it if it has to be encrypted";

/// Whether a name of the standard library is missing because the camera has no `ssl`.
pub(super) fn needs_encryption(name: &str) -> bool {
    name.contains("HTTPS") || name.to_ascii_lowercase().contains("ssl")
}

/// Suggests the intended name, if one is known.
pub(super) fn did_you_mean(diagnostic: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}

impl<'a> Program<'a> {
    /// Whether it is one of a program's own modules.
    pub(super) fn is_module(&self) -> bool {
        self.source.around.is_module
    }

    /// The facts about the program and all of its modules; none where one of them is not understood.
    pub(super) fn all_facts(&self) -> Option<Vec<&'a Facts>> {
        self.main
            .parts()
            .map(|part| part.program.facts.as_ref())
            .collect()
    }

    /// The absolute name of what an import names, and whether it is one of the program's own modules; none where no
    /// package is that far up.
    pub(super) fn resolve(&self, import: &Import) -> Option<(String, bool)> {
        let name = self.source.around.resolve(import.level, &import.module)?;
        let is_own = self.source.around.own.contains(&name);
        Some((name, is_own))
    }

    /// Reports a place where the program raises: only as a warning if that is not certain.
    pub(super) fn fault(
        &self,
        rule: &'static Rule,
        fault: &Fault,
        message: impl Into<String>,
        label: impl Into<String>,
        diagnostics: &mut Diagnostics,
        finish: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        self.report(rule, &fault.range, message, label, diagnostics, |found| {
            let found = finish(found);
            if fault.certain {
                found
            } else {
                found.severity(Severity::Warning)
            }
        });
    }

    /// The place of a range of bytes of the program.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        self.source.span(range)
    }

    /// Whether it has a file of its own, in which parameters are not substituted.
    pub(super) fn has_file(&self) -> bool {
        self.source.file().is_some()
    }

    /// The file that its text names, where the text is nothing but a name: `code` was taken for `source`.
    pub(super) fn named_file(&self) -> Option<&'a str> {
        let text = self.source.text.as_deref().ok()?.trim();
        let is_name = Path::new(text).extension().is_some_and(|it| it == "py")
            && !text.contains(char::is_whitespace);
        (is_name && !self.has_file()).then_some(text)
    }

    /// Whether it runs on `LEON_MSS`, as Script nodes do unless told otherwise.
    pub(super) fn runs_on_mss(&self) -> bool {
        self.properties.processor == ProcessorType::LEON_MSS
    }

    /// Reports something at a place of the program, unless a comment there allows it.
    pub(super) fn report(
        &self,
        rule: &'static Rule,
        range: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        diagnostics: &mut Diagnostics,
        finish: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        if !self.source.allows(rule, range.start) {
            let diagnostic = Diagnostic::new(rule, message).label(self.span(range), label);
            diagnostics.push(finish(diagnostic));
        }
    }
}
