//! Messages that scripts take and send.

use super::scripts::{Outcome, ScriptRun, ThreadRef};
use super::{Camera, Sender};
use crate::message::{self, Content, Message};
use crate::network::Network;
use crate::script::marshal::Writer;
use crate::script::protocol::{Ask, Made, Outgoing, SMALL, answer};
use crate::time::Time;

impl<N: Network> Camera<N> {
    pub(super) fn script_input(&self, at: ThreadRef, name: &str) -> Option<usize> {
        self.scripts.get(at.script)?.inputs.get(name).copied()
    }

    pub(super) fn script_output(&self, at: ThreadRef, name: &str) -> Option<usize> {
        self.scripts.get(at.script)?.outputs.get(name).copied()
    }

    pub(super) fn take_for_script(&mut self, at: ThreadRef, name: &str) -> Option<Vec<u8>> {
        let input = self.script_input(at, name)?;
        let message = self.take(input)?;
        let run = self.scripts.get_mut(at.script)?;
        let mut writer = Writer::default();
        run.hold(&mut writer, &message);
        Some(writer.0)
    }

    pub(super) fn wait_for_message(&mut self, at: ThreadRef, name: String) -> Outcome {
        let input = self.script_input(at, &name);
        if let Some(input) = input.and_then(|input| self.inputs.get_mut(input))
            && !input.readers.contains(&at)
        {
            input.readers.push(at);
        }
        Outcome::Wait(Ask::Get(name))
    }

    pub(super) fn send_for_script(
        &mut self,
        at: ThreadRef,
        name: &str,
        message: Outgoing,
    ) -> Outcome {
        // Once it is under way, there is only whom it has not reached.
        if self.thread(at).is_some_and(|it| it.sending.is_empty()) {
            let made = self.message(at.script, message);
            let output = self.script_output(at, name);
            let deliveries = match (output, made) {
                (Some(output), Some(message)) => self.send(output, &message),
                _ => Vec::new(),
            };
            if let Some(thread) = self.thread(at) {
                thread.sending.extend(deliveries);
            }
        }
        let Some(thread) = self.thread(at) else {
            return Outcome::Gone;
        };
        let mut sending = std::mem::take(&mut thread.sending);
        let sent = self.deliver(&mut sending, Sender::Thread(at));
        if let Some(thread) = self.thread(at) {
            thread.sending = sending;
        }
        if sent {
            Outcome::Done
        } else {
            Outcome::Wait(Ask::Send(name.to_owned(), Outgoing::Held(0)))
        }
    }

    pub(super) fn try_send(&mut self, at: ThreadRef, name: &str, message: Outgoing) -> Outcome {
        let receivers = self.script_output(at, name);
        let receivers = receivers.and_then(|output| self.outputs.get(output));
        let mut receivers = receivers.map(|output| output.receivers.iter());
        let is_full = receivers.as_mut().is_some_and(|receivers| {
            receivers.any(|input| {
                let input = self.inputs.get(*input);
                input.is_some_and(|input| input.queue.stops_sender())
            })
        });
        if !is_full {
            self.send_for_script(at, name, message);
        }
        Outcome::Answer(answer(|writer| writer.bool(!is_full)))
    }

    /// A message that a script sends.
    pub(super) fn message(&mut self, script: usize, outgoing: Outgoing) -> Option<Message> {
        let made = match outgoing {
            Outgoing::Held(number) => {
                return self.scripts.get(script)?.held.get(&number).cloned();
            }
            Outgoing::Made(made) => *made,
        };
        let Made {
            held,
            datatype,
            sequence,
            timestamp,
            fields,
            data,
            members,
        } = made;
        let datatype = message::class(&datatype)?;
        let mut content = Content {
            fields,
            data: data.into(),
            ..Content::new(datatype)
        };
        for (name, member) in members {
            let member = self.message(script, member)?;
            content.members.insert(name, member);
        }
        let held = self.scripts.get(script)?.held.get(&held);
        let timestamp = if timestamp == Time::NEVER {
            Time::START
        } else {
            timestamp
        };
        Some(match held {
            Some(held) => held.changed(content, sequence, timestamp),
            None => Message::new(content, sequence, timestamp),
        })
    }
}

impl ScriptRun {
    /// Writes a message that the script holds from now on.
    pub(super) fn hold(&mut self, writer: &mut Writer, message: &Message) {
        self.last_held += 1;
        let number = self.last_held;
        let content = &message.content;
        let time = i64::try_from(message.timestamp.as_nanos()).unwrap_or(i64::MAX);
        writer.tuple(8).int(number);
        writer.text(message::class_name(content.datatype));
        writer.int(message.sequence).int(time);
        let mut said = Writer::default();
        said.fields(&content.fields);
        writer.bytes(&said.0);
        let size = content.data.len();
        if content.is_blank {
            writer.int(-1).none();
        } else {
            writer.int(i64::try_from(size).unwrap_or(i64::MAX));
            if size > SMALL {
                writer.none();
            } else {
                writer.bytes(&content.data);
            }
        }
        writer.list(content.members.len());
        for (name, member) in &content.members {
            writer.tuple(2).text(name);
            self.hold(writer, member);
        }
        self.held.insert(number, message.clone());
    }
}
