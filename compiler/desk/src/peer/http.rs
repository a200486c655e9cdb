//! Messages of HTTP/1.1: bytes in as they arrive, whole requests and answers out.

/// The longest head of a message.
const HEAD: usize = 64 << 10;
/// The longest content of a message.
const BODY: usize = 64 << 20;

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// The words of the first line: method, path and version, or version, status and reason.
    pub(super) start: [String; 3],
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// What is known of a message while it arrives.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    bytes: Vec<u8>,
    head: Option<Message>,
    body: Body,
    /// It is an answer without content, whatever its head says.
    has_no_body: bool,
}

#[derive(Debug, Default)]
enum Body {
    #[default]
    None,
    Length(usize),
    Chunks(Vec<u8>),
    ToTheEnd,
    Parts(Vec<u8>),
}

/// What came out of the bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A whole message.
    Whole(Message),
    /// The head of an answer whose content never ends.
    Head(Message),
    /// A part of such a content.
    Part(Message),
}

/// What cannot be understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) String);

impl Message {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the connection ends after it.
    pub(super) fn closes(&self) -> bool {
        let is_old = self.start.iter().any(|word| word == "HTTP/1.0");
        match self.header("connection").map(str::to_ascii_lowercase) {
            Some(value) if value.contains("close") => true,
            Some(value) if value.contains("keep-alive") => false,
            _ => is_old,
        }
    }
}

impl Incoming {
    /// The answer to HEAD.
    pub(super) fn without_body(has_no_body: bool) -> Self {
        Self {
            has_no_body,
            ..Self::default()
        }
    }

    /// Takes bytes; gives what is whole now.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<Item>, Malformed> {
        self.bytes.extend_from_slice(bytes);
        let mut items = Vec::new();
        while let Some(item) = self.next()? {
            items.push(item);
        }
        if self.bytes.len() > BODY.saturating_add(HEAD) {
            return Err(Malformed("a message is longer than 64 MiB".to_owned()));
        }
        Ok(items)
    }

    /// The connection has ended; gives the answer whose length nothing said.
    pub(super) fn end(&mut self) -> Option<Message> {
        if !matches!(self.body, Body::ToTheEnd) {
            return None;
        }
        let mut message = self.head.take()?;
        message.body = std::mem::take(&mut self.bytes);
        self.body = Body::None;
        Some(message)
    }

    /// Whether something has begun to arrive and is not whole.
    pub(super) fn is_unfinished(&self) -> bool {
        !self.bytes.is_empty() || (self.head.is_some() && !matches!(self.body, Body::Parts(_)))
    }

    fn next(&mut self) -> Result<Option<Item>, Malformed> {
        if self.head.is_none() {
            let Some(message) = self.head()? else {
                return Ok(None);
            };
            self.body = self.body_of(&message)?;
            if matches!(self.body, Body::Parts(_)) {
                self.head = Some(message.clone());
                return Ok(Some(Item::Head(message)));
            }
            self.head = Some(message);
        }
        let body = match &mut self.body {
            Body::None => Some(Vec::new()),
            Body::Length(length) if self.bytes.len() >= *length => {
                Some(self.bytes.drain(..*length).collect())
            }
            Body::Length(_) | Body::ToTheEnd => None,
            Body::Chunks(content) => chunk(&mut self.bytes, content)?,
            Body::Parts(boundary) => {
                return Ok(part(&mut self.bytes, boundary)?.map(Item::Part));
            }
        };
        let Some(body) = body else {
            return Ok(None);
        };
        self.body = Body::None;
        let head = self.head.take();
        Ok(head.map(|message| Item::Whole(Message { body, ..message })))
    }

    fn head(&mut self) -> Result<Option<Message>, Malformed> {
        let Some(end) = find(&self.bytes, b"\r\n\r\n") else {
            if self.bytes.len() > HEAD {
                return Err(Malformed(
                    "the head of a message is longer than 64 KiB".to_owned(),
                ));
            }
            return Ok(None);
        };
        let head: Vec<u8> = self.bytes.drain(..end.saturating_add(4)).collect();
        message(&String::from_utf8_lossy(&head)).map(Some)
    }

    fn body_of(&self, message: &Message) -> Result<Body, Malformed> {
        let [first, status, _] = &message.start;
        let is_answer = first.starts_with("HTTP/");
        if self.has_no_body || (is_answer && (status.starts_with('1') || is_empty(status))) {
            return Ok(Body::None);
        }
        let coding = message.header("transfer-encoding").unwrap_or_default();
        if coding.to_ascii_lowercase().contains("chunked") {
            return Ok(Body::Chunks(Vec::new()));
        }
        if let Some(length) = message.header("content-length") {
            let length = length.trim().parse().ok().filter(|length| *length <= BODY);
            let length = length.ok_or_else(|| {
                let length = message.header("content-length").unwrap_or_default();
                Malformed(format!("`Content-Length: {length}` makes no sense"))
            })?;
            return Ok(Body::Length(length));
        }
        if !is_answer {
            return Ok(Body::None);
        }
        let kind = message.header("content-type").unwrap_or_default();
        match kind.split_once("boundary=") {
            Some((kind, boundary)) if kind.starts_with("multipart/x-mixed-replace") => {
                let boundary = boundary.trim_matches('"').trim_start_matches("--");
                Ok(Body::Parts(format!("--{boundary}").into_bytes()))
            }
            _ => Ok(Body::ToTheEnd),
        }
    }
}

/// Whether an answer of this status has no content.
fn is_empty(status: &str) -> bool {
    matches!(status, "204" | "304")
}

fn message(head: &str) -> Result<Message, Malformed> {
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let mut words = first.splitn(3, ' ').map(str::to_owned);
    let start = [(); 3].map(|()| words.next().unwrap_or_default());
    if !start.iter().any(|word| word.starts_with("HTTP/1.")) {
        return Err(Malformed(format!("`{first}` begins no message of HTTP")));
    }
    headers(lines).map(|headers| Message {
        start,
        headers,
        body: Vec::new(),
    })
}

fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<(String, String)>, Malformed> {
    let lines = lines.filter(|line| !line.is_empty());
    let headers = lines.map(|line| match line.split_once(':') {
        Some((name, value)) if !name.contains(' ') => {
            Ok((name.to_ascii_lowercase(), value.trim().to_owned()))
        }
        _ => Err(Malformed(format!("`{line}` is not a header"))),
    });
    headers.collect()
}

/// Takes chunks; gives the whole content after the last one.
fn chunk(bytes: &mut Vec<u8>, content: &mut Vec<u8>) -> Result<Option<Vec<u8>>, Malformed> {
    loop {
        let Some(end) = find(bytes, b"\r\n") else {
            return Ok(None);
        };
        let line = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned();
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok();
        let size = size.filter(|size| content.len().saturating_add(*size) <= BODY);
        let size = size.ok_or_else(|| Malformed(format!("`{line}` begins no chunk")))?;
        let start = end.saturating_add(2);
        let next = start.saturating_add(size).saturating_add(2);
        if bytes.len() < next {
            return Ok(None);
        }
        content.extend_from_slice(
            bytes
                .get(start..start.saturating_add(size))
                .unwrap_or_default(),
        );
        bytes.drain(..next);
        if size == 0 {
            return Ok(Some(std::mem::take(content)));
        }
    }
}

/// Takes a part between two boundaries.
fn part(bytes: &mut Vec<u8>, boundary: &[u8]) -> Result<Option<Message>, Malformed> {
    let Some(begin) = find(bytes, boundary) else {
        return Ok(None);
    };
    let begin = begin.saturating_add(boundary.len());
    let rest = bytes.get(begin..).unwrap_or_default();
    let Some(end) = find(rest, b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned();
    let headers = headers(head.split("\r\n"))?;
    let start = end.saturating_add(4);
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, length)| length.parse::<usize>().ok());
    let content = rest.get(start..).unwrap_or_default();
    let length = match length {
        Some(length) if content.len() >= length => length,
        Some(_) => return Ok(None),
        // The next boundary, and the line break before it, end the part.
        None => match find(content, boundary) {
            Some(end) => end.saturating_sub(2),
            None => return Ok(None),
        },
    };
    let body = content.get(..length).unwrap_or_default().to_vec();
    let used = begin.saturating_add(start).saturating_add(length);
    bytes.drain(..used.min(bytes.len()));
    Ok(Some(Message {
        headers,
        body,
        ..Message::default()
    }))
}

/// Where `part` stands first in `whole`.
fn find(whole: &[u8], part: &[u8]) -> Option<usize> {
    whole.windows(part.len()).position(|window| window == part)
}

/// A message as it is sent.
pub(super) fn written(start: &str, headers: &[(String, String)], body: Option<&[u8]>) -> Vec<u8> {
    let mut text = format!("{start}\r\n");
    let is_said = |name: &str| {
        headers
            .iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(name))
    };
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    if let Some(body) = body
        && !is_said("content-length")
    {
        text.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
    }
    text.push_str("\r\n");
    [text.as_bytes(), body.unwrap_or_default()].concat()
}

/// What a status is called.
pub(super) const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}
