//! What somebody says before they arrive: by themselves, or by their commune or the school for them.

use ::store::Db;
use axum::extract::State;
use kernel::{Actor, ClassId, NominationId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    FillIntake,
    actions::{IntakeError, say, say_for},
    model::{Arrival, DIETS, IntakeDraft, Meals},
    store::{Said, draft, said},
};
use crate::classes::{self, ClassLine, NominationState, RegisterForClasses};

/// Most characters of a note.
const NOTE_MOST: usize = 200;

/// The form as typed. A box that is not ticked is not sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    meals: String,
    diet: String,
    diet_note: String,
    dormitory: String,
    arrival: String,
    small_child: String,
    child_comes: String,
    note: String,
    seen: String,
}

impl Typed {
    fn of(draft: Option<&IntakeDraft>, edition: i64) -> Self {
        let tick = |set: bool| if set { "1".to_owned() } else { String::new() };
        let seen = edition.to_string();
        // most come from far: a bed, every meal, and the evening before
        draft.map_or_else(
            || Self {
                meals: "all".to_owned(),
                diet: "usual".to_owned(),
                dormitory: "1".to_owned(),
                arrival: "eve".to_owned(),
                seen: seen.clone(),
                ..Self::default()
            },
            |d| Self {
                meals: d.meals.code().to_owned(),
                diet: d.diet.clone(),
                diet_note: d.diet_note.clone(),
                dormitory: tick(d.dormitory),
                arrival: d.arrival.code().to_owned(),
                small_child: tick(d.small_child),
                child_comes: tick(d.child_comes),
                note: d.note.clone(),
                seen: seen.clone(),
            },
        )
    }

    fn read(&self, t: T, errors: &mut Errors) -> Option<IntakeDraft> {
        let meals = errors.choice(t, "meals", "intake-meals", &self.meals, &Meals::ALL.map(Meals::code));
        let diet = errors.choice(t, "diet", "intake-diet", &self.diet, &DIETS).to_owned();
        let arrival = errors.choice(t, "arrival", "intake-arrival", &self.arrival, &Arrival::ALL.map(Arrival::code));
        let diet_note = if diet == "other" {
            errors.line(t, "diet_note", "intake-diet-note", &self.diet_note, NOTE_MOST)
        } else {
            errors.line_or_empty(t, "diet_note", "intake-diet-note", &self.diet_note, NOTE_MOST)
        };
        let note = errors.line_or_empty(t, "note", "intake-note", &self.note, NOTE_MOST);
        let (small_child, child_comes) = (!self.small_child.is_empty(), !self.child_comes.is_empty());
        if child_comes && !small_child {
            errors.add("child_comes", "intake-child-needs");
        }
        let draft = IntakeDraft {
            meals: Meals::ALL.into_iter().find(|m| m.code() == meals)?,
            diet,
            diet_note,
            dormitory: !self.dormitory.is_empty(),
            arrival: Arrival::ALL.into_iter().find(|a| a.code() == arrival)?,
            small_child,
            child_comes,
            note,
        };
        errors.is_empty().then_some(draft)
    }
}

#[derive(askama::Template)]
#[template(path = "intake/form.html")]
struct FormPage<'a> {
    t: T,
    crumbs: Crumbs,
    class: &'a ClassLine,
    said: &'a Said,
    /// Address of the form.
    action: String,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    typed: &'a Typed,
    meals: Select<'a>,
    diet: Select<'a>,
    diet_note: Field<'a>,
    arrival: Select<'a>,
    note: Field<'a>,
    child_error: Option<String>,
    by: Option<String>,
    /// Whether it may be filled in now.
    open: bool,
}

impl FormPage<'_> {
    fn accepted(&self) -> bool {
        self.said.state == NominationState::Accepted
    }
}

/// Where the form is filled in: on the own page of classes, or on the class's list.
#[derive(Clone, Copy)]
enum For {
    Oneself,
    Somebody(NominationId),
}

impl For {
    fn nomination(self) -> Option<NominationId> {
        match self {
            Self::Oneself => None,
            Self::Somebody(id) => Some(id),
        }
    }

    fn back(self, class: ClassId) -> String {
        match self {
            Self::Oneself => "/registration".to_owned(),
            Self::Somebody(_) => format!("/classes/{class}/intake"),
        }
    }

    fn action(self, class: ClassId) -> String {
        match self {
            Self::Oneself => format!("/registration/{class}/intake"),
            Self::Somebody(id) => format!("/classes/{class}/nominations/{id}/intake"),
        }
    }
}

struct Desk {
    class: ClassLine,
    said: Said,
    draft: Option<IntakeDraft>,
}

async fn read(db: &Db, actor: &Actor, class: ClassId, whose: For) -> Result<Desk, WebError> {
    let mut conn = db.read().await?;
    let line = match whose {
        // who learns has no list of classes: the nomination found below is theirs, of a class of their province
        For::Oneself => classes::any_class(&mut conn, class).await?,
        For::Somebody(_) => classes::class(&mut conn, actor, class).await?,
    };
    let line = line.ok_or(WebError::NotFound)?;
    let said = said(&mut conn, actor, class, whose.nomination()).await?.ok_or(WebError::NotFound)?;
    let draft = draft(&mut conn, said.nomination_id).await?;
    Ok(Desk { class: line, said, draft })
}

fn page(ui: &Ui, desk: &Desk, whose: For, typed: &Typed, errors: &Errors, overtaken: Option<Overtaken>) -> Answer {
    let t = ui.t;
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let choices = |codes: &[&str], stem: &str| -> Vec<Choice> {
        codes.iter().map(|code| Choice::new(*code, t.get(format!("intake-{stem}-{code}")))).collect()
    };
    let meals = choices(&Meals::ALL.map(Meals::code), "meals");
    let diets = choices(&DIETS, "diet");
    let arrivals = choices(&Arrival::ALL.map(Arrival::code), "arrival");
    let back = whose.back(desk.class.id);
    let crumbs = Crumbs::to(t, t.get("intake-title"));
    let crumbs = match whose {
        For::Oneself => crumbs.by(&back, t.get("classes-registration")),
        For::Somebody(_) => crumbs
            .by("/classes", t.get("classes-nav"))
            .by(format!("/classes/{}", desk.class.id), desk.class.label())
            .by(&back, t.get("intake-tab")),
    };
    let page = FormPage {
        t,
        crumbs,
        action: whose.action(desk.class.id),
        wrong: Wrong::of(t, errors),
        meals: Select::new(t, errors, "meals", "intake-meals", &typed.meals, &meals),
        diet: Select::new(t, errors, "diet", "intake-diet", &typed.diet, &diets),
        diet_note: Field::new(t, errors, "diet_note", "intake-diet-note", &typed.diet_note)
            .hint("intake-diet-note-hint"),
        arrival: Select::new(t, errors, "arrival", "intake-arrival", &typed.arrival, &arrivals),
        note: Field::new(t, errors, "note", "intake-note", &typed.note).class("wide"),
        child_error: errors.at(t, "child_comes"),
        by: desk.said.by_name.as_ref().zip(desk.said.at).map(|(name, at)| {
            t.args("intake-by", [("name", name.clone().into()), ("at", t.moment(at).into())]).into_owned()
        }),
        open: desk.said.state == NominationState::Accepted && desk.class.state.is_ahead(),
        class: &desk.class,
        said: &desk.said,
        typed,
        overtaken,
    };
    ui.page_with(status, t.get("intake-title"), &page)
}

async fn show(ui: &Ui, db: &Db, actor: &Actor, class: ClassId, whose: For) -> Answer {
    let desk = read(db, actor, class, whose).await?;
    page(ui, &desk, whose, &Typed::of(desk.draft.as_ref(), desk.said.edition), &Errors::new(), None)
}

/// GET /registration/{class}/intake
pub(super) async fn get_own(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<RegisterForClasses>,
    Path(class): Path<ClassId>,
) -> Answer {
    show(&ui, &db, &permit.actor, class, For::Oneself).await
}

/// GET /classes/{class}/nominations/{nomination}/intake
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<FillIntake>,
    Path((class, nomination)): Path<(ClassId, NominationId)>,
) -> Answer {
    show(&ui, &db, &permit.actor, class, For::Somebody(nomination)).await
}

/// POST /registration/{class}/intake
pub(super) async fn post_own(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<RegisterForClasses>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    let done = match typed.read(ui.t, &mut errors) {
        Some(draft) => Some(say(&db, &permit, class, &draft, typed.seen.parse().unwrap_or(0)).await),
        None => None,
    };
    answer(&ui, &db, &permit.actor, (class, For::Oneself), typed, errors, done).await
}

/// POST /classes/{class}/nominations/{nomination}/intake
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<FillIntake>,
    Path((class, nomination)): Path<(ClassId, NominationId)>,
    Form(typed): Form<Typed>,
) -> Answer {
    let mut errors = Errors::new();
    let done = match typed.read(ui.t, &mut errors) {
        Some(draft) => Some(say_for(&db, &permit, class, nomination, &draft, typed.seen.parse().unwrap_or(0)).await),
        None => None,
    };
    answer(&ui, &db, &permit.actor, (class, For::Somebody(nomination)), typed, errors, done).await
}

impl From<IntakeError> for WebError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::NotFound => Self::NotFound,
            IntakeError::NotAccepted(_) => Self::refused("intake-not-accepted"),
            IntakeError::Closed(_) => Self::refused("intake-closed"),
            IntakeError::Overtaken => Self::refused("timetable-overtaken"),
            IntakeError::Faults(_) => Self::refused("intake-faults"),
            IntakeError::Store(inner) => inner.into(),
        }
    }
}

async fn answer(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    (class, whose): (ClassId, For),
    mut typed: Typed,
    errors: Errors,
    done: Option<Result<(), IntakeError>>,
) -> Answer {
    let t = ui.t;
    let mut overtaken = None;
    match done {
        Some(Ok(())) => return Ok(ui.see_with(&whose.back(class), "intake-said", &[])),
        Some(Err(IntakeError::Overtaken)) => {
            let desk = read(db, actor, class, whose).await?;
            let saved = Typed::of(desk.draft.as_ref(), desk.said.edition);
            let word = |stem: &str, code: &str| t.get(format!("intake-{stem}-{code}"));
            let told = Overtaken::by(t, desk.said.by_name.as_deref(), desk.said.at)
                .differs("intake-meals", word("meals", &saved.meals), word("meals", &typed.meals))
                .differs("intake-diet", word("diet", &saved.diet), word("diet", &typed.diet))
                .differs("intake-arrival", word("arrival", &saved.arrival), word("arrival", &typed.arrival));
            overtaken = Some(told);
            typed.seen = saved.seen;
        }
        Some(Err(error)) => return Err(error.into()),
        None => {}
    }
    let desk = read(db, actor, class, whose).await?;
    page(ui, &desk, whose, &typed, &errors, overtaken)
}
