//! Many materials at once: a folder of files as a ZIP, with what became of each.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, Write},
};

use ::store::{Db, StoreError};
use axum::extract::State;
use documents::reading::{Format, Refused};
use kernel::{MaterialId, UploadId, text};
use web::{
    Answer, Errors, Permit, Streamed, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Select, Wrong},
};
use zip::{ZipArchive, result::ZipError};

use super::{
    WriteMaterials,
    actions::{Brought, MaterialDraft, MaterialError, TopicRef, add_material, known_file},
    edit::{Lists, topic_choices, topic_ref},
    model::{SOURCE_MOST, TITLE_MOST},
    store::topics,
};
use crate::{
    files::{self, FileError, FileField, Received},
    scheme,
};

/// Files that one ZIP may bring.
const PARTS_MOST: usize = 500;
/// Bytes of one file in it, unpacked.
const PART_MOST: u64 = 1 << 30;
/// Bytes of all files in it, unpacked.
const UNPACKED_MOST: u64 = 8 << 30;

/// What became of one file of a ZIP.
#[derive(Debug)]
pub struct Part {
    /// Its path there.
    pub path: String,
    /// The material that it is now, or why it is none.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Debug)]
pub enum Outcome {
    /// It is a material now.
    Added(MaterialId),
    /// The very same file is a material already: its id and title.
    Known(MaterialId, String),
    /// It leads out of the folder: nothing of it is unpacked.
    Path,
    /// It is protected by a password.
    Locked,
    /// Why it was refused.
    Refused(FileError),
}

/// Why a ZIP was not taken apart at all.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is no ZIP, or damaged.
    #[error("no ZIP")]
    Broken,
    /// It holds more files than are taken at once: so many.
    #[error("{0} files")]
    TooMany(usize),
    /// Unpacked it would be too large.
    #[error("too large unpacked")]
    TooLarge,
    /// It holds no file.
    #[error("no file")]
    Nothing,
    /// What is wrong with the upload.
    #[error(transparent)]
    File(#[from] FileError),
    /// The database's failure.
    #[error("importing materials")]
    Store(#[from] StoreError),
}

/// What operating systems add to a ZIP by themselves.
fn is_litter(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.starts_with("__MACOSX/") || name.starts_with("._") || matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// A part that can be unpacked, or why not.
enum Found {
    File(usize),
    Not(Outcome),
}

/// Paths of the files in a ZIP with their places.
fn paths(archive: &mut ZipArchive<BufReader<File>>) -> Result<Vec<(String, Found)>, ArchiveError> {
    let mut found = Vec::new();
    let mut unpacked: u64 = 0;
    for place in 0..archive.len() {
        let part = archive.by_index_raw(place).map_err(|_| ArchiveError::Broken)?;
        let raw = match part.name() {
            Ok(name) => name.into_owned(),
            Err(_) => String::from_utf8_lossy(part.name_raw()).into_owned(),
        };
        let path = raw.replace('\\', "/");
        if part.is_dir() || path.ends_with('/') || is_litter(&path) {
            continue;
        }
        unpacked = unpacked.saturating_add(part.size());
        let leaves = path.starts_with('/') || path.contains(':') || path.split('/').any(|step| step == "..");
        let state = if leaves || part.is_symlink() {
            Found::Not(Outcome::Path)
        } else if part.encrypted() {
            Found::Not(Outcome::Locked)
        } else {
            Found::File(place)
        };
        let shown: String = text::clean(&path).chars().take(300).collect();
        found.push((shown, state));
    }
    if unpacked > UNPACKED_MOST {
        return Err(ArchiveError::TooLarge);
    }
    match found.len() {
        0 => Err(ArchiveError::Nothing),
        n if n > PARTS_MOST => Err(ArchiveError::TooMany(n)),
        _ => Ok(found),
    }
}

/// Unpacks one file, up to its limit.
fn unpack(archive: &mut ZipArchive<BufReader<File>>, place: usize, mut to: File) -> Result<File, FileError> {
    let broken = |_: ZipError| FileError::Refused(Refused::Broken);
    let part = archive.by_index(place).map_err(broken)?;
    let packed = part.compressed_size();
    let mut limited = part.take(PART_MOST + 1);
    let length = std::io::copy(&mut limited, &mut to).map_err(|e| match e.kind() {
        std::io::ErrorKind::StorageFull => FileError::Store(StoreError::DiskFull),
        _ => FileError::Refused(Refused::Broken),
    })?;
    if length > PART_MOST {
        return Err(FileError::TooLarge { size: length, most: PART_MOST });
    }
    // a file is text at best: what shrinks more is made to burst
    if length > 100 << 20 && length / 500 > packed {
        return Err(FileError::Refused(Refused::Bomb));
    }
    to.flush().and_then(|()| to.rewind()).map_err(|e| StoreError::Files(Box::new(e)))?;
    Ok(to)
}

/// The title that a path gives: its file's name without the ending, underlines as spaces.
fn title_of(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let letters: String = stem.chars().map(|c| if c == '_' { ' ' } else { c }).collect();
    let letters: String = letters.chars().filter(|c| *c == ' ' || text::line(&c.to_string(), 1).is_ok()).collect();
    let title: String = text::clean(&letters).chars().take(TITLE_MOST).collect();
    // of pictographs alone nothing is left: then the whole path without them
    if title.is_empty() { text::clean(&path.chars().filter(char::is_ascii).collect::<String>()) } else { title }
}

/// What every file of a ZIP has in common.
#[derive(Debug, Clone)]
pub struct Common {
    /// Code of the kind.
    pub kind: String,
    /// Where they come from.
    pub source: String,
    /// Code of the ground on which they may be used.
    pub licence: String,
    /// The topic that they serve.
    pub topic: Option<TopicRef>,
}

/// Makes every file of an uploaded ZIP a material; what became of each, in the order of the ZIP. A file that is refused
/// does not stop the others.
///
/// # Errors
/// [`ArchiveError`]: then nothing was added.
pub async fn import_archive(
    db: &Db,
    permit: &Permit<WriteMaterials>,
    upload: UploadId,
    common: &Common,
) -> Result<Vec<Part>, ArchiveError> {
    let thread = |e: tokio::task::JoinError| StoreError::Files(Box::new(e));
    let (line, file) = files::spool(db, &permit.actor, upload).await?;
    if Format::of_name(&line.file_name).map_err(FileError::from)? != Format::Zip {
        return Err(FileError::Refused(Refused::NotAs("zip".to_owned())).into());
    }
    let opened = tokio::task::spawn_blocking(move || {
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| ArchiveError::Broken)?;
        let found = paths(&mut archive)?;
        Ok::<_, ArchiveError>((archive, found))
    });
    let (mut archive, found) = opened.await.map_err(thread)??;
    // the ZIP is used from here on: sending the form twice does not bring everything twice
    db.write(async |tx| files::use_up(tx, upload).await).await?;
    let mut report = Vec::with_capacity(found.len());
    for (path, state) in found {
        let place = match state {
            Found::Not(outcome) => {
                report.push(Part { path, outcome });
                continue;
            }
            Found::File(place) => place,
        };
        let outcome = match Format::of_name(&path) {
            Err(refused) => Outcome::Refused(refused.into()),
            Ok(_) => {
                let to = db.files().spare()?;
                let work = move || {
                    let file = unpack(&mut archive, place, to);
                    (archive, file)
                };
                let (back, file) = tokio::task::spawn_blocking(work).await.map_err(thread)?;
                archive = back;
                match file {
                    Ok(file) => added(db, permit, &path, file, common).await?,
                    Err(FileError::Store(error)) => return Err(error.into()),
                    Err(error) => Outcome::Refused(error),
                }
            }
        };
        report.push(Part { path, outcome });
    }
    Ok(report)
}

async fn added(
    db: &Db,
    permit: &Permit<WriteMaterials>,
    path: &str,
    file: File,
    common: &Common,
) -> Result<Outcome, ArchiveError> {
    let kept = match files::take_in_file(db, path, file).await {
        Ok(kept) => kept,
        Err(FileError::Store(error)) => return Err(error.into()),
        Err(error) => return Ok(Outcome::Refused(error)),
    };
    if let Some((id, title)) = known_file(db, &permit.actor, &kept.sha256).await? {
        return Ok(Outcome::Known(id, title));
    }
    let draft = MaterialDraft {
        title: title_of(path),
        kind: common.kind.clone(),
        source: common.source.clone(),
        licence: common.licence.clone(),
    };
    let serves: Vec<TopicRef> = common.topic.iter().cloned().collect();
    match add_material(db, permit, &draft, &Brought::File(kept, None), &serves).await {
        Ok(id) => Ok(Outcome::Added(id)),
        Err(MaterialError::Store(error)) => Err(error.into()),
        Err(MaterialError::File(error)) => Ok(Outcome::Refused(error)),
        Err(other) => Err(StoreError::Files(Box::new(other)).into()),
    }
}

struct Row {
    path: String,
    tone: &'static str,
    word: &'static str,
    link: Option<(MaterialId, String)>,
    reason: String,
}

#[derive(askama::Template)]
#[template(path = "materials/archive.html")]
struct ArchivePage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    file: FileField,
    kind: Select<'a>,
    licence: Select<'a>,
    source: Field<'a>,
    topic: Select<'a>,
}

#[derive(askama::Template)]
#[template(path = "materials/archive_report.html")]
struct ReportPage {
    t: T,
    crumbs: Crumbs,
    rows: Vec<Row>,
    sum: String,
}

async fn form(ui: &Ui, db: &Db, permit: &Permit<WriteMaterials>, received: &Received, errors: &Errors) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, &permit.actor).await?.ok_or(WebError::NotFound)?;
    let choices: Vec<Choice> = topic_choices(&topics(&mut conn, scheme.id).await?);
    drop(conn);
    let lists = Lists::new(t);
    let or = |name: &str, usual: &'static str| match received.get(name) {
        "" => usual.to_owned(),
        typed => typed.to_owned(),
    };
    let (kind, licence) = (or("kind", "lesson_plan"), or("licence", "own"));
    let sender = Permit::check(&permit.actor)?;
    let file = FileField::new(db, &sender, t, "materials-zip", errors.at(t, "file"), received.upload).await?.of_zip();
    let page = ArchivePage {
        t,
        crumbs: Crumbs::to(t, t.get("materials-import")).by("/materials", t.get("materials-title")),
        wrong: Wrong::of(t, errors),
        file,
        kind: Select::new(t, errors, "kind", "materials-kind", &kind, &lists.kinds),
        licence: Select::new(t, errors, "licence", "materials-licence", &licence, &lists.licences),
        source: Field::new(t, errors, "source", "materials-source", received.get("source"))
            .hint("materials-source-hint")
            .class("wide"),
        topic: Select::new(t, errors, "topic", "materials-topic", received.get("topic"), &choices)
            .or_empty("materials-topic-none")
            .class("wide"),
    };
    ui.page_with(web::components::Overtaken::status(None, errors), t.get("materials-import"), &page)
}

/// GET /materials/import
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<WriteMaterials>) -> Answer {
    form(&ui, &db, &permit, &Received::default(), &Errors::new()).await
}

/// POST /materials/import
pub(super) async fn post(ui: Ui, State(db): State<Db>, permit: Permit<WriteMaterials>, sent: Streamed) -> Answer {
    let t = ui.t;
    let mut received = files::receive(&db, &Permit::check(&permit.actor)?, sent).await?;
    let mut errors = Errors::new();
    if let Some(error) = received.refused.take() {
        received.upload = None;
        let (key, args) = files::told(t, error)?;
        errors.add_with("file", key, args);
    }
    let source = errors.line_or_empty(t, "source", "materials-source", received.get("source"), SOURCE_MOST);
    let kind = errors.choice(t, "kind", "materials-kind", received.get("kind"), &super::KINDS).to_owned();
    let licence =
        errors.choice(t, "licence", "materials-licence", received.get("licence"), &super::LICENCES).to_owned();
    let topic = topic_ref(received.get("topic"));
    if topic.is_none() && !received.get("topic").is_empty() {
        errors.add("topic", "materials-topic-unknown");
    }
    if received.upload.is_none() {
        errors.add("file", "materials-zip-none");
    }
    if let Some(upload) = received.upload.filter(|_| errors.is_empty()) {
        match import_archive(&db, &permit, upload, &Common { kind, source, licence, topic }).await {
            Ok(parts) => return report(&ui, parts),
            Err(ArchiveError::Store(error)) => return Err(error.into()),
            Err(error) => {
                received.upload = None;
                match error {
                    ArchiveError::File(error) => {
                        let (key, args) = files::told(t, error)?;
                        errors.add_with("file", key, args);
                    }
                    ArchiveError::TooMany(n) => errors.add_with(
                        "file",
                        "materials-zip-many",
                        vec![("n", n.into()), ("most", PARTS_MOST.into())],
                    ),
                    ArchiveError::TooLarge => errors.add("file", "files-bomb"),
                    ArchiveError::Nothing => errors.add("file", "materials-zip-empty"),
                    ArchiveError::Broken | ArchiveError::Store(_) => errors.add("file", "files-broken"),
                }
            }
        }
    }
    form(&ui, &db, &permit, &received, &errors).await
}

fn report(ui: &Ui, parts: Vec<Part>) -> Answer {
    let t = ui.t;
    let mut rows = Vec::with_capacity(parts.len());
    for Part { path, outcome } in parts {
        let (tone, word, link, reason) = match outcome {
            Outcome::Added(id) => ("good", "materials-zip-added", Some((id, title_of(&path))), String::new()),
            Outcome::Known(id, title) => ("info", "materials-zip-known", Some((id, title)), String::new()),
            Outcome::Path => ("bad", "materials-zip-refused", None, t.get("materials-zip-path").into_owned()),
            Outcome::Locked => ("bad", "materials-zip-refused", None, t.get("materials-zip-locked").into_owned()),
            Outcome::Refused(error) => {
                let (key, args) = files::told(t, error)?;
                ("bad", "materials-zip-refused", None, t.args(key, args).into_owned())
            }
        };
        rows.push(Row { path, tone, word, link, reason });
    }
    let of = |tone: &str| rows.iter().filter(|row| row.tone == tone).count();
    let page = ReportPage {
        t,
        crumbs: Crumbs::to(t, t.get("materials-zip-report"))
            .by("/materials", t.get("materials-title"))
            .by("/materials/import", t.get("materials-import")),
        sum: t
            .args(
                "materials-zip-sum",
                [("added", of("good").into()), ("refused", of("bad").into()), ("all", rows.len().into())],
            )
            .into_owned(),
        rows,
    };
    ui.page(t.get("materials-zip-report"), &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_a_title() {
        assert_eq!(title_of("Lớp 29/Giáo_án số 1.v2.docx"), "Giáo án số 1.v2");
        assert_eq!(title_of("😀.pdf"), ".pdf");
        assert_eq!(title_of(&format!("{}.pdf", "ắ".repeat(400))).chars().count(), TITLE_MOST);
        assert!(is_litter("__MACOSX/a/._b.pdf") && is_litter("a/.DS_Store") && !is_litter("a/b.pdf"));
    }
}
