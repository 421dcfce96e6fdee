//! What is announced: the list, and one with its form.

use ::store::Db;
use axum::extract::State;
use kernel::{Actor, AnnouncedPostId, PersonId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Crumbs, Field, Overtaken, Wrong},
};

use super::{
    super::{
        EditPeople, PostDraft, RecordError,
        actions::seen,
        edit::{Part, saved_by},
        posts::{PostForm, PostLists, REASON_MOST, Whose, refused},
    },
    actions::{change_announced, withdraw_announced},
    store::{Announced, list, one},
};
use crate::organisation::titled;

/// Lines on the page.
const MOST: usize = 200;

#[derive(askama::Template)]
#[template(path = "registry/record/announced/list.html")]
struct ListPage {
    t: T,
    crumbs: Crumbs,
    lines: Vec<Announced>,
    more: bool,
}

/// GET /people/announced: what did not begin first, then what waits, by day.
pub(in super::super) async fn get_list(ui: Ui, State(db): State<Db>, permit: Permit<EditPeople>) -> Answer {
    let t = ui.t;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut lines = list(&mut db.read().await?, &permit.actor, most + 1).await?;
    let more = lines.len() > MOST;
    lines.truncate(MOST);
    let crumbs = Crumbs::to(t, t.get("record-ahead-title")).by("/people", t.get("registry-title"));
    ui.page(t.get("record-ahead-title"), &ListPage { t, crumbs, lines, more })
}

/// The form of one as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Typed {
    #[serde(flatten)]
    post: PostForm,
    reason: String,
    /// The edition that the form was made from.
    seen: String,
}

impl Typed {
    fn of(announced: &Announced) -> Self {
        Self { post: PostForm::of_announced(announced), reason: String::new(), seen: announced.edition.to_string() }
    }

    fn edition(&self) -> i64 {
        self.seen.parse().unwrap_or(0)
    }
}

#[derive(askama::Template)]
#[template(path = "registry/record/announced/one.html")]
struct OnePage<'a> {
    t: T,
    crumbs: Crumbs,
    name: &'a str,
    announced: &'a Announced,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    action: String,
    back: String,
    seen: &'a str,
    fields: Vec<Part<'a>>,
    reason: Field<'a>,
}

/// One of a person within the actor's scope.
async fn known(db: &Db, actor: &Actor, person: PersonId, id: AnnouncedPostId) -> Result<(String, Announced), WebError> {
    let mut conn = db.read().await?;
    let record = seen(&mut conn, actor, person).await?;
    let announced = one(&mut conn, id).await?.filter(|a| a.person_id == person).ok_or(WebError::NotFound)?;
    Ok((record.facts.full_name, announced))
}

async fn page(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    (name, announced): &(String, Announced),
    typed: &Typed,
    errors: &Errors,
    overtaken: Option<Overtaken>,
) -> Answer {
    let t = ui.t;
    let lists = PostLists::read(t, &mut db.read().await?, actor).await?;
    let person = announced.person_id;
    let back = format!("/people/{person}/posts");
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let body = OnePage {
        t,
        crumbs: Crumbs::to(t, t.get("record-ahead-title"))
            .by("/people", t.get("registry-title"))
            .by(format!("/people/{person}"), name.as_str())
            .by(&back, t.get("record-posts")),
        name,
        announced,
        wrong: Wrong::of(t, errors),
        overtaken,
        action: format!("/people/{person}/announced/{}", announced.id),
        back,
        seen: &typed.seen,
        fields: typed.post.fields(t, errors, &lists, Whose::Announced),
        reason: Field::new(t, errors, "reason", "record-post-reason", &typed.reason).required(),
    };
    ui.page_with(status, t.get("record-ahead-title"), &body)
}

/// GET /people/{person}/announced/{announced}
pub(in super::super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Path((person, id)): Path<(PersonId, AnnouncedPostId)>,
) -> Answer {
    let known = known(&db, &permit.actor, person, id).await?;
    page(&ui, &db, &permit.actor, &known, &Typed::of(&known.1), &Errors::new(), None).await
}

/// What somebody else saved meanwhile, beside what was typed.
fn overtaken(t: T, now: &Announced, typed: Option<(&PostDraft, &PostForm, &PostLists)>) -> Overtaken {
    let told = saved_by(t, Some(&(now.by_name.clone(), now.at)));
    let Some((draft, form, lists)) = typed else { return told };
    let (commune, position) = form.chosen(lists);
    told.differs("registry-post", &now.title, position)
        .differs("registry-commune", titled(t, &now.commune_kind, &now.commune), commune)
        .differs("record-from", t.date(now.valid_from), t.date(draft.from))
        .differs("record-decision", &now.decision, &draft.decision)
}

/// POST /people/{person}/announced/{announced}: saves, unless somebody saved it after the form was made.
pub(in super::super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Path((person, id)): Path<(PersonId, AnnouncedPostId)>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    let (t, actor) = (ui.t, &permit.actor);
    let mut one = known(&db, actor, person, id).await?;
    let mut errors = Errors::new();
    let draft = typed.post.read(t, &mut errors, &mut db.read().await?, actor).await?;
    let mut late = None;
    if let Some(draft) = draft.filter(|_| errors.is_empty()) {
        match change_announced(&db, &permit, person, id, &draft, typed.edition()).await {
            Ok(()) => return Ok(ui.see_with(&format!("/people/{person}/posts"), "record-ahead-changed", &[])),
            Err(RecordError::Overtaken(_)) => {
                one = known(&db, actor, person, id).await?;
                let lists = PostLists::read(t, &mut db.read().await?, actor).await?;
                late = Some(overtaken(t, &one.1, Some((&draft, &typed.post, &lists))));
                typed.seen = one.1.edition.to_string();
            }
            Err(error) => refused(t, error, &mut errors)?,
        }
    }
    page(&ui, &db, actor, &one, &typed, &errors, late).await
}

/// POST /people/{person}/announced/{announced}/withdrawal: it will not begin, for a reason.
pub(in super::super) async fn post_withdrawal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Path((person, id)): Path<(PersonId, AnnouncedPostId)>,
    Form(typed): Form<Typed>,
) -> Answer {
    let (t, actor) = (ui.t, &permit.actor);
    let mut one = known(&db, actor, person, id).await?;
    let mut errors = Errors::new();
    let reason = errors.line(t, "reason", "record-post-reason", &typed.reason, REASON_MOST);
    let mut late = None;
    if errors.is_empty() {
        match withdraw_announced(&db, &permit, person, id, &reason, typed.edition()).await {
            Ok(()) => return Ok(ui.see_with(&format!("/people/{person}/posts"), "record-ahead-withdrawn", &[])),
            Err(RecordError::Overtaken(_)) => {
                one = known(&db, actor, person, id).await?;
                late = Some(overtaken(t, &one.1, None));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let seen = if late.is_some() { one.1.edition.to_string() } else { typed.seen };
    let typed = Typed { reason: typed.reason, seen, ..Typed::of(&one.1) };
    page(&ui, &db, actor, &one, &typed, &errors, late).await
}
