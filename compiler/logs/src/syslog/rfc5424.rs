//! RFC 5424, after the priority and the version.

use jiff::Timestamp;

use super::{Element, LONGEST_FIELD, Malformed, Message, said};

/// The most elements, and parameters of an element, that are kept.
const MOST: usize = 64;

/// Reads the header, the structured data and the text.
pub(super) fn parse(text: &str) -> Result<Message, Malformed> {
    let (time, rest) = field(text)?;
    let (host, rest) = field(rest)?;
    let (application, rest) = field(rest)?;
    let (process, rest) = field(rest)?;
    let (id, rest) = field(rest)?;
    let (data, rest) = data(rest)?;
    let text = match rest.strip_prefix(' ') {
        Some(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        None if rest.is_empty() => rest,
        None => return Err(Malformed::Data),
    };
    let time = match time {
        "-" => None,
        time => Some(time.parse::<Timestamp>().map_err(|_| Malformed::Time)?),
    };
    Ok(Message {
        priority: None,
        time,
        host: said(host),
        application: said(application),
        process: said(process),
        id: said(id),
        data,
        text: text.to_owned(),
    })
}

/// A field, and what follows the space behind it.
fn field(text: &str) -> Result<(&str, &str), Malformed> {
    let (field, rest) = text.split_once(' ').ok_or(Malformed::Header)?;
    if field.is_empty() || field.len() > LONGEST_FIELD {
        return Err(Malformed::Header);
    }
    Ok((field, rest))
}

/// The structured data, and what follows it.
fn data(text: &str) -> Result<(Vec<Element>, &str), Malformed> {
    if let Some(rest) = text.strip_prefix('-') {
        return Ok((Vec::new(), rest));
    }
    let mut elements = Vec::new();
    let mut rest = text;
    while let Some(inside) = rest.strip_prefix('[') {
        let (element, after) = element(inside)?;
        if elements.len() < MOST {
            elements.push(element);
        }
        rest = after;
    }
    if elements.is_empty() {
        return Err(Malformed::Data);
    }
    Ok((elements, rest))
}

/// An element whose bracket is open already, and what follows the one that closes it.
fn element(text: &str) -> Result<(Element, &str), Malformed> {
    let end = text.find([' ', ']']).ok_or(Malformed::Data)?;
    let (name, mut rest) = text.split_at(end);
    if name.is_empty() || name.len() > LONGEST_FIELD {
        return Err(Malformed::Data);
    }
    let mut params = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix(']') {
            let name = name.to_owned();
            return Ok((Element { name, params }, after));
        }
        let inside = rest.strip_prefix(' ').ok_or(Malformed::Data)?;
        let (name, value) = inside.split_once("=\"").ok_or(Malformed::Data)?;
        let is_name = !name.is_empty() && name.len() <= LONGEST_FIELD;
        if !is_name || name.contains([' ', ']', '"']) {
            return Err(Malformed::Data);
        }
        let (value, after) = quoted(value).ok_or(Malformed::Data)?;
        if params.len() < MOST {
            params.push((name.to_owned(), value));
        }
        rest = after;
    }
}

/// A value whose quote is open already, and what follows the quote that closes it. A backslash before
/// anything but `"`, `\` and `]` stands for itself.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((value, text.get(index.saturating_add(1)..)?)),
            '\\' => match characters.next()? {
                (_, escaped @ ('"' | '\\' | ']')) => value.push(escaped),
                (_, other) => value.extend(['\\', other]),
            },
            other => value.push(other),
        }
    }
    None
}
