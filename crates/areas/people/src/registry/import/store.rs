//! SQL of imports.

use ::store::{Conn, Statement, StoreError, Vault, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AssignmentId, ImportId, PersonId, PositionId, UnitId};
use serde::{Deserialize, Serialize};

use super::{
    BatchState, Counts, Importer, Reading, RowKind,
    check::Fault,
    flow::PORTION,
    lists::{Lists, PositionLine},
    plan::Planned,
    score::Candidate,
};
use crate::{organisation::lookup, registry::record::model::Value};

/// How another slice names the people that it needs: whoever is named cannot leave the register with an undo.
/// A slice that forgets to say so is still kept whole by its foreign key, but the refusal then names nobody.
pub struct NeedsPeople {
    /// Message key that ends the line `Nguyễn Văn A: …`.
    pub key: &'static str,
    /// One column, `person_id`, no parameters.
    pub statement: &'static Statement,
}
inventory::collect!(NeedsPeople);

sql!(COMMUNE_NAMES, "SELECT code, name, commune_id FROM v_organisation_commune WHERE province_id = $1 ORDER BY code");
// nobody is given a post in a unit that has ended
sql!(
    STANDING_COMMUNES,
    "SELECT code, name, commune_id FROM v_organisation_commune WHERE province_id = $1 AND (valid_to IS NULL OR valid_to >= $2) ORDER BY code"
);
sql!(OFFICE_KINDS, "SELECT code, name FROM office_kind ORDER BY code");
sql!(
    OFFICE_NAMES,
    "SELECT o.unit_id, k.name FROM office o JOIN office_kind k ON k.code = o.kind_code ORDER BY o.unit_id"
);
sql!(POSITIONS, "SELECT id, code, title, office_code, level FROM position ORDER BY place");
sql!(ETHNIC, "SELECT code, name FROM ethnic_group ORDER BY code");
sql!(
    PRESENT,
    "SELECT p.person_id, p.code, p.full_name, p.gender, p.birth_date, p.ethnic_code, p.education, p.theory, p.management,
            p.assignment_id, p.in_post_from, p.in_post_to, p.commune_id, p.office_id, p.position_id, u.province_id, o.source,
            r.rank, NULLIF(r.languages, '') AS languages, NULLIF(r.it_skill, '') AS it_skill, NULLIF(r.phone, '') AS phone,
            NULLIF(r.email, '') AS email, r.party_joined_on, r.party_official_on, r.identity_sealed, r.identity_mark
     FROM v_registry_person p
     JOIN v_organisation_commune u ON u.commune_id = p.commune_id
     JOIN person o ON o.id = p.person_id
     LEFT JOIN person_record r ON r.person_id = p.person_id"
);
// in the order in which they were said: the last one holds
sql!(SAID, "SELECT c.person_id, c.field, c.source, c.since FROM person_change c ORDER BY c.at, c.id");
sql!(
    ADD_BATCH,
    "INSERT INTO import_batch (id, province_id, file_name, sha256, content, state, uploaded_by, uploaded_at, mapping, rows_new, rows_changed,
                               rows_unchanged, rows_faulty, rows_skipped, rows_doubtful)
     VALUES ($1, $7, $2, $3, $4, 'previewed', $5, $6, '', 0, 0, 0, 0, 0, 0)"
);
sql!(
    FILL_BATCH,
    "UPDATE import_batch SET mapping = $2, rows_new = $3, rows_changed = $4, rows_unchanged = $5, rows_faulty = $6, rows_skipped = $7,
                             rows_doubtful = $8
     WHERE id = $1"
);
sql!(
    CLOSE_BATCH,
    "UPDATE import_batch SET state = $2, closed_by = $3, closed_at = $4, content = NULL WHERE id = $1 AND state = $5"
);
sql!(
    BATCH,
    "SELECT id, file_name, sha256, state, uploaded_at, closed_at, mapping, rows_new, rows_changed, rows_unchanged,
            rows_faulty, rows_skipped, rows_doubtful
     FROM import_batch WHERE id = $1 AND ($2 OR uploaded_by = $3) AND province_id IS NOT DISTINCT FROM $4"
);
sql!(
    BATCHES,
    "SELECT id, file_name, sha256, state, uploaded_at, closed_at, mapping, rows_new, rows_changed, rows_unchanged,
            rows_faulty, rows_skipped, rows_doubtful
     FROM import_batch WHERE ($1 OR uploaded_by = $2) AND province_id IS NOT DISTINCT FROM $3
     ORDER BY uploaded_at DESC, id DESC LIMIT 50"
);
sql!(CONTENT, "SELECT content FROM import_batch WHERE id = $1 AND content IS NOT NULL");
sql!(CLEAR_ROWS, "DELETE FROM import_row WHERE batch_id = $1");
sql!(
    ADD_ROW,
    "INSERT INTO import_row (batch_id, row_number, kind, person_id, shown_name, before, after, problems, candidates, kept)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);
sql!(
    ROWS,
    "SELECT row_number, kind, person_id, shown_name, before, after, problems, candidates, kept FROM import_row
     WHERE batch_id = $1 AND kind = $2 AND row_number > $3 ORDER BY row_number LIMIT $4"
);
sql!(
    WRITTEN_ROWS,
    "SELECT row_number, kind, person_id, shown_name, before, after, problems, candidates, kept FROM import_row
     WHERE batch_id = $1 AND kind IN ('new', 'changed') AND row_number > $2 ORDER BY row_number LIMIT $3"
);
sql!(
    UPDATE_PERSON,
    "UPDATE person SET full_name = $2, sort_key = $3, search_key = $4, sound_key = $5, gender = $6, birth_date = $7,
                       ethnic_code = $8, education = $9, theory = $10, management = $11
     WHERE id = $1"
);
sql!(
    ADD_RECORD,
    "INSERT INTO person_record (person_id, province_id, rank, languages, it_skill, phone, email, party_joined_on, party_official_on,
                                identity_sealed, identity_mark)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
sql!(
    SET_RECORD,
    "INSERT INTO person_record (person_id, province_id, rank, languages, it_skill, phone, email, party_joined_on, party_official_on)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (person_id) DO UPDATE SET rank = excluded.rank, languages = excluded.languages, it_skill = excluded.it_skill,
         phone = excluded.phone, email = excluded.email, party_joined_on = excluded.party_joined_on,
         party_official_on = excluded.party_official_on"
);
sql!(
    SET_IDENTITY,
    "INSERT INTO person_record (person_id, province_id, identity_sealed, identity_mark) VALUES ($1, $2, $3, $4)
     ON CONFLICT (person_id) DO UPDATE SET identity_sealed = excluded.identity_sealed, identity_mark = excluded.identity_mark"
);
sql!(
    END_ASSIGNMENT,
    "UPDATE assignment SET valid_to = CASE WHEN valid_from > $2 THEN valid_from ELSE $2 END, ended_because = 'moved' WHERE id = $1"
);
sql!(REOPEN_ASSIGNMENT, "UPDATE assignment SET valid_to = NULL, ended_because = NULL WHERE id = $1");
sql!(REMOVE_ASSIGNMENT, "DELETE FROM assignment WHERE id = $1");
sql!(
    REMOVE_NEW_ASSIGNMENTS,
    "DELETE FROM assignment WHERE person_id IN (SELECT person_id FROM import_row WHERE batch_id = $1 AND kind = 'new')"
);
sql!(
    REMOVE_NEW_PEOPLE,
    "DELETE FROM person WHERE id IN (SELECT person_id FROM import_row WHERE batch_id = $1 AND kind = 'new')"
);

/// Somebody as the register has them.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Present {
    pub(super) person_id: PersonId,
    pub(super) code: String,
    pub(super) assignment_id: AssignmentId,
    pub(super) in_post_from: NaiveDate,
    pub(super) in_post_to: Option<NaiveDate>,
    pub(super) province_id: UnitId,
    /// Who said the first values; empty where nobody noted it.
    pub(super) source: String,
    pub(super) identity_sealed: Option<Vec<u8>>,
    pub(super) identity_mark: Option<String>,
    #[sqlx(flatten)]
    pub(super) state: State,
}

/// Who said the value that a field has, and since when.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Said {
    pub(super) person_id: PersonId,
    pub(super) field: String,
    pub(super) source: String,
    pub(super) since: NaiveDate,
}

/// A value that the register keeps because a better source said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) field: String,
    pub(super) source: String,
    /// Since when it holds; none for the first value of a record.
    pub(super) since: Option<NaiveDate>,
}

/// An identity number as it lies in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SealedIdentity {
    /// Hexadecimal; sealed for the person.
    pub(super) sealed: String,
    pub(super) mark: String,
}

/// What an import can change of a person; stored before and after as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub(super) struct State {
    pub(super) full_name: String,
    pub(super) gender: Option<String>,
    pub(super) birth_date: Option<NaiveDate>,
    pub(super) ethnic_code: Option<String>,
    pub(super) education: Option<String>,
    pub(super) theory: Option<String>,
    pub(super) management: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rank: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) languages: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) it_skill: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) party_joined_on: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) party_official_on: Option<NaiveDate>,
    pub(super) commune_id: UnitId,
    pub(super) office_id: Option<UnitId>,
    pub(super) position_id: PositionId,
}

/// A [`State`] without what is sensitive: borrowed, since thousands are written at once.
#[derive(Debug, Serialize)]
pub(super) struct AuditedState<'a> {
    full_name: &'a str,
    gender: Option<&'a str>,
    birth_date: Option<NaiveDate>,
    ethnic_code: bool,
    education: Option<&'a str>,
    theory: Option<&'a str>,
    management: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    it_skill: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    party_joined_on: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    party_official_on: bool,
    commune_id: UnitId,
    office_id: Option<UnitId>,
    position_id: PositionId,
}

impl Present {
    /// The identity number as it lies in the database.
    pub(super) fn identity(&self) -> Option<SealedIdentity> {
        let (sealed, mark) = (self.identity_sealed.as_ref()?, self.identity_mark.as_ref()?);
        Some(SealedIdentity { sealed: hex::encode(sealed), mark: mark.clone() })
    }
}

impl State {
    /// Every field of the record with its value, under the names by which the history of a record keeps them.
    pub(super) fn values(&self) -> Vec<Value> {
        vec![
            ("full_name", Some(self.full_name.clone())),
            ("gender", self.gender.clone()),
            ("birth_date", self.birth_date.map(|day| day.to_string())),
            ("ethnic_code", self.ethnic_code.clone()),
            ("education", self.education.clone()),
            ("theory", self.theory.clone()),
            ("management", self.management.clone()),
            ("rank", self.rank.clone()),
            ("languages", self.languages.clone()),
            ("it_skill", self.it_skill.clone()),
            ("phone", self.phone.clone()),
            ("email", self.email.clone()),
            ("party_joined_on", self.party_joined_on.map(|day| day.to_string())),
            ("party_official_on", self.party_official_on.map(|day| day.to_string())),
        ]
    }

    /// Takes one field of [`State::values`] from another state.
    pub(super) fn take(&mut self, field: &str, from: &Self) {
        match field {
            "full_name" => self.full_name.clone_from(&from.full_name),
            "gender" => self.gender.clone_from(&from.gender),
            "birth_date" => self.birth_date = from.birth_date,
            "ethnic_code" => self.ethnic_code.clone_from(&from.ethnic_code),
            "education" => self.education.clone_from(&from.education),
            "theory" => self.theory.clone_from(&from.theory),
            "management" => self.management.clone_from(&from.management),
            "rank" => self.rank.clone_from(&from.rank),
            "languages" => self.languages.clone_from(&from.languages),
            "it_skill" => self.it_skill.clone_from(&from.it_skill),
            "phone" => self.phone.clone_from(&from.phone),
            "email" => self.email.clone_from(&from.email),
            "party_joined_on" => self.party_joined_on = from.party_joined_on,
            "party_official_on" => self.party_official_on = from.party_official_on,
            _ => {}
        }
    }

    /// What lies beside the list, where there is any of it.
    pub(super) fn has_record(&self) -> bool {
        let texts = [&self.rank, &self.languages, &self.it_skill, &self.phone, &self.email];
        texts.iter().any(|text| text.is_some()) || self.party_joined_on.is_some() || self.party_official_on.is_some()
    }

    /// As the audit keeps it: of sensitive fields only whether there is a value.
    pub(super) fn audited(&self) -> AuditedState<'_> {
        AuditedState {
            full_name: &self.full_name,
            gender: self.gender.as_deref(),
            birth_date: self.birth_date,
            ethnic_code: self.ethnic_code.is_some(),
            education: self.education.as_deref(),
            theory: self.theory.as_deref(),
            management: self.management.as_deref(),
            rank: self.rank.as_deref(),
            languages: self.languages.as_deref(),
            it_skill: self.it_skill.as_deref(),
            phone: self.phone.as_deref(),
            email: self.email.as_deref(),
            party_joined_on: self.party_joined_on.is_some(),
            party_official_on: self.party_official_on.is_some(),
            commune_id: self.commune_id,
            office_id: self.office_id,
            position_id: self.position_id,
        }
    }

    /// What makes a post: another one begins when any of it changes.
    pub(super) fn post(&self) -> (UnitId, Option<UnitId>, PositionId) {
        (self.commune_id, self.office_id, self.position_id)
    }
}

/// What a row writes: the state of the person and what else a commit and an undo need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    #[serde(flatten)]
    pub(super) state: State,
    /// Code of a new person, where the sheet says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    /// First day of a new post, where the sheet says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<NaiveDate>,
    /// The post that ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ended: Option<AssignmentId>,
    /// The post that begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) began: Option<AssignmentId>,
    /// The identity number, where it becomes another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) identity: Option<SealedIdentity>,
    /// The identity number that the register had before the commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) identity_before: Option<SealedIdentity>,
}

/// A batch without its content.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[expect(missing_docs, reason = "columns of import_batch, described in the dictionary")]
pub struct Batch {
    pub id: ImportId,
    pub file_name: String,
    pub sha256: String,
    pub state: BatchState,
    pub uploaded_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub mapping: String,
    #[sqlx(flatten)]
    pub counts: Counts,
}

impl Batch {
    /// How the file is read.
    ///
    /// # Errors
    /// When the stored text is not what this program writes.
    pub fn reading(&self) -> Result<Reading, StoreError> {
        Ok(serde_json::from_str(&self.mapping)?)
    }
}

/// A row of a batch as the table has it.
#[derive(Debug, sqlx::FromRow)]
struct RowLine {
    row_number: i64,
    kind: RowKind,
    person_id: Option<PersonId>,
    shown_name: String,
    before: Option<String>,
    after: Option<String>,
    problems: String,
    candidates: String,
    kept: String,
}

/// A list as a column keeps it: nothing where it is empty.
fn listed<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>, StoreError> {
    if text.is_empty() { Ok(Vec::new()) } else { Ok(serde_json::from_str(text)?) }
}

impl RowLine {
    fn planned(self) -> Result<Planned, StoreError> {
        Ok(Planned {
            row: self.row_number,
            kind: self.kind,
            name: self.shown_name,
            person: self.person_id,
            before: self.before.as_deref().map(serde_json::from_str).transpose()?,
            after: self.after.as_deref().map(serde_json::from_str).transpose()?,
            faults: listed::<Fault>(&self.problems)?,
            candidates: listed::<Candidate>(&self.candidates)?,
            kept: listed::<Kept>(&self.kept)?,
            identity: None,
        })
    }
}

/// A batch within the importer's scope and province: whoever is confined to a commune sees the own batches only.
pub(super) async fn batch(conn: &mut Conn, who: Importer<'_>, id: ImportId) -> Result<Option<Batch>, StoreError> {
    conn.opt(&BATCH, &[&id, &who.commune().is_none(), &who.account(), &who.province()]).await
}

/// The latest batches within the importer's scope and province.
pub(super) async fn batches(conn: &mut Conn, who: Importer<'_>) -> Result<Vec<Batch>, StoreError> {
    conn.all(&BATCHES, &[&who.commune().is_none(), &who.account(), &who.province()]).await
}

/// The uploaded bytes of a batch that is not decided yet; they lie sealed, since rosters name identity numbers.
pub(super) async fn content(conn: &mut Conn, vault: &Vault, id: ImportId) -> Result<Vec<u8>, StoreError> {
    let (sealed,): (Vec<u8>,) = conn.one(&CONTENT, &[&id]).await?;
    Ok(vault.open_bytes(&id.to_string(), &sealed)?)
}

/// Rows of a kind after a number.
pub(super) async fn rows(
    conn: &mut Conn,
    id: ImportId,
    kind: RowKind,
    after: i64,
    most: i64,
) -> Result<Vec<Planned>, StoreError> {
    let rows: Vec<RowLine> = conn.all(&ROWS, &[&id, &kind, &after, &most]).await?;
    rows.into_iter().map(RowLine::planned).collect()
}

/// The next rows that a commit writes or has written, behind `last`, which becomes the number of the last of them;
/// `None` when there are no more.
pub(super) async fn written_rows(
    conn: &mut Conn,
    id: ImportId,
    last: &mut i64,
) -> Result<Option<Vec<Planned>>, StoreError> {
    let most = i64::try_from(PORTION).unwrap_or(i64::MAX);
    let rows: Vec<RowLine> = conn.all(&WRITTEN_ROWS, &[&id, last, &most]).await?;
    let Some(end) = rows.last() else { return Ok(None) };
    *last = end.row_number;
    rows.into_iter().map(RowLine::planned).collect::<Result<_, _>>().map(Some)
}

/// The words that rosters of a province use for what the organisation has.
pub(super) async fn lists(conn: &mut Conn, province: Option<UnitId>, today: NaiveDate) -> Result<Lists, StoreError> {
    let communes: Vec<(String, String, UnitId)> = conn.all(&STANDING_COMMUNES, &[&province, &today]).await?;
    let kinds: Vec<(String, String)> = conn.all(&OFFICE_KINDS, &[]).await?;
    let positions: Vec<PositionLine> = conn.all(&POSITIONS, &[]).await?;
    let ethnic: Vec<(String, String)> = conn.all(&ETHNIC, &[]).await?;
    let offices = lookup(conn).await?.offices;
    Ok(Lists::of(&communes, &kinds, offices, positions, &ethnic))
}

/// Everybody who is in the register now, of every province: codes of people are unique among all.
pub(super) async fn present(conn: &mut Conn) -> Result<(Vec<Present>, Vec<Said>), StoreError> {
    Ok((conn.all(&PRESENT, &[]).await?, conn.all(&SAID, &[]).await?))
}
