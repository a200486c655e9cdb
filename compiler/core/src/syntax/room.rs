//! Where a table has room for one more key: the text, and the place of a value in that table in, a place and what has to stand
//! before the key out.
//!
//! Never: a place that is not certain. A text in which the value does not stand as people usually write it has none.

/// Room for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// The offset.
    pub place: usize,
    /// What has to stand there before the key.
    pub before: String,
}

impl Room {
    /// Behind the value that stands from `start` to `end` under `key`, the value's own line or the rest of the table's
    /// included.
    pub fn behind(text: &str, key: &str, (start, end): (usize, usize)) -> Option<Self> {
        let (before, after) = (text.get(..start)?, text.get(end..)?);
        let line = before.rsplit('\n').next()?;
        let assigned = line.trim_end().strip_suffix(['=', ':'])?.trim_end();
        let lead = assigned.strip_suffix(key)?;
        let rest = after.split('\n').next().unwrap_or_default();
        let following = rest.trim_start();
        if lead.trim_end().ends_with(['{', ',']) {
            let goes_on = following.starts_with(',') || following.starts_with('}');
            return goes_on.then(|| Self {
                place: end,
                before: ", ".to_owned(),
            });
        }
        // Dotted keys have the name of the table in front of each of theirs.
        let is_name = |c: char| c.is_alphanumeric() || " _-.\"'".contains(c);
        let is_alone = following.trim_end().is_empty() || following.starts_with('#');
        let is_dotted = lead.trim().is_empty() || lead.ends_with('.');
        let is_block = lead.chars().all(is_name) && is_dotted && is_alone && !is_in_braces(after);
        let end_of_line = if rest.ends_with('\r') { "\r\n" } else { "\n" };
        let length = rest.strip_suffix('\r').unwrap_or(rest).len();
        is_block.then(|| Self {
            place: end.saturating_add(length),
            before: format!("{end_of_line}{lead}"),
        })
    }
}

/// Room for one more table of the same kind, behind a table in YAML's block style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRoom {
    /// The offset: the end of a line.
    pub place: usize,
    /// What stands before the name of a table.
    pub outer: String,
    /// What stands before its keys.
    pub inner: String,
}

impl Room {
    /// Behind the table in which the value stands from `start` to `end` under `key`, if that is a mapping of YAML over several
    /// lines, with its name on the line before its first key.
    pub fn behind_block(text: &str, key: &str, (start, end): (usize, usize)) -> Option<TableRoom> {
        let own = Self::behind(text, key, (start, end))?;
        let inner = own.before.trim_start_matches(['\r', '\n']);
        if inner.is_empty() || !inner.bytes().all(|byte| byte == b' ') {
            return None;
        }
        let depth = |line: &str| {
            line.len()
                .saturating_sub(line.trim_start_matches(' ').len())
        };
        let is_outside = |line: &&str| !line.trim().is_empty() && depth(line) < inner.len();
        let name = text.get(..start)?.lines().rev().find(is_outside)?;
        let outer = name.get(..depth(name))?;
        let named = name.split('#').next().unwrap_or(name).trim();
        if outer.is_empty() || !named.ends_with(':') || named.starts_with('-') {
            return None;
        }
        let (mut place, mut at) = (own.place, own.place);
        for line in text.get(own.place..)?.split_inclusive('\n') {
            if is_outside(&line) {
                break;
            }
            if !line.trim().is_empty() {
                place = at.saturating_add(line.trim_end().len());
            }
            at = at.saturating_add(line.len());
        }
        Some(TableRoom {
            place,
            outer: outer.to_owned(),
            inner: inner.to_owned(),
        })
    }
}

/// Whether what follows, comments apart, goes on with a brace or a comma: then it is in a table over several lines.
fn is_in_braces(after: &str) -> bool {
    let lines = after.lines().map(str::trim_start);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .next()
        .is_some_and(|line| line.starts_with(['}', ',']))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with a key behind that of `type`.
    fn with(text: &str, key: &str) -> Option<String> {
        let start = text.find("Camera").unwrap();
        let quote = usize::from(text.get(..start).unwrap().ends_with('"'));
        let value = (start - quote, start + "Camera".len() + quote);
        let room = Room::behind(text, "type", value)?;
        let (before, after) = text.split_at(room.place);
        Some(format!("{before}{}{key}{after}", room.before))
    }

    #[test]
    fn a_key_goes_where_somebody_would_write_it() {
        for (text, expected) in [
            (
                "[nodes.a]\ntype = \"Camera\"\nfps = 1\n",
                "[nodes.a]\ntype = \"Camera\"\nx = 1\nfps = 1\n",
            ),
            (
                "[nodes.a]\n  type = \"Camera\"  # front\n",
                "[nodes.a]\n  type = \"Camera\"  # front\n  x = 1\n",
            ),
            (
                "[nodes]\r\na.type = \"Camera\"\r\n",
                "[nodes]\r\na.type = \"Camera\"\r\na.x = 1\r\n",
            ),
            (
                "[nodes]\na = { type = \"Camera\", fps = 1 }",
                "[nodes]\na = { type = \"Camera\", x = 1, fps = 1 }",
            ),
            (
                "[nodes.a]\ntype = \"Camera\"",
                "[nodes.a]\ntype = \"Camera\"\nx = 1",
            ),
        ] {
            assert_eq!(with(text, "x = 1").as_deref(), Some(expected));
        }
        for (text, expected) in [
            (
                "nodes:\n  a:\n    type: Camera\n    fps: 1\n",
                "nodes:\n  a:\n    type: Camera\n    x: 1\n    fps: 1\n",
            ),
            (
                "nodes:\n  a: {type: Camera}\n",
                "nodes:\n  a: {type: Camera, x: 1}\n",
            ),
        ] {
            assert_eq!(with(text, "x: 1").as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_table_goes_behind_the_last_line_of_another_one_of_yaml() {
        let room = |text: &str| {
            let start = text.find("Camera").unwrap();
            Room::behind_block(text, "type", (start, start + "Camera".len()))
        };
        let text = "nodes:\n  a: # front\n    fps: 1\n    type: Camera\n    code: |\n      x\n\n      y\n\n  # another\n  b: {}\n";
        let found = room(text).unwrap();
        assert_eq!((found.outer.as_str(), found.inner.as_str()), ("  ", "    "));
        assert!(text.get(..found.place).unwrap().ends_with("      y"));
        for text in [
            "nodes:\n  a: {type: Camera}\n",
            "a:\n  type: Camera\n",
            "nodes:\n  - b:\n    type: Camera\n",
            "[nodes.a]\ntype = \"Camera\"\n",
        ] {
            assert_eq!(room(text), None, "{text}");
        }
    }

    #[test]
    fn where_it_is_not_certain_there_is_none() {
        for text in [
            "nodes:\n  a: {\n    type: Camera\n  }\n",
            "nodes:\n  a: {\n    fps: 1,\n    type: Camera,\n  }\n",
            "nodes:\n  a:\n    ? type\n    : Camera\n",
            "nodes:\n  a:\n    type: &kind Camera\n",
            "[nodes.a]\ntype = Camera x\n",
        ] {
            assert_eq!(with(text, "x: 1"), None, "{text}");
        }
    }
}
