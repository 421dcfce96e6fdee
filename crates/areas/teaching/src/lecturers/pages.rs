//! The lecturers with their load, and one of them: what the school wrote, absences, what is to be taught.

use std::collections::HashMap;

use ::store::Db;
use axum::extract::State;
use chrono::{Datelike, Days, NaiveDate};
use kernel::{AbsenceId, AccountId, Actor};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Bar, Choice, Crumbs, Field, Overtaken, Select, Wrong},
};

use super::{
    EditLecturers, ReadLecturers,
    actions::{AbsenceDraft, LecturerDraft, LecturerError, change_lecturer, note_absence, withdraw_absence},
    store::{Absence, Coming, Lecturer, absences, coming, lecturers},
    wishes::{TopicLine, topics},
};
use crate::{classes::label, scheme, timetable::loads};

/// Kinds of contract, as stored.
const CONTRACTS: [&str; 3] = ["school", "visiting", "concurrent"];
/// Halves of a day, as stored.
const PARTS: [&str; 2] = ["sang", "chieu"];
/// Most characters of a reason.
const REASON_MOST: usize = 200;
/// Most periods that a year can have.
const PERIODS_MOST: i64 = 2000;
/// How far ahead absences are shown.
const AHEAD: Days = Days::new(10 * 366);

struct Shown {
    lecturer: Lecturer,
    load: i64,
    norm: i64,
    bar: Bar,
    away: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "lecturers/list.html")]
struct ListPage {
    t: T,
    year: i64,
    lecturers: Vec<Shown>,
    invites: bool,
}

/// An absence in words.
fn told(t: T, a: &Absence) -> String {
    let end =
        |on: NaiveDate, part: &str| format!("{} {}", t.get(format!("classes-part-{part}")).to_lowercase(), t.date(on));
    let args = [("from", end(a.from_on, &a.from_part).into()), ("to", end(a.to_on, &a.to_part).into())];
    t.args("lecturers-from-to", args).into_owned()
}

fn bar(t: T, load: i64, norm: i64) -> Bar {
    let label = t.args("lecturers-load-of", [("load", load.into()), ("norm", norm.into())]).into_owned();
    Bar::of(label, load, norm, None, if load > norm { "bad" } else { "good" })
}

/// GET /lecturers
pub(super) async fn list(ui: Ui, State(db): State<Db>, permit: Permit<ReadLecturers>) -> Answer {
    let t = ui.t;
    let today = db.today();
    let year = i64::from(today.year());
    let mut conn = db.read().await?;
    let mut shown = Vec::new();
    if let Some(scheme) = scheme::of(&mut conn, &permit.actor).await? {
        let rules = scheme::rules(&mut conn, scheme.id, today).await?;
        let loads: HashMap<AccountId, i64> =
            loads(&mut conn, scheme.id, year, None, &rules).await?.into_iter().collect();
        let away = absences(&mut conn, permit.actor.province, (today, today + AHEAD)).await?;
        shown.extend(lecturers(&mut conn, &permit.actor).await?.into_iter().map(|lecturer| {
            let load = loads.get(&lecturer.id).copied().unwrap_or(0);
            let norm = lecturer.periods_most.unwrap_or(rules.lecturer_periods_most);
            let away = away.iter().find(|a| a.account_id == lecturer.id).map(|a| told(t, a));
            Shown { load, norm, bar: bar(t, load, norm), away, lecturer }
        }));
    }
    let page = ListPage { t, year, lecturers: shown, invites: ui.may("lecturers.invite") };
    ui.page(t.get("lecturers-title"), &page)
}

/// What is typed of a lecturer, or of an absence.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    contract: String,
    periods_most: String,
    prefers: String,
    seen: String,
    from_on: String,
    from_part: String,
    to_on: String,
    to_part: String,
    reason: String,
}

impl Typed {
    fn of(lecturer: &Lecturer) -> Self {
        Self {
            contract: lecturer.contract.clone(),
            periods_most: lecturer.periods_most.map(|n| n.to_string()).unwrap_or_default(),
            prefers: lecturer.prefers.clone(),
            seen: lecturer.edition.to_string(),
            to_part: "chieu".to_owned(),
            ..Self::default()
        }
    }

    fn read(&self, t: T, errors: &mut Errors) -> Option<LecturerDraft> {
        let contract = errors.choice(t, "contract", "lecturers-contract", &self.contract, &CONTRACTS);
        let prefers = errors.choice_or_empty(t, "prefers", "lecturers-prefers", &self.prefers, &PARTS);
        let periods_most = match self.periods_most.trim() {
            "" => None,
            typed => errors.whole(t, "periods_most", "lecturers-periods-most", typed, &(0..=PERIODS_MOST)),
        };
        let draft = LecturerDraft {
            contract: contract.to_owned(),
            periods_most,
            prefers: prefers.unwrap_or_default().to_owned(),
        };
        errors.is_empty().then_some(draft)
    }

    fn absence(&self, t: T, errors: &mut Errors) -> Option<AbsenceDraft> {
        let from_on = errors.day(t, "from_on", "lecturers-from-on", &self.from_on);
        let from_part = errors.choice(t, "from_part", "lecturers-from-part", &self.from_part, &PARTS);
        let to_on = errors.day(t, "to_on", "lecturers-to-on", &self.to_on);
        let to_part = errors.choice(t, "to_part", "lecturers-to-part", &self.to_part, &PARTS);
        let reason = errors.line(t, "reason", "lecturers-reason", &self.reason, REASON_MOST);
        let (from_part, to_part) = (from_part.to_owned(), to_part.to_owned());
        let draft = AbsenceDraft { from_on: from_on?, from_part, to_on: to_on?, to_part, reason };
        errors.is_empty().then_some(draft)
    }
}

struct Sitting {
    coming: Coming,
    label: String,
    /// Falls into an absence.
    away: bool,
}

#[derive(askama::Template)]
#[template(path = "lecturers/one.html")]
struct OnePage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    overtaken: Option<Overtaken>,
    lecturer: &'a Lecturer,
    load: String,
    bar: Bar,
    contract: Select<'a>,
    periods: Field<'a>,
    prefers: Select<'a>,
    seen: &'a str,
    from_on: Field<'a>,
    from_part: Select<'a>,
    to_on: Field<'a>,
    to_part: Select<'a>,
    reason: Field<'a>,
    absences: Vec<(AbsenceId, String, String, String)>,
    sittings: Vec<Sitting>,
    named: Vec<TopicLine>,
    edits: bool,
    pays: bool,
    coaches: bool,
}

/// The lecturer of an account, of the actor's province.
pub(super) async fn find(db: &Db, actor: &Actor, id: AccountId) -> Result<Lecturer, WebError> {
    let mut conn = db.read().await?;
    lecturers(&mut conn, actor).await?.into_iter().find(|l| l.id == id).ok_or(WebError::NotFound)
}

async fn page(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    lecturer: &Lecturer,
    typed: &Typed,
    errors: &Errors,
    overtaken: Option<Overtaken>,
) -> Answer {
    let t = ui.t;
    let today = db.today();
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, scheme.id, today).await?;
    let year = i64::from(today.year());
    let loads = loads(&mut conn, scheme.id, year, None, &rules).await?;
    let load = loads.iter().find(|(id, _)| *id == lecturer.id).map_or(0, |(_, load)| *load);
    let norm = lecturer.periods_most.unwrap_or(rules.lecturer_periods_most);
    let away: Vec<Absence> = absences(&mut conn, actor.province, (today, today + AHEAD)).await?;
    let away: Vec<Absence> = away.into_iter().filter(|a| a.account_id == lecturer.id).collect();
    let sittings = coming(&mut conn, lecturer.id, today).await?.into_iter().map(|coming| Sitting {
        label: label(coming.number, coming.year),
        away: away.iter().any(|a| a.holds(coming.held_on, coming.part == "sang")),
        coming,
    });
    let named = topics(&mut conn, lecturer.id).await?;
    drop(conn);
    let contracts = CONTRACTS.map(|code| Choice::new(code, t.get(format!("lecturers-contract-{code}"))));
    let parts = PARTS.map(|code| Choice::new(code, t.get(format!("classes-part-{code}"))));
    let status = Overtaken::status(overtaken.as_ref(), errors);
    let args = [("load", load.into()), ("norm", norm.into()), ("year", year.to_string().into())];
    let page = OnePage {
        t,
        crumbs: Crumbs::to(t, lecturer.name.clone()).by("/lecturers", t.get("lecturers-title")),
        wrong: Wrong::of(t, errors),
        overtaken,
        lecturer,
        load: t.args("lecturers-load-in", args).into_owned(),
        bar: bar(t, load, norm),
        contract: Select::new(t, errors, "contract", "lecturers-contract", &typed.contract, &contracts),
        periods: Field::new(t, errors, "periods_most", "lecturers-periods-most", &typed.periods_most)
            .kind("number")
            .hint("lecturers-periods-hint")
            .class("short"),
        prefers: Select::new(t, errors, "prefers", "lecturers-prefers", &typed.prefers, &parts)
            .or_empty("lecturers-no-wish"),
        seen: &typed.seen,
        from_on: Field::new(t, errors, "from_on", "lecturers-from-on", &typed.from_on).kind("date").required(),
        from_part: Select::new(t, errors, "from_part", "lecturers-from-part", &typed.from_part, &parts),
        to_on: Field::new(t, errors, "to_on", "lecturers-to-on", &typed.to_on).kind("date").required(),
        to_part: Select::new(t, errors, "to_part", "lecturers-to-part", &typed.to_part, &parts),
        reason: Field::new(t, errors, "reason", "lecturers-reason", &typed.reason).required().class("wide"),
        absences: away.iter().map(|a| (a.id, told(t, a), a.reason.clone(), a.noted_by.clone())).collect(),
        sittings: sittings.collect(),
        named,
        edits: ui.may("lecturers.edit"),
        pays: ui.may("lecturers.pay"),
        coaches: ui.may("lecturers.coach"),
    };
    ui.page_with(status, &lecturer.name, &page)
}

/// GET /lecturers/{lecturer}
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadLecturers>,
    Path(id): Path<AccountId>,
) -> Answer {
    let lecturer = find(&db, &permit.actor, id).await?;
    page(&ui, &db, &permit.actor, &lecturer, &Typed::of(&lecturer), &Errors::new(), None).await
}

impl From<LecturerError> for WebError {
    fn from(error: LecturerError) -> Self {
        match error {
            LecturerError::NotFound => Self::NotFound,
            LecturerError::Overtaken => Self::refused("timetable-overtaken"),
            LecturerError::Answered => Self::refused("lecturers-answered"),
            LecturerError::Backwards => Self::refused("lecturers-backwards"),
            LecturerError::Store(inner) => Self::Store(inner),
        }
    }
}

/// POST /lecturers/{lecturer}: saves, unless somebody saved after the form was made.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditLecturers>,
    Path(id): Path<AccountId>,
    Form(mut typed): Form<Typed>,
) -> Answer {
    let t = ui.t;
    let lecturer = find(&db, &permit.actor, id).await?;
    let mut errors = Errors::new();
    let mut head = None;
    if let Some(draft) = typed.read(t, &mut errors) {
        match change_lecturer(&db, &permit, id, &draft, typed.seen.parse().unwrap_or(0)).await {
            Ok(()) => return Ok(ui.see_with(&format!("/lecturers/{id}"), "lecturers-changed", &[])),
            Err(LecturerError::Overtaken) => {
                let words = |code: &str| t.get(format!("lecturers-contract-{code}"));
                let most = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), |n| t.num(n));
                head = Some(
                    Overtaken::by(t, lecturer.changed_by.as_deref(), lecturer.changed_at)
                        .differs("lecturers-contract", words(&lecturer.contract), words(&draft.contract))
                        .differs("lecturers-periods-most", most(lecturer.periods_most), most(draft.periods_most)),
                );
                typed.seen = lecturer.edition.to_string();
            }
            Err(error) => return Err(error.into()),
        }
    }
    page(&ui, &db, &permit.actor, &lecturer, &typed, &errors, head).await
}

/// POST /lecturers/{lecturer}/absences
pub(super) async fn post_absence(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditLecturers>,
    Path(id): Path<AccountId>,
    Form(typed): Form<Typed>,
) -> Answer {
    let lecturer = find(&db, &permit.actor, id).await?;
    let mut errors = Errors::new();
    if let Some(draft) = typed.absence(ui.t, &mut errors) {
        match note_absence(&db, &permit, id, &draft).await {
            Ok(_) => return Ok(ui.see_with(&format!("/lecturers/{id}"), "lecturers-absence-noted", &[])),
            Err(LecturerError::Backwards) => errors.add("to_on", "lecturers-backwards"),
            Err(error) => return Err(error.into()),
        }
    }
    let kept = Typed {
        from_on: typed.from_on,
        from_part: typed.from_part,
        to_on: typed.to_on,
        to_part: typed.to_part,
        reason: typed.reason,
        ..Typed::of(&lecturer)
    };
    page(&ui, &db, &permit.actor, &lecturer, &kept, &errors, None).await
}

/// POST /lecturers/{lecturer}/absences/{absence}/withdrawal
pub(super) async fn post_withdrawal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditLecturers>,
    Path((id, absence)): Path<(AccountId, AbsenceId)>,
) -> Answer {
    withdraw_absence(&db, &permit, id, absence).await?;
    Ok(ui.see_with(&format!("/lecturers/{id}"), "lecturers-absence-withdrawn", &[]))
}
