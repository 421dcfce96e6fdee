//! Files: how they come into the house, how they are kept, how they are handed out.
//!
//! Writes tables `stored_file`, `upload`, `upload_piece`; the bytes lie with `store::Files` (ADR 0015).
//!
//! Always true:
//! - a kept file is named by the SHA-256 of its bytes, never changes, and is kept once;
//! - an upload grows only at the place that the server holds, so that it goes on after a broken connection and two
//!   senders of one upload cannot mix their bytes; it is its sender's alone;
//! - a file is kept when its bytes are what its name says and it brings no macros;
//! - a kept file is handed out under a content type of ours, in a sandbox, to those whom the slice that owns it lets in;
//! - an upload that nobody uses for a day is cleared.
//!
//! Start reading at [`take_in`] and [`keep`].

mod actions;
mod deliver;
mod form;
mod pages;
mod store;

pub(crate) use actions::use_up;
pub use actions::{
    CHUNK, ClearUploads, FileError, KeptFile, PLAIN_MOST, add_piece, keep, opened, spool, start_upload, take_in,
    take_in_file, told,
};
pub use deliver::{Delivery, deliver};
pub use form::{FileField, Received, receive};
pub use pages::size;
pub use store::UploadLine;

use ::store::JobKind;
use kernel::Right;
use web::{Access, Area, Routes};

web::messages!("teaching.files");

/// Send files.
#[derive(Debug)]
pub struct SendFiles;
impl Right for SendFiles {
    const NAME: &'static str = "files.send";
}

/// The slice as the area composes it.
#[must_use]
pub fn area() -> Area {
    let sends = Access::right::<SendFiles>();
    Area {
        routes: Routes::new()
            .post("/uploads", sends, pages::post_new)
            .get("/uploads/{upload}", sends, pages::get)
            .upload("/uploads/{upload}", sends, CHUNK, pages::post),
        jobs: vec![JobKind::of::<ClearUploads>()],
        rights: vec![SendFiles::NAME],
        ..Area::default()
    }
}
