//! Which topics a lecturer would rather teach, and rather not: said by themselves or by the school, heard by the proposal of a timetable
//! as its last aim.
//!
//! Always true: a wish is for a topic of a programme by its title, so that it outlives a version of the programme; of two editors the
//! second is told.

use std::collections::{BTreeMap, HashSet};

use ::store::{Change, Conn, Db, StoreError, Tx, sql};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use kernel::{AccountId, Actor, ClassId, ProgrammeId, ProgrammeVersionId, TopicId};
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Overtaken, Wrong},
};

use super::{AnswerOffers, EditLecturers, place::Place};
use crate::timetable::model::Wish;

/// The last part of the page's address, and the key of its heading.
const PAGE: &str = "preferences";
const TITLE: &str = "lecturers-wishes";
/// What can be said of a topic, as stored; nothing is no wish. Names `lecturers-wish-CODE`.
const WISHES: [&str; 2] = ["prefers", "rather_not"];

sql!(
    NAMED_FOR,
    "SELECT t.id AS topic_id, p.id AS programme_id, t.title, p.name AS programme, COALESCE(x.wish, '') AS wish
     FROM topic_lecturer l
     JOIN topic t ON t.id = l.topic_id
     JOIN programme_version w ON w.id = t.version_id AND w.state IN ('drafting', 'appraisal', 'approved', 'in_force')
     JOIN programme p ON p.id = w.programme_id
     LEFT JOIN topic_wish x ON x.account_id = l.account_id AND x.programme_id = p.id AND x.title = t.title
     WHERE l.account_id = $1 ORDER BY p.place, w.number DESC, t.seq, t.id"
);
sql!(
    OF_VERSION,
    "SELECT x.account_id, t.id AS topic_id, x.wish FROM topic t
     JOIN programme_version v ON v.id = t.version_id
     JOIN topic_wish x ON x.programme_id = v.programme_id AND x.title = t.title
     WHERE t.version_id = $1 OR t.id IN (SELECT e.topic_id FROM class_elective e WHERE e.class_id = $2)
     ORDER BY t.id, x.account_id"
);
sql!(HEAD, "SELECT edition, changed_by, changed_at FROM topic_wish_head WHERE account_id = $1");
// the second of two who save at once writes nothing
sql!(
    RAISE_HEAD,
    "INSERT INTO topic_wish_head (account_id, edition, changed_by, changed_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (account_id) DO UPDATE SET edition = $2, changed_by = $3, changed_at = $4
     WHERE topic_wish_head.edition = $2 - 1"
);
sql!(CLEAR_WISH, "DELETE FROM topic_wish WHERE account_id = $1 AND programme_id = $2 AND title = $3");
sql!(ADD_WISH, "INSERT INTO topic_wish (account_id, programme_id, title, wish) VALUES ($1, $2, $3, $4)");

/// A topic that a lecturer is named for, with their wish.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct TopicLine {
    pub topic_id: TopicId,
    pub programme_id: ProgrammeId,
    pub title: String,
    pub programme: String,
    /// `prefers`, `rather_not`, or empty.
    pub wish: String,
}

/// Topics that a lecturer is named for; one that several versions of a programme have stands once.
pub(super) async fn topics(conn: &mut Conn, account: AccountId) -> Result<Vec<TopicLine>, StoreError> {
    let mut all: Vec<TopicLine> = conn.all(&NAMED_FOR, &[&account]).await?;
    let mut seen = HashSet::new();
    all.retain(|line| seen.insert((line.programme_id, line.title.clone())));
    Ok(all)
}

/// A wish for a topic that a class is taught.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct TopicWish {
    pub account_id: AccountId,
    pub topic_id: TopicId,
    wish: String,
}

impl TopicWish {
    pub(crate) fn wish(&self) -> Wish {
        if self.wish == "prefers" { Wish::Prefers } else { Wish::RatherNot }
    }
}

/// Wishes of all lecturers for the topics of a class.
pub(crate) async fn topic_wishes(
    conn: &mut Conn,
    version: ProgrammeVersionId,
    class: ClassId,
) -> Result<Vec<TopicWish>, StoreError> {
    conn.all(&OF_VERSION, &[&version, &class]).await
}

/// Who saved last, when, and how often it was saved.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
struct Head {
    edition: i64,
    changed_by: String,
    changed_at: DateTime<Utc>,
}

async fn head(conn: &mut Conn, account: AccountId) -> Result<Option<Head>, StoreError> {
    conn.opt(&HEAD, &[&account]).await
}

enum Saved {
    Yes,
    Overtaken(Option<Head>),
}

/// Saves the wishes of a lecturer for the topics of `wanted`; those for other topics stay.
async fn save(
    db: &Db,
    actor: &Actor,
    account: AccountId,
    wanted: &BTreeMap<TopicId, &'static str>,
    seen: i64,
) -> Result<Saved, StoreError> {
    db.write(async |tx: &mut Tx| {
        let before = head(tx, account).await?;
        let edition = before.as_ref().map_or(0, |head| head.edition);
        let changed: Vec<(TopicLine, &'static str)> = topics(tx, account)
            .await?
            .into_iter()
            .filter_map(|line| wanted.get(&line.topic_id).map(|wish| (line, *wish)))
            .filter(|(line, wish)| line.wish != *wish)
            .collect();
        if changed.is_empty() {
            return Ok(Saved::Yes);
        }
        if edition != seen {
            return Ok(Saved::Overtaken(before));
        }
        let now = tx.now();
        if tx.exec(&RAISE_HEAD, &[&account, &(edition + 1), &actor.name, &now]).await? == 0 {
            return Ok(Saved::Overtaken(head(tx, account).await?));
        }
        for (line, wish) in &changed {
            tx.exec(&CLEAR_WISH, &[&account, &line.programme_id, &line.title]).await?;
            if !wish.is_empty() {
                tx.exec(&ADD_WISH, &[&account, &line.programme_id, &line.title, wish]).await?;
            }
        }
        let said = |now: bool| -> BTreeMap<&str, &str> {
            changed
                .iter()
                .map(|(line, wish)| (line.title.as_str(), if now { *wish } else { line.wish.as_str() }))
                .collect()
        };
        tx.audit(actor, "lecturers.wishes.changed", account, Change::changed(&said(false), &said(true)))?;
        Ok(Saved::Yes)
    })
    .await
}

fn own(t: T, actor: &Actor) -> Place {
    Place::own(t, actor, PAGE, TITLE)
}

async fn of(t: T, db: &Db, actor: &Actor, id: AccountId) -> Result<Place, WebError> {
    Place::of(t, (db, actor), id, PAGE, TITLE).await
}

#[derive(askama::Template)]
#[template(path = "lecturers/wishes.html")]
struct WishesPage {
    t: T,
    place: Place,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    seen: String,
    lines: Vec<TopicLine>,
}

/// What was typed: the edition that was seen, and a wish by topic.
#[derive(Default)]
struct Typed {
    seen: String,
    wishes: BTreeMap<TopicId, &'static str>,
}

impl Typed {
    fn read(fields: &[(String, String)], errors: &mut Errors) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            match (name.as_str(), name.parse::<TopicId>()) {
                ("seen", _) => typed.seen.clone_from(value),
                (_, Ok(topic)) => match WISHES.into_iter().chain([""]).find(|wish| wish == value) {
                    Some(wish) => {
                        typed.wishes.insert(topic, wish);
                    }
                    None => errors.add("wishes", "lecturers-wish-unknown"),
                },
                _ => {}
            }
        }
        typed
    }
}

async fn page(
    ui: &Ui,
    db: &Db,
    place: Place,
    typed: Option<Typed>,
    errors: &Errors,
    overtaken: Option<Overtaken>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let mut lines = topics(&mut conn, place.account).await?;
    let edition = head(&mut conn, place.account).await?.map_or(0, |head| head.edition);
    drop(conn);
    // what was typed stays; the edition of whoever was overtaken is the newer one, so that sending again saves
    let seen = typed.as_ref().filter(|_| overtaken.is_none()).map_or_else(|| edition.to_string(), |t| t.seen.clone());
    for line in &mut lines {
        if let Some(wish) = typed.as_ref().and_then(|typed| typed.wishes.get(&line.topic_id)) {
            (*wish).clone_into(&mut line.wish);
        }
    }
    let status: StatusCode = Overtaken::status(overtaken.as_ref(), errors);
    let page = WishesPage { t, place, wrong: Wrong::of(t, errors), overtaken, seen, lines };
    ui.page_with(status, t.get("lecturers-wishes"), &page)
}

async fn post_for(ui: &Ui, db: &Db, actor: &Actor, place: Place, fields: &[(String, String)]) -> Answer {
    let mut errors = Errors::new();
    let typed = Typed::read(fields, &mut errors);
    let mut overtaken = None;
    if errors.is_empty() {
        match save(db, actor, place.account, &typed.wishes, typed.seen.parse().unwrap_or(-1)).await? {
            Saved::Yes => return Ok(ui.see_with(&place.here, "lecturers-wishes-saved", &[])),
            Saved::Overtaken(newer) => {
                let (by, at) = newer.as_ref().map(|head| (head.changed_by.as_str(), head.changed_at)).unzip();
                overtaken = Some(Overtaken::by(ui.t, by, at));
            }
        }
    }
    page(ui, db, place, Some(typed), &errors, overtaken).await
}

/// GET /me/preferences
pub(super) async fn get_own(ui: Ui, State(db): State<Db>, permit: Permit<AnswerOffers>) -> Answer {
    page(&ui, &db, own(ui.t, &permit.actor), None, &Errors::new(), None).await
}

/// POST /me/preferences: a field for each topic, by its id.
pub(super) async fn post_own(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AnswerOffers>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer {
    post_for(&ui, &db, &permit.actor, own(ui.t, &permit.actor), &fields).await
}

/// GET /lecturers/{lecturer}/preferences
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditLecturers>,
    Path(id): Path<AccountId>,
) -> Answer {
    let place = of(ui.t, &db, &permit.actor, id).await?;
    page(&ui, &db, place, None, &Errors::new(), None).await
}

/// POST /lecturers/{lecturer}/preferences
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditLecturers>,
    Path(id): Path<AccountId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer {
    let place = of(ui.t, &db, &permit.actor, id).await?;
    post_for(&ui, &db, &permit.actor, place, &fields).await
}
