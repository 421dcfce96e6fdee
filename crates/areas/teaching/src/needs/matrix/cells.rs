//! The cells of one row of the matrix: what a post asks for, what a topic builds.

use std::collections::HashMap;

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::{Actor, CompetenceId, ProgrammeId};
use web::{Answer, Form, Path, Permit, T, Ui, WebError, components::Crumbs};

use super::{
    super::EditNeeds,
    actions::{Cell, MatrixError, Target, change_matrix},
    store::{Competence, competences, post_levels, posts, topic_levels, topics},
};
use crate::scheme;

/// A row of the matrix as it stands.
struct Line {
    target: Target,
    title: String,
    note: String,
    competences: Vec<(Competence, i64)>,
    most: i64,
}

/// A competence in the form of a row.
struct Shown {
    competence: Competence,
    /// Level as typed, or as it stands.
    value: String,
    /// Level that stands.
    was: i64,
    error: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "needs/matrix/cells.html")]
struct CellsPage {
    t: T,
    crumbs: Crumbs,
    title: String,
    note: String,
    lead: String,
    action: String,
    back: String,
    wrong: bool,
    overtaken: bool,
    most: i64,
    rows: Vec<Shown>,
}

impl CellsPage {
    fn levels(&self) -> std::ops::RangeInclusive<i64> {
        0..=self.most
    }

    /// A level typed by hand that is none of the choices is shown too, so that nothing typed is lost.
    fn is_choice(&self, value: &str) -> bool {
        self.levels().any(|level| level.to_string() == value)
    }
}

async fn line(db: &Db, actor: &Actor, of: &Row) -> Result<Line, WebError> {
    let today = db.today();
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?.id;
    let most = scheme::rules(&mut conn, scheme, today).await?.needs_scale_most;
    let mut open = competences(&mut conn, scheme).await?;
    open.retain(|c| !c.is_closed);
    Ok(match of {
        Row::Post(code) => {
            let held = posts(&mut conn, actor, today).await?;
            let post = held.into_iter().find(|p| p.code == *code).ok_or(WebError::NotFound)?;
            let levels = post_levels(&mut conn, scheme).await?;
            let level = |c: &Competence| levels.get(&(post.code.clone(), c.id)).copied().unwrap_or(0);
            Line {
                competences: open.into_iter().map(|c| (c.clone(), level(&c))).collect(),
                target: Target::Post(post.code.clone()),
                title: post.title,
                note: String::new(),
                most,
            }
        }
        Row::Topic(programme, code) => {
            let all = topics(&mut conn, scheme).await?;
            let topic = all.into_iter().find(|x| x.programme_id == *programme && x.code == *code);
            let topic = topic.ok_or(WebError::NotFound)?;
            let levels = topic_levels(&mut conn, scheme).await?;
            let key = |c: &Competence| (topic.programme_code.clone(), topic.code.clone(), c.id);
            Line {
                competences: open
                    .into_iter()
                    .map(|c| (c.clone(), levels.get(&key(&c)).copied().unwrap_or(0)))
                    .collect(),
                target: Target::Topic(topic.programme_code.clone(), topic.code.clone()),
                title: topic.title.clone(),
                note: topic.programme.clone(),
                most,
            }
        }
    })
}

/// Which row.
enum Row {
    Post(String),
    Topic(ProgrammeId, String),
}

impl Row {
    fn action(&self) -> String {
        match self {
            Self::Post(code) => format!("/needs/matrix/posts/{code}"),
            Self::Topic(programme, code) => format!("/needs/matrix/topics/{programme}/{code}"),
        }
    }

    fn back(&self) -> String {
        match self {
            Self::Post(_) => "/needs/matrix".to_owned(),
            Self::Topic(programme, _) => format!("/needs/matrix/topics?programme={programme}"),
        }
    }
}

/// What was typed for a competence, and what is wrong with it.
type Tried = HashMap<CompetenceId, (String, Option<String>)>;

fn show(ui: &Ui, row: &Row, line: Line, tried: &Tried, overtaken: bool, status: StatusCode) -> Answer {
    let t = ui.t;
    let shown = |(competence, was): (Competence, i64)| {
        let (value, error) = tried.get(&competence.id).cloned().unwrap_or_else(|| (was.to_string(), None));
        Shown { competence, value, was, error }
    };
    let (list, lead) = match row {
        Row::Post(_) => ("needs-matrix", "needs-post-lead"),
        Row::Topic(..) => ("needs-topics", "needs-topic-lead"),
    };
    let page = CellsPage {
        t,
        crumbs: Crumbs::to(t, line.title.clone()).by("/needs", t.get("needs-nav")).by(row.back(), t.get(list)),
        title: line.title,
        note: line.note,
        lead: t.arg(lead, "most", line.most).into_owned(),
        action: row.action(),
        back: row.back(),
        wrong: tried.values().any(|(_, error)| error.is_some()) && !overtaken,
        overtaken,
        most: line.most,
        rows: line.competences.into_iter().map(shown).collect(),
    };
    ui.page_with(status, &page.title, &page)
}

/// GET /needs/matrix/posts/{post}
pub(in crate::needs) async fn get_post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(post): Path<String>,
) -> Answer {
    let row = Row::Post(post);
    let line = line(&db, &permit.actor, &row).await?;
    show(&ui, &row, line, &Tried::new(), false, StatusCode::OK)
}

/// GET /needs/matrix/topics/{programme}/{topic_code}
pub(in crate::needs) async fn get_topic(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path((programme, code)): Path<(ProgrammeId, String)>,
) -> Answer {
    let row = Row::Topic(programme, code);
    let line = line(&db, &permit.actor, &row).await?;
    show(&ui, &row, line, &Tried::new(), false, StatusCode::OK)
}

/// POST /needs/matrix/posts/{post}: fields `level-COMPETENCE` and, as the form showed it, `was-COMPETENCE`.
pub(in crate::needs) async fn post_post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path(post): Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    save(&ui, &db, &permit, &Row::Post(post), &typed).await
}

/// POST /needs/matrix/topics/{programme}/{topic_code}: as for a post.
pub(in crate::needs) async fn post_topic(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditNeeds>,
    Path((programme, code)): Path<(ProgrammeId, String)>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    save(&ui, &db, &permit, &Row::Topic(programme, code), &typed).await
}

async fn save(ui: &Ui, db: &Db, permit: &Permit<EditNeeds>, row: &Row, typed: &[(String, String)]) -> Answer {
    let t = ui.t;
    let line_before = line(db, &permit.actor, row).await?;
    let of = |start: &str, id: CompetenceId| {
        typed
            .iter()
            .find(|(name, _)| name.strip_prefix(start).is_some_and(|rest| rest == id.to_string()))
            .map(|(_, v)| v.as_str())
    };
    let (mut tried, mut cells, mut wrong) = (Tried::new(), Vec::new(), false);
    for (competence, stands) in &line_before.competences {
        let Some(value) = of("level-", competence.id) else { continue };
        let was = of("was-", competence.id).and_then(|v| v.parse().ok()).unwrap_or(*stands);
        let level = value.trim().parse::<i64>().ok().filter(|level| (0..=line_before.most).contains(level));
        let error = level.is_none().then(|| t.arg("needs-level-range", "most", line_before.most).into_owned());
        wrong |= error.is_some();
        tried.insert(competence.id, (value.to_owned(), error));
        if let Some(level) = level.filter(|level| *level != was) {
            cells.push(Cell { target: line_before.target.clone(), competence: competence.id, was, level });
        }
    }
    if wrong {
        return show(ui, row, line_before, &tried, false, StatusCode::UNPROCESSABLE_ENTITY);
    }
    match change_matrix(db, permit, &cells).await {
        Ok(_) => Ok(ui.see_with(&row.back(), "needs-matrix-saved", &[("name", line_before.title)])),
        Err(MatrixError::Overtaken(others)) => {
            for (cell, stands) in others {
                if let Some((_, error)) = tried.get_mut(&cell.competence) {
                    *error = Some(t.arg("needs-cell-overtaken", "level", stands).into_owned());
                }
            }
            let line = line(db, &permit.actor, row).await?;
            show(ui, row, line, &tried, true, StatusCode::CONFLICT)
        }
        Err(error) => Err(error.into()),
    }
}

impl From<MatrixError> for WebError {
    fn from(error: MatrixError) -> Self {
        match error {
            MatrixError::NotFound => Self::NotFound,
            MatrixError::OutOfScale(most) => Self::refused_with("needs-level-range", [("most", most.into())]),
            MatrixError::Overtaken(_) => Self::refused("web-overtaken"),
            MatrixError::Store(inner) => Self::Store(inner),
        }
    }
}
