//! What the lines of the tables are about.
//!
//! In: lines: a module, a class or, where it is indented, a member of what stands above it. Out:
//! the [`Api`], whose members are still to be read. Never: a table that is indexed in part.

use std::ops::Range;
use std::sync::OnceLock;

use super::{Api, Class, ClassNo, Holder, Line};

/// A line that is not indented, and the lines below it that are.
struct Block {
    head: &'static str,
    members: Range<usize>,
    is_device: bool,
}

pub(super) fn api(device: &'static str, libraries: [&'static str; 2]) -> Api {
    let mut api = Api::default();
    let mut blocks = split(&mut api, device, true);
    for library in libraries {
        blocks.extend(split(&mut api, library, false));
    }
    for block in &blocks {
        declare(&mut api, block);
    }
    // Bases and aliases name classes, whichever stands first.
    for block in &blocks {
        refer(&mut api, block);
    }
    nest(&mut api);
    api
}

/// Keeps the lines of a text, and says where its blocks are.
fn split(api: &mut Api, text: &'static str, is_device: bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines() {
        let number = api.lines.len();
        let (text, is_member) = match line.strip_prefix("  ") {
            Some(member) => (member, true),
            None => (line, false),
        };
        api.lines.push(Line {
            text,
            function: OnceLock::new(),
        });
        let below = number.saturating_add(1);
        match blocks.last_mut().filter(|_| is_member) {
            Some(block) => block.members.end = below,
            None => blocks.push(Block {
                head: line,
                members: below..below,
                is_device,
            }),
        }
    }
    blocks
}

fn declare(api: &mut Api, block: &Block) {
    let holder = Holder {
        lines: block.members.clone(),
        read: OnceLock::new(),
    };
    if let Some(name) = block.head.strip_prefix("module ") {
        api.modules.insert(name, holder);
    } else if let Some(words) = block.head.strip_prefix("class ") {
        let class = class(words, holder, block.is_device);
        api.class_numbers.insert(class.name, api.classes.len());
        api.classes.push(class);
    } else if let Some(names) = block.head.strip_prefix("unplaced ") {
        api.unplaced.extend(names.split(' '));
    } else if let Some(names) = block.head.strip_prefix("absent ") {
        api.absent.extend(names.split(' '));
    }
}

/// `NAME(BASE,BASE) message open fixed`, so far without the bases.
fn class(words: &'static str, holder: Holder, is_device: bool) -> Class {
    let (name, _) = name_and_bases(words);
    let mut class = Class {
        name,
        bases: Vec::new(),
        is_message: false,
        is_device,
        is_open: false,
        is_fixed: is_device,
        holder,
    };
    for word in words.split(' ').skip(1) {
        match word {
            "message" => class.is_message = true,
            "open" => class.is_open = true,
            "fixed" => class.is_fixed = true,
            _ => {}
        }
    }
    class
}

fn name_and_bases(words: &'static str) -> (&'static str, &'static str) {
    let first = words.split(' ').next().unwrap_or(words);
    let (name, bases) = first.split_once('(').unwrap_or((first, ""));
    (name, bases.trim_end_matches(')'))
}

fn refer(api: &mut Api, block: &Block) {
    if let Some(words) = block.head.strip_prefix("class ") {
        let (name, bases) = name_and_bases(words);
        let bases = bases.split(',');
        let bases: Vec<ClassNo> = bases.filter_map(|base| api.class_number(base)).collect();
        let number = api.class_number(name);
        if let Some(class) = number.and_then(|number| api.classes.get_mut(number)) {
            class.bases = bases;
        }
    } else if let Some(words) = block.head.strip_prefix("alias ")
        && let Some((alias, name)) = words.split_once(' ')
        && let Some(number) = api.class_number(name)
    {
        api.class_numbers.insert(alias, number);
    }
}

/// `ImgFrame.Type` is inside `ImgFrame`.
fn nest(api: &mut Api) {
    let mut numbers: Vec<_> = api.class_numbers.iter().collect();
    numbers.sort_unstable();
    for (name, number) in numbers {
        if let Some((outer, name)) = name.rsplit_once('.') {
            // An alias is a way to the class that it stands for.
            let outer = api
                .class_number(outer)
                .and_then(|outer| api.classes.get(outer))
                .map_or(outer, |class| class.name);
            api.inner.entry(outer).or_default().push((name, *number));
        }
    }
}
