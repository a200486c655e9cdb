//! Which products a board is in, by the name that a calibration gives it.
//!
//! In: the names of product and board in a calibration. Out: the products that it can be of. Never: a guess;
//! for names that are not known there are none.
//!
//! The pairs are those of the EEPROM files in depthai-boards; the longer names of old boards are those of
//! depthai-hardware.

use super::{CAMERAS, Camera, words};

/// Boards and their products, as [`CAMERAS`] calls them.
const BOARDS: &[(&str, &[&str])] = &[
    ("BC2087", &["OAK-D-LR"]),
    ("BK1098-WA", &["OAK-FFC-3P"]),
    ("BW1098", &["OAK-D"]),
    ("BW1098OBC", &["OAK-D"]),
    ("BW2098", &["OAK-FFC-1P-POE"]),
    ("DD2090", &["OAK-FFC-4P"]),
    ("DM1090", &["OAK-FFC-3P"]),
    ("DM1097", &["OAK-D-CM4"]),
    ("DM2080", &["OAK-D-SR"]),
    ("DM2088", &["OAK-D-POE"]),
    ("DM2097", &["OAK-D-CM4-POE"]),
    ("DM9095", &["OAK-D-LITE"]),
    (
        "DM9098",
        &[
            "OAK-D-PRO",
            "OAK-D-PRO-97",
            "OAK-D-PRO-W",
            "OAK-D-PRO-W-97",
            "OAK-D-S2",
            "OAK-D-W",
            "OAK-D-W-97",
        ],
    ),
    ("EL2086", &["OAK-D-SR-POE"]),
    ("MD2084", &["OAK-T"]),
    ("MD2084-ASM", &["OAK-T"]),
    ("NG2093", &["OAK-FFC-4P-POE"]),
    (
        "NG9093",
        &[
            "OAK-1",
            "OAK-1-97",
            "OAK-1-LITE",
            "OAK-1-LITE-W",
            "OAK-1-MAX",
            "OAK-1-W",
            "OAK-1-W-97",
        ],
    ),
    (
        "NG9097",
        &[
            "OAK-D-PRO-POE",
            "OAK-D-PRO-POE-97",
            "OAK-D-PRO-W-POE",
            "OAK-D-PRO-W-POE-97",
            "OAK-D-S2-POE",
            "OAK-D-W-POE",
            "OAK-D-W-POE-97",
        ],
    ),
    (
        "PA2096",
        &[
            "OAK-1-MAX-POE",
            "OAK-1-POE",
            "OAK-1-W-POE",
            "OAK-1-W-POE-97",
        ],
    ),
    ("SJ2088POE", &["OAK-D-POE"]),
    ("SJ2096", &["OAK-1-POE"]),
    ("SJ2096POE", &["OAK-1-POE"]),
];

/// The products that a calibration with these names can be of; none if the names say nothing.
pub fn of_calibration(product: &str, board: &str) -> Vec<&'static Camera> {
    if let Some(camera) = of_product(product) {
        return vec![camera];
    }
    let products = BOARDS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(board.trim()));
    let products = products.map_or(&[][..], |(_, products)| products);
    products
        .iter()
        .filter_map(|name| super::find(name))
        .collect()
}

/// The product with this name, without the numbers of customers' variants (`-C18`).
fn of_product(name: &str) -> Option<&'static Camera> {
    let mut wanted = words(name);
    wanted.retain(|word| !is_variant(word));
    CAMERAS.iter().find(|camera| words(camera.name) == wanted)
}

fn is_variant(word: &str) -> bool {
    let digits = word.strip_prefix('c').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(product: &str, board: &str) -> Vec<&'static str> {
        let cameras = of_calibration(product, board).into_iter();
        cameras.map(|camera| camera.name).collect()
    }

    #[test]
    fn every_product_of_a_board_is_a_known_product() {
        for (board, products) in BOARDS {
            assert_eq!(names("", board), *products);
        }
    }

    #[test]
    fn the_product_says_more_than_the_board() {
        assert_eq!(names("OAK-D-S2-POE-AF", "NG9097"), ["OAK-D-S2-POE"]);
        assert_eq!(names("OAK-D-PRO-POE-AF-C18", "NG9097"), ["OAK-D-PRO-POE"]);
        assert_eq!(names("", "bw1098obc"), ["OAK-D"]);
        assert_eq!(names("Little robot", "DM3370"), [""; 0]);
        assert_eq!(names("", ""), [""; 0]);
    }
}
