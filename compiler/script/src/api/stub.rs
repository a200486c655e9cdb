//! The classes of the script engine in; a type stub out, for editors and type checkers.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Api, Class, Function, FunctionNo, Kind, Member, Parameter, Passing};

/// What a stub takes from `typing`, if it needs it.
const TYPING: [&str; 4] = ["Any", "ClassVar", "Mapping", "overload"];

/// The module that scripts have without an import, too.
const GPIO: &str = "GPIO";

/// Classes that only `node` uses, by their name in the table.
const PORTS: [&str; 2] = ["<input>", "<output>"];

impl Api {
    /// The text of a stub with everything that a script on the camera has without an import.
    ///
    /// What the table does not say is `Any`. A port is an input and an output, as its name does not tell which of them it is.
    pub fn stub(&self) -> String {
        let mut stub = Stub::new(self, "");
        stub.line(0, &format!("import {GPIO} as {GPIO}"));
        for class in self.device_classes() {
            match class.name {
                "node" => stub.class(class, "_Node", 0),
                name if is_top(name) => stub.class(class, name, 0),
                _ => {}
            }
        }
        stub.ports();
        stub.finish("\nnode: _Node\n")
    }

    /// The text of a stub of the module `GPIO`.
    pub fn gpio_stub(&self) -> String {
        let mut stub = Stub::new(self, "GPIO.");
        stub.text.push('\n');
        stub.module(GPIO);
        stub.finish("")
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
    /// What names of classes begin with that are defined in this stub without it.
    prefix: &'static str,
}

impl<'a> Stub<'a> {
    fn new(api: &'a Api, prefix: &'static str) -> Self {
        Self {
            api,
            text: String::new(),
            modules: BTreeSet::new(),
            prefix,
        }
    }

    fn finish(self, end: &str) -> String {
        let imports = self.modules.iter().map(|name| format!("import {name}\n"));
        let needed = TYPING.iter().filter(|name| self.text.contains(**name));
        let needed = needed.copied().collect::<Vec<_>>().join(", ");
        let imports: String = imports.collect();
        format!("{imports}from typing import {needed}\n{}{end}", self.text)
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
            self.line(depth, &format!("{name}: Mapping[str, _Port]"));
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
            // `Buffer` alone is a message.
            Kind::Buffer => {
                self.modules.insert("typing_extensions");
                "typing_extensions.Buffer".to_owned()
            }
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
        let name = class.name.strip_prefix(self.prefix);
        name.unwrap_or(class.name).to_owned()
    }

    /// The functions, values and classes of a module.
    fn module(&mut self, name: &str) {
        let mut members: Vec<_> = self.api.module(name).into_iter().flatten().collect();
        members.sort_by_key(|(name, _)| **name);
        for (name, member) in members {
            match member {
                Member::Function(first, after) => self.functions(*first..*after, true, 0),
                Member::Value { kind, .. } => {
                    let kind = self.kind(kind);
                    self.line(0, &format!("{name}: {kind}"));
                }
                Member::Class(number) => {
                    if let Some(class) = self.api.classes.get(*number) {
                        self.class(class, name, 0);
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
        let before = self.text.len();
        for class in PORTS.iter().filter_map(|name| self.api.device_class(name)) {
            self.members(class, 1);
        }
        // The table leaves it open: the linter has better words for what cannot be sent.
        let members = self.text.split_off(before);
        self.text += &members.replace("message: Any", "message: Buffer");
    }
}

#[cfg(test)]
mod tests {
    use super::super::API;

    #[test]
    fn the_stub_has_messages_with_their_bases_and_the_node() {
        let stub = API.stub();
        for line in [
            "\nclass ImgFrame(Buffer):\n",
            "\n    class Type:\n",
            "\n    def getWidth(self) -> int: ...\n",
            "\n        BGR888i: ClassVar[ImgFrame.Type]\n",
            "\n    def send(self, message: Buffer) -> None: ...\n",
            "\n    def tryGet(self) -> Any | None: ...\n",
            "\n    io: Mapping[str, _Port]\n",
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

    #[test]
    fn pins_are_in_a_module_of_their_own() {
        let stub = API.gpio_stub();
        for line in [
            "\nOUT: Direction\n",
            "\nclass Direction:\n    IN: ClassVar[Direction]\n",
            "\ndef read(*args: Any, **kwargs: Any) -> Any: ...\n",
            "\ndef setup(gpio: int, dir: Direction, pud: PullDownUp = ..., exclusive: bool = ...) -> int: ...\n",
        ] {
            assert!(stub.contains(line), "{line}");
        }
        assert!(API.stub().contains("\nimport GPIO as GPIO\n"));
    }
}
