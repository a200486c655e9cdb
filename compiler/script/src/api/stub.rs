//! The classes of the script engine in; a type stub out, for editors and type checkers.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Api, Class, Function, FunctionNo, Kind, Member, Parameter, Passing};

/// What is in front of the classes. `Buffer` is a message, so the type of Python needs another name.
const HEAD: &str = "\
from typing import Any, ClassVar, overload
from typing_extensions import Buffer as _Bytes
";

/// Classes that only `node` uses, by their name in the table.
const PORTS: [&str; 2] = ["<input>", "<output>"];

impl Api {
    /// The text of a stub with everything that a script on the camera has without an import.
    ///
    /// What the table does not say is `Any`. A port is an input and an output, as its name does not tell which of them it is.
    pub fn stub(&self) -> String {
        let mut stub = Stub::new(self);
        for class in self.device_classes() {
            match class.name {
                "node" => stub.class(class, "_Node", 0),
                name if is_top(name) => stub.class(class, name, 0),
                _ => {}
            }
        }
        stub.line(0, "\nclass GPIO:");
        stub.module("GPIO", 1);
        stub.ports();
        stub.finish("\nnode: _Node\n")
    }

    /// The text of a stub of a module that oakc provides, or of none if there is no such module.
    pub fn module_stub(&self, name: &str) -> Option<String> {
        self.module(name)?;
        let mut stub = Stub::new(self);
        stub.text.push('\n');
        stub.module(name, 0);
        Some(stub.finish(""))
    }

    fn device_class(&self, name: &str) -> Option<&Class> {
        self.class(name).map(|(_, class)| class)
    }
}

/// Whether the class is inside of no other.
fn is_top(name: &str) -> bool {
    !name.contains(['.', '<'])
}

struct Stub<'a> {
    api: &'a Api,
    text: String,
    /// The modules that types are from.
    modules: BTreeSet<&'static str>,
}

impl<'a> Stub<'a> {
    fn new(api: &'a Api) -> Self {
        Self {
            api,
            text: String::new(),
            modules: BTreeSet::new(),
        }
    }

    fn finish(self, end: &str) -> String {
        let imports = self.modules.iter().map(|name| format!("import {name}\n"));
        imports.collect::<String>() + HEAD + &self.text + end
    }

    fn line(&mut self, depth: usize, text: &str) {
        // Writing to a text does not fail.
        let _ = writeln!(self.text, "{:1$}{text}", "", depth * 4);
    }

    fn class(&mut self, class: &'a Class, name: &str, depth: usize) {
        let base = self.api.base_names(class).first().copied();
        let base = base.map(|base| format!("({base})")).unwrap_or_default();
        self.text.push('\n');
        self.line(depth, &format!("class {name}{base}:"));
        let before = self.text.len();
        self.members(class, depth + 1);
        if class.is_open {
            self.line(depth + 1, "def __getattr__(self, name: str) -> Any: ...");
        }
        if self.text.len() == before {
            self.line(depth + 1, "...");
        }
    }

    fn members(&mut self, class: &'a Class, depth: usize) {
        for (name, member) in self.api.sorted(class) {
            match member {
                Member::Class(number) => {
                    if let Some(inner) = self.api.classes.get(*number) {
                        self.class(inner, name, depth);
                    }
                }
                Member::Function(first, after) => self.functions(*first..*after, false, depth),
                Member::Value { kind, readonly } => self.value(class, name, kind, *readonly, depth),
                Member::Module(_) => {}
            }
        }
    }

    fn value(&mut self, class: &Class, name: &str, kind: &Kind, readonly: bool, depth: usize) {
        let written = self.kind(kind);
        if self.api.is_enumerator(class, kind) {
            self.line(depth, &format!("{name}: ClassVar[{written}]"));
        } else if matches!(kind, Kind::Object(number)
            if self.api.classes.get(*number).is_some_and(|known| known.name == "<io>"))
        {
            self.line(depth, &format!("{name}: _Ports"));
        } else if readonly {
            self.line(depth, "@property");
            self.line(depth, &format!("def {name}(self) -> {written}: ..."));
        } else {
            self.line(depth, &format!("{name}: {written}"));
        }
    }

    /// The overloads of a function; those of a module belong to no object.
    fn functions(&mut self, numbers: std::ops::Range<FunctionNo>, of_module: bool, depth: usize) {
        let several = numbers.len() > 1;
        for function in numbers.filter_map(|number| self.api.function(number)) {
            let is_static = of_module || function.is_static;
            if several {
                self.line(depth, "@overload");
            }
            if is_static && depth > 0 {
                self.line(depth, "@staticmethod");
            }
            let line = self.function(function, is_static);
            self.line(depth, &line);
        }
    }

    fn function(&mut self, function: &Function, is_static: bool) -> String {
        let mut parameters = Vec::new();
        if !is_static {
            parameters.push("self".to_owned());
        }
        match &function.parameters {
            Some(known) => self.parameters(known, function, &mut parameters),
            None => parameters.extend(["*args: Any".to_owned(), "**kwargs: Any".to_owned()]),
        }
        let result = match function.name {
            "__init__" => "None".to_owned(),
            _ => self.kind(&function.result),
        };
        format!(
            "def {}({}) -> {result}: ...",
            function.name,
            parameters.join(", ")
        )
    }

    fn parameters(&mut self, known: &[Parameter], function: &Function, written: &mut Vec<String>) {
        let positional = known
            .iter()
            .filter(|it| matches!(it.passing, Passing::Position));
        let positional = positional.count();
        let mut named = false;
        for (number, parameter) in known.iter().enumerate() {
            if matches!(parameter.passing, Passing::Keyword) && !named {
                named = true;
                let stars = if function.any_positional {
                    "*args: Any"
                } else {
                    "*"
                };
                written.push(stars.to_owned());
            }
            written.push(self.parameter(parameter));
            if number + 1 == positional {
                written.push("/".to_owned());
            }
        }
        if function.any_positional && !named {
            written.push("*args: Any".to_owned());
        }
        if function.any_keyword {
            written.push("**kwargs: Any".to_owned());
        }
    }

    fn parameter(&mut self, parameter: &Parameter) -> String {
        let default = if parameter.optional { " = ..." } else { "" };
        format!(
            "{}: {}{default}",
            parameter.name,
            self.kind(&parameter.kind)
        )
    }

    fn kind(&mut self, kind: &Kind) -> String {
        match kind {
            Kind::Unknown => "Any".to_owned(),
            Kind::None => "None".to_owned(),
            Kind::Buffer => "_Bytes".to_owned(),
            Kind::Object(number) => self.class_name(*number),
            Kind::Generic(number, parts) => {
                let parts = parts.iter().map(|part| self.kind(part));
                let parts = parts.collect::<Vec<_>>().join(", ");
                format!("{}[{parts}]", self.class_name(*number))
            }
            Kind::Either(kinds) => {
                let kinds = kinds.iter().map(|kind| self.kind(kind));
                kinds.collect::<Vec<_>>().join(" | ")
            }
        }
    }

    /// The name of a class, whose module is imported if it is from the standard library.
    fn class_name(&mut self, number: usize) -> String {
        let Some(class) = self.api.classes.get(number) else {
            return "Any".to_owned();
        };
        if !class.is_device
            && let Some((module, _)) = class.name.rsplit_once('.')
        {
            self.modules.insert(module);
        }
        class.name.to_owned()
    }

    /// The functions, values and classes of a module; where scripts have it without an import, as those of a class.
    fn module(&mut self, name: &str, depth: usize) {
        let Some(members) = self.api.module(name) else {
            return;
        };
        let mut members: Vec<_> = members.iter().collect();
        members.sort_by_key(|(name, _)| **name);
        for (name, member) in members {
            match member {
                Member::Function(first, after) => self.functions(*first..*after, true, depth),
                Member::Value { kind, .. } => {
                    let kind = self.kind(kind);
                    let kind = if depth == 0 {
                        kind
                    } else {
                        format!("ClassVar[{kind}]")
                    };
                    self.line(depth, &format!("{name}: {kind}"));
                }
                Member::Class(number) => {
                    if let Some(class) = self.api.classes.get(*number) {
                        self.class(class, name, depth);
                    }
                }
                Member::Module(_) => {}
            }
        }
    }

    /// What `node.io["name"]` is.
    fn ports(&mut self) {
        self.text.push('\n');
        self.line(0, "class _Port:");
        for class in PORTS.iter().filter_map(|name| self.api.device_class(name)) {
            self.members(class, 1);
        }
        self.text.push('\n');
        self.line(0, "class _Ports:");
        self.line(1, "def __getitem__(self, name: str) -> _Port: ...");
    }
}

#[cfg(test)]
mod tests {
    use super::super::API;

    #[test]
    fn the_stub_of_a_module_takes_what_the_module_takes() {
        let stub = API.module_stub("oakc.http").unwrap();
        for line in [
            "\ndef get(url: Any, timeout: Any = ..., **kwargs: Any) -> Any: ...\n",
            "\nclass HttpError(IOError):\n    ...\n",
            "\n    def json(self) -> Any: ...\n",
        ] {
            assert!(stub.contains(line), "{line}");
        }
        assert!(!stub.contains("threading"), "only what it provides");
        assert!(API.module_stub("oakc.ftp").is_none());
    }

    #[test]
    fn the_stub_has_messages_with_their_bases_and_the_node() {
        let stub = API.stub();
        for line in [
            "\nclass ImgFrame(Buffer):\n",
            "\n    class Type:\n",
            "\n    def getWidth(self) -> int: ...\n",
            "\n        BGR888i: ClassVar[ImgFrame.Type]\n",
            "\n    def setup(*args: Any, **kwargs: Any) -> Any: ...\n",
            "\n    def send(self, message: Any) -> None: ...\n",
            "\nnode: _Node\n",
            "import datetime\n",
        ] {
            assert!(stub.contains(line), "{line}");
        }
        assert!(
            !stub.contains('<') && !stub.contains('?'),
            "placeholders of the table"
        );
        assert!(!stub.contains("getCvFrame"), "only the library has it");
    }
}
