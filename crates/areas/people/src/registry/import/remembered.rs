//! What a unit remembers of columns: how somebody has put them right, for the next file with the same headings.

use std::collections::BTreeMap;

use ::store::{Change, Conn, Db, StoreError, Tx, sql};
use chrono::{DateTime, Utc};
use kernel::{ImportId, ImportMappingId, UnitId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    BatchState,
    actions::{ImportError, Importer, other_sheet},
    columns::{Column, Headings, Mapping, detect},
    sheet::Sheet,
    store::{Batch, batch},
};

sql!(
    REMEMBERED,
    "SELECT id, headings_key, headings, rows_below, meanings, saved_at FROM import_mapping WHERE unit_id = $1
     ORDER BY saved_at DESC, id DESC"
);
sql!(
    REMEMBER,
    "INSERT INTO import_mapping (id, unit_id, headings_key, headings, rows_below, meanings, saved_by, saved_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (unit_id, headings_key) DO UPDATE
     SET rows_below = excluded.rows_below, meanings = excluded.meanings, saved_by = excluded.saved_by, saved_at = excluded.saved_at"
);
sql!(FORGET, "DELETE FROM import_mapping WHERE id = $1 AND unit_id = $2");
/// Where the meanings of columns come from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Found from the headings, or given by hand for a sheet that has none.
    #[default]
    Found,
    /// Remembered from an earlier file of the unit.
    Remembered(ImportMappingId),
    /// Given by hand; a commit remembers them for files with these headings.
    ByHand(Headings),
}

/// Columns that a unit has put right by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remembered {
    pub(super) id: ImportMappingId,
    pub(super) headings_key: String,
    pub(super) headings: Headings,
    pub(super) columns: BTreeMap<usize, Column>,
    pub(super) saved_at: DateTime<Utc>,
}

/// A row of `import_mapping`.
#[derive(Debug, sqlx::FromRow)]
struct MappingLine {
    id: ImportMappingId,
    headings_key: String,
    headings: String,
    rows_below: i64,
    meanings: String,
    saved_at: DateTime<Utc>,
}

/// What a unit remembers of columns, the latest first; nothing for an importer without a unit.
pub(super) async fn remembered(conn: &mut Conn, unit: Option<UnitId>) -> Result<Vec<Remembered>, StoreError> {
    let lines: Vec<MappingLine> = conn.all(&REMEMBERED, &[&unit]).await?;
    let read = |line: MappingLine| {
        let below = usize::try_from(line.rows_below).unwrap_or(0);
        let headings = Headings { rows: serde_json::from_str(&line.headings)?, below };
        let columns = serde_json::from_str(&line.meanings)?;
        let MappingLine { id, headings_key, saved_at, .. } = line;
        Ok(Remembered { id, headings_key, headings, columns, saved_at })
    };
    lines.into_iter().map(read).collect()
}

/// What the columns mean: as the unit has said of these headings before, else as the headings tell. The sheet that
/// looks most like a roster comes first.
pub(super) fn found(sheets: &[Sheet], remembered: &[Remembered]) -> Option<(Mapping, Source)> {
    let detected = detect(sheets);
    let likely = detected.as_ref().map(|mapping| mapping.sheet.as_str());
    let mut by_likeness: Vec<&Sheet> = sheets.iter().collect();
    by_likeness.sort_by_key(|sheet| Some(sheet.name.as_str()) != likely);
    by_likeness
        .into_iter()
        .find_map(|sheet| {
            let (known, head_rows) = remembered.iter().find_map(|r| Some((r, r.headings.head_rows(sheet)?)))?;
            let mapping = Mapping { sheet: sheet.name.clone(), head_rows, columns: known.columns.clone() };
            Some((mapping, Source::Remembered(known.id)))
        })
        .or_else(|| detected.map(|mapping| (mapping, Source::Found)))
}

/// Remembers for the unit what somebody said of these headings, in the place of what was remembered of them.
pub(super) async fn remember(
    tx: &mut Tx,
    who: Importer<'_>,
    unit: UnitId,
    headings: &Headings,
    mapping: &Mapping,
) -> Result<(), StoreError> {
    let texts = serde_json::to_string(&headings.rows)?;
    let key = hex::encode(Sha256::digest(texts.as_bytes()));
    let before = remembered(tx, Some(unit)).await?.into_iter().find(|r| r.headings_key == key);
    let id = before.as_ref().map_or_else(|| ImportMappingId::new(tx.ids()), |r| r.id);
    let (meanings, below) = (serde_json::to_string(&mapping.columns)?, i64::try_from(headings.below).unwrap_or(0));
    let (account, now) = (who.account(), tx.now());
    tx.exec(&REMEMBER, &[&id, &unit, &key, &texts, &below, &meanings, &account, &now]).await?;
    let note =
        |headings: &Headings, columns| serde_json::json!({ "unit": unit, "headings": headings, "columns": columns });
    let after = note(headings, &mapping.columns);
    let change = match &before {
        Some(r) => Change::changed(&note(&r.headings, &r.columns), &after),
        None => Change::created(&after),
    };
    tx.audit(who.by(), "registry.mapping.remembered", id, change)
}

/// What is remembered of the columns of a batch: what it was read with, or what its commit has kept.
///
/// # Errors
/// The database's failure.
pub(super) async fn remembered_of(
    conn: &mut Conn,
    who: Importer<'_>,
    batch: &Batch,
) -> Result<Option<Remembered>, StoreError> {
    let source = batch.reading()?.source;
    let all = remembered(conn, who.unit()).await?;
    Ok(all.into_iter().find(|r| match &source {
        Source::Found => false,
        Source::Remembered(id) => r.id == *id,
        Source::ByHand(headings) => batch.closed_at.is_some() && r.headings == *headings,
    }))
}

/// Forgets what the importer's unit remembers of the columns of a batch. One that is not decided yet is read anew as
/// its headings tell.
///
/// # Errors
/// [`ImportError::NotFound`]; the database's failure.
pub async fn forget<'a>(db: &Db, who: impl Into<Importer<'a>>, id: ImportId) -> Result<(), ImportError> {
    let who = who.into();
    let known = db
        .write(async |tx| {
            let known = batch(tx, who, id).await?.ok_or(ImportError::NotFound)?;
            let gone = remembered_of(tx, who, &known).await?.ok_or(ImportError::NotFound)?;
            tx.exec(&FORGET, &[&gone.id, &who.unit()]).await?;
            let note = serde_json::json!({ "unit": who.unit(), "headings": gone.headings, "columns": gone.columns });
            tx.audit(who.by(), "registry.mapping.forgotten", gone.id, Change::removed(&note))?;
            Ok::<_, ImportError>(known)
        })
        .await?;
    if known.state == BatchState::Previewed {
        let name = known.reading()?.mapping.sheet;
        match other_sheet(db, who, id, &name).await {
            // headings that nobody knows keep their columns until the batch is decided
            Ok(_) | Err(ImportError::NoRoster) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
