//! SQL of questionnaires; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, AnswerId, PersonId, QuestionId, SchemeId, SurveyId, UnitId};

use super::model::{Content, Item};

/// A questionnaire.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Survey {
    /// Its id.
    pub id: SurveyId,
    /// Its scheme.
    pub scheme_id: SchemeId,
    /// Title.
    pub title: String,
    /// Words above the questions.
    pub intro: String,
    /// Whether answers are kept without their authors.
    pub is_anonymous: bool,
    /// Counts the times it was saved.
    pub edition: i64,
    /// Who saved it last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<DateTime<Utc>>,
    /// First day on which it may be answered; none before it is sent.
    pub opens_on: Option<NaiveDate>,
    /// Last day.
    pub closes_on: Option<NaiveDate>,
    /// Who sent it.
    pub sent_by: Option<String>,
    /// When.
    pub sent_at: Option<DateTime<Utc>>,
    /// Only people of this commune.
    pub commune_id: Option<UnitId>,
    /// Only people of this bloc.
    pub bloc: Option<String>,
    /// Only people of this level.
    pub level: Option<String>,
    /// Only people of this post.
    pub position_code: Option<String>,
    /// Only people of this audience.
    pub audience_code: Option<String>,
    /// Why it was taken back.
    pub withdrawn_reason: Option<String>,
    /// Who took it back.
    pub withdrawn_by: Option<String>,
    /// When.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Questions.
    pub questions: i64,
    /// People who have answered.
    pub replies: i64,
}

/// Where a questionnaire stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Being written.
    Draft,
    /// Sent, not open yet.
    Waiting,
    /// May be answered.
    Open,
    /// May be answered no longer.
    Closed,
    /// Taken back.
    Withdrawn,
}

impl Stage {
    /// Stable code; its word is `surveys-stage-CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Tone of its tag.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Draft => "warn",
            Self::Waiting => "info",
            Self::Open => "good",
            Self::Closed => "",
            Self::Withdrawn => "bad",
        }
    }
}

impl Survey {
    /// The days on which it may be answered, as written; none before it is sent.
    #[must_use]
    pub fn days(&self, t: &web::T) -> Option<String> {
        Some(t.dates(self.opens_on?, self.closes_on?))
    }

    /// Whether there is anything to take back on a day.
    #[must_use]
    pub fn may_be_withdrawn(&self, on: NaiveDate) -> bool {
        matches!(self.stage(on), Stage::Waiting | Stage::Open)
    }

    /// Where it stands on a day.
    #[must_use]
    pub fn stage(&self, on: NaiveDate) -> Stage {
        match (self.opens_on, self.closes_on) {
            _ if self.withdrawn_at.is_some() => Stage::Withdrawn,
            (Some(opens), _) if on < opens => Stage::Waiting,
            (Some(_), Some(closes)) if on > closes => Stage::Closed,
            (Some(_), _) => Stage::Open,
            (None, _) => Stage::Draft,
        }
    }
}

/// An item as it is stored.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct ItemRow {
    pub id: QuestionId,
    pub seq: i64,
    pub kind: String,
    pub text: String,
    pub is_required: bool,
    pub choices: String,
    pub most: i64,
    pub edition: i64,
    pub changed_by: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
}

impl ItemRow {
    /// As the rules take it.
    pub(super) fn item(&self) -> Item {
        Item {
            id: self.id,
            kind: self.kind.clone(),
            text: self.text.clone(),
            is_required: self.is_required,
            choices: serde_json::from_str(&self.choices).unwrap_or_default(),
            most: self.most,
        }
    }
}

/// Somebody to whom a questionnaire was sent.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct InvitedRow {
    pub person_id: PersonId,
    pub full_name: String,
    pub commune_id: UnitId,
    pub position_title: String,
    pub position_code: String,
    /// The person again, when there is a reply.
    pub replied: Option<PersonId>,
}

macro_rules! survey {
    () => {
        "SELECT s.id, s.scheme_id, s.title, s.intro, s.is_anonymous, s.edition, s.changed_by, s.changed_at, g.opens_on, g.closes_on, g.sent_by,
                g.sent_at, g.commune_id, g.bloc, g.level, g.position_code, g.audience_code,
                w.reason AS withdrawn_reason, w.withdrawn_by, w.withdrawn_at,
                (SELECT COUNT(*) FROM survey_item i WHERE i.survey_id = s.id AND i.kind <> 'section') AS questions,
                (SELECT COUNT(*) FROM survey_reply r WHERE r.survey_id = s.id) AS replies
         FROM survey s LEFT JOIN survey_sending g ON g.survey_id = s.id LEFT JOIN survey_withdrawal w ON w.survey_id = s.id"
    };
}
/// People of the scheme in post on day $1 whom the sending `g` means.
macro_rules! invited {
    () => {
        "JOIN v_scheme_person p ON p.scheme_id = s.scheme_id
         JOIN v_registry_person r ON r.person_id = p.person_id
         LEFT JOIN survey_reply y ON y.survey_id = s.id AND y.person_id = p.person_id
         WHERE (p.in_post_to IS NULL OR p.in_post_to >= $1)
           AND (g.commune_id IS NULL OR g.commune_id = p.commune_id) AND (g.bloc IS NULL OR g.bloc = p.bloc)
           AND (g.level IS NULL OR g.level = p.level) AND (g.position_code IS NULL OR g.position_code = r.position_code)
           AND (g.audience_code IS NULL OR g.audience_code = p.audience_code)"
    };
}

sql!(SURVEYS, concat!(survey!(), " WHERE s.scheme_id = $1 ORDER BY s.created_at DESC, s.id"));
sql!(LOCK_SURVEY, "UPDATE survey SET edition = edition WHERE id = $1");
sql!(
    INSERT_SURVEY,
    "INSERT INTO survey (id, scheme_id, title, intro, is_anonymous, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    UPDATE_SURVEY,
    "UPDATE survey SET title = $2, intro = $3, is_anonymous = $4, edition = edition + 1, changed_by = $5, changed_at = $6 WHERE id = $1"
);
sql!(
    INSERT_SENDING,
    "INSERT INTO survey_sending (survey_id, commune_id, bloc, level, position_code, audience_code, opens_on, closes_on, sent_by, sent_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);
sql!(
    INSERT_WITHDRAWAL,
    "INSERT INTO survey_withdrawal (survey_id, reason, withdrawn_by, withdrawn_at) VALUES ($1, $2, $3, $4)"
);
sql!(
    ITEMS,
    "SELECT id, seq, kind, text, is_required, choices, most, edition, changed_by, changed_at FROM survey_item
     WHERE survey_id = $1 ORDER BY seq"
);
sql!(
    INSERT_ITEM,
    "INSERT INTO survey_item (id, survey_id, seq, kind, text, is_required, choices, most) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
sql!(
    UPDATE_ITEM,
    "UPDATE survey_item SET text = $2, is_required = $3, choices = $4, most = $5, edition = edition + 1, changed_by = $6, changed_at = $7
     WHERE id = $1"
);
sql!(DELETE_ITEM, "DELETE FROM survey_item WHERE id = $1");
sql!(SET_SEQ, "UPDATE survey_item SET seq = $2 WHERE id = $1");
sql!(
    INVITED,
    concat!(
        "SELECT p.person_id, p.full_name, p.commune_id, p.position_title, r.position_code, y.person_id AS replied
         FROM survey s JOIN survey_sending g ON g.survey_id = s.id ",
        invited!(),
        " AND s.id = $2 AND (CAST($3 AS UUID) IS NULL OR p.commune_id = $3) AND (CAST($4 AS UUID) IS NULL OR p.person_id = $4)
         ORDER BY p.sort_key, p.person_id"
    )
);
sql!(
    MINE,
    concat!(
        "SELECT s.id FROM survey s JOIN survey_sending g ON g.survey_id = s.id ",
        invited!(),
        " AND s.scheme_id = $2 AND p.person_id = $3 ORDER BY g.closes_on DESC, s.id"
    )
);
sql!(REPLIED, "SELECT survey_id FROM survey_reply WHERE person_id = $1 ORDER BY survey_id");
sql!(INSERT_REPLY, "INSERT INTO survey_reply (survey_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");
sql!(ANSWER_OF, "SELECT id FROM survey_answer WHERE survey_id = $1 AND person_id = $2");
sql!(
    INSERT_ANSWER,
    "INSERT INTO survey_answer (id, survey_id, person_id, commune_id, content, seconds, is_hasty, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
sql!(
    ANSWERS,
    "SELECT a.content, a.is_hasty, a.commune_id, p.gender, p.audience_code
     FROM survey_answer a JOIN survey s ON s.id = a.survey_id
     JOIN v_scheme_person p ON p.person_id = a.person_id AND p.scheme_id = s.scheme_id
     WHERE a.survey_id = $1 AND (CAST($2 AS UUID) IS NULL OR a.commune_id = $2) ORDER BY a.id"
);
sql!(BALLOTS, "SELECT content, is_hasty FROM survey_ballot WHERE survey_id = $1 ORDER BY id");
sql!(UNMIXED, "SELECT content, is_hasty FROM survey_ballot WHERE survey_id = $1 AND NOT is_mixed ORDER BY id");
sql!(DELETE_UNMIXED, "DELETE FROM survey_ballot WHERE survey_id = $1 AND NOT is_mixed");
sql!(
    INSERT_BALLOT,
    "INSERT INTO survey_ballot (id, survey_id, content, is_hasty, is_mixed) VALUES ($1, $2, $3, $4, $5)"
);
sql!(
    HASTY,
    "SELECT p.full_name, p.position_title, p.commune_id, a.seconds, a.received_at
     FROM survey_answer a JOIN v_registry_person p ON p.person_id = a.person_id
     WHERE a.survey_id = $1 AND a.is_hasty AND (CAST($2 AS UUID) IS NULL OR a.commune_id = $2) ORDER BY a.seconds, p.sort_key, p.person_id"
);

/// The questionnaires of a scheme, the newest first.
pub(super) async fn surveys(conn: &mut Conn, scheme: SchemeId) -> Result<Vec<Survey>, StoreError> {
    conn.all(&SURVEYS, &[&scheme]).await
}

/// A questionnaire of the actor's scheme.
pub(super) async fn survey(conn: &mut Conn, actor: &Actor, id: SurveyId) -> Result<Option<Survey>, StoreError> {
    let Some(scheme) = crate::scheme::of(conn, actor).await? else { return Ok(None) };
    Ok(surveys(conn, scheme.id).await?.into_iter().find(|s| s.id == id))
}

/// The items of a questionnaire in their order.
pub(super) async fn items(conn: &mut Conn, id: SurveyId) -> Result<Vec<ItemRow>, StoreError> {
    conn.all(&ITEMS, &[&id]).await
}

/// To whom a questionnaire was sent who is in post on a day; of a commune, or one person, if asked so.
pub(super) async fn invited(
    conn: &mut Conn,
    id: SurveyId,
    on: NaiveDate,
    commune: Option<UnitId>,
    person: Option<PersonId>,
) -> Result<Vec<InvitedRow>, StoreError> {
    conn.all(&INVITED, &[&on, &id, &commune, &person]).await
}

/// The questionnaires that somebody may answer, or might have.
pub(super) async fn mine(
    conn: &mut Conn,
    scheme: SchemeId,
    person: PersonId,
    on: NaiveDate,
) -> Result<Vec<SurveyId>, StoreError> {
    let rows: Vec<(SurveyId,)> = conn.all(&MINE, &[&on, &scheme, &person]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The questionnaires that somebody has answered.
pub(super) async fn replied(conn: &mut Conn, person: PersonId) -> Result<Vec<SurveyId>, StoreError> {
    let rows: Vec<(SurveyId,)> = conn.all(&REPLIED, &[&person]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The answer of somebody, when answers have authors.
pub(super) async fn answer_of(conn: &mut Conn, id: SurveyId, person: PersonId) -> Result<Option<AnswerId>, StoreError> {
    let row: Option<(AnswerId,)> = conn.opt(&ANSWER_OF, &[&id, &person]).await?;
    Ok(row.map(|(id,)| id))
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Given {
    /// What was answered.
    pub content: Content,
    /// Whether it was given in haste.
    pub hasty: bool,
    /// Of whom; nothing for a ballot.
    pub of: Option<Of>,
}

/// What groups an answer belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Of {
    /// The commune in which it was given.
    pub commune: UnitId,
    /// `nam` or `nu`.
    pub gender: String,
    /// Audience of the scheme.
    pub audience: Option<String>,
}

/// Every answer to a questionnaire.
pub(super) async fn answers(
    conn: &mut Conn,
    survey: &Survey,
    commune: Option<UnitId>,
) -> Result<Vec<Given>, StoreError> {
    let content = |text: &str| serde_json::from_str(text).unwrap_or_default();
    if survey.is_anonymous {
        let rows: Vec<(String, bool)> = conn.all(&BALLOTS, &[&survey.id]).await?;
        return Ok(rows.into_iter().map(|(text, hasty)| Given { content: content(&text), hasty, of: None }).collect());
    }
    let rows: Vec<(String, bool, UnitId, String, Option<String>)> = conn.all(&ANSWERS, &[&survey.id, &commune]).await?;
    let given = |(text, hasty, commune, gender, audience): (String, bool, UnitId, String, Option<String>)| Given {
        content: content(&text),
        hasty,
        of: Some(Of { commune, gender, audience }),
    };
    Ok(rows.into_iter().map(given).collect())
}

/// Name, post, commune, seconds and moment of an answer given in haste.
pub(super) type HastyRow = (String, String, UnitId, i64, DateTime<Utc>);

/// Answers with authors that were given in haste, the fastest first.
pub(super) async fn hasty(conn: &mut Conn, id: SurveyId, commune: Option<UnitId>) -> Result<Vec<HastyRow>, StoreError> {
    conn.all(&HASTY, &[&id, &commune]).await
}

// who answered one questionnaire under both records has one answer: the other stays with the record that goes
sql!(
    ANSWERS_FOLLOW,
    "UPDATE survey_answer SET person_id = $1 WHERE person_id = $2
     AND survey_id NOT IN (SELECT x.survey_id FROM survey_answer x WHERE x.person_id = $1)"
);
sql!(
    REPLIES_FOLLOW,
    "UPDATE survey_reply SET person_id = $1 WHERE person_id = $2
     AND survey_id NOT IN (SELECT x.survey_id FROM survey_reply x WHERE x.person_id = $1)"
);
::store::inventory::submit! {
    people::registry::record::FollowsPeople { clash: None, moves: &[&ANSWERS_FOLLOW, &REPLIES_FOLLOW] }
}
