//! A package that is packed while it is sent.

use std::io::{self, Write};

use ::store::Db;
use axum::body::Body;
use bytes::Bytes;
use tokio::{
    runtime::Handle,
    sync::mpsc::{Sender, channel},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::model::{Content, Part};
use crate::files;

/// Bytes that are sent at once.
const PIECE: usize = 256 * 1024;
/// Pieces that wait for a slow reader.
const WAITING: usize = 4;

/// Hands pieces over to the answer.
struct Outlet {
    kept: Vec<u8>,
    to: Sender<io::Result<Bytes>>,
}

impl Outlet {
    fn hand_over(&mut self) -> io::Result<()> {
        let piece = Bytes::from(std::mem::take(&mut self.kept));
        if piece.is_empty() {
            return Ok(());
        }
        self.to.blocking_send(Ok(piece)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.kept.extend_from_slice(bytes);
        if self.kept.len() >= PIECE {
            self.hand_over()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn pack(db: &Db, parts: Vec<Part>, to: Sender<io::Result<Bytes>>) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(Outlet { kept: Vec::new(), to });
    // what people bring is packed already: PDF, Office, films
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    for part in parts {
        zip.start_file(part.name, options)?;
        match part.content {
            Content::Text(text) => zip.write_all(text.as_bytes())?,
            Content::Kept(sha256) => {
                let mut file = Handle::current().block_on(files::opened(db, &sha256)).map_err(io::Error::other)?;
                io::copy(&mut file, &mut zip)?;
            }
        }
    }
    zip.finish()?.into_inner().hand_over()
}

/// The package as the body of an answer. A file that cannot be read breaks the answer off: a half package is none.
pub(super) fn body(db: &Db, parts: Vec<Part>) -> Body {
    let (to, mut from) = channel(WAITING);
    let (db, told) = (db.clone(), to.clone());
    tokio::task::spawn_blocking(move || {
        if let Err(error) = pack(&db, parts, to) {
            if error.kind() != io::ErrorKind::BrokenPipe {
                tracing::error!(%error, "packing a cartridge");
            }
            // nobody listens when the reader has left
            drop(told.blocking_send(Err(error)));
        }
    });
    // whoever packs it once more on its way asks again after the end
    Body::from_stream(futures_util::stream::poll_fn(move |context| from.poll_recv(context)))
}
