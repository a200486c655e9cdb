//! Sockets of scripts: what is asked of them goes to the network; who has to wait for one does so here.

use super::Camera;
use super::scripts::{Outcome, ThreadRef};
use crate::network::{Moment, Network, SocketCall, SocketError, SocketId, SocketReply};
use crate::script::protocol::{Ask, mask, ready_answer, socket_answer};
use crate::time::Time;

impl<N: Network> Camera<N> {
    pub(super) fn call_network(&mut self, at: ThreadRef, call: SocketCall) -> Outcome {
        let is_close = matches!(call, SocketCall::Close(_));
        let reply = self.ask_network(at, call);
        if is_close {
            return Outcome::Done;
        }
        Outcome::Answer(socket_answer(&reply))
    }

    pub(super) fn ask_network(&mut self, at: ThreadRef, call: SocketCall) -> SocketReply {
        let Some(id) = self.scripts.get(at.script).map(|run| run.id) else {
            return SocketReply::Failed(SocketError::BadDescriptor);
        };
        let mut moment = Moment {
            now: self.schedule.now(),
            choices: &mut self.choices,
        };
        let reply = self.network.call(&mut moment, id, call);
        self.follow_network();
        reply
    }

    /// How a connect ended: `SO_ERROR`.
    pub(super) fn connect_error(&mut self, at: ThreadRef, socket: SocketId) -> Outcome {
        let connected = self.ask_network(at, SocketCall::PeerAddress(socket));
        let reply = match connected {
            SocketReply::Failed(SocketError::NotConnected) => {
                // What is asked again tells how it ended; the address is that of the first time.
                let nowhere = std::net::SocketAddrV4::new(std::net::Ipv4Addr::UNSPECIFIED, 0);
                match self.ask_network(at, SocketCall::Connect(socket, nowhere)) {
                    SocketReply::Failed(
                        SocketError::InProgress | SocketError::Already | SocketError::IsConnected,
                    ) => SocketReply::Done,
                    reply => reply,
                }
            }
            _ => SocketReply::Done,
        };
        Outcome::Answer(socket_answer(&reply))
    }

    pub(super) fn poll(
        &mut self,
        at: ThreadRef,
        wanted: Vec<(SocketId, u8)>,
        until: Time,
    ) -> Outcome {
        let now = self.schedule.now();
        let ready = wanted.iter().map(|(socket, wanted)| {
            let readiness = self.network.readiness(*socket);
            (*socket, mask(readiness, *wanted))
        });
        let ready: Vec<_> = ready.filter(|(_, mask)| *mask != 0).collect();
        if !ready.is_empty() || now >= until {
            for waiting in self.pollers.values_mut() {
                waiting.retain(|waiting| *waiting != at);
            }
            self.pollers.retain(|_, waiting| !waiting.is_empty());
            return Outcome::Answer(ready_answer(&ready));
        }
        let Some(thread) = self.thread(at) else {
            return Outcome::Gone;
        };
        let was_waiting = thread.until.replace(until).is_some();
        if !was_waiting {
            for (socket, _) in &wanted {
                self.pollers.entry(*socket).or_default().push(at);
            }
            self.schedule_thread(at, until);
        }
        Outcome::Wait(Ask::Poll(wanted, until))
    }
}
