//! The audit: who changed what, when, from what, to what; each record carries the hash of the one before.
//!
//! Records are collected by [`crate::Tx::audit`] and appended when the transaction commits, so that a
//! change and its record are one, and the head of the chain is locked for the shortest time.

use chrono::{DateTime, Utc};
use kernel::{AccountId, Actor};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Conn, StoreError, sql};

/// Who is behind a change.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// A signed-in person.
    Actor(&'a Actor),
    /// The program itself (a job, the command line), by a stable name such as `cli.import`.
    System(&'a str),
}

impl<'a> From<&'a Actor> for By<'a> {
    fn from(actor: &'a Actor) -> Self {
        Self::Actor(actor)
    }
}

/// What a change did: the state before and after, either may be absent.
#[derive(Debug, Default)]
pub struct Change {
    before: Option<Value>,
    after: Option<Value>,
    error: Option<serde_json::Error>,
}

impl Change {
    fn of(before: Option<Result<Value, serde_json::Error>>, after: Option<Result<Value, serde_json::Error>>) -> Self {
        let mut change = Self::default();
        for (slot, value) in [(&mut change.before, before), (&mut change.after, after)] {
            match value {
                Some(Ok(value)) => *slot = Some(value),
                Some(Err(error)) => change.error = Some(error),
                None => {}
            }
        }
        change
    }

    /// Something came to be, or a fact was noted.
    #[must_use]
    pub fn created(after: &impl Serialize) -> Self {
        Self::of(None, Some(serde_json::to_value(after)))
    }

    /// Something became something else.
    #[must_use]
    pub fn changed(before: &impl Serialize, after: &impl Serialize) -> Self {
        Self::of(Some(serde_json::to_value(before)), Some(serde_json::to_value(after)))
    }

    /// Something is no more.
    #[must_use]
    pub fn removed(before: &impl Serialize) -> Self {
        Self::of(Some(serde_json::to_value(before)), None)
    }
}

/// A record waiting for its place in the chain.
pub(crate) struct AuditDraft {
    at: DateTime<Utc>,
    account: Option<AccountId>,
    who: String,
    action: &'static str,
    subject: String,
    before: Option<String>,
    after: Option<String>,
    on_behalf_of: Option<String>,
}

impl AuditDraft {
    pub(crate) fn new(
        by: By<'_>,
        action: &'static str,
        subject: String,
        change: Change,
        at: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        if let Some(error) = change.error {
            return Err(error.into());
        }
        let (account, who, on_behalf_of) = match by {
            By::Actor(actor) => {
                let officer = actor.on_behalf_of.as_ref().map(|officer| officer.username.clone());
                (Some(actor.account), actor.username.clone(), officer)
            }
            By::System(name) => (None, name.to_owned(), None),
        };
        let (before, after) = (change.before.map(|v| v.to_string()), change.after.map(|v| v.to_string()));
        Ok(Self { at, account, who, action, subject, before, after, on_behalf_of })
    }
}

/// One record of the chain.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct AuditLine {
    /// Place in the chain, from 1 without holes.
    pub seq: i64,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The account, if a person acted.
    pub account_id: Option<AccountId>,
    /// Sign-in name or name of the program's part.
    pub who: String,
    /// `slice.thing.verb`.
    pub action: String,
    /// Id or natural key of what changed.
    pub subject: String,
    /// JSON of the state before.
    pub before: Option<String>,
    /// JSON of the state after.
    pub after: Option<String>,
    /// Sign-in name of the officer with whose rights the person acted; absent when they were the person's own.
    pub on_behalf_of: Option<String>,
    /// SHA-256 over this record and the hash of the one before.
    pub hash: Vec<u8>,
}

sql!(LOCK_HEAD, "UPDATE audit_head SET seq = seq WHERE id = 1 RETURNING seq, hash");
sql!(SET_HEAD, "UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1");
sql!(HEAD, "SELECT seq, hash FROM audit_head WHERE id = 1");
sql!(
    APPEND,
    "INSERT INTO audit_record (seq, at, account_id, who, action, subject, before, after, on_behalf_of, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);
sql!(
    CHAIN,
    "SELECT seq, at, account_id, who, action, subject, before, after, on_behalf_of, hash FROM audit_record
     WHERE seq > $1 ORDER BY seq LIMIT 2000"
);
sql!(
    HISTORY,
    "SELECT seq, at, account_id, who, action, subject, before, after, on_behalf_of, hash FROM audit_record
     WHERE subject = $1 ORDER BY seq DESC LIMIT $2"
);
sql!(
    LATEST,
    "SELECT seq, at, account_id, who, action, subject, before, after, on_behalf_of, hash FROM audit_record
     WHERE seq < $1 ORDER BY seq DESC LIMIT $2"
);

struct Sealed {
    seq: i64,
    draft: AuditDraft,
    hash: Vec<u8>,
}

pub(crate) async fn append(conn: &mut Conn, drafts: Vec<AuditDraft>) -> Result<(), StoreError> {
    if drafts.is_empty() {
        return Ok(());
    }
    let (mut seq, mut hash): (i64, Vec<u8>) = conn.one(&LOCK_HEAD, &[]).await?;
    let sealed: Vec<Sealed> = drafts
        .into_iter()
        .map(|draft| {
            seq += 1;
            hash = seal(
                &hash,
                seq,
                draft.at,
                draft.account,
                &draft.who,
                draft.action,
                &draft.subject,
                draft.before.as_deref(),
                draft.after.as_deref(),
                draft.on_behalf_of.as_deref(),
            );
            Sealed { seq, draft, hash: hash.clone() }
        })
        .collect();
    conn.exec_many(&APPEND, &sealed, |s, args| {
        args.add(&s.seq)?;
        args.add(&s.draft.at)?;
        args.add(&s.draft.account)?;
        args.add(&s.draft.who)?;
        args.add(&s.draft.action)?;
        args.add(&s.draft.subject)?;
        args.add(&s.draft.before)?;
        args.add(&s.draft.after)?;
        args.add(&s.draft.on_behalf_of)?;
        args.add(&s.hash)
    })
    .await?;
    conn.exec(&SET_HEAD, &[&seq, &hash]).await?;
    Ok(())
}

/// SHA-256 over the previous hash and every field, each with its length before it.
#[expect(clippy::too_many_arguments, reason = "one argument per field of the record")]
fn seal(
    previous: &[u8],
    seq: i64,
    at: DateTime<Utc>,
    account: Option<AccountId>,
    who: &str,
    action: &str,
    subject: &str,
    before: Option<&str>,
    after: Option<&str>,
    on_behalf_of: Option<&str>,
) -> Vec<u8> {
    let mut hasher = Sha256::new();
    let mut field = |bytes: Option<&[u8]>| {
        // absent and empty differ: the length of an absent field is the largest number
        let length = bytes.map_or(u64::MAX, |b| u64::try_from(b.len()).unwrap_or(u64::MAX));
        hasher.update(length.to_be_bytes());
        hasher.update(bytes.unwrap_or_default());
    };
    field(Some(previous));
    field(Some(&seq.to_be_bytes()));
    field(Some(&at.timestamp_micros().to_be_bytes()));
    field(account.map(|a| a.to_string()).as_deref().map(str::as_bytes));
    for text in [Some(who), Some(action), Some(subject), before, after] {
        field(text.map(str::as_bytes));
    }
    // a field more, not an absent one: records from before it keep their hash
    if on_behalf_of.is_some() {
        field(on_behalf_of.map(str::as_bytes));
    }
    hasher.finalize().to_vec()
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// Every record fits the one before; how many there are.
    Whole(i64),
    /// The chain is broken.
    Broken(Broken),
}

/// The first record that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// The record was changed, or the one before it was.
    Changed(i64),
    /// A record is missing.
    Missing(i64),
    /// The chain ends before the head says it does.
    CutOff {
        /// Last record found.
        found: i64,
        /// Last record according to the head.
        expected: i64,
    },
}

/// Walks the whole chain.
///
/// # Errors
/// The database's failure.
pub async fn verify(conn: &mut Conn) -> Result<Verified, StoreError> {
    let (expected, head): (i64, Vec<u8>) = conn.one(&HEAD, &[]).await?;
    let mut hash: Vec<u8> = Vec::new();
    let mut last = 0;
    loop {
        let lines: Vec<AuditLine> = conn.all(&CHAIN, &[&last]).await?;
        if lines.is_empty() {
            break;
        }
        for line in lines {
            if line.seq != last + 1 {
                return Ok(Verified::Broken(Broken::Missing(last + 1)));
            }
            hash = seal(
                &hash,
                line.seq,
                line.at,
                line.account_id,
                &line.who,
                &line.action,
                &line.subject,
                line.before.as_deref(),
                line.after.as_deref(),
                line.on_behalf_of.as_deref(),
            );
            if hash != line.hash {
                return Ok(Verified::Broken(Broken::Changed(line.seq)));
            }
            last = line.seq;
        }
    }
    if last < expected {
        return Ok(Verified::Broken(Broken::CutOff { found: last, expected }));
    }
    if last > expected || hash != head {
        return Ok(Verified::Broken(Broken::Changed(last)));
    }
    Ok(Verified::Whole(last))
}

/// The latest records about one subject, newest first.
///
/// # Errors
/// The database's failure.
pub async fn history_of(conn: &mut Conn, subject: &str, most: i64) -> Result<Vec<AuditLine>, StoreError> {
    conn.all(&HISTORY, &[&subject, &most]).await
}

/// Records before `before` (use `i64::MAX` for the newest), newest first.
///
/// # Errors
/// The database's failure.
pub async fn latest(conn: &mut Conn, before: i64, most: i64) -> Result<Vec<AuditLine>, StoreError> {
    conn.all(&LATEST, &[&before, &most]).await
}

sql!(HEAD_SEQ, "SELECT seq FROM audit_head WHERE id = 1");

/// Number of the newest record: it grows with every change of data, so what was derived from the data holds
/// for as long as it stands still.
///
/// # Errors
/// The database's failure.
pub async fn audit_seq(conn: &mut Conn) -> Result<i64, StoreError> {
    let (seq,): (i64,) = conn.one(&HEAD_SEQ, &[]).await?;
    Ok(seq)
}
