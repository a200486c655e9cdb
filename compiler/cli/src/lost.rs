//! A camera that was not found or cannot be connected to: which one in, the likeliest cause that a look of
//! milliseconds shows out. Nothing is sent.

use std::fmt::{self, Display};
use std::net::Ipv4Addr;

use oakc_device::Address;
use oakc_device::xlink::Mxid;
use oakc_doctor::quick_look;

/// Who was not found or cannot be connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// Any camera at all.
    Anybody,
    /// The camera at this address.
    At(Ipv4Addr),
    /// The camera of this name.
    Named(Mxid),
}

impl Lost {
    /// The camera at an address, if it is in the network.
    pub(crate) fn at(address: Address) -> Option<Self> {
        address.ipv4().map(Self::At)
    }

    /// The likeliest cause, and the command that looks further.
    pub(crate) fn help(&self) -> String {
        let address = match self {
            Self::At(address) => Some(*address),
            Self::Anybody | Self::Named(_) => None,
        };
        match quick_look(address) {
            Some(cause) => {
                let mend = cause.mend.first().map(|mend| format!("; try: {mend}"));
                let mend = mend.unwrap_or_default();
                format!(
                    "the likeliest cause: {}{mend}\n  `{self}` looks further",
                    cause.seen
                )
            }
            None => format!("`{self}` looks for the cause"),
        }
    }
}

/// The command that looks further.
impl Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anybody => f.write_str("oakc doctor"),
            Self::At(address) => write!(f, "oakc doctor {address}"),
            Self::Named(mxid) => write!(f, "oakc doctor {mxid}"),
        }
    }
}
