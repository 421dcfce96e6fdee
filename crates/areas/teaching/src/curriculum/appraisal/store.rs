//! SQL of the appraisal room.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, Actor, AppraisalId, OpinionId, ProgrammeVersionId, SchemeId};

use super::model::{PassageKind, Standing, Tally, Verdict, Vote};

/// A round of appraisal.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(in super::super) struct Round {
    pub id: AppraisalId,
    pub number: i64,
    pub opened_at: DateTime<Utc>,
    pub opened_by: String,
    pub closed_at: Option<DateTime<Utc>>,
    pub closed_by: Option<String>,
}

/// Somebody who is asked, with the vote that counts.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(in super::super) struct Member {
    pub appraisal_id: AppraisalId,
    pub account_id: AccountId,
    pub name: String,
    pub body: String,
    pub due_on: NaiveDate,
    pub opinions: i64,
    pub vote: Option<Vote>,
    pub voted_at: Option<DateTime<Utc>>,
}

/// An opinion with the answer that counts.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(in super::super) struct Opinion {
    pub id: OpinionId,
    pub appraisal_id: AppraisalId,
    pub seq: i64,
    pub name: String,
    pub body: String,
    pub due_on: NaiveDate,
    pub passage_kind: PassageKind,
    pub passage_number: i64,
    pub passage_text: String,
    pub text: String,
    pub at: DateTime<Utc>,
    pub verdict: Option<Verdict>,
    pub answer: Option<String>,
    pub answered_by: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
}

impl Opinion {
    /// Whether it came after the day by which its member was asked.
    pub fn late(&self) -> bool {
        kernel::clock::local_date(self.at) > self.due_on
    }
}

sql!(
    ROUNDS,
    "SELECT id, number, opened_at, opened_by, closed_at, closed_by FROM appraisal WHERE version_id = $1 ORDER BY number DESC"
);
sql!(
    MEMBERS,
    "SELECT m.appraisal_id, m.account_id, a.name, m.body, m.due_on,
            (SELECT COUNT(*) FROM appraisal_opinion o WHERE o.appraisal_id = m.appraisal_id AND o.account_id = m.account_id) AS opinions,
            v.vote, v.at AS voted_at
     FROM appraisal r
     JOIN appraisal_member m ON m.appraisal_id = r.id
     JOIN account a ON a.id = m.account_id
     LEFT JOIN appraisal_vote v ON v.appraisal_id = m.appraisal_id AND v.account_id = m.account_id
      AND v.seq = (SELECT MAX(w.seq) FROM appraisal_vote w WHERE w.appraisal_id = m.appraisal_id AND w.account_id = m.account_id)
     WHERE r.version_id = $1 ORDER BY r.number DESC, m.seq"
);
sql!(
    OPINIONS,
    "SELECT o.id, o.appraisal_id, o.seq, a.name, m.body, m.due_on, o.passage_kind, o.passage_number, o.passage_text, o.text, o.at,
            w.verdict, w.text AS answer, w.by_name AS answered_by, w.at AS answered_at
     FROM appraisal r
     JOIN appraisal_opinion o ON o.appraisal_id = r.id
     JOIN appraisal_member m ON m.appraisal_id = o.appraisal_id AND m.account_id = o.account_id
     JOIN account a ON a.id = o.account_id
     LEFT JOIN appraisal_answer w ON w.opinion_id = o.id
      AND w.seq = (SELECT MAX(x.seq) FROM appraisal_answer x WHERE x.opinion_id = o.id)
     WHERE r.version_id = $1 ORDER BY r.number DESC, o.seq"
);
sql!(
    INSERT_ROUND,
    "INSERT INTO appraisal (id, version_id, number, opened_at, opened_by)
     VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM appraisal WHERE version_id = $2), $3, $4)"
);
sql!(CLOSE_ROUND, "UPDATE appraisal SET closed_at = $2, closed_by = $3 WHERE version_id = $1 AND closed_at IS NULL");
sql!(
    INSERT_MEMBER,
    "INSERT INTO appraisal_member (appraisal_id, account_id, seq, body, due_on, invited_at, invited_by)
     VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM appraisal_member WHERE appraisal_id = $1), $3, $4, $5, $6)"
);
sql!(
    INSERT_OPINION,
    "INSERT INTO appraisal_opinion (id, appraisal_id, seq, account_id, passage_kind, passage_number, passage_text, text, at)
     VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM appraisal_opinion WHERE appraisal_id = $2), $3, $4, $5, $6, $7, $8)"
);
sql!(
    INSERT_ANSWER,
    "INSERT INTO appraisal_answer (opinion_id, seq, verdict, text, by_name, at)
     VALUES ($1, (SELECT COUNT(*) + 1 FROM appraisal_answer WHERE opinion_id = $1), $2, $3, $4, $5)"
);
sql!(
    INSERT_VOTE,
    "INSERT INTO appraisal_vote (appraisal_id, account_id, seq, vote, at)
     VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM appraisal_vote WHERE appraisal_id = $1 AND account_id = $2), $3, $4)"
);
sql!(
    EXPERTS,
    "SELECT a.id, a.name FROM account a
     JOIN account_role r ON r.account_id = a.id
     JOIN v_accounts_province w ON w.account_id = a.id
     WHERE w.province_id = $1 AND a.disabled_at IS NULL AND r.role NOT IN ('learner', 'commune_officer', 'administrator')
     ORDER BY a.name, a.username"
);
sql!(BODIES, "SELECT code, name FROM scheme_body WHERE scheme_id = $1 ORDER BY tier, code");

/// Rounds of a version, the last one first.
pub(in super::super) async fn rounds(conn: &mut Conn, version: ProgrammeVersionId) -> Result<Vec<Round>, StoreError> {
    conn.all(&ROUNDS, &[&version]).await
}

/// Members of every round of a version.
pub(in super::super) async fn members(conn: &mut Conn, version: ProgrammeVersionId) -> Result<Vec<Member>, StoreError> {
    conn.all(&MEMBERS, &[&version]).await
}

/// Opinions of every round of a version.
pub(in super::super) async fn opinions(
    conn: &mut Conn,
    version: ProgrammeVersionId,
) -> Result<Vec<Opinion>, StoreError> {
    conn.all(&OPINIONS, &[&version]).await
}

/// Who of the actor's province can be asked: everybody of the bodies and the school, and the lecturers.
pub(super) async fn experts(conn: &mut Conn, actor: &Actor) -> Result<Vec<(AccountId, String)>, StoreError> {
    conn.all(&EXPERTS, &[&actor.province]).await
}

/// Bodies of a scheme: code and name.
pub(super) async fn bodies(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<(String, String)>, StoreError> {
    conn.all(&BODIES, &[&scheme]).await
}

/// Where the appraisal of a version stands.
pub(in super::super) async fn standing(conn: &mut Conn, version: ProgrammeVersionId) -> Result<Standing, StoreError> {
    let last = rounds(conn, version).await?.into_iter().next();
    let members = members(conn, version).await?;
    let unanswered = opinions(conn, version).await?.iter().filter(|o| o.verdict.is_none()).count();
    let votes: Vec<Option<Vote>> =
        members.iter().filter(|m| last.as_ref().is_some_and(|r| r.id == m.appraisal_id)).map(|m| m.vote).collect();
    let closed = last.is_none_or(|round| round.closed_at.is_some());
    Ok(Standing { unanswered, closed, tally: Tally::of(&votes) })
}
