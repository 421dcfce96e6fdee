//! SQL of records; `person`, `assignment` and what lies beside them are written here and by the import only.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, AssignmentId, PersonId, PositionId, UnitId};

use super::model::{Changed, Facts, Private, Span};

sql!(
    RECORD,
    "SELECT p.id AS person_id, p.code, p.full_name, p.gender, p.birth_date, p.education, p.theory, p.management,
            r.rank, COALESCE(r.languages, '') AS languages, COALESCE(r.it_skill, '') AS it_skill,
            COALESCE(r.phone, '') AS phone, COALESCE(r.email, '') AS email, p.ethnic_code, r.party_joined_on, r.party_official_on,
            r.child_born_on, r.identity_sealed, f.province_id
     FROM person_find f
     JOIN person p ON p.id = f.person_id
     LEFT JOIN person_record r ON r.person_id = p.id
     WHERE f.person_id = $5 AND f.province_id = $1 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR f.commune_id = $3)
       AND (CAST($4 AS UUID) IS NULL OR f.person_id = $4)"
);
// whoever writes a record or its posts holds it first
sql!(HOLD, "UPDATE person SET code = code WHERE id = $1 AND removed_at IS NULL RETURNING code");
// the same for a job of the program, which has no scope
sql!(HOLD_ANY, "UPDATE person SET code = code WHERE id = $1 AND removed_at IS NULL RETURNING birth_date");
sql!(
    SET_PERSON,
    "UPDATE person SET full_name = $2, sort_key = $3, search_key = $4, sound_key = $5, gender = $6, birth_date = $7,
                       education = $8, theory = $9, management = $10
     WHERE id = $1"
);
sql!(
    SET_OPEN,
    "INSERT INTO person_record (person_id, province_id, rank, languages, it_skill, phone, email) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (person_id) DO UPDATE SET rank = excluded.rank, languages = excluded.languages, it_skill = excluded.it_skill,
         phone = excluded.phone, email = excluded.email"
);
sql!(SET_ETHNIC, "UPDATE person SET ethnic_code = $2 WHERE id = $1");
sql!(
    SET_PRIVATE,
    "INSERT INTO person_record (person_id, province_id, party_joined_on, party_official_on, child_born_on) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (person_id) DO UPDATE SET party_joined_on = excluded.party_joined_on,
         party_official_on = excluded.party_official_on, child_born_on = excluded.child_born_on"
);
sql!(SET_IDENTITY, "UPDATE person_record SET identity_sealed = $2, identity_mark = $3 WHERE person_id = $1");
sql!(
    BY_IDENTITY,
    "SELECT f.person_id FROM person_record r JOIN person_find f ON f.person_id = r.person_id
     WHERE r.province_id = $1 AND r.identity_mark = $5 AND NOT $2 AND (CAST($3 AS UUID) IS NULL OR f.commune_id = $3)
       AND (CAST($4 AS UUID) IS NULL OR f.person_id = $4)"
);
sql!(
    ADD_CHANGE,
    "INSERT INTO person_change (id, person_id, field, old, new, since, source, by_name, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);
sql!(
    CHANGES,
    "SELECT field, old, new, since, source, by_name, at FROM person_change WHERE person_id = $1 ORDER BY at, id"
);
sql!(
    POSTS,
    "SELECT a.id, a.valid_from, a.valid_to, a.kind, a.decision, a.ended_because, a.commune_id, a.office_id, a.position_id,
            o.title, k.name AS office, COALESCE(n.name, u.name) AS commune, u.kind AS commune_kind
     FROM assignment a
     JOIN position o ON o.id = a.position_id
     JOIN v_organisation_commune u ON u.commune_id = a.commune_id
     LEFT JOIN v_organisation_name n ON n.unit_id = a.commune_id
          AND n.valid_from <= CASE WHEN a.valid_to < $2 THEN a.valid_to ELSE $2 END
          AND (n.until IS NULL OR n.until > CASE WHEN a.valid_to < $2 THEN a.valid_to ELSE $2 END)
     LEFT JOIN office f ON f.unit_id = a.office_id
     LEFT JOIN office_kind k ON k.code = f.kind_code
     WHERE a.person_id = $1 ORDER BY a.valid_from DESC, a.id DESC"
);
sql!(
    ADD_POST,
    "INSERT INTO assignment (id, person_id, office_id, commune_id, position_id, valid_from, valid_to, kind, decision, ended_because)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);
sql!(END_POST, "UPDATE assignment SET valid_to = $2, ended_because = $3 WHERE id = $1");
sql!(SET_POST, "UPDATE assignment SET valid_from = $2, valid_to = $3, decision = $4, ended_because = $5 WHERE id = $1");
sql!(REMOVE_POST, "DELETE FROM assignment WHERE id = $1");
sql!(
    OFFICE_OF,
    "SELECT f.unit_id FROM office f WHERE f.commune_id = $1 AND f.kind_code = (SELECT p.office_code FROM position p WHERE p.id = $2)"
);
sql!(COMMUNE, "SELECT c.commune_id FROM v_organisation_commune c WHERE c.code = $1 AND c.province_id = $2");
// provinces share the list of posts: a post belongs to those that have its office; a line that only balances figures is none
sql!(
    POSITIONS,
    "SELECT p.id, p.code, p.title, COALESCE(k.name, '') AS office FROM position p
     LEFT JOIN office_kind k ON k.code = p.office_code
     WHERE p.level <> 'unallocated' AND (p.office_code IS NULL OR EXISTS
           (SELECT 1 FROM office o JOIN org_unit u ON u.id = o.commune_id WHERE o.kind_code = p.office_code AND u.parent_id = $1))
     ORDER BY p.place, p.id"
);
sql!(ETHNIC, "SELECT code, name FROM ethnic_group ORDER BY code");
sql!(LOCK_CODES, "UPDATE person_head SET id = id WHERE id = 1");
sql!(LAST_CODE, "SELECT MAX(code) FROM person WHERE code LIKE 'CB______'");

/// A record within the actor's scope.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Record {
    pub person_id: PersonId,
    pub code: String,
    pub province_id: UnitId,
    pub identity_sealed: Option<Vec<u8>>,
    #[sqlx(flatten)]
    pub facts: Facts,
    #[sqlx(flatten)]
    pub private: Private,
}

/// A post of a record.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Post {
    pub id: AssignmentId,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub kind: String,
    pub decision: String,
    pub ended_because: Option<String>,
    pub commune_id: UnitId,
    pub office_id: Option<UnitId>,
    pub position_id: PositionId,
    pub title: String,
    pub office: Option<String>,
    pub commune: String,
    pub commune_kind: String,
}

impl Post {
    /// As far as other posts must fit beside it.
    pub(super) fn span(&self) -> Span {
        Span { id: self.id, title: self.title.clone(), from: self.valid_from, to: self.valid_to }
    }

    /// Whether it is held on a day.
    pub(super) fn held_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day <= to)
    }
}

/// A change of a field.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct ChangeLine {
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub since: NaiveDate,
    pub source: String,
    pub by_name: String,
    pub at: DateTime<Utc>,
}

impl ChangeLine {
    pub(super) fn changed(&self) -> Changed {
        Changed { field: self.field.clone(), old: self.old.clone(), since: self.since }
    }
}

/// A post as forms offer it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct PositionLine {
    pub id: PositionId,
    pub code: String,
    pub title: String,
    pub office: String,
}

/// The record of somebody within the actor's scope.
pub(super) async fn record(conn: &mut Conn, actor: &Actor, person: PersonId) -> Result<Option<Record>, StoreError> {
    let (nobody, commune, own) = (actor.sees_nobody(), actor.commune(), actor.own_person());
    conn.opt(&RECORD, &[&actor.province, &nobody, &commune, &own, &person]).await
}

/// The same, held until the transaction ends.
pub(super) async fn hold(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Option<Record>, StoreError> {
    let held: Option<(String,)> = tx.opt(&HOLD, &[&person]).await?;
    match held {
        Some(_) => record(tx, actor, person).await,
        None => Ok(None),
    }
}

/// Holds anybody of the register until the transaction ends, and gives the birth date; none for who has left the register.
pub(super) async fn hold_any(tx: &mut Tx, person: PersonId) -> Result<Option<Option<NaiveDate>>, StoreError> {
    let held: Option<(Option<NaiveDate>,)> = tx.opt(&HOLD_ANY, &[&person]).await?;
    Ok(held.map(|(birth,)| birth))
}

/// Whose number has a mark, within the actor's scope.
pub(in crate::registry) async fn by_mark(
    conn: &mut Conn,
    actor: &Actor,
    mark: &str,
) -> Result<Option<PersonId>, StoreError> {
    let (nobody, commune, own) = (actor.sees_nobody(), actor.commune(), actor.own_person());
    let row: Option<(PersonId,)> = conn.opt(&BY_IDENTITY, &[&actor.province, &nobody, &commune, &own, &mark]).await?;
    Ok(row.map(|(person,)| person))
}

/// Posts of a record, newest first; their units are called as on a day, or on the last day of a post that ended before.
pub(super) async fn posts(conn: &mut Conn, person: PersonId, on: NaiveDate) -> Result<Vec<Post>, StoreError> {
    conn.all(&POSTS, &[&person, &on]).await
}

/// Changes of a record, newest last.
pub(super) async fn changes(conn: &mut Conn, person: PersonId) -> Result<Vec<ChangeLine>, StoreError> {
    conn.all(&CHANGES, &[&person]).await
}

/// Posts that exist in the actor's province.
pub(super) async fn positions(conn: &mut Conn, actor: &Actor) -> Result<Vec<PositionLine>, StoreError> {
    conn.all(&POSITIONS, &[&actor.province]).await
}

/// Ethnic groups, code and name.
pub(super) async fn ethnic_groups(conn: &mut Conn) -> Result<Vec<(String, String)>, StoreError> {
    conn.all(&ETHNIC, &[]).await
}

/// A commune of the actor's province by its code.
pub(super) async fn commune(conn: &mut Conn, actor: &Actor, code: &str) -> Result<Option<UnitId>, StoreError> {
    let row: Option<(UnitId,)> = conn.opt(&COMMUNE, &[&code, &actor.province]).await?;
    Ok(row.map(|(id,)| id))
}

/// The office of a commune to which a post belongs.
pub(super) async fn office_of(
    conn: &mut Conn,
    commune: UnitId,
    position: PositionId,
) -> Result<Option<UnitId>, StoreError> {
    let row: Option<(UnitId,)> = conn.opt(&OFFICE_OF, &[&commune, &position]).await?;
    Ok(row.map(|(id,)| id))
}

/// The highest number that the register has given to a person without a code of the own; 0 when it gave none. Nobody else is
/// given one until the transaction ends.
pub(in crate::registry) async fn last_number(tx: &mut Tx) -> Result<u32, StoreError> {
    tx.exec(&LOCK_CODES, &[]).await?;
    let (last,): (Option<String>,) = tx.one(&LAST_CODE, &[]).await?;
    Ok(last.and_then(|code| code.get(2..)?.parse().ok()).unwrap_or(0))
}

/// The code of a number that the register gives.
pub(in crate::registry) fn code_of(number: u32) -> String {
    format!("CB{number:06}")
}
