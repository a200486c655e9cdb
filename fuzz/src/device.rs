//! Targets that read bytes from a network: XLink frames, discovery datagrams, records of the
//! bootloader, its configuration.

use oakc_device::xlink::datagram::{self, Reply};
use oakc_device::xlink::{Decoder, Header};
use oakc_runtime_schema::bootloader::{Config, Request, Response, bson};

use crate::Outcome;
use crate::bytes::words;

/// The largest payload that is taken.
const LIMIT: u32 = 4096;

/// Takes a stream of events apart, in pieces whose length the first byte says. What comes out has
/// to be written as it came in.
///
/// # Panics
/// When an event is written differently, or its payload is larger than allowed.
pub fn frames(input: &[u8]) -> Outcome {
    let Some((piece, mut rest)) = input.split_first() else {
        return "empty".to_owned();
    };
    let mut decoder = Decoder::new(LIMIT);
    let mut kinds = Vec::new();
    while !rest.is_empty() {
        let space = decoder.space();
        assert!(!space.is_empty(), "no room for the next byte");
        let count = space.len().min(rest.len()).min(usize::from(*piece).max(1));
        let (now, later) = rest.split_at(count);
        space
            .get_mut(..count)
            .unwrap_or_default()
            .copy_from_slice(now);
        rest = later;
        match decoder.advance(count) {
            Ok(None) => {}
            Ok(Some(event)) => {
                assert!(event.payload.len() <= LIMIT as usize);
                let again = Header::decode(&event.header.encode());
                assert_eq!(again, Ok(event.header), "it is written differently");
                kinds.push(event.header.kind);
            }
            Err(error) => return format!("{kinds:?} {}", words(&error.to_string())),
        }
    }
    format!("{kinds:?}")
}

/// Reads datagrams of both sides.
///
/// # Panics
/// When one that reads is written as another.
pub fn datagram(input: &[u8]) -> Outcome {
    let request = match datagram::Request::decode(input) {
        Ok(request) => {
            let again = datagram::Request::decode(&request.encode());
            assert_eq!(again, Ok(request));
            format!("{request:?}")
        }
        Err(_) => "no request".to_owned(),
    };
    let reply = match Reply::decode(input) {
        Ok(reply) => {
            assert_eq!(Reply::decode(&reply.encode()).as_ref(), Ok(&reply));
            "reply".to_owned()
        }
        Err(_) => "no reply".to_owned(),
    };
    request + "; " + &reply
}

/// Reads packets of both sides on the bootloader's stream.
///
/// # Panics
/// When one that reads is written as another.
pub fn bootloader(input: &[u8]) -> Outcome {
    let request = match Request::decode(input) {
        Ok(request) => {
            assert_eq!(Request::decode(&request.encode()), Ok(request));
            let _ = request.kind().first_version();
            format!("request {}", input.first().unwrap_or(&0))
        }
        Err(error) => words(&error.to_string()),
    };
    let response = match Response::decode(input) {
        Ok(response) => {
            // As bytes: progress may be NaN.
            let written = response.encode();
            let again = Response::decode(&written).map(|response| response.encode());
            assert_eq!(again, Ok(written), "it is written differently");
            format!("response {}", input.first().unwrap_or(&0))
        }
        Err(error) => words(&error.to_string()),
    };
    request + "; " + &response
}

/// Reads a document, and what it says as a configuration.
///
/// # Panics
/// When one that reads is written as another.
pub fn bson(input: &[u8]) -> Outcome {
    let object = match bson::decode(input) {
        Ok(object) => object,
        Err(error) => return words(&error.to_string()),
    };
    // It can be shorter, where numbers were wider than they had to be or keys came twice; and longer,
    // where the elements of a list were not numbered.
    match bson::encode(&object) {
        Ok(written) => assert_eq!(bson::decode(&written).as_ref(), Ok(&object)),
        Err(error) => return words(&error.to_string()),
    }
    let Ok(config) = Config::from_bson(input) else {
        return "no configuration".to_owned();
    };
    format!(
        "{:?} {} {}",
        config.app_memory(),
        config.mac().is_some(),
        config.user_bootloader().is_some()
    )
}
