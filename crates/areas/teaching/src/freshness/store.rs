//! SQL of the radar; nobody else writes its tables.

use std::collections::HashMap;

use ::store::{Conn, StoreError, sql};
use chrono::NaiveDate;
use kernel::{AccountId, MaterialId, ProgrammeId, QuestionId, SchemeId, SurveyId};

use super::model::{Reason, Subject, Task};
use crate::scheme::{Reference, number_key, references};

sql!(
    OF_MATERIALS,
    "SELECT m.id, m.title, m.source, m.author_id, m.author_name, v.number, COALESCE(r.number_key, '') AS number_key,
            COALESCE(r.number, '') AS written
     FROM material m
     JOIN material_version v ON v.material_id = m.id
      AND v.number = (SELECT MAX(y.number) FROM material_version y WHERE y.material_id = m.id)
     LEFT JOIN material_reference r ON r.sha256 = v.sha256
     WHERE m.scheme_id = $1 ORDER BY m.title, m.id, r.number_key"
);
sql!(
    OF_TOPICS,
    "SELECT p.id, p.name, t.code, t.title, t.source, v.number
     FROM programme p
     JOIN programme_version v ON v.programme_id = p.id
      AND v.number = (SELECT MAX(x.number) FROM programme_version x WHERE x.programme_id = p.id)
     JOIN topic t ON t.version_id = v.id
     WHERE p.scheme_id = $1 AND v.state <> 'expired' ORDER BY p.place, p.code, t.seq"
);
sql!(
    RELIED_ON,
    "SELECT p.id, t.code, d.number
     FROM topic_legal l
     JOIN topic t ON t.id = l.topic_id
     JOIN programme_version v ON v.id = t.version_id
     JOIN programme p ON p.id = v.programme_id
     JOIN legal_document d ON d.place = l.document_place
     WHERE p.scheme_id = $1 AND d.number <> ''
       AND v.number = (SELECT MAX(x.number) FROM programme_version x WHERE x.programme_id = p.id)
     ORDER BY p.id, t.code, d.place"
);
// what is over or withdrawn is not asked any more
sql!(
    OF_QUESTIONS,
    "SELECT q.id, q.survey_id, s.title, q.text, q.choices, q.edition
     FROM survey_item q
     JOIN survey s ON s.id = q.survey_id
     LEFT JOIN survey_sending o ON o.survey_id = s.id
     WHERE s.scheme_id = $1 AND (o.closes_on IS NULL OR o.closes_on >= $2)
       AND NOT EXISTS (SELECT 1 FROM survey_withdrawal w WHERE w.survey_id = s.id)
     ORDER BY s.title, s.id, q.seq"
);
sql!(
    TASKS,
    "SELECT t.subject, t.number_key, t.owner_id, a.name AS owner_name, t.due_on
     FROM freshness_task t LEFT JOIN account a ON a.id = t.owner_id WHERE t.scheme_id = $1 ORDER BY t.subject, t.number_key"
);
sql!(
    REASONS,
    "SELECT subject, version, number_key, reason, by_name FROM freshness_reason WHERE scheme_id = $1
     ORDER BY subject, version, number_key"
);
sql!(
    SET_TASK,
    "INSERT INTO freshness_task (scheme_id, subject, number_key, owner_id, due_on, set_by, set_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (scheme_id, subject, number_key)
     DO UPDATE SET owner_id = excluded.owner_id, due_on = excluded.due_on, set_by = excluded.set_by, set_at = excluded.set_at"
);
sql!(
    ADD_REASON,
    "INSERT INTO freshness_reason (scheme_id, subject, version, number_key, reason, by_id, by_name, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (scheme_id, subject, version, number_key) DO NOTHING"
);

#[derive(sqlx::FromRow)]
struct OfQuestion {
    id: QuestionId,
    survey_id: SurveyId,
    title: String,
    text: String,
    choices: String,
    edition: i64,
}

#[derive(sqlx::FromRow)]
struct OfMaterial {
    id: MaterialId,
    title: String,
    source: String,
    author_id: AccountId,
    author_name: String,
    number: i64,
    number_key: String,
    written: String,
}

/// Everything of a scheme that may rely on documents, in its newest version.
pub(super) async fn subjects(conn: &mut Conn, scheme: SchemeId, today: NaiveDate) -> Result<Vec<Subject>, StoreError> {
    let mut subjects: Vec<Subject> = Vec::new();
    let rows: Vec<OfMaterial> = conn.all(&OF_MATERIALS, &[&scheme]).await?;
    for row in rows {
        let id = format!("material:{}", row.id);
        if subjects.last().is_none_or(|s| s.id != id) {
            subjects.push(Subject {
                href: format!("/materials/{}", row.id),
                version: row.number,
                owner: Some((row.author_id, row.author_name)),
                references: references(&format!("{}\n{}", row.title, row.source)),
                title: row.title,
                id,
            });
        }
        if let Some(subject) = subjects.last_mut()
            && !row.number_key.is_empty()
            && subject.references.iter().all(|r| r.key != row.number_key)
        {
            subject.references.push(Reference { key: row.number_key, number: row.written });
        }
    }
    let rows: Vec<(ProgrammeId, String, String, String, String, i64)> = conn.all(&OF_TOPICS, &[&scheme]).await?;
    let named: Vec<(ProgrammeId, String, String)> = conn.all(&RELIED_ON, &[&scheme]).await?;
    for (programme, name, code, title, source, number) in rows {
        let mut found = references(&format!("{title}\n{source}"));
        // what the curriculum says that the topic relies on, beside what its text names
        for (_, _, number) in named.iter().filter(|(p, c, _)| *p == programme && *c == code) {
            let key = number_key(number);
            if found.iter().all(|r| r.key != key) {
                found.push(Reference { key, number: number.clone() });
            }
        }
        subjects.push(Subject {
            id: format!("topic:{programme}:{code}"),
            href: format!("/programmes/{programme}/versions/{number}"),
            version: number,
            owner: None,
            references: found,
            title: format!("{title} ({name})"),
        });
    }
    let rows: Vec<OfQuestion> = conn.all(&OF_QUESTIONS, &[&scheme, &today]).await?;
    for row in rows {
        let found = references(&format!("{}\n{}", row.text, row.choices));
        if !found.is_empty() {
            subjects.push(Subject {
                id: format!("question:{}", row.id),
                href: format!("/surveys/{}", row.survey_id),
                version: row.edition,
                owner: None,
                references: found,
                title: format!("{} ({})", row.text, row.title),
            });
        }
    }
    Ok(subjects)
}

#[derive(sqlx::FromRow)]
struct TaskRow {
    subject: String,
    number_key: String,
    owner_id: Option<AccountId>,
    owner_name: Option<String>,
    due_on: NaiveDate,
}

/// What was set, by subject and document.
pub(super) async fn tasks(conn: &mut Conn, scheme: SchemeId) -> Result<HashMap<(String, String), Task>, StoreError> {
    let rows: Vec<TaskRow> = conn.all(&TASKS, &[&scheme]).await?;
    let task = |row: TaskRow| {
        let owner = row.owner_id.zip(row.owner_name);
        ((row.subject, row.number_key), Task { owner, due_on: row.due_on })
    };
    Ok(rows.into_iter().map(task).collect())
}

/// Reasons, by subject, version and document.
pub(super) async fn reasons(
    conn: &mut Conn,
    scheme: SchemeId,
) -> Result<HashMap<(String, i64, String), Reason>, StoreError> {
    let rows: Vec<(String, i64, String, String, String)> = conn.all(&REASONS, &[&scheme]).await?;
    let reason = |(subject, version, key, reason, by_name)| ((subject, version, key), Reason { reason, by_name });
    Ok(rows.into_iter().map(reason).collect())
}
