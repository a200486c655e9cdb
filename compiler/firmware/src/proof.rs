//! What the bytes of a file have to be: bytes piece by piece in, a verdict out. Never: a verdict from less
//! than a SHA-256, because any shorter sum can be made to match.

use flate2::{Decompress, FlushDecompress, Status};
use oakc_digest::Sha256;
use oakc_runtime_schema::sbr::LinearChecksum;

use crate::error::Damage;

/// zlib header: DEFLATE with a 32 KiB window, best compression; what level 9 writes.
pub(crate) const ZLIB_HEADER: [u8; 2] = [0x78, 0xda];
/// Bytes inflated at once.
const INFLATED: usize = 64 << 10;

/// What bytes have to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Those with this SHA-256.
    Digest(String),
    /// DEFLATE data of an image.
    Deflated(Deflated),
}

/// What DEFLATE data inflates to, and the sums that are kept with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deflated {
    /// Length and linear checksum of the data.
    pub(crate) data: LinearChecksum,
    /// Size of the image.
    pub(crate) size: u64,
    /// SHA-256 of the image.
    pub(crate) sha256: String,
    /// Adler-32 of the image.
    pub(crate) adler32: u32,
}

/// A comparison under way.
pub(crate) enum Check<'a> {
    /// Of a SHA-256.
    Digest(Sha256, &'a str),
    /// Of what comes out of DEFLATE data.
    Inflating(Box<Inflating<'a>>),
}

impl Proof {
    /// Begins to compare.
    pub(crate) fn begin(&self) -> Check<'_> {
        match self {
            Self::Digest(sha256) => Check::Digest(Sha256::new(), sha256),
            Self::Deflated(wanted) => Check::Inflating(Box::new(Inflating::new(wanted))),
        }
    }
}

impl Check<'_> {
    /// Takes the next bytes.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        match self {
            Self::Digest(hash, _) => hash.update(bytes),
            Self::Inflating(inflating) => inflating.take(bytes),
        }
    }

    /// Whether the bytes were what they have to be.
    pub(crate) fn verdict(self) -> Result<(), Damage> {
        match self {
            Self::Digest(hash, wanted) if hash.clone().finish() == wanted => Ok(()),
            Self::Digest(..) => Err(Damage::Digest),
            Self::Inflating(inflating) => inflating.verdict(),
        }
    }
}

/// DEFLATE data is inflated as the zlib stream that its Adler-32 makes of it.
pub(crate) struct Inflating<'a> {
    wanted: &'a Deflated,
    stream: Decompress,
    output: Vec<u8>,
    hash: Sha256,
    data: LinearChecksum,
    ended: bool,
    broken: bool,
}

impl<'a> Inflating<'a> {
    fn new(wanted: &'a Deflated) -> Self {
        let mut inflating = Self {
            wanted,
            stream: Decompress::new(true),
            output: vec![0; INFLATED],
            hash: Sha256::new(),
            data: LinearChecksum::default(),
            ended: false,
            broken: false,
        };
        inflating.inflate(&ZLIB_HEADER);
        inflating
    }

    fn take(&mut self, bytes: &[u8]) {
        self.data = self.data.concat(LinearChecksum::of(bytes));
        self.inflate(bytes);
    }

    fn verdict(mut self) -> Result<(), Damage> {
        self.inflate(&self.wanted.adler32.to_be_bytes());
        // What is still inside has to come out.
        while self.step(&[]).is_some() {}
        let is_whole = self.ended && !self.broken && self.data == self.wanted.data;
        if !is_whole || self.stream.total_out() != self.wanted.size {
            return Err(Damage::Deflate);
        }
        if self.hash.finish() == self.wanted.sha256 {
            Ok(())
        } else {
            Err(Damage::Digest)
        }
    }

    fn inflate(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.broken {
            match self.step(bytes) {
                Some(taken) => bytes = bytes.get(taken..).unwrap_or_default(),
                // More bytes than the stream has, or bytes that are not a stream.
                None => self.broken = true,
            }
        }
    }

    /// Inflates some of these bytes, and says how many; nothing where that leads nowhere.
    fn step(&mut self, bytes: &[u8]) -> Option<usize> {
        if self.ended || self.stream.total_out() > self.wanted.size {
            return None;
        }
        let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
        let flush = FlushDecompress::None;
        let status = self
            .stream
            .decompress(bytes, &mut self.output, flush)
            .ok()?;
        let taken = usize::try_from(self.stream.total_in() - before_in).ok()?;
        let made = usize::try_from(self.stream.total_out() - before_out).ok()?;
        self.hash.update(self.output.get(..made)?);
        self.ended = status == Status::StreamEnd;
        (self.ended || taken > 0 || made > 0).then_some(taken)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use oakc_digest::sha256;

    use super::*;
    use crate::adler;

    fn deflated(image: &[u8]) -> (Vec<u8>, Deflated) {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(image).unwrap();
        let data = encoder.finish().unwrap();
        let wanted = Deflated {
            data: LinearChecksum::of(&data),
            size: image.len() as u64,
            sha256: sha256(image),
            adler32: adler::of(image),
        };
        (data, wanted)
    }

    fn verdict(wanted: &Deflated, data: &[u8], piece: usize) -> Result<(), Damage> {
        let proof = Proof::Deflated(wanted.clone());
        let mut check = proof.begin();
        data.chunks(piece).for_each(|bytes| check.take(bytes));
        check.verdict()
    }

    fn image() -> Vec<u8> {
        (0..300_000u32)
            .flat_map(|n| (n / 9).wrapping_mul(n).to_le_bytes())
            .collect()
    }

    #[test]
    fn deflate_data_is_right_if_it_inflates_to_the_image_in_pieces_of_any_size() {
        let (data, wanted) = deflated(&image());
        for piece in [1 << 20, 4096, 13] {
            assert_eq!(verdict(&wanted, &data, piece), Ok(()), "{piece}");
        }
        let (data, wanted) = deflated(b"");
        assert_eq!(verdict(&wanted, &data, 100), Ok(()));
    }

    #[test]
    fn data_of_another_image_is_refused_even_if_every_sum_is_made_to_match() {
        let image = image();
        let (_, wanted) = deflated(&image);
        let mut other = image;
        other[1000] ^= 1;
        let (data, forged) = deflated(&other);
        let forged = Deflated {
            sha256: wanted.sha256,
            ..forged
        };
        assert_eq!(verdict(&forged, &data, 4096), Err(Damage::Digest));
    }

    #[test]
    fn sums_that_do_not_belong_to_the_data_are_refused() {
        let (data, wanted) = deflated(&image());
        let mut sum = wanted.clone();
        sum.data.sum ^= 1;
        let mut adler32 = wanted.clone();
        adler32.adler32 ^= 1;
        let mut size = wanted.clone();
        size.size += 1;
        for wrong in [sum, adler32, size] {
            assert_eq!(verdict(&wrong, &data, 4096), Err(Damage::Deflate));
        }
    }

    #[test]
    fn data_that_is_cut_goes_on_or_is_damaged_is_refused() {
        let (data, wanted) = deflated(&image());
        let mut damaged = data.clone();
        damaged[data.len() / 2] ^= 0x55;
        let longer = [data.as_slice(), b"more"].concat();
        for bytes in [&data[..data.len() - 1], &longer, &damaged, b""] {
            let wanted = Deflated {
                data: LinearChecksum::of(bytes),
                ..wanted.clone()
            };
            assert!(verdict(&wanted, bytes, 4096).is_err());
        }
    }

    #[test]
    fn data_that_inflates_without_end_is_stopped_at_the_size_of_the_image() {
        let (data, wanted) = deflated(&vec![0; 64 << 20]);
        let wanted = Deflated {
            size: 1000,
            ..wanted
        };
        let proof = Proof::Deflated(wanted);
        let Check::Inflating(mut inflating) = proof.begin() else {
            panic!("it is deflated");
        };
        inflating.take(&data);
        assert!(inflating.stream.total_out() <= 2 * INFLATED as u64);
        assert!(inflating.verdict().is_err());
    }
}
