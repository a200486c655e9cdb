//! What a message has to look like.
//!
//! In: what a step says about a message, and a message. Out: whether it is that one, or what is different.
//! JSON matches where every key that the step names has its value; other keys may be there. Numbers match
//! where they differ by less than a millionth, since the camera counts in 32-bit floats.

use serde_json::{Map, Value};

use super::picture::Wanted;
use crate::sighting::{Happened, Sighting, content};

/// What a message has to look like. What is not said matches anything.
#[derive(Clone, Debug, PartialEq)]
pub struct Matcher {
    /// What has to happen.
    pub event: Happened,
    /// The text that has to be in it.
    pub text: Option<String>,
    /// The bytes it has to consist of.
    pub bytes: Option<Vec<u8>>,
    /// The JSON it has to have.
    pub json: Option<Value>,
    /// Topic, method, path, status and the like.
    pub facts: Map<String, Value>,
    /// Headers of HTTP, names in lower case.
    pub headers: Vec<(String, String)>,
    /// How many bytes it has at least.
    pub min_bytes: Option<usize>,
    /// What it has to show.
    pub picture: Option<Box<Wanted>>,
}

/// What is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch(
    /// A phrase: "`entered` is 2, not 1".
    pub String,
);

impl Default for Matcher {
    fn default() -> Self {
        Self {
            event: Happened::Message,
            text: None,
            bytes: None,
            json: None,
            facts: Map::new(),
            headers: Vec::new(),
            min_bytes: None,
            picture: None,
        }
    }
}

impl Matcher {
    /// Whether it looks like that.
    ///
    /// # Errors
    /// The first thing that is different.
    pub fn check(&self, seen: &Sighting) -> Result<(), Mismatch> {
        if self.event != seen.happened {
            let wanted = match self.event {
                Happened::Message => "no message",
                Happened::Connected => "no new connection",
                Happened::Closed => "not the end of a connection",
            };
            return Err(Mismatch(format!("it is {wanted}")));
        }
        for (name, wanted) in &self.facts {
            match seen.facts.get(name) {
                Some(found) => compare(name, wanted, found)?,
                None => return Err(Mismatch(format!("it has no {name}"))),
            }
        }
        for (name, wanted) in &self.headers {
            let found = seen.headers.iter().find(|(other, _)| other == name);
            match found {
                Some((_, found)) if found == wanted => {}
                Some((_, found)) => {
                    return Err(Mismatch(format!(
                        "header `{name}` is `{found}`, not `{wanted}`"
                    )));
                }
                None => return Err(Mismatch(format!("it has no header `{name}`"))),
            }
        }
        self.check_content(seen)
    }

    fn check_content(&self, seen: &Sighting) -> Result<(), Mismatch> {
        if let Some(text) = &self.text
            && !contains(&seen.body, text.as_bytes())
        {
            return Err(Mismatch(format!("`{text}` is not in it")));
        }
        if let Some(bytes) = &self.bytes
            && *bytes != seen.body
        {
            let (found, wanted) = (content(&seen.body), content(bytes));
            return Err(Mismatch(format!("it is {found}, not {wanted}")));
        }
        if let Some(least) = self.min_bytes
            && seen.body.len() < least
        {
            let found = seen.body.len();
            return Err(Mismatch(format!(
                "it has {found} bytes, not at least {least}"
            )));
        }
        if let Some(picture) = &self.picture {
            picture.check(seen).map_err(Mismatch)?;
        }
        match &self.json {
            None => Ok(()),
            Some(wanted) => match seen.json() {
                Some(found) => compare("", wanted, &found),
                None => Err(Mismatch("it is not JSON".to_owned())),
            },
        }
    }
}

/// Whether `part` stands somewhere in `whole`.
fn contains(whole: &[u8], part: &[u8]) -> bool {
    part.is_empty() || whole.windows(part.len()).any(|window| window == part)
}

/// Compares values; `path` says where they stand.
fn compare(path: &str, wanted: &Value, found: &Value) -> Result<(), Mismatch> {
    let here = |rest: &str| match path {
        "" => rest.to_owned(),
        path => format!("{path}.{rest}"),
    };
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            wanted.iter().try_for_each(|(key, wanted)| {
                let path = here(key);
                match found.get(key) {
                    Some(found) => compare(&path, wanted, found),
                    None => Err(Mismatch(format!("it has no `{path}`"))),
                }
            })
        }
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
            let mut pairs = wanted.iter().zip(found).enumerate();
            pairs.try_for_each(|(index, (wanted, found))| {
                compare(&here(&index.to_string()), wanted, found)
            })
        }
        (Value::Array(wanted), Value::Array(found)) => Err(Mismatch(format!(
            "{} has {} elements, not {}",
            name(path),
            found.len(),
            wanted.len()
        ))),
        (Value::Number(one), Value::Number(other)) if are_close(one, other) => Ok(()),
        (wanted, found) if wanted == found => Ok(()),
        (wanted, found) => Err(Mismatch(format!("{} is {found}, not {wanted}", name(path)))),
    }
}

fn name(path: &str) -> String {
    match path {
        "" => "it".to_owned(),
        path => format!("`{path}`"),
    }
}

fn are_close(one: &serde_json::Number, other: &serde_json::Number) -> bool {
    if let (Some(one), Some(other)) = (one.as_i64(), other.as_i64()) {
        return one == other;
    }
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => {
            (one - other).abs() <= 1e-6 * one.abs().max(other.abs()).max(1.0)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::time::Time;

    fn check(wanted: &Value, found: &Value) -> Result<(), String> {
        let matcher = Matcher {
            json: Some(wanted.clone()),
            ..Matcher::default()
        };
        let seen = Sighting::message(Time::START, found.to_string());
        matcher.check(&seen).map_err(|Mismatch(text)| text)
    }

    #[test]
    fn keys_that_are_not_named_may_be_there() {
        assert_eq!(
            check(&json!({"entered": 1}), &json!({"left": 0, "entered": 1})),
            Ok(())
        );
        assert_eq!(
            check(&json!({"x": 0.9}), &json!({"x": 0.899_999_976_158})),
            Ok(())
        );
        assert_eq!(check(&json!({"x": 1}), &json!({"x": 1.0})), Ok(()));
    }

    #[test]
    fn the_first_difference_is_told_with_its_place() {
        for (wanted, found, difference) in [
            (
                json!({"entered": 1}),
                json!({"entered": 2}),
                "`entered` is 2, not 1",
            ),
            (
                json!({"a": {"b": [1, 2]}}),
                json!({"a": {"b": [1, 3]}}),
                "`a.b.1` is 3, not 2",
            ),
            (
                json!({"a": [1]}),
                json!({"a": []}),
                "`a` has 0 elements, not 1",
            ),
            (json!({"a": null}), json!({}), "it has no `a`"),
            (json!({"a": "1"}), json!({"a": 1}), "`a` is 1, not \"1\""),
        ] {
            assert_eq!(check(&wanted, &found), Err(difference.to_owned()));
        }
    }

    #[test]
    fn text_bytes_facts_and_headers_have_to_match() {
        let mut seen = Sighting::message(Time::START, "one two").fact("topic", "a/b");
        seen.headers
            .push(("content-type".to_owned(), "text/plain".to_owned()));
        let mut matcher = Matcher {
            text: Some("two".to_owned()),
            min_bytes: Some(7),
            headers: seen.headers.clone(),
            ..Matcher::default()
        };
        matcher.facts.insert("topic".to_owned(), json!("a/b"));
        assert_eq!(matcher.check(&seen), Ok(()));
        let refused = |change: &dyn Fn(&mut Matcher)| {
            let mut matcher = matcher.clone();
            change(&mut matcher);
            matcher.check(&seen).unwrap_err().0
        };
        assert_eq!(
            refused(&|m| m.text = Some("three".to_owned())),
            "`three` is not in it"
        );
        assert_eq!(
            refused(&|m| m.bytes = Some(b"one".to_vec())),
            "it is `one two`, not `one`"
        );
        assert_eq!(
            refused(&|m| m.min_bytes = Some(8)),
            "it has 7 bytes, not at least 8"
        );
        assert_eq!(
            refused(&|m| m.event = Happened::Closed),
            "it is not the end of a connection"
        );
        assert_eq!(refused(&|m| m.json = Some(json!(1))), "it is not JSON");
        let topic = |m: &mut Matcher| {
            m.facts.insert("topic".to_owned(), json!("c"));
        };
        assert_eq!(refused(&topic), "`topic` is \"a/b\", not \"c\"");
    }
}
