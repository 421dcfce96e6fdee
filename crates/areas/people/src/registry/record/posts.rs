//! Posts of a person over time, what held on a past day, and the changes of the record.

use std::cmp::Reverse;

use ::store::{Conn, Db};
use axum::extract::State;
use chrono::NaiveDate;
use kernel::{Actor, AssignmentId, PersonId, PositionId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, Query, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    EditPeople, RecordError,
    actions::{PostDraft, add_post, correct_post, end_post, remove_post, seen},
    announced::{Announced, announce_post, of_person},
    edit::{Part, crumbs, label_key, told},
    model::{KINDS, LEAVINGS, PostFault, before, on_day},
    store::{self, ChangeLine, Post, changes, commune, positions},
};
use crate::{
    organisation::{CommuneName, commune_names},
    registry::ReadPeople,
};

/// Most characters of a decision's number.
const DECISION_MOST: usize = 60;
/// Most characters of a reason.
pub(super) const REASON_MOST: usize = 200;

/// Choices of a post's form.
pub(super) struct PostLists {
    communes: Vec<Choice>,
    positions: Vec<Choice>,
    kinds: Vec<Choice>,
    leavings: Vec<Choice>,
}

impl PostLists {
    pub(super) async fn read(t: T, conn: &mut Conn, actor: &Actor) -> Result<Self, WebError> {
        let name = |c: CommuneName| Choice::new(c.code, c.name);
        let communes = commune_names(conn, actor).await?.into_iter().map(name).collect();
        let positions = positions(conn, actor).await?;
        let positions = positions
            .into_iter()
            .map(|p| {
                // many offices have a Trưởng phòng: the office tells them apart
                let office = if p.office.is_empty() { String::new() } else { format!(" ({})", p.office) };
                Choice::new(p.code, format!("{}{office}", p.title))
            })
            .collect();
        let choices = |prefix: &str, codes: &[&str]| {
            codes.iter().map(|code| Choice::new(*code, t.get(format!("{prefix}-{code}")))).collect()
        };
        Ok(Self {
            communes,
            positions,
            kinds: choices("record-kind", &KINDS),
            leavings: choices("record-end", &LEAVINGS),
        })
    }
}

/// Whose post a form is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Of somebody who is added with it.
    New,
    /// Of somebody in the register.
    Known,
    /// The same, and it begins on a day to come.
    Announced,
}

/// A post as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PostForm {
    commune: String,
    position: String,
    kind: String,
    from: String,
    to: String,
    decision: String,
}

impl PostForm {
    /// A post that was announced, as it is saved.
    pub(super) fn of_announced(announced: &Announced) -> Self {
        Self {
            commune: announced.commune_code.clone(),
            position: announced.position_code.clone(),
            kind: announced.kind.clone(),
            from: announced.valid_from.to_string(),
            to: String::new(),
            decision: announced.decision.clone(),
        }
    }

    pub(super) fn fields<'a>(&'a self, t: T, errors: &'a Errors, lists: &'a PostLists, whose: Whose) -> Vec<Part<'a>> {
        let mut parts = vec![
            Part::Choice(
                Select::new(t, errors, "position", "registry-post", &self.position, &lists.positions)
                    .or_empty("record-choose")
                    .class("wide"),
            ),
            Part::Choice(
                Select::new(t, errors, "commune", "registry-commune", &self.commune, &lists.communes)
                    .or_empty("record-choose"),
            ),
            Part::Line(Field::new(t, errors, "from", "record-from", &self.from).kind("date").required()),
        ];
        if whose == Whose::Known {
            parts.push(Part::Line(
                Field::new(t, errors, "to", "record-to", &self.to).kind("date").hint("record-to-hint"),
            ));
        }
        if whose != Whose::New {
            parts.push(Part::Choice(Select::new(t, errors, "kind", "record-kind", &self.kind, &lists.kinds)));
        }
        parts.push(Part::Line(Field::new(t, errors, "decision", "record-decision", &self.decision)));
        parts
    }

    /// Commune and post that are chosen, as the lists call them.
    pub(super) fn chosen(&self, lists: &PostLists) -> (String, String) {
        let text = |choices: &[Choice], value: &str| {
            choices.iter().find(|choice| choice.value == value).map_or_else(String::new, |choice| choice.text.clone())
        };
        (text(&lists.communes, &self.commune), text(&lists.positions, &self.position))
    }

    /// The post, or what is wrong at which field.
    pub(super) async fn read(
        &self,
        t: T,
        errors: &mut Errors,
        conn: &mut Conn,
        actor: &Actor,
    ) -> Result<Option<PostDraft>, WebError> {
        let unknown = |label: &str| vec![("label", t.get(label).into_owned().into())];
        let place = commune(conn, actor, &self.commune).await?;
        if place.is_none() {
            errors.add_with("commune", "web-choice-unknown", unknown("registry-commune"));
        }
        let position: Option<PositionId> =
            positions(conn, actor).await?.into_iter().find(|p| p.code == self.position).map(|p| p.id);
        if position.is_none() {
            errors.add_with("position", "web-choice-unknown", unknown("registry-post"));
        }
        let kind =
            if self.kind.is_empty() { "regular" } else { errors.choice(t, "kind", "record-kind", &self.kind, &KINDS) };
        let from = errors.day(t, "from", "record-from", &self.from);
        let to = errors.day_or_empty(t, "to", "record-to", &self.to);
        let decision = errors.line_or_empty(t, "decision", "record-decision", &self.decision, DECISION_MOST);
        let (Some(commune), Some(position), Some(from)) = (place, position, from) else { return Ok(None) };
        Ok(Some(PostDraft { commune, position, kind, from, to, decision }))
    }
}

/// A refusal at its field; anything else is an error page.
pub(super) fn refused(t: T, error: RecordError, errors: &mut Errors) -> Result<(), WebError> {
    match error {
        RecordError::Elsewhere => errors.add("commune", "record-fault-elsewhere"),
        RecordError::Post(PostFault::Future) => errors.add("from", "record-fault-from-future"),
        RecordError::Post(PostFault::Begun) => errors.add("from", "record-fault-from-begun"),
        RecordError::Post(PostFault::TooFar) => errors.add("from", "record-fault-from-far"),
        RecordError::Post(PostFault::EndAhead) => errors.add("to", "record-fault-end-ahead"),
        RecordError::Post(PostFault::Order) => errors.add("to", "record-fault-order"),
        RecordError::Post(PostFault::Young) => errors.add("from", "record-fault-post-young"),
        RecordError::Post(PostFault::Same) => errors.add("position", "record-fault-same"),
        RecordError::Post(PostFault::Only) => errors.add("reason", "record-fault-post-only"),
        RecordError::Post(PostFault::NotHeld) => errors.add("", "record-fault-not-held"),
        RecordError::Post(PostFault::Overlaps { title, from, to }) => {
            let days = match to {
                Some(to) => t.dates(from, to),
                None => t.arg("record-since", "on", t.date(from)).into_owned(),
            };
            errors.add_with("from", "record-fault-overlaps", vec![("title", title.into()), ("days", days.into())]);
        }
        error => return Err(error.into()),
    }
    Ok(())
}

/// Somebody leaving as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct LeavingForm {
    because: String,
    last_day: String,
}

/// A change with its words.
struct ShownChange {
    line: ChangeLine,
    label: String,
    old: String,
    new: String,
}

#[derive(askama::Template)]
#[template(path = "registry/record/posts.html")]
struct PostsPage<'a> {
    t: T,
    crumbs: Crumbs,
    person: PersonId,
    name: &'a str,
    wrong: Option<Wrong>,
    edits: bool,
    posts: &'a [Post],
    /// What is announced and has not begun, by day.
    ahead: &'a [Announced],
    today: NaiveDate,
    on: Field<'a>,
    /// The chosen day with the post and the values that held on it.
    state: Option<DayState>,
    changes: Vec<ShownChange>,
    begin: Vec<Part<'a>>,
    begin_open: bool,
    leave: Vec<Part<'a>>,
    leave_open: bool,
    held: bool,
}

struct DayState {
    day: NaiveDate,
    post: Option<Post>,
    values: Vec<(String, String)>,
}

/// The chosen day.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    on: String,
}

/// Fields whose values the page does not show: they are read knowingly.
const SENSITIVE: [&str; 5] = ["ethnic_code", "party_joined_on", "party_official_on", "child_born_on", "identity"];

async fn page(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    person: PersonId,
    asked: &Asked,
    (post, leaving): (&PostForm, &LeavingForm),
    mut errors: Errors,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let record = seen(&mut conn, actor, person).await?;
    let posts = store::posts(&mut conn, person, db.today()).await?;
    let ahead = of_person(&mut conn, person).await?;
    let lines = changes(&mut conn, person).await?;
    let edits = ui.may("people.edit");
    let lists = if edits {
        PostLists::read(t, &mut conn, actor).await?
    } else {
        PostLists { communes: Vec::new(), positions: Vec::new(), kinds: Vec::new(), leavings: Vec::new() }
    };
    let day = errors.day_or_empty(t, "on", "record-on", &asked.on);
    let then = match day {
        Some(day) => store::posts(&mut conn, person, day).await?.into_iter().find(|post| post.held_on(day)),
        None => None,
    };
    drop(conn);
    let begin_open =
        ["from", "to", "position", "commune", "kind", "decision"].iter().any(|field| errors.at(t, field).is_some());
    let leave_open = ["last_day", "because"].iter().any(|field| errors.at(t, field).is_some());
    let walked: Vec<_> = lines.iter().map(ChangeLine::changed).collect();
    let state = day.map(|day| DayState {
        day,
        post: then,
        values: on_day(record.facts.values(), &walked, day)
            .into_iter()
            .filter(|(field, _)| !matches!(*field, "phone" | "email"))
            .map(|(field, value)| (t.get(label_key(field)).into_owned(), told(t, field, value.as_deref())))
            .collect(),
    });
    let shown = |line: ChangeLine| {
        let secret = SENSITIVE.contains(&line.field.as_str());
        let value =
            |value: &Option<String>| if secret { String::new() } else { told(t, &line.field, value.as_deref()) };
        ShownChange {
            label: t.get(label_key(&line.field)).into_owned(),
            old: value(&line.old),
            new: value(&line.new),
            line,
        }
    };
    let mut changes: Vec<ShownChange> = lines.into_iter().map(shown).collect();
    // the newest first, what was saved together in the order of the form
    changes.sort_by_key(|change| Reverse(change.line.at));
    let body = PostsPage {
        t,
        crumbs: crumbs(t, person, &record.facts.full_name, "record-posts"),
        person,
        name: &record.facts.full_name,
        wrong: Wrong::of(t, &errors),
        edits,
        held: posts.iter().any(|post| post.valid_to.is_none()),
        posts: &posts,
        ahead: &ahead,
        today: db.today(),
        on: Field::new(t, &errors, "on", "record-on", &asked.on).kind("date"),
        state,
        changes,
        begin: post.fields(t, &errors, &lists, Whose::Known),
        begin_open,
        leave: vec![
            Part::Choice(Select::new(t, &errors, "because", "record-because", &leaving.because, &lists.leavings)),
            Part::Line(
                Field::new(t, &errors, "last_day", "record-last-day", &leaving.last_day)
                    .kind("date")
                    .required()
                    .hint("record-last-day-hint"),
            ),
        ],
        leave_open,
    };
    ui.page_with(Overtaken::status(None, &errors), t.get("record-posts"), &body)
}

/// GET /people/{person}/posts?on=2025-06-30
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadPeople>,
    Path(person): Path<PersonId>,
    Query(asked): Query<Asked>,
) -> Answer {
    page(&ui, &db, &permit.actor, person, &asked, (&PostForm::default(), &LeavingForm::default()), Errors::new()).await
}

/// POST /people/{person}/posts: a post begins, and the one that is held ends the day before; one of a day to come is announced.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Path(person): Path<PersonId>,
    Form(typed): Form<PostForm>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    seen(&mut conn, &permit.actor, person).await?;
    let mut errors = Errors::new();
    let draft = typed.read(t, &mut errors, &mut conn, &permit.actor).await?;
    drop(conn);
    if let Some(draft) = draft.filter(|_| errors.is_empty()) {
        let ahead = draft.from > db.today();
        let done = if ahead {
            announce_post(&db, &permit, person, &draft).await.map(|_| ())
        } else {
            add_post(&db, &permit, person, &draft).await
        };
        match done {
            Ok(()) => {
                // who has gone to another commune is out of a commune officer's sight
                let told = if ahead { "record-post-announced" } else { "record-post-begun" };
                return Ok(ui.see_with(&format!("/people/{person}/posts"), told, &[("on", t.date(draft.from))]));
            }
            Err(error) => refused(t, error, &mut errors)?,
        }
    }
    page(&ui, &db, &permit.actor, person, &Asked::default(), (&typed, &LeavingForm::default()), errors).await
}

/// POST /people/{person}/leaving: the post that is held ends.
pub(super) async fn post_leaving(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Path(person): Path<PersonId>,
    Form(typed): Form<LeavingForm>,
) -> Answer {
    let t = ui.t;
    seen(&mut db.read().await?, &permit.actor, person).await?;
    let mut errors = Errors::new();
    let because = errors.choice(t, "because", "record-because", &typed.because, &LEAVINGS);
    let last_day = errors.day(t, "last_day", "record-last-day", &typed.last_day);
    if let Some(last_day) = last_day.filter(|_| errors.is_empty()) {
        match end_post(&db, &permit, person, last_day, because).await {
            Ok(()) => return Ok(ui.see_with(&format!("/people/{person}/posts"), "record-post-ended", &[])),
            Err(RecordError::Post(PostFault::Order)) => errors.add("last_day", "record-fault-leaving-order"),
            Err(error) => refused(t, error, &mut errors)?,
        }
    }
    page(&ui, &db, &permit.actor, person, &Asked::default(), (&PostForm::default(), &typed), errors).await
}

/// Days and decision of a post as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct DaysForm {
    from: String,
    to: String,
    decision: String,
    reason: String,
    reopen: String,
}

impl DaysForm {
    /// As a post is saved.
    fn of(post: &Post) -> Self {
        Self {
            from: post.valid_from.to_string(),
            to: post.valid_to.map(|day| day.to_string()).unwrap_or_default(),
            decision: post.decision.clone(),
            ..Self::default()
        }
    }
}

#[derive(askama::Template)]
#[template(path = "registry/record/post.html")]
struct PostPage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    post: &'a Post,
    action: String,
    back: String,
    fields: Vec<Field<'a>>,
    /// The removal of a post that is not the only one: its reason, and whether a post ended for it.
    removal: Option<(Field<'a>, bool)>,
}

async fn one(db: &Db, actor: &Actor, person: PersonId, id: AssignmentId) -> Result<One, WebError> {
    let mut conn = db.read().await?;
    let record = seen(&mut conn, actor, person).await?;
    let posts = store::posts(&mut conn, person, db.today()).await?;
    let spans: Vec<_> = posts.iter().map(Post::span).collect();
    let (only, follows) = (posts.len() < 2, before(&spans, id).is_some());
    let post = posts.into_iter().find(|p| p.id == id).ok_or(WebError::NotFound)?;
    Ok(One { name: record.facts.full_name, post, only, follows })
}

/// A post with what its page asks of the others.
struct One {
    name: String,
    post: Post,
    only: bool,
    follows: bool,
}

fn one_page(ui: &Ui, person: PersonId, one: &One, typed: &DaysForm, errors: &Errors) -> Answer {
    let t = ui.t;
    let One { name, post, only, follows } = one;
    let back = format!("/people/{person}/posts");
    let body = PostPage {
        t,
        crumbs: Crumbs::to(t, t.get("record-post-correct"))
            .by("/people", t.get("registry-title"))
            .by(format!("/people/{person}"), name.as_str())
            .by(&back, t.get("record-posts")),
        wrong: Wrong::of(t, errors),
        post,
        action: format!("{back}/{}", post.id),
        back,
        fields: vec![
            Field::new(t, errors, "from", "record-from", &typed.from).kind("date").required(),
            Field::new(t, errors, "to", "record-to", &typed.to).kind("date").hint("record-to-hint"),
            Field::new(t, errors, "decision", "record-decision", &typed.decision),
        ],
        removal: (!only)
            .then(|| (Field::new(t, errors, "reason", "record-post-reason", &typed.reason).required(), *follows)),
    };
    ui.page_with(Overtaken::status(None, errors), t.get("record-post-correct"), &body)
}

/// GET /people/{person}/posts/{post}
pub(super) async fn get_one(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Path((person, id)): Path<(PersonId, AssignmentId)>,
) -> Answer {
    let one = one(&db, &permit.actor, person, id).await?;
    one_page(&ui, person, &one, &DaysForm::of(&one.post), &Errors::new())
}

/// POST /people/{person}/posts/{post}: corrects its days and its decision.
pub(super) async fn post_one(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Path((person, id)): Path<(PersonId, AssignmentId)>,
    Form(typed): Form<DaysForm>,
) -> Answer {
    let t = ui.t;
    let one = one(&db, &permit.actor, person, id).await?;
    let mut errors = Errors::new();
    let from = errors.day(t, "from", "record-from", &typed.from);
    let to = errors.day_or_empty(t, "to", "record-to", &typed.to);
    let decision = errors.line_or_empty(t, "decision", "record-decision", &typed.decision, DECISION_MOST);
    if let Some(from) = from.filter(|_| errors.is_empty()) {
        match correct_post(&db, &permit, person, id, from, to, &decision).await {
            Ok(()) => return Ok(ui.see_with(&format!("/people/{person}/posts"), "record-post-corrected", &[])),
            Err(error) => refused(t, error, &mut errors)?,
        }
    }
    one_page(&ui, person, &one, &typed, &errors)
}

/// POST /people/{person}/posts/{post}/removal: a post that was noted by mistake goes, for a reason.
pub(super) async fn post_removal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditPeople>,
    Path((person, id)): Path<(PersonId, AssignmentId)>,
    Form(typed): Form<DaysForm>,
) -> Answer {
    let t = ui.t;
    let one = one(&db, &permit.actor, person, id).await?;
    let mut errors = Errors::new();
    let reason = errors.line(t, "reason", "record-post-reason", &typed.reason, REASON_MOST);
    if errors.is_empty() {
        match remove_post(&db, &permit, person, id, &reason, typed.reopen == "1").await {
            Ok(()) => return Ok(ui.see_with(&format!("/people/{person}/posts"), "record-post-removed", &[])),
            Err(error) => refused(t, error, &mut errors)?,
        }
    }
    let typed = DaysForm { reason: typed.reason, ..DaysForm::of(&one.post) };
    one_page(&ui, person, &one, &typed, &errors)
}
