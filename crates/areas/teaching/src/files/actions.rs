//! Taking files in: an upload grows piece by piece; when all of it is here it is looked at and kept.

use std::fs::File;

use ::store::{Db, Files, Job, JobContext, JobError, Pieces, StoreError, Tx};
use bytes::Bytes;
use chrono::TimeDelta;
use documents::reading::{self, Format, HEAD, Refused};
use futures_util::StreamExt;
use kernel::{Actor, UploadId, text};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use web::{Permit, messages::Value};

use super::{
    SendFiles,
    pages::size as size_text,
    store::{
        DELETE_PIECES, DELETE_UPLOAD, GROW_UPLOAD, INSERT_FILE, INSERT_PIECE, INSERT_UPLOAD, USE_UPLOAD, UploadLine,
        clearable, pieces, upload,
    },
};

/// Most bytes of one piece of an upload: 8 MiB.
pub const CHUNK: usize = 8 << 20;
/// Most bytes of a form that brings its file with it: 64 MiB.
pub const PLAIN_MOST: usize = 64 << 20;
/// Most characters of a file's name that are kept.
const NAME_MOST: usize = 150;
/// Hours after which an upload that nobody goes on with is cleared.
const ABANDONED_HOURS: i64 = 24;

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// No such upload of this sender.
    #[error("no such upload")]
    NotFound,
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// Larger than a file may be.
    #[error("{size} bytes, at most {most}")]
    TooLarge {
        /// Bytes announced or sent.
        size: u64,
        /// Bytes that a file may have.
        most: u64,
    },
    /// The piece does not belong at the end of what is here: so many bytes are.
    #[error("{0} bytes are here")]
    Elsewhere(i64),
    /// Not all of it is here yet.
    #[error("{received} of {size} bytes are here")]
    Unfinished {
        /// Bytes that are here.
        received: i64,
        /// Bytes announced.
        size: i64,
    },
    /// The file is not one that is kept.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The failure of the database or of the place for files.
    #[error("taking in a file")]
    Store(#[from] StoreError),
}

/// A file that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptFile {
    /// Name under which it came.
    pub file_name: String,
    /// Code of its kind.
    pub format: &'static str,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
}

/// A message key with its values.
pub type Told = (&'static str, Vec<(&'static str, Value)>);

/// Message key and values of a refusal that belongs at the field of the file; anything else is an error page.
///
/// # Errors
/// [`web::WebError`].
pub fn told(t: web::T, error: FileError) -> Result<Told, web::WebError> {
    Ok(match error {
        FileError::NotFound => ("files-lost", Vec::new()),
        FileError::Empty => ("files-empty", Vec::new()),
        FileError::TooLarge { size, most } => {
            ("files-too-large", vec![("size", size_text(t, size).into()), ("most", size_text(t, most).into())])
        }
        FileError::Elsewhere(_) | FileError::Unfinished { .. } => ("files-unfinished", Vec::new()),
        FileError::Refused(Refused::Kind(kind)) if kind.is_empty() => ("files-no-kind", Vec::new()),
        FileError::Refused(Refused::Kind(kind)) => ("files-kind", vec![("kind", kind.into())]),
        FileError::Refused(Refused::Old(kind)) => ("files-old", vec![("kind", kind.into())]),
        FileError::Refused(Refused::Macros) => ("files-macros", Vec::new()),
        FileError::Refused(Refused::NotAs(kind)) => ("files-not-as", vec![("kind", kind.to_uppercase().into())]),
        FileError::Refused(Refused::Bomb) => ("files-bomb", Vec::new()),
        FileError::Refused(Refused::Broken) => ("files-broken", Vec::new()),
        FileError::Store(error) => return Err(error.into()),
    })
}

/// A file's name as it is kept: one line without pictographs; a long one is cut before its ending.
fn kept_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let letters: String = last.chars().filter(|c| *c == ' ' || text::line(&c.to_string(), 1).is_ok()).collect();
    let name = text::clean(&letters);
    if name.chars().count() <= NAME_MOST {
        return name;
    }
    let (stem, end) = name.rsplit_once('.').unwrap_or((&name, ""));
    let end: String = end.chars().take(12).collect();
    let most = NAME_MOST.saturating_sub(end.chars().count() + 2);
    let stem: String = stem.chars().take(most).collect();
    format!("{}….{end}", stem.trim_end())
}

fn bytes_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Announces a file by its name and, when the sender knows it, its size.
///
/// # Errors
/// [`FileError::TooLarge`], [`FileError::Refused`] by the name alone, [`FileError::Empty`].
pub async fn start_upload(
    db: &Db,
    permit: &Permit<SendFiles>,
    name: &str,
    size: Option<u64>,
) -> Result<UploadId, FileError> {
    let most = db.files().most();
    match size {
        Some(0) => return Err(FileError::Empty),
        Some(size) if size > most => return Err(FileError::TooLarge { size, most }),
        _ => {}
    }
    Format::of_name(name)?;
    let size = size.and_then(|size| i64::try_from(size).ok());
    db.write(async |tx| {
        let id = UploadId::new(tx.ids());
        let now = tx.now();
        tx.exec(&INSERT_UPLOAD, &[&id, &permit.actor.account, &kept_name(name), &size, &now]).await?;
        // whoever sends something clears away what was left behind
        tx.enqueue(&ClearUploads {}).await?;
        Ok(id)
    })
    .await
}

/// Adds a piece at the end of what is here; how many bytes are here then.
///
/// # Errors
/// [`FileError::Elsewhere`] with the bytes that are here when the piece belongs elsewhere, also when another sender was
/// faster; [`FileError::TooLarge`]; [`FileError::Refused`] when the first piece shows that the file is not what its name
/// says.
pub async fn add_piece(db: &Db, actor: &Actor, id: UploadId, start: i64, bytes: Bytes) -> Result<i64, FileError> {
    let line = upload(&mut db.read().await?, actor.account, id).await?.ok_or(FileError::NotFound)?;
    if line.received != start {
        return Err(FileError::Elsewhere(line.received));
    }
    let length = bytes_of(bytes.len());
    if length == 0 {
        return Ok(start);
    }
    let after = start.saturating_add(length);
    let most = line.size.unwrap_or_else(|| i64::try_from(db.files().most()).unwrap_or(i64::MAX));
    if after > most {
        let told = |n: i64| u64::try_from(n).unwrap_or(0);
        return Err(FileError::TooLarge { size: told(after), most: told(most) });
    }
    if start == 0 {
        begins_as_named(&line.file_name, &bytes)?;
    }
    // a name of its own: of two senders of the same bytes only one is written down, and the other's are thrown away
    let object = format!("uploads/{id}/{start}-{}", hex::encode(rand_name(db)));
    db.files().put(&object, bytes).await?;
    let written = db
        .write(async |tx| {
            let now = tx.now();
            if tx.exec(&GROW_UPLOAD, &[&id, &start, &length, &now]).await? == 0 {
                return Ok(false);
            }
            tx.exec(&INSERT_PIECE, &[&id, &start, &length, &object]).await?;
            Ok::<_, StoreError>(true)
        })
        .await?;
    if !written {
        db.files().remove(&object).await?;
        let line = upload(&mut db.read().await?, actor.account, id).await?.ok_or(FileError::NotFound)?;
        return Err(FileError::Elsewhere(line.received));
    }
    Ok(after)
}

/// Bytes that no other piece has in its name.
fn rand_name(db: &Db) -> [u8; 16] {
    db.fresh().into_bytes()
}

fn begins_as_named(name: &str, bytes: &[u8]) -> Result<Format, Refused> {
    let format = Format::of_name(name)?;
    let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
    if format.begins(head) { Ok(format) } else { Err(Refused::NotAs(reading::ending(name))) }
}

/// An upload as a file of the system, for those who take it apart.
///
/// # Errors
/// [`FileError::NotFound`], [`FileError::Unfinished`]; failures of the place for files.
pub async fn spool(db: &Db, actor: &Actor, id: UploadId) -> Result<(UploadLine, File), FileError> {
    let (line, names) = finished(db, actor, id).await?;
    let file = db.files().spooled(db.files().joined(names)).await?;
    Ok((line, file))
}

async fn finished(db: &Db, actor: &Actor, id: UploadId) -> Result<(UploadLine, Vec<String>), FileError> {
    let mut conn = db.read().await?;
    let line = upload(&mut conn, actor.account, id).await?.ok_or(FileError::NotFound)?;
    if line.received == 0 && line.size.is_none() {
        return Err(FileError::Empty);
    }
    if !line.complete() {
        return Err(FileError::Unfinished { received: line.received, size: line.size.unwrap_or(0) });
    }
    let names = pieces(&mut conn, id).await?;
    Ok((line, names))
}

/// A kept file as a file of the system.
///
/// # Errors
/// Failures of the place for files.
pub async fn opened(db: &Db, sha256: &str) -> Result<File, StoreError> {
    db.files().opened(&place(sha256)).await
}

/// Where a kept file lies.
pub(super) fn place(sha256: &str) -> String {
    format!("files/{}/{sha256}", sha256.get(..2).unwrap_or_default())
}

async fn hash(mut bytes: Pieces) -> Result<String, StoreError> {
    let mut hasher = Sha256::new();
    while let Some(piece) = bytes.next().await {
        hasher.update(&piece?);
    }
    Ok(hex::encode(hasher.finalize()))
}

async fn inspected(format: Format, mut file: File) -> Result<(), FileError> {
    let thread = |e: tokio::task::JoinError| StoreError::Files(Box::new(e));
    Ok(tokio::task::spawn_blocking(move || reading::inspect(format, &mut file)).await.map_err(thread)??)
}

/// Looks at a whole upload and keeps its bytes; [`keep`] then writes down that they are kept, in the transaction of
/// whoever uses the file.
///
/// # Errors
/// [`FileError`].
pub async fn take_in(db: &Db, actor: &Actor, id: UploadId) -> Result<KeptFile, FileError> {
    let (line, names) = finished(db, actor, id).await?;
    let format = Format::of_name(&line.file_name)?;
    if format == Format::Zip {
        return Err(Refused::Kind("zip".to_owned()).into());
    }
    let files = db.files();
    if format.needs_inspection() {
        inspected(format, files.spooled(files.joined(names.clone())).await?).await?;
    }
    let sha256 = hash(files.joined(names.clone())).await?;
    let at = place(&sha256);
    if files.size(&at).await?.is_none_or(|size| i64::try_from(size) != Ok(line.received)) {
        files.put_pieces(&at, files.joined(names)).await?;
    }
    Ok(KeptFile { file_name: line.file_name, format: format.code(), sha256, size: line.received })
}

/// The same for a file that is on this machine (a part of a ZIP, a file of the demonstration).
///
/// # Errors
/// [`FileError`].
pub async fn take_in_file(db: &Db, name: &str, file: File) -> Result<KeptFile, FileError> {
    let length = file.metadata().map_err(|e| StoreError::Files(Box::new(e)))?.len();
    let most = db.files().most();
    if length == 0 {
        return Err(FileError::Empty);
    }
    if length > most {
        return Err(FileError::TooLarge { size: length, most });
    }
    let file_name = kept_name(name);
    let again = || Ok::<_, StoreError>(Files::read(file.try_clone().map_err(|e| StoreError::Files(Box::new(e)))?));
    let first = again()?.next().await.transpose()?.unwrap_or_default();
    let format = begins_as_named(&file_name, &first)?;
    if format == Format::Zip {
        return Err(Refused::Kind("zip".to_owned()).into());
    }
    let files = db.files();
    if format.needs_inspection() {
        inspected(format, files.spooled(again()?).await?).await?;
    }
    let sha256 = hash(again()?).await?;
    let at = place(&sha256);
    if files.size(&at).await?.is_none_or(|size| size != length) {
        files.put_pieces(&at, again()?).await?;
    }
    Ok(KeptFile { file_name, format: format.code(), sha256, size: i64::try_from(length).unwrap_or(i64::MAX) })
}

/// Writes down that a file is kept, and that its upload was used.
///
/// # Errors
/// [`FileError::NotFound`] when the upload was used meanwhile; the database's failure.
pub async fn keep(tx: &mut Tx, file: &KeptFile, upload: Option<UploadId>) -> Result<(), FileError> {
    let now = tx.now();
    tx.exec(&INSERT_FILE, &[&file.sha256, &file.size, &now]).await?;
    if let Some(upload) = upload {
        use_up(tx, upload).await?;
    }
    Ok(())
}

/// Notes that an upload was used; its pieces are cleared away afterwards.
///
/// # Errors
/// [`FileError::NotFound`] when it was used before.
pub(crate) async fn use_up(tx: &mut Tx, upload: UploadId) -> Result<(), FileError> {
    let now = tx.now();
    if tx.exec(&USE_UPLOAD, &[&upload, &now]).await? == 0 {
        return Err(FileError::NotFound);
    }
    Ok(tx.enqueue(&ClearUploads {}).await?)
}

/// Throws away the pieces of uploads that were used or given up. Running it twice is safe: what is gone is gone.
#[derive(Debug, Serialize, Deserialize)]
pub struct ClearUploads {}

impl Job for ClearUploads {
    const NAME: &'static str = "files.clear-uploads";
    const DEDUP: bool = true;

    async fn run(&self, context: &JobContext) -> Result<(), JobError> {
        let db = &context.db;
        let before = db.now() - TimeDelta::hours(ABANDONED_HOURS);
        for id in clearable(&mut db.read().await?, before).await? {
            // first the bytes: when this breaks off, the rows still say what there is to throw away
            let names = pieces(&mut db.read().await?, id).await?;
            for name in names {
                db.files().remove(&name).await?;
            }
            db.write(async |tx| {
                tx.exec(&DELETE_PIECES, &[&id]).await?;
                tx.exec(&DELETE_UPLOAD, &[&id]).await
            })
            .await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_as_one_short_line_without_a_path() {
        assert_eq!(kept_name("C:\\Users\\ai do\\Giáo án 😀 số\u{7}1.pdf"), "Giáo án số1.pdf");
        assert_eq!(kept_name("../../etc/passwd.pdf"), "passwd.pdf");
        let long = kept_name(&format!("{}.docx", "ắ".repeat(300)));
        assert_eq!((long.chars().count(), long.ends_with("….docx")), (150, true));
    }
}
