//! The programs of an application, each looked at once, several at a time.
//!
//! In: the texts, and the ports of the nodes that have them. Out: what is known about each. Never: a program
//! that takes what is known about others with it where oakc fails.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oakc_script::{Fault, Ports, Script, Surroundings};
use oakc_workers::{Panicked, at_once, on_each};

/// Fewer programs are not worth a thread.
const SHARE: usize = 8;

/// What is known about the programs, by their texts and what is around these.
#[derive(Debug, Default)]
pub(super) struct Examination<'a> {
    found: BTreeMap<Text<'a>, Result<Found, Panicked>>,
}

/// A text, and the other texts of its program.
pub(super) type Text<'a> = (&'a str, &'a Surroundings);

/// What is known about a program.
#[derive(Debug)]
struct Found {
    program: Arc<Script>,
    /// What it will raise, by the ports of its node.
    faults: BTreeMap<Ports, Arc<[Fault]>>,
}

impl<'a> Examination<'a> {
    /// Looks at the programs; `examine` does it for one.
    pub(super) fn of(
        programs: impl Iterator<Item = (Text<'a>, Ports)>,
        examine: impl Fn(&str, &[Ports], &Surroundings) -> (Script, Vec<Vec<Fault>>) + Sync,
    ) -> Self {
        let mut jobs: BTreeMap<Text<'_>, BTreeSet<Ports>> = BTreeMap::new();
        for (text, ports) in programs {
            jobs.entry(text).or_default().insert(ports);
        }
        let jobs = jobs.into_iter();
        let jobs: Vec<(Text<'_>, Vec<Ports>)> = jobs
            .map(|(text, ports)| (text, ports.into_iter().collect()))
            .collect();
        let found = on_each(
            &jobs,
            at_once(jobs.len(), SHARE),
            |_, ((text, around), ports)| examine(text, ports, around),
        );
        let found = jobs.into_iter().zip(found).map(|((text, ports), found)| {
            let found = found.map(|(program, faults)| Found {
                program: Arc::new(program),
                faults: ports
                    .into_iter()
                    .zip(faults.into_iter().map(Arc::from))
                    .collect(),
            });
            (text, found)
        });
        Self {
            found: found.collect(),
        }
    }

    /// What is known about a program, and what it will raise with these ports.
    pub(super) fn program(
        &self,
        text: Text<'_>,
        ports: &Ports,
    ) -> Result<(Arc<Script>, Arc<[Fault]>), Panicked> {
        match self.found.get(&text) {
            Some(Ok(found)) => {
                let faults = found.faults.get(ports).cloned();
                Ok((Arc::clone(&found.program), faults.unwrap_or_default()))
            }
            Some(Err(panicked)) => Err(panicked.clone()),
            None => Ok(Default::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_oakc_fails_at_does_not_hide_the_others() {
        let texts: Vec<String> = (0..40).map(|number| format!("foo({number})\n")).collect();
        let alone = Surroundings::default();
        let programs = texts
            .iter()
            .map(|text| ((text.as_str(), &alone), Ports::default()));
        let examination = Examination::of(programs, |text, ports, around| {
            assert!(!text.contains("(7)"), "a bug");
            Script::examine(text, ports, around)
        });
        for text in &texts {
            let found = examination.program((text, &alone), &Ports::default());
            if text.contains("(7)") {
                assert_eq!(found.unwrap_err(), Panicked("a bug".to_owned()));
            } else {
                let (program, faults) = found.unwrap();
                assert!(program.facts.is_some());
                assert_eq!(faults.len(), 1, "`foo` is not defined");
            }
        }
    }
}
