//! Enumerations with a number on the wire: the variants with their numbers in, the enumeration and
//! both directions out. No number is written twice.

macro_rules! codes {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $code:literal,)+
        }
    ) => {
        $(#[$meta])*
        $visibility enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// What a number stands for.
            fn from_code(code: u32) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The number on the wire.
            fn code(self) -> u32 {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }
    };
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $code:literal,)+
        }
        $(#[$other_doc:meta])*
        else $other:ident
    ) => {
        $(#[$meta])*
        $visibility enum $name {
            $($(#[$doc])* $variant,)+
            $(#[$other_doc])*
            $other(u32),
        }

        impl $name {
            /// What a number stands for.
            fn from_code(code: u32) -> Self {
                match code {
                    $($code => Self::$variant,)+
                    code => Self::$other(code),
                }
            }

            /// The number on the wire.
            fn code(self) -> u32 {
                match self {
                    $(Self::$variant => $code,)+
                    Self::$other(code) => code,
                }
            }
        }
    };
}

pub(super) use codes;
