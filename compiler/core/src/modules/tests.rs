use super::*;
use crate::world::{MemoryWorld, World};

struct Example<'a> {
    files: &'a [(&'a str, &'a str)],
    folders: &'a [&'a str],
    on_css: bool,
}

impl Example<'_> {
    fn find(&self, main: &str) -> Option<OwnModules> {
        let world = self.files.iter().copied().collect::<MemoryWorld>();
        let folders: Vec<_> = self
            .folders
            .iter()
            .map(|&folder| folder.to_owned())
            .collect();
        let mut library = Library::default();
        library.insert("params", "server = 1\n");
        let places = Places {
            folders: &folders,
            on_css: self.on_css,
            library: &library,
        };
        OwnModules::find(main, places, &mut |path| world.read(path))
    }

    fn names(&self, main: &str) -> Vec<String> {
        let found = self.find(main);
        let found = found.into_iter().flat_map(|own| own.modules);
        found.map(|own| own.name).collect()
    }
}

fn names(main: &str, files: &[(&str, &str)]) -> Vec<String> {
    let example = Example {
        files,
        folders: &[""],
        on_css: false,
    };
    example.names(main)
}

#[test]
fn what_a_script_and_its_modules_import_is_found_and_nothing_else() {
    let files = [
        ("a.py", "import b\n"),
        ("b.py", "from p import q, nothing\nimport a\n"),
        ("c.py", ""),
        ("p/__init__.py", "from .r import x\n"),
        ("p/q.py", "from . import s\nfrom .. import c\n"),
        ("p/r.py", "x = 1\n"),
        ("p/s.py", ""),
        ("p/unused.py", ""),
    ];
    assert_eq!(
        names("import a, time, json\n", &files),
        ["a", "b", "p", "p.q", "p.r", "p.s"]
    );
    assert_eq!(names("import time\n", &files), [""; 0]);
    assert_eq!(
        names("from .a import x\n", &files),
        [""; 0],
        "a script is in no package"
    );
}

#[test]
fn a_star_loads_what_all_names() {
    let files = [
        ("p/__init__.py", "__all__ = ['q']\n__all__ += ['r']\n"),
        ("p/q.py", ""),
        ("p/r.py", ""),
        ("p/s.py", ""),
    ];
    assert_eq!(names("from p import *\n", &files), ["p", "p.q", "p.r"]);
}

#[test]
fn folders_are_searched_in_their_order_and_a_package_comes_before_a_module() {
    let example = Example {
        files: &[
            ("app/a.py", "1"),
            ("shared/a.py", "2"),
            ("shared/b.py", "3"),
            ("shared/b/__init__.py", "4"),
            ("shared/ns/x.py", "5"),
            ("app/ns/y.py", "6"),
        ],
        folders: &["app", "shared"],
        on_css: false,
    };
    let found = example.find("import a, b, ns.x, ns.y\n").unwrap();
    let found: Vec<_> = found
        .modules
        .iter()
        .map(|own| {
            (
                own.name.as_str(),
                own.module.file.as_str(),
                &*own.module.text,
            )
        })
        .collect();
    let expected = [
        ("a", "app/a.py", "1"),
        ("b", "shared/b/__init__.py", "4"),
        ("ns", "app/ns/", ""),
        ("ns.x", "shared/ns/x.py", "5"),
        ("ns.y", "app/ns/y.py", "6"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_built_into_the_interpreter_cannot_be_hidden_and_other_modules_can() {
    let files = [("time.py", ""), ("json.py", ""), ("array.py", "")];
    let mut example = Example {
        files: &files,
        folders: &[""],
        on_css: false,
    };
    let main = "import time, json, array\n";
    let found = example.find(main).unwrap();
    assert_eq!(found.unused.keys().collect::<Vec<_>>(), ["time"]);
    assert_eq!(example.names(main), ["array", "json"]);
    example.on_css = true;
    assert_eq!(
        example.names(main),
        ["json"],
        "`array` is built into LEON_CSS"
    );
}

#[test]
fn oakc_provides_modules_to_those_who_import_them() {
    let files = [("oakc.py", ""), ("a.py", "import oakc.params\n")];
    assert_eq!(
        names("from oakc import params\n", &files),
        ["oakc", "oakc.params"]
    );
    assert_eq!(names("import a\n", &files), ["a", "oakc", "oakc.params"]);
    assert_eq!(names("from oakc import nothing\n", &files), ["oakc"]);
    assert_eq!(names("import time\n", &files), [""; 0]);
}

#[test]
fn a_file_that_cannot_be_used_is_a_problem_where_it_is_imported() {
    let mut world = MemoryWorld::default();
    world.insert("a.py", *b"import b\n");
    world.insert("b.py", *b"x = '\xff'\n");
    let places = Places {
        folders: &[String::new()],
        on_css: false,
        library: &Library::default(),
    };
    let found = OwnModules::find("import a\n", places, &mut |path| world.read(path)).unwrap();
    let [problem] = &found.problems[..] else {
        panic!("{found:?}");
    };
    assert!(matches!(problem.reason, Reason::NotText(5)));
    assert_eq!(
        (problem.importer.as_deref(), problem.range.clone()),
        (Some("a"), 7..8)
    );
}

#[test]
fn a_thousand_modules_are_found_and_bundled() {
    let files = (0..1000).map(|n| (format!("m{n}.py"), format!("import m{}\n", n + 1)));
    let world = files.collect::<MemoryWorld>();
    let places = Places {
        folders: &[String::new()],
        on_css: false,
        library: &Library::default(),
    };
    let found = OwnModules::find("import m0\n", places, &mut |path| world.read(path)).unwrap();
    assert_eq!(found.modules.len(), 1000);
    let text = found.bundled().unwrap();
    assert_eq!(Bundle::read(&text).unwrap().modules.len(), 1000);
}

#[test]
fn no_path_in_a_package_leads_out_of_its_folder() {
    for (path, expected) in [
        ("../shared/a.py", "shared/a.py"),
        ("a/../b.py", "b.py"),
        ("/home/x/b.py", "home/x/b.py"),
        ("./a/./b.py", "a/b.py"),
        ("..\\a\\b.py", "a/b.py"),
    ] {
        assert_eq!(shown(path), expected);
    }
}

#[test]
fn what_oakc_provides_is_not_an_own_module_unless_a_file_takes_its_place() {
    let own = |files: &[(&str, &str)]| {
        let example = Example {
            files,
            folders: &[""],
            on_css: true,
        };
        let found = example.find("from oakc import params\n").unwrap();
        let path = found.modules.last().and_then(|own| own.path.clone());
        (found.around.own.len(), path)
    };
    assert_eq!(own(&[]), (0, None));
    let file = [("oakc/params.py", "server = 2\n")];
    assert_eq!(own(&file), (2, Some("oakc/params.py".to_owned())));
}
