//! A preprocessor of mdBook: the pages of docs/ in, the same pages out, in which links that leave docs/ lead to the
//! repository. It reads no files.
//!
//! mdBook gives it `[context, book]` as JSON on stdin, and takes the book from stdout.

use std::io;
use std::path::{Component, Path, PathBuf};

use serde_json::Value as Json;

/// Where the files of the repository are seen.
const REPOSITORY: &str = "https://github.com/oakc/oakc/blob/main";

/// The book of mdBook's input, with its links changed.
///
/// # Errors
/// If the input is not that of a preprocessor.
pub fn process(input: &str) -> io::Result<Json> {
    let both: Json = serde_json::from_str(input)?;
    let Json::Array(both) = both else {
        return Err(io::Error::other("mdBook gives a list"));
    };
    let mut book = both.into_iter().nth(1).unwrap_or_default();
    change(&mut book);
    Ok(book)
}

/// Changes the chapters in a part of a book.
fn change(part: &mut Json) {
    match part {
        Json::Array(parts) => parts.iter_mut().for_each(change),
        Json::Object(fields) => {
            let path = fields.get("path").and_then(Json::as_str);
            let content = fields.get("content").and_then(Json::as_str);
            if let (Some(path), Some(content)) = (path, content) {
                let changed = with_links(Path::new(path), content);
                fields.insert("content".to_owned(), changed.into());
            }
            fields.values_mut().for_each(change);
        }
        _ => {}
    }
}

/// The text of the page at `path`, relative to docs/.
fn with_links(path: &Path, text: &str) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("](") {
        changed.push_str(before);
        changed.push_str("](");
        let end = link.find(')').unwrap_or(link.len());
        let (target, after) = link.split_at(end);
        changed.push_str(&outside(path, target).unwrap_or_else(|| target.to_owned()));
        rest = after;
    }
    changed.push_str(rest);
    changed
}

/// Where a link leads in the repository, if it leaves docs/.
fn outside(page: &Path, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with('#') {
        return None;
    }
    let file = in_repository(page, target);
    (!file.starts_with("docs")).then(|| format!("{REPOSITORY}/{}", file.display()))
}

/// The path of what a page of docs/ links to, from the root of the repository.
pub fn in_repository(page: &Path, target: &str) -> PathBuf {
    let folder = page.parent().unwrap_or(Path::new(""));
    let mut path = PathBuf::from("docs");
    for component in folder.join(target).components() {
        match component {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn links_out_of_docs_lead_to_the_repository() {
        let page = |path: &str, content: &str| json!({"Chapter": {"path": path, "content": content, "sub_items": []}});
        let input = json!([{"root": "."}, {"items": [
            page("ci.md", "[a](../schemas) [b](rules.md#x) [c](#here) [d](https://e.f)"),
            {"PartTitle": "How to"},
            page("book/dark.md", "![a](../pictures/a.svg) [b](../../examples/rtsp)"),
        ]}]);
        let book = process(&input.to_string()).unwrap();
        let content = |number: usize| book["items"][number]["Chapter"]["content"].clone();
        let at = "https://github.com/oakc/oakc/blob/main";
        let first = format!("[a]({at}/schemas) [b](rules.md#x) [c](#here) [d](https://e.f)");
        let second = format!("![a](../pictures/a.svg) [b]({at}/examples/rtsp)");
        assert_eq!((content(0), content(2)), (json!(first), json!(second)));
        assert!(process("{}").is_err());
    }
}
