//! What errors of a job for several cameras mean: the part of the list for what is flashed, and onto which.

use oakc_deploy::{ChoiceError, Failure, OpenError, ReadError, SupplyError};

use super::{Advice, Fault};
use crate::lost::Lost;

impl Advice for OpenError {
    fn fault(&self) -> Fault {
        match self {
            Self::File(error) => error.fault(),
            Self::Load(error) => error.fault(),
            Self::Other(_)
            | Self::Package { .. }
            | Self::Incompatible { .. }
            | Self::Parameters(_)
            | Self::Rejected(_) => Fault::Input,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::File(error) => error.advice(),
            Self::Load(error) => error.advice(),
            Self::Other(error) => error.advice(),
            _ => None,
        }
    }
}

impl Advice for ReadError {
    fn fault(&self) -> Fault {
        match self {
            Self::File(error) => error.fault(),
            Self::NotText { .. } => Fault::Input,
        }
    }
}

impl Advice for ChoiceError {
    fn fault(&self) -> Fault {
        Fault::Usage
    }
}

impl Advice for Failure {
    fn fault(&self) -> Fault {
        match self {
            Self::Unknown(_) => Fault::World,
            Self::Supply(error) => error.fault(),
            Self::Flash(error) => error.fault(),
            Self::Panicked(_) => Fault::Bug,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Unknown(_) | Self::Panicked(_) => None,
            Self::Supply(error) => error.advice(),
            Self::Flash(error) => error.advice(),
        }
    }

    fn lost(&self) -> Option<Lost> {
        match self {
            Self::Unknown(unknown) => Some(Lost::Named(unknown.0.clone())),
            Self::Flash(error) => error.lost(),
            Self::Supply(_) | Self::Panicked(_) => None,
        }
    }
}

impl Advice for SupplyError {
    fn fault(&self) -> Fault {
        match self {
            Self::Build(error) => error.fault(),
            Self::Package(_) | Self::Nothing => Fault::Bug,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Build(error) => error.advice(),
            Self::Package(_) | Self::Nothing => None,
        }
    }
}
