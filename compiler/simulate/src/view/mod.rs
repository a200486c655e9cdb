//! A page that shows a simulation: messages and the state of queues in, HTTP on loopback out.
//!
//! The page and all that it shows come from here; it asks nobody else for anything. Never: a request that changes
//! something, or one that came through a name of somebody else's.

mod picture;
mod shown;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use oakc_desk::network::Unconnected;
use oakc_desk::observation::LogLine;
use oakc_desk::{Camera, Message, PortName, Time};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::subject::Subject;
use shown::Shown;

const PAGE: &str = include_str!("page.html");

/// How often the state of queues is looked at.
const PERIOD: Duration = Duration::from_millis(250);

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
#[error("the page cannot be served on 127.0.0.1: {0}")]
pub struct ViewError(String);

/// The page.
pub struct View {
    address: SocketAddr,
    shown: Arc<Mutex<Shown>>,
    is_over: Arc<AtomicBool>,
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl View {
    /// Serves the page on a port of loopback that is free.
    ///
    /// # Errors
    /// Where that cannot be done.
    pub fn serve(subject: &Subject) -> Result<Self, ViewError> {
        let failed = |error: &dyn std::fmt::Display| ViewError(error.to_string());
        let server = Server::http((Ipv4Addr::LOCALHOST, 0)).map_err(|error| failed(&error))?;
        let address = server.server_addr().to_ip();
        let address = address.ok_or_else(|| failed(&"it has no address"))?;
        let server = Arc::new(server);
        let shown = Arc::new(Mutex::new(Shown::of(subject)));
        let is_over = Arc::new(AtomicBool::new(false));
        let thread = {
            let (server, shown, is_over) = (
                Arc::clone(&server),
                Arc::clone(&shown),
                Arc::clone(&is_over),
            );
            std::thread::Builder::new()
                .name("view".to_owned())
                .spawn(move || serve(&server, &shown, &is_over))
        };
        Ok(Self {
            address,
            shown,
            is_over,
            server,
            thread: Some(thread.map_err(|error| failed(&error))?),
        })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// An output sent a message.
    pub(crate) fn sent(&self, output: PortName, message: Message) {
        lock(&self.shown).sent(output, message);
    }

    /// A line of a log.
    pub(crate) fn logged(&self, at: Time, line: &LogLine) {
        lock(&self.shown).logged(at, line);
    }

    /// Looks at the queues, now and then.
    pub(crate) fn update(&self, now: Time, camera: &Camera<Unconnected>) {
        let mut shown = lock(&self.shown);
        if now.since(shown.at) >= PERIOD {
            shown.update(now, camera.queues());
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            // It only ends.
            let _ = thread.join();
        }
    }
}

fn lock(shown: &Mutex<Shown>) -> MutexGuard<'_, Shown> {
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(server: &Server, shown: &Mutex<Shown>, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Acquire) {
        if let Ok(request) = server.recv() {
            // Whoever asked may be gone.
            let _ = answer(request, shown);
        }
    }
}

fn answer(request: Request, shown: &Mutex<Shown>) -> io::Result<()> {
    if !is_for_this_machine(&request) {
        return request.respond(text(403, "this page is for 127.0.0.1 and localhost only"));
    }
    if *request.method() != Method::Get && *request.method() != Method::Head {
        return request.respond(text(405, "there is nothing to change here"));
    }
    let path = request
        .url()
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();
    let reply = match path.as_str() {
        "/" => content("text/html; charset=utf-8", PAGE.as_bytes().to_vec()),
        "/state.json" => {
            let state = lock(shown).state().to_string();
            content("application/json", state.into_bytes())
        }
        "/graph.svg" => match lock(shown).graph() {
            Some(graph) => content("image/svg+xml", graph.into_bytes()),
            None => text(404, "the graph is too large to be drawn"),
        },
        path => {
            // The lock is not held while a picture is made.
            let number = path
                .strip_prefix("/picture/")
                .and_then(|it| it.parse().ok());
            let message = number.and_then(|number| lock(shown).last(number));
            match message.map(|message| picture::of(&message.content)) {
                Some(Ok((kind, bytes))) => content(kind, bytes),
                Some(Err(why)) => text(404, &why),
                None => text(404, "there is no such picture"),
            }
        }
    };
    request.respond(reply)
}

/// A page of somebody else may let a browser ask here by another name.
fn is_for_this_machine(request: &Request) -> bool {
    let mut headers = request.headers().iter();
    let host = headers.find(|header| header.field.equiv("Host"));
    let host = host.map_or("", |header| header.value.as_str());
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "127.0.0.1" || name == "localhost"
}

type Reply = Response<io::Cursor<Vec<u8>>>;

fn text(status: u16, text: &str) -> Reply {
    content("text/plain; charset=utf-8", text.as_bytes().to_vec()).with_status_code(status)
}

fn content(kind: &str, bytes: Vec<u8>) -> Reply {
    let headers = [
        ("Content-Type", kind),
        ("Cache-Control", "no-store"),
        (
            "Content-Security-Policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'",
        ),
        ("X-Content-Type-Options", "nosniff"),
    ];
    let headers = headers.into_iter();
    let headers = headers.filter_map(|(name, value)| Header::from_bytes(name, value).ok());
    headers.fold(Response::from_data(bytes), Response::with_header)
}
