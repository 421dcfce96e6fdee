//! To be furnished.

/// The slice as the area composes it.
#[must_use]
pub fn area() -> web::Area {
    web::Area::default()
}
