//! Packets of MQTT 3.1.1: bytes in, what a client says out; and what a broker says, as bytes.

/// The longest packet.
const LONGEST: usize = 16 << 20;

/// What a client says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FromClient {
    Connect(Connect),
    Publish(Publish),
    /// A message arrived.
    PublishAcknowledged(u16),
    Subscribe(u16, Vec<(String, u8)>),
    Unsubscribe(u16, Vec<String>),
    Ping,
    Disconnect,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Connect {
    pub(super) client: String,
    pub(super) clean: bool,
    /// Seconds; 0 means never.
    pub(super) keep_alive: u16,
    pub(super) will: Option<Publish>,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Publish {
    pub(super) topic: String,
    pub(super) payload: Vec<u8>,
    pub(super) qos: u8,
    pub(super) retain: bool,
    /// Its number, above QoS 0.
    pub(super) id: u16,
}

/// What a client may not say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) &'static str);

/// Takes the first packet off `bytes`; nothing while it is not whole.
pub(super) fn take(bytes: &mut Vec<u8>) -> Result<Option<FromClient>, Malformed> {
    let Some((first, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    let Some((length, digits)) = length(rest)? else {
        return Ok(None);
    };
    let Some(body) = rest.get(digits..digits.saturating_add(length)) else {
        return Ok(None);
    };
    let packet = read(*first, &mut Reader(body))?;
    bytes.drain(..digits.saturating_add(length).saturating_add(1));
    Ok(Some(packet))
}

/// The length in groups of seven bits, and how many bytes those are.
fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, Malformed> {
    let mut length = 0_usize;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        length |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            if length > LONGEST {
                return Err(Malformed("a packet is longer than 16 MiB"));
            }
            return Ok(Some((length, index.saturating_add(1))));
        }
    }
    if bytes.len() >= 4 {
        return Err(Malformed("the length of a packet never ends"));
    }
    Ok(None)
}

fn read(first: u8, body: &mut Reader<'_>) -> Result<FromClient, Malformed> {
    let flags = first & 0x0F;
    match (first >> 4, flags) {
        (1, 0) => connect(body).map(FromClient::Connect),
        (3, _) => publish(flags, body).map(FromClient::Publish),
        (4, 0) => body.number().map(FromClient::PublishAcknowledged),
        (8, 2) => {
            let id = body.number()?;
            let mut topics = Vec::new();
            while !body.0.is_empty() {
                topics.push((body.text()?, body.byte()?));
            }
            Ok(FromClient::Subscribe(id, topics))
        }
        (10, 2) => {
            let id = body.number()?;
            let mut topics = Vec::new();
            while !body.0.is_empty() {
                topics.push(body.text()?);
            }
            Ok(FromClient::Unsubscribe(id, topics))
        }
        (12, 0) => Ok(FromClient::Ping),
        (14, 0) => Ok(FromClient::Disconnect),
        (5..=7, _) => Err(Malformed("QoS 2 is not understood here")),
        _ => Err(Malformed("this is not a packet that a client sends")),
    }
}

fn connect(body: &mut Reader<'_>) -> Result<Connect, Malformed> {
    if body.text()? != "MQTT" || body.byte()? != 4 {
        return Err(Malformed("this is not MQTT 3.1.1"));
    }
    let flags = body.byte()?;
    let has = |bit: u8| flags & bit != 0;
    let keep_alive = body.number()?;
    let client = body.text()?;
    let will = if has(0x04) {
        let topic = body.text()?;
        let payload = body.bytes()?.to_vec();
        let (qos, retain) = ((flags >> 3) & 3, has(0x20));
        Some(Publish {
            topic,
            payload,
            qos,
            retain,
            id: 0,
        })
    } else {
        None
    };
    let user = if has(0x80) { Some(body.text()?) } else { None };
    let password = if has(0x40) { Some(body.text()?) } else { None };
    if has(0x01) {
        return Err(Malformed("the lowest flag of CONNECT has to be 0"));
    }
    Ok(Connect {
        client,
        clean: has(0x02),
        keep_alive,
        will,
        user,
        password,
    })
}

fn publish(flags: u8, body: &mut Reader<'_>) -> Result<Publish, Malformed> {
    let qos = (flags >> 1) & 3;
    if qos > 1 {
        return Err(Malformed("QoS 2 is not understood here"));
    }
    let topic = body.text()?;
    if topic.is_empty() || topic.contains(['#', '+']) {
        return Err(Malformed(
            "a message is published on a topic without wildcards",
        ));
    }
    let id = if qos > 0 { body.number()? } else { 0 };
    Ok(Publish {
        topic,
        payload: body.0.to_vec(),
        qos,
        retain: flags & 1 != 0,
        id,
    })
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.0.split_first().ok_or(SHORT)?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self) -> Result<u16, Malformed> {
        let (first, rest) = self.0.split_first_chunk::<2>().ok_or(SHORT)?;
        self.0 = rest;
        Ok(u16::from_be_bytes(*first))
    }

    fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = usize::from(self.number()?);
        let bytes = self.0.get(..length).ok_or(SHORT)?;
        self.0 = self.0.get(length..).unwrap_or_default();
        Ok(bytes)
    }

    fn text(&mut self) -> Result<String, Malformed> {
        let text = String::from_utf8(self.bytes()?.to_vec());
        text.map_err(|_| Malformed("a text in a packet is not UTF-8"))
    }
}

const SHORT: Malformed = Malformed("a packet is shorter than what it has to contain");

/// A packet with this first byte.
pub(super) fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut length = body.len();
    loop {
        let [group, ..] = (length & 0x7F).to_le_bytes();
        length >>= 7;
        bytes.push(if length > 0 { group | 0x80 } else { group });
        if length == 0 {
            break;
        }
    }
    bytes.extend_from_slice(body);
    bytes
}

/// A message for a client.
pub(super) fn published(message: &Publish) -> Vec<u8> {
    let topic = message.topic.as_bytes();
    let length = u16::try_from(topic.len()).unwrap_or(u16::MAX);
    let mut body = length.to_be_bytes().to_vec();
    body.extend_from_slice(topic);
    if message.qos > 0 {
        body.extend_from_slice(&message.id.to_be_bytes());
    }
    body.extend_from_slice(&message.payload);
    packet(0x30 | message.qos << 1 | u8::from(message.retain), &body)
}

/// Whether a subscription to `filter` gets what is published on `topic`.
pub(super) fn fits(filter: &str, topic: &str) -> bool {
    let (mut filter, mut topic) = (filter.split('/'), topic.split('/'));
    loop {
        match (filter.next(), topic.next()) {
            (Some("#"), _) | (None, None) => return true,
            (Some("+"), Some(_)) => {}
            (Some(wanted), Some(found)) if wanted == found => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_groups_of_seven_bits() {
        for (size, digits) in [
            (0, 1),
            (127, 1),
            (128, 2),
            (16_383, 2),
            (16_384, 3),
            (2_097_152, 4),
        ] {
            let bytes = packet(0x30, &vec![0; size]);
            assert_eq!(length(&bytes[1..]), Ok(Some((size, digits))));
        }
        assert!(length(&[0xFF; 5]).is_err());
        assert_eq!(length(&[0x80]), Ok(None));
    }

    #[test]
    fn wildcards_stand_for_a_level_or_for_all_that_follow() {
        for (filter, topic, expected) in [
            ("a/b", "a/b", true),
            ("a/+", "a/b", true),
            ("a/+", "a/b/c", false),
            ("a/#", "a/b/c", true),
            ("a/#", "a", true),
            ("#", "a/b", true),
            ("a", "a/b", false),
            ("a/b", "a", false),
        ] {
            assert_eq!(fits(filter, topic), expected, "{filter} {topic}");
        }
    }

    #[test]
    fn a_packet_is_taken_once_it_is_whole() {
        let whole = published(&Publish {
            topic: "a".to_owned(),
            payload: b"x".to_vec(),
            qos: 1,
            retain: true,
            id: 7,
        });
        for cut in 0..whole.len() {
            assert_eq!(take(&mut whole[..cut].to_vec()), Ok(None));
        }
        let mut bytes = [whole.clone(), whole].concat();
        let Ok(Some(FromClient::Publish(message))) = take(&mut bytes) else {
            panic!("{bytes:?}");
        };
        assert_eq!(
            (message.topic.as_str(), message.id, message.retain),
            ("a", 7, true)
        );
        assert!(take(&mut bytes).unwrap().is_some() && bytes.is_empty());
    }

    #[test]
    fn what_no_client_says_is_malformed() {
        for bytes in [
            &[0x10, 0][..],
            &[0x34, 3, 0, 1, b'a'],
            &[0x30, 3, 0, 1, b'#'],
            &[0x82, 1, 0],
            &[0xF0, 0],
        ] {
            assert!(take(&mut bytes.to_vec()).is_err(), "{bytes:?}");
        }
    }
}
