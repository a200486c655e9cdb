//! The commands as a user runs them: outputs, exit codes, streams, the lock file, the manifest,
//! packages taken apart, and what is left when a process is killed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests fail loudly"
)]

mod process;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use oakc_core::digest::sha256;
use oakc_runtime_schema::sbr::{self, Header};
use process::{App, BUILD, Ran, SMALL, oakc};
use serde_json::Value;

const WITH_FILES: &str = "\
[app]
name = \"with-files\"

[nodes.cam]
type = \"ColorCamera\"

[nodes.s]
type = \"Script\"
source = \"scripts/s.py\"
inputs.frames = \"cam.video\"

[nodes.s.assets.\"dir/table\"]
path = \"table.bin\"

[assets.shared]
path = \"table.bin\"
";

fn with_files() -> App {
    let app = App::new();
    app.file("app.toml", WITH_FILES);
    app.file("scripts/s.py", "while True:\n    node.io['frames'].get()\n");
    app.file("table.bin", [1, 2, 3, 4]);
    app
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

mod build {
    use super::*;

    #[test]
    fn equal_input_gives_equal_bytes_wherever_they_go() {
        let app = with_files();
        app.build().exits(0);
        let first = app.read("out/app.dap");
        app.build().exits(0);
        assert!(first == app.read("out/app.dap"));
        app.run(&["build", "--firmware", "fw.cmd", "app.toml"])
            .exits(0);
        assert!(first == app.read("app.dap"));
        let elsewhere = app.path("elsewhere.dap");
        let absolute = app.path("app.toml");
        let arguments = [
            "build",
            "--firmware",
            "fw.cmd",
            absolute.to_str().unwrap(),
            "-o",
            elsewhere.to_str().unwrap(),
        ];
        app.command(&arguments)
            .current_dir("/")
            .output()
            .map(Ran::from)
            .unwrap()
            .exits(3);
        let firmware = app.path("fw.cmd");
        let mut arguments = arguments;
        arguments[2] = firmware.to_str().unwrap();
        app.command(&arguments)
            .current_dir("/")
            .output()
            .map(Ran::from)
            .unwrap()
            .exits(0);
        assert!(first == fs::read(elsewhere).unwrap());
    }

    #[test]
    fn the_summary_names_the_package_by_its_digest() {
        let app = with_files();
        let ran = app.build().exits(0);
        let package = app.read("out/app.dap");
        assert!(ran.stdout.contains(&sha256(&package)), "{}", ran.stdout);
        let again = app.build().exits(0);
        assert_eq!(ran.stdout, again.stdout);
        assert_eq!(ran.stderr, "");
    }

    #[test]
    fn a_parameter_from_outside_changes_the_package() {
        let app = App::new();
        let text = SMALL.replace("fps = 10", "fps = \"${fps}\"") + "[params]\nfps = 10\n";
        app.file("app.toml", text);
        app.build().exits(0);
        let ten = app.read("out/app.dap");
        let mut arguments = BUILD.to_vec();
        arguments.extend(["--set", "fps=20"]);
        app.run(&arguments).exits(0);
        assert!(ten != app.read("out/app.dap"));
        arguments.extend(["--set", "fps=10"]);
        app.run(&arguments).exits(0);
        assert!(ten == app.read("out/app.dap"), "the last --set wins");
    }

    #[test]
    fn an_old_package_is_replaced_and_a_failing_build_leaves_it() {
        let app = with_files();
        app.file("out/app.dap", "old");
        app.file("scripts/s.py", "");
        fs::rename(app.path("table.bin"), app.path("away")).unwrap();
        app.build().exits(1);
        assert_eq!(app.read("out/app.dap"), b"old");
        fs::rename(app.path("away"), app.path("table.bin")).unwrap();
        app.build().exits(0);
        assert!(Header::parse_file(&app.read("out/app.dap")).is_ok());
    }
}

mod locked {
    use super::*;

    fn locked(app: &App) -> Ran {
        let mut arguments = BUILD.to_vec();
        arguments.push("--locked");
        app.run(&arguments)
    }

    #[test]
    fn the_lock_file_is_written_once_and_holds_until_something_changes() {
        let app = with_files();
        app.build().exits(0);
        let lock = app.read("oakc.lock");
        app.build().exits(0);
        assert_eq!(app.read("oakc.lock"), lock);
        locked(&app).exits(0);

        app.file("scripts/s.py", "pass");
        let package = app.read("out/app.dap");
        locked(&app).exits(1).says("scripts/s.py:");
        assert!(app.read("out/app.dap") == package, "nothing is built");
        assert_eq!(app.read("oakc.lock"), lock, "--locked never writes");
        app.build().exits(0);
        assert_ne!(app.read("oakc.lock"), lock);
        locked(&app).exits(0);

        app.file("fw.cmd", [1; 100]);
        locked(&app).exits(1).says("firmware: 2.33.0.0");
        app.build().exits(0);
        app.file("app.toml", SMALL);
        locked(&app)
            .exits(1)
            .says("table.bin: pinned, but not used any more");
    }

    #[test]
    fn a_changed_model_breaks_the_lock() {
        let app = App::new();
        app.file(
            "app.toml",
            "[nodes.n]\ntype = \"NeuralNetwork\"\nmodel = \"m.blob\"\n",
        );
        let blob = oakc_blob::synthetic::BlobBuilder::detector(300, 300);
        app.file("m.blob", blob.clone().build());
        app.build().exits(0);
        locked(&app).exits(0);
        app.file("m.blob", blob.shaves(8).build());
        locked(&app)
            .exits(1)
            .says("m.blob:")
            .says("build without --locked");
    }

    #[test]
    fn without_a_lock_file_nothing_is_locked() {
        let app = with_files();
        locked(&app)
            .exits(1)
            .says("oakc.lock: it pins nothing for this application");
        assert!(!app.path("out/app.dap").exists());
        app.build().exits(0);
        fs::remove_file(app.path("oakc.lock")).unwrap();
        locked(&app).exits(1).says("build once without --locked");
    }

    #[test]
    fn two_configurations_share_the_lock_file_of_their_directory() {
        let app = with_files();
        app.file("other.yaml", "nodes: {cam: {type: ColorCamera}}\n");
        let other = [
            "build",
            "--firmware",
            "fw.cmd",
            "other.yaml",
            "-o",
            "out/other.dap",
        ];
        app.build().exits(0);
        app.run(&other).exits(0);
        locked(&app).exits(0);
        let mut arguments = other.to_vec();
        arguments.push("--locked");
        app.run(&arguments).exits(0);
        let lock = String::from_utf8(app.read("oakc.lock")).unwrap();
        assert!(
            lock.contains("app.toml") && lock.contains("other.yaml"),
            "{lock}"
        );
    }

    #[test]
    fn the_manifest_says_what_the_package_is_made_of() {
        let app = with_files();
        let mut arguments = BUILD.to_vec();
        arguments.push("--manifest");
        app.run(&arguments).exits(0);
        let manifest = json(&String::from_utf8(app.read("out/app.dap.manifest.json")).unwrap());
        let package = app.read("out/app.dap");
        assert_eq!(manifest["package"]["sha256"], sha256(&package));
        assert_eq!(manifest["package"]["size"], package.len());
        assert_eq!(manifest["firmware"]["sha256"], sha256(&app.read("fw.cmd")));
        assert_eq!(manifest["firmware"]["variant"], "custom");
        let inputs = manifest["inputs"].as_object().unwrap();
        assert_eq!(inputs.len(), 2);
        for (path, digest) in inputs {
            assert_eq!(*digest, sha256(&app.read(path)), "{path}");
        }
        let header = Header::parse_file(&package).unwrap();
        let sections = manifest["sections"].as_array().unwrap();
        assert_eq!(sections.len(), header.sections().len());
        for (section, told) in header.sections().iter().zip(sections) {
            assert_eq!(told["name"], section.name.as_str());
            assert_eq!(told["sha256"], sha256(section.bytes(&package).unwrap()));
            assert_eq!(told["checksum"], section.checksum);
            assert_eq!(told["offset"], section.offset);
        }
    }
}

mod streams {
    use super::*;

    const WRONG: &str = "[nodes.cam]\ntype = \"ColourCamera\"\n";

    #[test]
    fn diagnostics_as_json_match_their_schema() {
        let schema =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/diagnostics.schema.json");
        let schema = json(&fs::read_to_string(schema).unwrap());
        let validator = jsonschema::validator_for(&schema).unwrap();
        let app = App::new();
        let texts = [
            SMALL,
            WRONG,
            "[nodes.cam]\ntype = \"ColorCamera\"\nfps = 'ä'\nfpss = 1\nid = -1\n",
            "[nodes.x]\ntype = \"XLinkOut\"\ninputs.in = \"y.z\"\n",
            "[[",
            "",
        ];
        for text in texts {
            app.file("app.toml", text);
            for command in [
                &["lint"][..],
                &["build", "--firmware", "fw.cmd", "-o", "out/a.dap"],
            ] {
                let mut arguments = command.to_vec();
                arguments.extend(["--format", "json", "app.toml"]);
                let ran = app.run(&arguments);
                let report = json(&ran.stdout);
                let errors: Vec<_> = validator
                    .iter_errors(&report)
                    .map(|e| e.to_string())
                    .collect();
                assert!(errors.is_empty(), "{errors:?} in {}", ran.stdout);
                assert_eq!(ran.stderr, "");
                let wrong = report["summary"]["errors"] != 0;
                assert_eq!(ran.code, Some(i32::from(wrong)));
            }
        }
    }

    #[test]
    fn json_places_are_exact() {
        let app = App::new();
        app.file(
            "app.toml",
            "# ä\n[nodes.cam]\ntype = \"ColorCamera\" # ö\nfps = \"ü\"\n",
        );
        let ran = app.run(&["lint", "--format", "json", "app.toml"]).exits(1);
        let label = json(&ran.stdout)["diagnostics"][0]["labels"][0].clone();
        assert_eq!(label["file"], "app.toml");
        assert_eq!(
            label["start"],
            serde_json::json!({"line": 4, "column": 7, "offset": 49})
        );
        assert_eq!(
            label["end"],
            serde_json::json!({"line": 4, "column": 10, "offset": 53})
        );
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure() {
        let app = App::small();
        app.build().exits(0);
        for arguments in [
            &["inspect", "--format", "json", "out/app.dap"][..],
            &["schema"],
            &["explain"],
            BUILD,
        ] {
            let mut child = app
                .command(arguments)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            drop(child.stdout.take());
            let ran = Ran::from(child.wait_with_output().unwrap()).exits(0);
            assert_eq!(ran.stderr, "", "{arguments:?}");
        }
    }

    #[test]
    fn closed_or_full_stderr_changes_no_exit_code() {
        let app = App::small();
        app.file("app.toml", WRONG);
        let mut child = app.command(BUILD).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(1));
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let status = app.command(BUILD).stderr(full).status().unwrap();
        assert_eq!(status.code(), Some(1));
    }

    #[test]
    fn a_full_stdout_is_a_failure_of_the_world() {
        let app = App::small();
        app.build().exits(0);
        for arguments in [&["inspect", "out/app.dap"][..], &["schema"], BUILD] {
            let full = fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .unwrap();
            let output = app.command(arguments).stdout(full).output().unwrap();
            Ran::from(output)
                .exits(3)
                .says("cannot write to stdout: No space left on device");
        }
    }

    #[test]
    fn colour_comes_only_when_it_is_asked_for() {
        let app = App::new();
        app.file("app.toml", WRONG);
        let coloured = |arguments: &[&str], no_color: bool| {
            let mut command = app.command(arguments);
            if no_color {
                command.env("NO_COLOR", "1");
            }
            Ran::from(command.output().unwrap())
                .exits(1)
                .stderr
                .contains('\x1b')
        };
        assert!(!coloured(&["lint", "app.toml"], false));
        assert!(coloured(&["lint", "app.toml", "--color", "always"], false));
        assert!(coloured(&["lint", "app.toml", "--color", "always"], true));
        assert!(!coloured(&["lint", "app.toml", "--color", "never"], false));
        assert!(!coloured(&["lint", "app.toml"], true));
        assert!(coloured(
            &["inspect", "--color", "always", "app.toml"],
            false
        ));
    }

    #[test]
    fn quiet_leaves_errors_and_results() {
        let app = App::small();
        let loud = app.run(&[BUILD, &["--compress"]].concat()).exits(0);
        assert_ne!(loud.stderr, "", "compressing is told");
        fs::remove_dir_all(app.path("cache")).unwrap();
        let quiet = app
            .run(&[BUILD, &["--compress", "--quiet"]].concat())
            .exits(0);
        assert_eq!(quiet.stderr, "");
        assert_eq!(quiet.stdout, loud.stdout);
        app.file("app.toml", WRONG);
        app.run(&[BUILD, &["--quiet"]].concat())
            .exits(1)
            .says("ColourCamera");
    }
}

mod inspect {
    use super::*;

    fn inspect(app: &App, name: &str) -> Ran {
        app.run(&["inspect", "--format", "json", name])
    }

    #[test]
    fn a_package_is_shown_as_it_was_built() {
        for flags in [&[][..], &["--compress", "--checksum"]] {
            let app = with_files();
            app.run(&[BUILD, flags].concat()).exits(0);
            let package = app.read("out/app.dap");
            let shown = json(&inspect(&app, "out/app.dap").exits(0).stdout);
            assert_eq!(shown["sha256"], sha256(&package));
            assert_eq!(shown["app_name"], "with-files");
            assert_eq!(
                shown["firmware"]["image_sha256"],
                sha256(&app.read("fw.cmd"))
            );
            assert_eq!(shown["firmware"]["release"], "2.33.0.0");
            let sections = shown["sections"].as_array().unwrap();
            assert!(
                sections
                    .iter()
                    .all(|section| section["checksum_ok"] == true),
                "{shown:#}"
            );
            let names: Vec<_> = sections
                .iter()
                .map(|s| s["name"].as_str().unwrap())
                .collect();
            assert_eq!(names, sbr::PACKAGE_SECTIONS);
            let nodes = shown["pipeline"]["nodes"].as_array().unwrap();
            assert_eq!(nodes.len(), 2);
            assert_eq!(nodes[1]["name"], "Script");
            assert!(nodes.iter().all(|node| node["properties_error"].is_null()));
            assert_eq!(shown["pipeline"]["connections"][0]["node1Output"], "video");
            let assets: BTreeSet<_> = shown["assets"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect();
            assert_eq!(
                assets.iter().map(String::as_str).collect::<Vec<_>>(),
                ["/node/1/__script", "/node/1/dir/table", "/pipeline/shared"]
            );
            let human = app.run(&["inspect", "out/app.dap"]).exits(0).stdout;
            for word in [
                "with-files",
                "Script",
                "0.video -> 1.io[frames]",
                "/pipeline/shared",
                "2.33.0.0",
            ] {
                assert!(human.contains(word), "no {word} in\n{human}");
            }
        }
    }

    #[test]
    fn extracted_parts_are_the_parts() {
        let app = with_files();
        app.build().exits(0);
        app.run(&["inspect", "out/app.dap", "--extract", "parts/deep"])
            .exits(0);
        let package = app.read("out/app.dap");
        let header = Header::parse_file(&package).unwrap();
        for section in header.sections() {
            let part = app.read(&format!("parts/deep/{}.bin", section.name.as_str()));
            assert!(
                part == section.bytes(&package).unwrap(),
                "{}",
                section.name.as_str()
            );
        }
        assert_eq!(app.read("parts/deep/firmware.cmd"), app.read("fw.cmd"));
        assert_eq!(app.read("parts/deep/assets/node/1/dir/table"), [1, 2, 3, 4]);
        assert_eq!(
            app.read("parts/deep/assets/node/1/__script"),
            app.read("scripts/s.py")
        );
        assert_eq!(app.read("parts/deep/assets/pipeline/shared"), [1, 2, 3, 4]);
        let pipeline = json(&String::from_utf8(app.read("parts/deep/pipeline.json")).unwrap());
        let shown = json(&inspect(&app, "out/app.dap").stdout);
        assert_eq!(pipeline, shown["pipeline"]);
    }

    #[test]
    fn a_package_cut_anywhere_is_refused_with_the_section_that_suffers() {
        let app = with_files();
        app.build().exits(0);
        let package = app.read("out/app.dap");
        let header = Header::parse_file(&package).unwrap();
        let mut cuts = vec![0, 1, 2, 511, 512];
        for section in header.sections() {
            cuts.extend([section.offset as usize, section.offset as usize + 1]);
            cuts.push((section.offset + section.size) as usize - 1);
        }
        for cut in cuts {
            app.file("cut.dap", &package[..cut]);
            let ran = inspect(&app, "cut.dap").exits(1);
            let told = ran.stderr.contains("cut short")
                || ran.stderr.contains("not an application package");
            assert!(told && ran.stdout.is_empty(), "{cut}: {}", ran.stderr);
        }
    }

    #[test]
    fn a_damaged_section_is_marked_and_the_others_are_shown() {
        let app = with_files();
        app.build().exits(0);
        let mut package = app.read("out/app.dap");
        let header = Header::parse_file(&package).unwrap();
        let place = header.find(sbr::ASSET_STORAGE).unwrap().offset as usize;
        package[place] ^= 1;
        app.file("bad.dap", &package);
        let human = app.run(&["inspect", "bad.dap"]).exits(0).stdout;
        let marked: Vec<_> = human
            .lines()
            .filter(|line| line.contains("CHECKSUM WRONG"))
            .collect();
        assert_eq!(marked.len(), 1, "{human}");
        assert!(marked[0].contains("asset_storage"));
        let place = header.find(sbr::PIPELINE).unwrap().offset as usize;
        package[place + 3] ^= 0x40;
        app.file("bad.dap", &package);
        let shown = json(&inspect(&app, "bad.dap").exits(0).stdout);
        assert!(shown["pipeline"].is_null());
        let reason = shown["pipeline_error"].as_str().unwrap();
        assert!(
            reason.contains("not in the layout of DepthAI 2.33"),
            "{reason}"
        );
        assert!(shown["assets"].is_object());
    }

    #[test]
    fn any_change_of_the_table_is_survived() {
        let app = App::small();
        app.build().exits(0);
        let package = app.read("out/app.dap");
        for place in (0..240).step_by(3) {
            let mut mutated = package.clone();
            mutated[place] ^= 0xFF;
            app.file("bad.dap", &mutated);
            let ran = inspect(&app, "bad.dap");
            assert!(matches!(ran.code, Some(0 | 1)), "{place}: {ran:?}");
        }
    }

    /// The package with its asset map and firmware replaced; what follows keeps its place.
    fn with_assets(package: &[u8], uris: &[&str]) -> Vec<u8> {
        let mut map = oakc_runtime_schema::assets::AssetMap::default();
        for uri in uris {
            let entry = oakc_runtime_schema::assets::AssetEntry {
                offset: 0,
                size: 4,
                alignment: 1,
            };
            map.map.insert((*uri).to_owned(), entry);
        }
        let bytes = oakc_runtime_schema::nop::to_bytes(&map).unwrap();
        let header = Header::parse_file(package).unwrap();
        let mut sections = header.sections().to_vec();
        let mut package = package.to_vec();
        for section in &mut sections {
            if section.name.as_str() == sbr::ASSETS {
                let start = section.offset as usize;
                package[start..start + bytes.len()].copy_from_slice(&bytes);
                section.size = u32::try_from(bytes.len()).unwrap();
                section.checksum = sbr::checksum(&bytes);
            }
        }
        let table = Header::new(sections).unwrap().to_bytes();
        package[..table.len()].copy_from_slice(&table);
        package
    }

    #[test]
    fn no_asset_name_leads_out_of_the_directory() {
        let app = with_files();
        app.build().exits(0);
        let names = [
            "../../x",
            "/etc/x",
            "a/../../../x",
            "..",
            ".",
            "",
            "a\\..\\x",
            "C:\\x",
            "nul\0x",
            "a//b",
            "ä",
        ];
        let hostile = with_assets(&app.read("out/app.dap"), &names);
        app.file("bad.dap", hostile);
        let before: BTreeSet<_> = app.files().into_iter().collect();
        app.run(&["inspect", "bad.dap", "--extract", "deep/parts"]);
        let after: BTreeSet<_> = app.files().into_iter().collect();
        let made: Vec<_> = after.difference(&before).collect();
        assert!(
            made.iter().all(|path| path.starts_with("deep/parts/")),
            "{made:?}"
        );
        assert!(!Path::new("/etc/x").exists());
    }

    #[test]
    fn an_asset_outside_of_the_storage_is_told() {
        let app = App::small();
        app.build().exits(0);
        app.file(
            "bad.dap",
            with_assets(&app.read("out/app.dap"), &["/pipeline/a"]),
        );
        app.run(&["inspect", "bad.dap"]).exits(0);
        app.run(&["inspect", "bad.dap", "--extract", "parts"])
            .exits(1)
            .says("asset `/pipeline/a` points outside of the asset storage");
    }

    #[test]
    fn firmware_that_unpacks_without_end_is_stopped() {
        let app = App::new();
        app.file("app.toml", SMALL);
        let file = fs::File::create(app.path("fw.cmd")).unwrap();
        file.set_len(256 << 20).unwrap();
        app.run(&[BUILD, &["--compress"]].concat()).exits(0);
        assert!(app.read("out/app.dap").len() < 4 << 20);
        let ran = app
            .command_with_memory(1200, &["inspect", "out/app.dap"])
            .output()
            .unwrap();
        let ran = Ran::from(ran).exits(0);
        assert!(
            ran.stdout.contains("unpacks to more than 256 MiB"),
            "{}",
            ran.stdout
        );
    }

    #[test]
    fn a_table_without_sections_is_shown_as_what_it_is() {
        let app = App::new();
        app.file("empty.dap", Header::new(Vec::new()).unwrap().to_bytes());
        let ran = app.run(&["inspect", "empty.dap"]).exits(0);
        assert!(
            ran.stdout.contains("there is no firmware section"),
            "{}",
            ran.stdout
        );
        assert!(
            ran.stdout.contains("there is no section `pipeline`"),
            "{}",
            ran.stdout
        );
    }
}

mod killed {
    use super::*;

    /// Numbers that look random and are the same in every run.
    struct Delays(u64);

    impl Delays {
        fn next(&mut self, below: u64) -> Duration {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            Duration::from_micros((self.0 >> 33) % below)
        }
    }

    fn kill_after(mut command: Command, delay: Duration) {
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        thread::sleep(delay);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_build_killed_at_any_moment_leaves_a_whole_package_or_none() {
        let app = App::small();
        app.file("fw.cmd", vec![7; 40 << 20]);
        app.build().exits(0);
        let whole = app.read("out/app.dap");
        let mut delays = Delays(1);
        for round in 0..20 {
            let _ = fs::remove_file(app.path("out/app.dap"));
            let _ = fs::remove_file(app.path("oakc.lock"));
            kill_after(app.command(BUILD), delays.next(400_000));
            if app.path("out/app.dap").exists() {
                assert!(app.read("out/app.dap") == whole, "round {round}");
            }
        }
        app.build().exits(0);
        assert!(app.read("out/app.dap") == whole);
        app.run(&[BUILD, &["--locked"]].concat()).exits(0);
    }

    #[test]
    fn an_installation_killed_at_any_moment_is_whole_or_none() {
        let Some(wheel) = wheel() else { return };
        let app = App::small();
        let install = ["firmware", "install", "--from", wheel.to_str().unwrap()];
        let mut delays = Delays(2);
        let installed = app.path("cache/firmware/2.33.0.0");
        for round in 0..20 {
            let _ = fs::remove_dir_all(&installed);
            kill_after(app.command(&install), delays.next(1_500_000));
            if installed.exists() {
                let listed = app.run(&["firmware", "list"]).exits(0).stdout;
                assert!(!listed.contains("incomplete"), "round {round}: {listed}");
            }
        }
        app.run(&install).exits(0);
        app.run(&["firmware", "verify"]).exits(0);
        app.run(&["build", "app.toml", "-o", "out/app.dap"])
            .exits(0);
    }

    #[test]
    fn two_builds_at_once_share_an_empty_cache() {
        let Some(wheel) = wheel() else { return };
        let app = App::small();
        let path = fake_python(&app, &wheel);
        let build = |output: &str| {
            let mut command = app.command(&["build", "app.toml", "-o", output]);
            command
                .env("PATH", &path)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command.spawn().unwrap()
        };
        let builds = [build("out/a.dap"), build("out/b.dap")];
        for child in builds {
            Ran::from(child.wait_with_output().unwrap()).exits(0);
        }
        assert!(app.read("out/a.dap") == app.read("out/b.dap"));
        app.run(&["firmware", "verify"]).exits(0);
        let left = fs::read_dir(app.path("cache/firmware")).unwrap();
        let left: Vec<_> = left.map(|e| e.unwrap().file_name()).collect();
        assert!(
            left.iter()
                .all(|name| name == "2.33.0.0" || name == ".lock"),
            "{left:?}"
        );
    }

    #[test]
    fn without_python_the_way_out_is_told() {
        let app = App::small();
        let empty = app.path("empty");
        fs::create_dir(&empty).unwrap();
        let mut command = app.command(&["build", "app.toml", "-o", "out/app.dap"]);
        let ran = Ran::from(command.env("PATH", &empty).output().unwrap()).exits(3);
        let ran = ran.says("python3").says("oakc firmware install --from");
        assert!(!app.path("out/app.dap").exists(), "{ran:?}");
    }

    /// A directory with a `python3` whose pip downloads nothing but this wheel.
    fn fake_python(app: &App, wheel: &Path) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let script = format!(
            "#!/bin/sh\nif [ \"$1\" = -m ]; then /bin/cp '{}' .; fi\n",
            wheel.display()
        );
        let python = app.file("bin/python3", script);
        fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
        python.parent().unwrap().to_owned()
    }

    /// Tests run at the same time; the wheel is downloaded once.
    static DOWNLOAD: Mutex<()> = Mutex::new(());

    /// The wheel of the release: `OAKC_TEST_WHEEL`, else downloaded once with pip.
    fn wheel() -> Option<PathBuf> {
        if let Some(path) = std::env::var_os("OAKC_TEST_WHEEL") {
            return Some(path.into());
        }
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wheel");
        let find = || {
            let entries = fs::read_dir(&directory).ok()?;
            let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
            paths.find(|path| path.extension().is_some_and(|e| e == "whl"))
        };
        let _one_at_a_time = DOWNLOAD.lock().unwrap();
        if find().is_none() {
            let mut pip = Command::new("python3");
            pip.args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--only-binary=:all:",
            ]);
            pip.args(["--python-version=3.11", "--platform=manylinux_2_28_x86_64"]);
            pip.arg("--dest").arg(&directory).arg("depthai==2.33.0.0");
            let _ = pip.status();
        }
        let found = find();
        if found.is_none() {
            eprintln!("SKIPPED: OAKC_TEST_WHEEL does not name the wheel, and pip gives none");
        }
        found
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let app = App::new();
    let list = app.run(&["explain"]).exits(0).stdout;
    assert!(list.contains("OAK012  host-dependent-node"), "{list}");
    let by_name = app.run(&["explain", "host-dependent-node"]).exits(0).stdout;
    let by_code = app.run(&["explain", "oak012"]).exits(0).stdout;
    assert_eq!(by_name, by_code);
    app.run(&["explain", "host-dependent"])
        .exits(1)
        .says("did you mean `host-dependent-node`?");
}

#[test]
fn several_files_are_checked_in_one_run() {
    let app = App::small();
    app.file("b.yaml", "nodes: {a: {type: Nope}}\n");
    let ran = app
        .run(&["lint", "app.toml", "b.yaml"])
        .exits(1)
        .says("Nope");
    assert!(ran.stdout.is_empty());
    app.run(&["lint", "app.toml", "gone.toml"])
        .exits(3)
        .says("gone.toml");
}

#[test]
fn warnings_fail_only_where_they_are_denied() {
    let app = App::new();
    let node = "[nodes.x]\ntype = \"XLinkIn\"\nstream_name = \"a\"\n";
    app.file(
        "app.toml",
        format!("[lint]\nwarn = [\"host-dependent-node\"]\n{node}"),
    );
    app.run(&["lint", "app.toml"]).exits(0).says("1 warning");
    app.run(&["lint", "--deny", "warnings", "app.toml"])
        .exits(1);
    app.file(
        "app.toml",
        format!("[lint]\nallow = [\"host-dependent-node\"]\n{node}"),
    );
    let ran = app
        .run(&["lint", "--deny", "warnings", "app.toml"])
        .exits(0);
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_reader_that_goes_away_changes_nothing_about_the_verdict() {
    let app = App::new();
    app.file("bad.toml", "[nodes.cam]\ntype = \"ColorCamra\"\n");
    app.file("app.toml", SMALL);
    let piped = |arguments: &str| {
        let script = format!(
            "{} {arguments} | true; exit ${{PIPESTATUS[0]}}",
            oakc().display()
        );
        let mut shell = Command::new("bash");
        shell.args(["-c", &script]).current_dir(app.path(""));
        shell
            .env("OAKC_CACHE", app.path("cache"))
            .status()
            .unwrap()
            .code()
    };
    assert_eq!(piped("lint --format json bad.toml"), Some(1));
    let build = "build --format json --firmware fw.cmd app.toml -o out/app.dap";
    assert_eq!(piped(build), Some(0));
    assert!(app.path("out/app.dap").exists());
}
