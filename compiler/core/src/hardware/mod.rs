//! What oakc knows of the products: sockets and sensors, network, memory, sensors of motion.
//!
//! [`CAMERAS`] is the one list of them. What is not in it is unknown, and nothing follows from it.

/// A product.
#[derive(Debug)]
pub struct Camera {
    /// Its name in the shop, e.g. `OAK-D-POE`.
    pub name: &'static str,
    /// Whether it has Ethernet.
    pub ethernet: bool,
}

/// The products, by name.
pub static CAMERAS: &[Camera] = &[];

/// The product with this name, however it is written: `OAK-D-PoE`, `oak d poe`.
pub fn find(name: &str) -> Option<&'static Camera> {
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(name);
    CAMERAS.iter().find(|camera| plain(camera.name) == wanted)
}
