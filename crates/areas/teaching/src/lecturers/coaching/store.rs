//! SQL of coaching notes, and their writing; nobody else writes their table.

use ::store::{Change, Conn, Db, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, Actor, CoachingNoteId};

sql!(
    NOTES,
    "SELECT n.id, n.account_id, n.observed_on, n.observed, n.strengths, n.improve, n.until_on, n.done_on, n.edition, n.noted_by, n.noted_at,
            n.changed_by, n.changed_at, n.answer, n.answered_at
     FROM coaching_note n JOIN v_accounts_province w ON w.account_id = n.account_id
     WHERE n.account_id = $1 AND w.province_id = $2 AND (CAST($3 AS UUID) IS NULL OR n.id = $3)
     ORDER BY n.observed_on DESC, n.id DESC"
);
sql!(LOCK_NOTE, "UPDATE coaching_note SET edition = edition WHERE id = $1");
sql!(
    INSERT_NOTE,
    "INSERT INTO coaching_note (id, account_id, observed_on, observed, strengths, improve, until_on, done_on, edition, noted_by, noted_at,
                                changed_by, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $9, $10)"
);
sql!(
    UPDATE_NOTE,
    "UPDATE coaching_note SET observed_on = $2, observed = $3, strengths = $4, improve = $5, until_on = $6, done_on = $7,
            edition = edition + 1, changed_by = $8, changed_at = $9 WHERE id = $1"
);
sql!(ANSWER_NOTE, "UPDATE coaching_note SET answer = $2, answered_at = $3, edition = edition + 1 WHERE id = $1");

/// What the leadership says.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Draft {
    /// Day of the sitting.
    pub observed_on: NaiveDate,
    /// Which sitting: topic and class.
    pub observed: String,
    pub strengths: String,
    pub improve: String,
    /// Until when it is agreed to be better.
    pub until_on: Option<NaiveDate>,
    /// When it was seen to be.
    pub done_on: Option<NaiveDate>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Note {
    pub id: CoachingNoteId,
    #[sqlx(flatten)]
    pub draft: Draft,
    pub edition: i64,
    pub noted_by: String,
    pub noted_at: DateTime<Utc>,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
    /// What the lecturer says to it; empty while nothing.
    pub answer: String,
    pub answered_at: Option<DateTime<Utc>>,
}

/// Notes on a lecturer of the actor's province, the newest first.
pub(super) async fn notes(conn: &mut Conn, actor: &Actor, account: AccountId) -> Result<Vec<Note>, StoreError> {
    conn.all(&NOTES, &[&account, &actor.province, &None::<CoachingNoteId>]).await
}

/// One of them.
pub(super) async fn note(
    conn: &mut Conn,
    actor: &Actor,
    account: AccountId,
    id: CoachingNoteId,
) -> Result<Option<Note>, StoreError> {
    conn.opt(&NOTES, &[&account, &actor.province, &Some(id)]).await
}

/// What became of what somebody saved.
#[derive(Debug, PartialEq)]
pub(super) enum Saved {
    /// It stands, or stood already.
    Yes,
    /// No such note.
    Gone,
    /// Somebody else saved after the form was made.
    Overtaken(Box<Note>),
}

/// Notes something on a lecturer.
pub(super) async fn add(db: &Db, actor: &Actor, account: AccountId, draft: &Draft) -> Result<(), StoreError> {
    db.write(async |tx| {
        let (id, now) = (CoachingNoteId::new(tx.ids()), tx.now());
        let values: &[&dyn ::store::Bind] = &[
            &id,
            &account,
            &draft.observed_on,
            &draft.observed,
            &draft.strengths,
            &draft.improve,
            &draft.until_on,
            &draft.done_on,
            &actor.name,
            &now,
        ];
        tx.exec(&INSERT_NOTE, values).await?;
        tx.audit(actor, "lecturers.coaching.noted", account, Change::created(&id))
    })
    .await
}

/// Changes a note.
pub(super) async fn change(
    db: &Db,
    actor: &Actor,
    (account, id): (AccountId, CoachingNoteId),
    draft: &Draft,
    seen: i64,
) -> Result<Saved, StoreError> {
    db.write(async |tx| {
        tx.exec(&LOCK_NOTE, &[&id]).await?;
        let Some(before) = note(tx, actor, account, id).await? else { return Ok(Saved::Gone) };
        if before.draft == *draft {
            return Ok(Saved::Yes);
        }
        if before.edition != seen {
            return Ok(Saved::Overtaken(Box::new(before)));
        }
        let now = tx.now();
        let values: &[&dyn ::store::Bind] = &[
            &id,
            &draft.observed_on,
            &draft.observed,
            &draft.strengths,
            &draft.improve,
            &draft.until_on,
            &draft.done_on,
            &actor.name,
            &now,
        ];
        tx.exec(&UPDATE_NOTE, values).await?;
        tx.audit(actor, "lecturers.coaching.changed", account, Change::created(&id))?;
        Ok(Saved::Yes)
    })
    .await
}

/// What the lecturer says to a note on them.
pub(super) async fn answer(
    db: &Db,
    actor: &Actor,
    id: CoachingNoteId,
    text: &str,
    seen: i64,
) -> Result<Saved, StoreError> {
    db.write(async |tx| {
        tx.exec(&LOCK_NOTE, &[&id]).await?;
        let Some(before) = note(tx, actor, actor.account, id).await? else { return Ok(Saved::Gone) };
        if before.answer == text {
            return Ok(Saved::Yes);
        }
        // a note that was changed meanwhile may say something else by now
        if before.edition != seen {
            return Ok(Saved::Overtaken(Box::new(before)));
        }
        let now = tx.now();
        tx.exec(&ANSWER_NOTE, &[&id, &text, &now]).await?;
        tx.audit(actor, "lecturers.coaching.answered", actor.account, Change::created(&id))?;
        Ok(Saved::Yes)
    })
    .await
}
