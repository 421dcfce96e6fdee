//! A form with a file: sent before by the page's script, or within the form when there is none.

use ::store::Db;
use bytes::BytesMut;
use kernel::UploadId;
use web::{Permit, Sent, Streamed, T, WebError};

use super::{
    SendFiles,
    actions::{CHUNK, FileError, add_piece, start_upload},
    pages::size,
    store::upload,
};

/// Pieces in which a file within a form is put aside.
const PIECE: usize = CHUNK / 2;

/// A form as it came.
#[derive(Debug, Default)]
pub struct Received {
    /// The other fields, in their order.
    pub fields: Vec<(String, String)>,
    /// The upload with the file, when one was chosen.
    pub upload: Option<UploadId>,
    /// Why the file was not taken in.
    pub refused: Option<FileError>,
}

impl Received {
    /// Text of a field; empty when there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Texts of a field that may come several times.
    pub fn all<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r str> {
        self.fields.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a form; a file in it is put aside piece by piece as an upload of its own.
///
/// # Errors
/// A broken form; failures of the database or of the place for files. What is wrong with the file is told in
/// [`Received::refused`].
pub async fn receive(db: &Db, permit: &Permit<SendFiles>, mut form: Streamed) -> Result<Received, WebError> {
    let mut received = Received::default();
    while let Some(sent) = form.next().await? {
        let (name, mut pieces) = match sent {
            Sent::Field(name, text) if name == "upload" => {
                if let Ok(id) = text.parse() {
                    received.upload.get_or_insert(id);
                }
                continue;
            }
            Sent::Field(name, text) => {
                received.fields.push((name, text));
                continue;
            }
            Sent::File(name, pieces) => (name, pieces),
        };
        if name.is_empty() {
            continue;
        }
        let started = start_upload(db, permit, &name, None).await;
        let (mut held, mut waiting) = (0, BytesMut::new());
        let mut state = started.map(|id| (id, ()));
        loop {
            let piece = pieces.next().await?;
            let last = piece.is_none();
            if let (Some(piece), Ok(_)) = (piece, &state) {
                waiting.extend_from_slice(&piece);
            }
            if let Ok((id, ())) = state
                && (waiting.len() >= PIECE || last)
            {
                match add_piece(db, &permit.actor, id, held, waiting.split().freeze()).await {
                    Ok(now) => held = now,
                    Err(error) => state = Err(error),
                }
            }
            if last {
                break;
            }
        }
        match state {
            Ok((id, ())) if held > 0 => received.upload = Some(id),
            Ok(_) => received.refused = Some(FileError::Empty),
            Err(FileError::Store(error)) => return Err(error.into()),
            Err(error) => received.refused = Some(error),
        }
    }
    Ok(received)
}

/// The field of a file in a form.
#[derive(askama::Template)]
#[template(path = "files/field.html")]
pub struct FileField {
    /// Texts.
    pub t: T,
    /// Label as shown.
    pub label: String,
    /// Kinds that may be chosen, as the browser's `accept` wants them.
    pub accept: &'static str,
    /// The error at this field.
    pub error: Option<String>,
    /// A file that is here already: its upload, its name.
    pub here: Option<(UploadId, String)>,
    /// How large a file may be.
    pub hint: String,
    /// Largest file in words.
    pub most: String,
    /// Largest file in bytes.
    pub most_bytes: u64,
}

/// Kinds of a material, for the browser's own dialog.
const ACCEPT: &str = ".pdf,.docx,.pptx,.png,.jpg,.jpeg,.gif,.webp,.mp4,.m4v,.webm,.mp3,.m4a,.ogg,.wav";

impl FileField {
    /// The field, with the file that is here already from a form that was wrong.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn new(
        db: &Db,
        permit: &Permit<SendFiles>,
        t: T,
        label_key: &str,
        error: Option<String>,
        here: Option<UploadId>,
    ) -> Result<Self, WebError> {
        let mut held = None;
        if let Some(id) = here.filter(|_| error.is_none()) {
            let line = upload(&mut db.read().await?, permit.actor.account, id).await?;
            held = line.filter(super::UploadLine::complete).map(|line| (line.id, line.file_name));
        }
        let most_bytes = db.files().most();
        let most = size(t, most_bytes);
        Ok(Self {
            t,
            label: t.get(label_key).into_owned(),
            accept: ACCEPT,
            error,
            here: held,
            hint: t.arg("files-hint", "most", most.clone()).into_owned(),
            most,
            most_bytes,
        })
    }

    /// For a ZIP only.
    #[must_use]
    pub fn of_zip(mut self) -> Self {
        self.accept = ".zip";
        self
    }
}
