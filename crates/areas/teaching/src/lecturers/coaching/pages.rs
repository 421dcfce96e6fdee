//! Notes on a lecturer, for the leadership; one's own, with an answer.

use ::store::Db;
use axum::extract::State;
use chrono::NaiveDate;
use kernel::{AccountId, Actor, CoachingNoteId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Crumbs, Field, Overtaken, Wrong},
};

use super::{
    CoachLecturers,
    store::{self, Draft, Note, Saved, add, change, notes},
};
use crate::lecturers::{AnswerOffers, pages::find};

/// Most characters of what was observed, and of a text.
const OBSERVED_MOST: usize = 200;
const TEXT_MOST: usize = 2000;

/// A note as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::lecturers) struct Typed {
    seen: String,
    observed_on: String,
    observed: String,
    strengths: String,
    improve: String,
    until_on: String,
    done_on: String,
}

impl Typed {
    fn of(note: &Note) -> Self {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            seen: note.edition.to_string(),
            observed_on: note.draft.observed_on.to_string(),
            observed: note.draft.observed.clone(),
            strengths: note.draft.strengths.clone(),
            improve: note.draft.improve.clone(),
            until_on: day(note.draft.until_on),
            done_on: day(note.draft.done_on),
        }
    }

    fn read(&self, t: T, today: NaiveDate, errors: &mut Errors) -> Option<Draft> {
        let observed_on = errors.day(t, "observed_on", "lecturers-observed-on", &self.observed_on);
        let observed = errors.line(t, "observed", "lecturers-observed", &self.observed, OBSERVED_MOST);
        let strengths = errors.lines_or_empty(t, "strengths", "lecturers-strengths", &self.strengths, TEXT_MOST);
        let improve = errors.lines_or_empty(t, "improve", "lecturers-improve", &self.improve, TEXT_MOST);
        let until_on = errors.day_or_empty(t, "until_on", "lecturers-until-on", &self.until_on);
        let done_on = errors.day_or_empty(t, "done_on", "lecturers-done-on", &self.done_on);
        if self.strengths.trim().is_empty() && self.improve.trim().is_empty() {
            errors.add("strengths", "lecturers-coaching-empty");
        }
        let before = |day: Option<NaiveDate>| day.zip(observed_on).is_some_and(|(day, observed)| day < observed);
        if observed_on.is_some_and(|day| day > today) {
            errors.add("observed_on", "lecturers-coaching-ahead");
        }
        if before(until_on) {
            errors.add("until_on", "lecturers-coaching-before");
        }
        if before(done_on) {
            errors.add("done_on", "lecturers-coaching-before");
        } else if done_on.is_some_and(|day| day > today) {
            errors.add("done_on", "lecturers-coaching-ahead");
        }
        let draft = Draft { observed_on: observed_on?, observed, strengths, improve, until_on, done_on };
        errors.is_empty().then_some(draft)
    }

    fn fields<'a>(&'a self, t: T, errors: &Errors) -> [Field<'a>; 6] {
        let field = |name, key, value| Field::new(t, errors, name, key, value);
        [
            field("observed_on", "lecturers-observed-on", &self.observed_on).kind("date").required(),
            field("observed", "lecturers-observed", &self.observed)
                .hint("lecturers-observed-hint")
                .required()
                .class("grow"),
            field("strengths", "lecturers-strengths", &self.strengths).kind("textarea").class("wide"),
            field("improve", "lecturers-improve", &self.improve).kind("textarea").class("wide"),
            field("until_on", "lecturers-until-on", &self.until_on).kind("date"),
            field("done_on", "lecturers-done-on", &self.done_on).kind("date"),
        ]
    }
}

/// A note in words.
struct Shown {
    note: Note,
    tone: &'static str,
    state: String,
    /// The lecturer's form, under their own notes.
    reply: Option<Reply>,
}

/// What the lecturer would say.
struct Reply {
    seen: String,
    text: String,
    error: Option<String>,
}

fn shown(t: T, today: NaiveDate, note: Note) -> Shown {
    let (tone, state) = match (note.draft.done_on, note.draft.until_on) {
        (Some(day), _) => ("good", t.arg("lecturers-coaching-done", "day", t.date(day))),
        (None, Some(day)) if day < today => ("bad", t.arg("lecturers-coaching-late", "day", t.date(day))),
        (None, Some(day)) => ("info", t.arg("lecturers-coaching-until", "day", t.date(day))),
        (None, None) => ("", t.get("lecturers-coaching-open")),
    };
    Shown { tone, state: state.into_owned(), note, reply: None }
}

#[derive(askama::Template)]
#[template(path = "lecturers/coaching/page.html")]
struct CoachingPage<'a> {
    t: T,
    crumbs: Crumbs,
    name: &'a str,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    /// Where notes are made and changed; none for the lecturer.
    path: Option<String>,
    /// Action, edition, heading and fields of the form.
    form: Option<(String, &'a str, &'static str, [Field<'a>; 6])>,
    notes: Vec<Shown>,
}

/// The page of the leadership: a note that is being changed, or a new one, and the notes there are.
async fn page(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    (id, changing): (AccountId, Option<CoachingNoteId>),
    typed: &Typed,
    (errors, overtaken): (&Errors, Option<Overtaken>),
) -> Answer {
    let t = ui.t;
    let lecturer = find(db, actor, id).await?;
    let all = notes(&mut db.read().await?, actor, id).await?;
    let path = format!("/lecturers/{id}/coaching");
    let own = format!("/lecturers/{id}");
    let crumbs = Crumbs::to(t, t.get("lecturers-coaching"))
        .by("/lecturers", t.get("lecturers-title"))
        .by(own, lecturer.name.clone());
    let (action, heading) = match changing {
        Some(note) => (format!("{path}/{note}"), "lecturers-coaching-change"),
        None => (path.clone(), "lecturers-coaching-new"),
    };
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = CoachingPage {
        t,
        crumbs,
        name: &lecturer.name,
        wrong: Wrong::of(t, errors),
        overtaken,
        path: Some(path),
        form: Some((action, &typed.seen, heading, typed.fields(t, errors))),
        notes: all.into_iter().filter(|n| Some(n.id) != changing).map(|n| shown(t, db.today(), n)).collect(),
    };
    ui.page_with(status, t.get("lecturers-coaching"), &page)
}

/// GET /lecturers/{lecturer}/coaching
pub(in crate::lecturers) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<CoachLecturers>,
    Path(id): Path<AccountId>,
) -> Answer {
    let typed = Typed { observed_on: db.today().to_string(), ..Typed::default() };
    page(&ui, &db, &permit.actor, (id, None), &typed, (&Errors::new(), None)).await
}

/// POST /lecturers/{lecturer}/coaching
pub(in crate::lecturers) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<CoachLecturers>,
    Path(id): Path<AccountId>,
    Form(typed): Form<Typed>,
) -> Answer {
    find(&db, &permit.actor, id).await?;
    let mut errors = Errors::new();
    if let Some(draft) = typed.read(ui.t, db.today(), &mut errors) {
        add(&db, &permit.actor, id, &draft).await?;
        return Ok(ui.see_with(&format!("/lecturers/{id}/coaching"), "lecturers-coaching-noted", &[]));
    }
    page(&ui, &db, &permit.actor, (id, None), &typed, (&errors, None)).await
}

/// GET /lecturers/{lecturer}/coaching/{note}
pub(in crate::lecturers) async fn get_note(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<CoachLecturers>,
    Path((id, note)): Path<(AccountId, CoachingNoteId)>,
) -> Answer {
    let found = store::note(&mut db.read().await?, &permit.actor, id, note).await?.ok_or(WebError::NotFound)?;
    page(&ui, &db, &permit.actor, (id, Some(note)), &Typed::of(&found), (&Errors::new(), None)).await
}

/// POST /lecturers/{lecturer}/coaching/{note}
pub(in crate::lecturers) async fn post_note(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<CoachLecturers>,
    Path((id, note)): Path<(AccountId, CoachingNoteId)>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    let t = ui.t;
    let mut errors = Errors::new();
    let mut overtaken = None;
    if let Some(draft) = typed.read(t, db.today(), &mut errors) {
        let seen: i64 = typed.seen.parse().unwrap_or(-1);
        match change(&db, &permit.actor, (id, note), &draft, seen).await? {
            Saved::Yes => {
                return Ok(ui.see_with(&format!("/lecturers/{id}/coaching"), "lecturers-coaching-noted", &[]));
            }
            Saved::Gone => return Err(WebError::NotFound),
            Saved::Overtaken(newer) => {
                overtaken = Some(
                    Overtaken::by(t, Some(&newer.changed_by), Some(newer.changed_at))
                        .differs("lecturers-observed", newer.draft.observed, draft.observed)
                        .differs("lecturers-strengths", newer.draft.strengths, draft.strengths)
                        .differs("lecturers-improve", newer.draft.improve, draft.improve),
                );
                typed.seen = newer.edition.to_string();
            }
        }
    } else {
        store::note(&mut db.read().await?, &permit.actor, id, note).await?.ok_or(WebError::NotFound)?;
    }
    page(&ui, &db, &permit.actor, (id, Some(note)), &typed, (&errors, overtaken)).await
}

/// One's own notes, one of them with what was typed and why it was not saved.
async fn own(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    tried: Option<(CoachingNoteId, &str)>,
    (errors, overtaken): (&Errors, Option<Overtaken>),
) -> Answer {
    let t = ui.t;
    let all = notes(&mut db.read().await?, actor, actor.account).await?;
    let with_reply = |note: Note| {
        let typed = tried.filter(|(id, _)| *id == note.id).map(|(_, text)| text);
        let reply = Reply {
            seen: note.edition.to_string(),
            text: typed.unwrap_or(&note.answer).to_owned(),
            error: typed.and_then(|_| errors.at(t, "answer")),
        };
        Shown { reply: Some(reply), ..shown(t, db.today(), note) }
    };
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let page = CoachingPage {
        t,
        crumbs: Crumbs::to(t, t.get("lecturers-coaching")).by("/teaching", t.get("lecturers-teaching")),
        name: &actor.name,
        wrong: None,
        overtaken,
        path: None,
        form: None,
        notes: all.into_iter().map(with_reply).collect(),
    };
    ui.page_with(status, t.get("lecturers-coaching"), &page)
}

/// GET /me/coaching
pub(in crate::lecturers) async fn get_own(ui: Ui, State(db): State<Db>, permit: Permit<AnswerOffers>) -> Answer {
    own(&ui, &db, &permit.actor, None, (&Errors::new(), None)).await
}

/// What the lecturer says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::lecturers) struct Said {
    seen: String,
    answer: String,
}

/// POST /me/coaching/{note}
pub(in crate::lecturers) async fn post_answer(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AnswerOffers>,
    Path(note): Path<CoachingNoteId>,
    Form(said): Form<Said>,
) -> Answer {
    let (t, actor) = (ui.t, &permit.actor);
    let mut errors = Errors::new();
    let text = errors.lines(t, "answer", "lecturers-coaching-answer", &said.answer, TEXT_MOST);
    let mut overtaken = None;
    if errors.is_empty() {
        match store::answer(&db, actor, note, &text, said.seen.parse().unwrap_or(-1)).await? {
            Saved::Yes => return Ok(ui.see_with("/me/coaching", "lecturers-coaching-answered", &[])),
            Saved::Gone => return Err(WebError::NotFound),
            Saved::Overtaken(newer) => {
                overtaken = Some(Overtaken::by(t, Some(&newer.changed_by), Some(newer.changed_at)));
            }
        }
    } else {
        store::note(&mut db.read().await?, actor, actor.account, note).await?.ok_or(WebError::NotFound)?;
    }
    own(&ui, &db, actor, Some((note, &said.answer)), (&errors, overtaken)).await
}
