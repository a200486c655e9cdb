//! The wording of what people read. The list of phrases is `xtask/src/words/phrases.rs`.

use xtask::words::{CHECKED, findings, in_text};

#[test]
fn no_banned_phrase_is_in_the_checked_folders() {
    let found: Vec<_> = CHECKED
        .iter()
        .flat_map(|path| findings(&xtask::root(), path).unwrap())
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_banned_phrase_is_found_in_comments_strings_and_names() {
    let banned = [
        // Split, so that this file has no banned phrase itself.
        concat!("/// A camera that", " is none."),
        concat!("// A mask that is\n// ", "no mask"),
        concat!("fn a_new_id_is", "_no_difference() {}"),
        concat!("\"{path} is", " no package\""),
        concat!("a host, which a standalone camera", " has not."),
        concat!("so many", " bytes"),
        concat!("expected, but found not a", " optional"),
    ];
    for text in banned {
        assert!(!in_text(text).is_empty(), "{text}");
    }
}

#[test]
fn good_english_that_contains_the_same_words_is_left_alone() {
    let good = [
        "There is no file of this name.",
        "if there are no nodes",
        "The option is no longer needed.",
        "It takes so many that the queue is full.",
        "The camera has not started yet.",
        "let none = value.is_none();",
    ];
    for text in good {
        assert_eq!(in_text(text), [], "{text}");
    }
}
