//! The commune's page of a class: whom to send, who is on the list, what speaks against whom.

use ::store::Db;
use axum::{extract::State, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use kernel::{ClassId, NominationId, PersonId};
use people::notices::told;
use serde::Deserialize;
use web::{Answer, Errors, Form, Path, Permit, T, Ui, WebError, components::Field};

use super::{
    ClassHead, Nominate,
    actions::ClassError,
    announcing::{PASSED_ON, RECEIVED, REMINDER},
    nominating::{
        actions,
        model::{Candidate, Finding, findings},
        store::alternatives,
    },
    store::{self, ClassLine, candidates, nominations},
    telling::{Listed, listed, tell, told_pools},
};
use crate::{needs::gaps::closing::of_seats, scheme};

/// A person with what speaks against sending them.
struct Shown {
    person: Candidate,
    told: Vec<String>,
    /// Which of the person's gaps the class closes, in words.
    closes: Option<String>,
    chosen: bool,
}

#[derive(askama::Template)]
#[template(path = "classes/nominate.html")]
struct NominatePage<'a> {
    t: T,
    head: ClassHead<'a>,
    class: &'a ClassLine,
    quota: i64,
    /// Seats that are kept for some until the deadline.
    pools: Vec<String>,
    /// Days until the deadline; negative once it is over.
    left: i64,
    /// Seats that the commune may still fill.
    unused: i64,
    /// What the commune was told of its seats: tone, moment, words.
    told: Vec<(&'static str, DateTime<Utc>, String)>,
    /// Whether people may be put forward, and whether somebody else may come instead.
    takes: bool,
    substitutes: bool,
    decision: Vec<Field<'a>>,
    own: Vec<Listed>,
    suggested: Vec<Shown>,
    others: Vec<Shown>,
    failed: Vec<(String, String)>,
    confirm: bool,
    /// Whom another class of the programme would take instead, so that an office is not left.
    instead: Vec<Elsewhere>,
    tried: &'a Tried,
}

impl NominatePage<'_> {
    /// Whether anybody of the commune is still on the list.
    fn has_open(&self) -> bool {
        self.own.iter().any(|p| p.line.state.is_open())
    }
}

/// Somebody whom another class would take, and the words of the button.
struct Elsewhere {
    person: PersonId,
    class: ClassId,
    told: String,
}

/// What was wrong with the last try.
#[derive(Default)]
struct Tried {
    chosen: Vec<PersonId>,
    found: Vec<(PersonId, Finding)>,
    nobody: bool,
    late: bool,
    leaving: Option<Leave>,
    decision: Decision,
    decision_errors: Errors,
}

/// A try to take somebody off the list or to replace them.
struct Leave {
    nomination: NominationId,
    reason: String,
    no_reason: bool,
    instead: Option<PersonId>,
    replaces: bool,
}

impl Tried {
    fn at(&self, nomination: NominationId) -> Option<&Leave> {
        self.leaving.as_ref().filter(|l| l.nomination == nomination)
    }

    /// The reason typed into a form of a nomination: the withdrawal's, or the replacement's.
    fn reason(&self, nomination: &NominationId, replaces: bool) -> &str {
        self.at(*nomination).filter(|l| l.replaces == replaces).map_or("", |l| l.reason.as_str())
    }

    fn no_reason(&self, nomination: &NominationId, replaces: bool) -> bool {
        self.at(*nomination).is_some_and(|l| l.replaces == replaces && l.no_reason)
    }

    fn instead(&self, nomination: &NominationId, person: &PersonId) -> bool {
        self.at(*nomination).is_some_and(|l| l.instead == Some(*person))
    }

    /// Whether a replacement in this row was tried.
    fn replaces(&self, nomination: &NominationId) -> bool {
        self.at(*nomination).is_some_and(|l| l.replaces)
    }
}

/// GET /classes/{class}/nominations
pub(super) async fn get(ui: Ui, State(db): State<Db>, permit: Permit<Nominate>, Path(class): Path<ClassId>) -> Answer {
    show(&ui, &db, &permit, class, &Tried::default(), StatusCode::OK).await
}

async fn show(
    ui: &Ui,
    db: &Db,
    permit: &Permit<Nominate>,
    id: ClassId,
    tried: &Tried,
    status: StatusCode,
) -> Result<Response, WebError> {
    let t = ui.t;
    let actor = &permit.actor;
    let commune = actor.commune().ok_or(WebError::NotFound)?;
    let mut conn = db.read().await?;
    let class = store::class(&mut conn, actor, id).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, class.scheme_id, class.starts_on).await?;
    let told = told(&mut conn, &id.to_string(), commune).await?;
    let today = db.today();
    let quota = store::quota(&mut conn, id, commune).await?.ok_or(WebError::NotFound)?;
    let own = nominations(&mut conn, actor, id).await?;
    let seats = store::seats(&mut conn, &class, db.today()).await?;
    let everybody = candidates(&mut conn, id, commune).await?;
    let others_of_programme =
        if tried.found.is_empty() { Vec::new() } else { alternatives(&mut conn, id, commune, today).await? };
    drop(conn);
    let closing = of_seats(t, db, actor, commune, class.programme_version_id).await?;
    let pairs = tried.found.iter().filter(|(_, found)| found.is_about_office()).map(|(person, _)| *person);
    let mut pairs: Vec<PersonId> = pairs.collect();
    pairs.dedup();
    let name = |id: PersonId| everybody.iter().find(|c| c.person_id == id).map_or("", |c| c.full_name.as_str());
    let mut failed: Vec<(String, String)> =
        tried.found.iter().map(|(person, found)| (name(*person).to_owned(), tell(t, found))).collect();
    if tried.nobody {
        failed.push((String::new(), t.get("classes-nobody").into_owned()));
    }
    if tried.late {
        failed.push((String::new(), t.arg("classes-late", "day", t.date(class.nominate_by)).into_owned()));
    }
    if tried.leaving.as_ref().is_some_and(|l| l.no_reason) {
        failed.push((String::new(), t.get("classes-no-reason").into_owned()));
    }
    let confirm = !tried.found.is_empty() && tried.found.iter().all(|(_, f)| !f.refuses());
    let (mut suggested, mut others) = (Vec::new(), Vec::new());
    for person in everybody.iter().filter(|c| !c.here) {
        let found = findings(&class.audience_code, &everybody, &[person.person_id], |n| rules.office_absent_most(n));
        let shown = Shown {
            person: person.clone(),
            told: found.iter().map(|(_, f)| tell(t, f)).collect(),
            closes: closing.get(&person.person_id).cloned(),
            chosen: tried.chosen.contains(&person.person_id),
        };
        let fits = !found.iter().any(|(_, f)| f.refuses());
        if fits { suggested.push(shown) } else { others.push(shown) }
    }
    let page = NominatePage {
        t,
        head: ClassHead::new(t, actor, &class, "nominations"),
        class: &class,
        quota,
        pools: told_pools(t, &seats),
        left: (class.nominate_by - today).num_days(),
        unused: seats.unused(commune),
        told: told
            .iter()
            .filter_map(|told| {
                let kind = [&REMINDER, &RECEIVED, &PASSED_ON].into_iter().find(|kind| kind.code == told.kind)?;
                let tone = if kind.code == RECEIVED.code { "good" } else { "warn" };
                Some((tone, told.at, told.body(t)))
            })
            .collect(),
        takes: class.state.takes_people() && (today <= class.nominate_by || seats.unused(commune) > 0),
        substitutes: class.takes_substitutes(rules.substitute_until_day, today),
        decision: vec![
            Field::new(t, &tried.decision_errors, "decision", "classes-decision", &tried.decision.decision)
                .hint("classes-decision-hint")
                .required(),
            Field::new(t, &tried.decision_errors, "signed_on", "classes-decision-signed", &tried.decision.signed_on)
                .kind("date")
                .required(),
        ],
        own: listed(t, &class, &seats, own),
        suggested,
        others,
        instead: pairs
            .into_iter()
            .zip(others_of_programme.iter().cycle())
            .map(|(person, class)| Elsewhere {
                person,
                class: class.id,
                told: t
                    .args(
                        "classes-elsewhere",
                        [
                            ("name", name(person).to_owned().into()),
                            ("label", class.label().into()),
                            ("days", t.dates(class.starts_on, class.ends_on).into()),
                            ("free", class.free.into()),
                        ],
                    )
                    .into_owned(),
            })
            .collect(),
        failed,
        confirm,
        tried,
    };
    ui.page_with(status, t.arg("classes-label", "label", class.label()), &page)
}

/// POST /classes/{class}/nominations: fields `person` (many) and `confirm`.
pub(super) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<Nominate>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let people: Vec<PersonId> =
        typed.iter().filter(|(name, _)| name == "person").filter_map(|(_, value)| value.parse().ok()).collect();
    let confirmed = typed.iter().any(|(name, _)| name == "confirm");
    let here = format!("/classes/{class}/nominations");
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    match actions::nominate(&db, &permit, class, &people, confirmed).await {
        Ok(done) => Ok(ui.see_with(
            &here,
            "classes-nominated",
            &[("proposed", done.proposed.to_string()), ("waiting", done.waiting.to_string())],
        )),
        Err(ClassError::Findings(found)) => {
            show(&ui, &db, &permit, class, &Tried { chosen: people, found, ..Tried::default() }, wrong).await
        }
        Err(ClassError::Nobody) => {
            show(&ui, &db, &permit, class, &Tried { nobody: true, ..Tried::default() }, wrong).await
        }
        Err(ClassError::Late(_)) => {
            show(&ui, &db, &permit, class, &Tried { chosen: people, late: true, ..Tried::default() }, wrong).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Leaving {
    reason: String,
}

/// POST /classes/{class}/nominations/{nomination}/withdrawal
pub(super) async fn post_withdrawal(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<Nominate>,
    Path((class, nomination)): Path<(ClassId, NominationId)>,
    Form(typed): Form<Leaving>,
) -> Answer {
    match actions::withdraw(&db, &permit, class, nomination, &typed.reason).await {
        Ok(moved_up) => Ok(ui.see_with(
            &format!("/classes/{class}/nominations"),
            "classes-withdrawn",
            &[("n", moved_up.to_string())],
        )),
        Err(ClassError::NoReason) => {
            let leave = Leave { nomination, reason: typed.reason, no_reason: true, instead: None, replaces: false };
            let tried = Tried { leaving: Some(leave), ..Tried::default() };
            show(&ui, &db, &permit, class, &tried, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Instead {
    person: String,
    reason: String,
    confirm: String,
}

/// POST /classes/{class}/nominations/{nomination}/substitution
pub(super) async fn post_substitution(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<Nominate>,
    Path((class, nomination)): Path<(ClassId, NominationId)>,
    Form(typed): Form<Instead>,
) -> Answer {
    let here = format!("/classes/{class}/nominations");
    let confirmed = !typed.confirm.is_empty();
    let instead: Option<PersonId> = typed.person.parse().ok();
    let done = match instead {
        Some(person) => actions::substitute(&db, &permit, class, nomination, person, &typed.reason, confirmed).await,
        None => Err(ClassError::Nobody),
    };
    let (found, nobody, no_reason) = match done {
        Ok(()) => return Ok(ui.see_with(&here, "classes-substituted", &[])),
        Err(ClassError::Findings(found)) => (found, false, false),
        Err(ClassError::Nobody) => (Vec::new(), true, false),
        Err(ClassError::NoReason) => (Vec::new(), false, true),
        Err(error) => return Err(error.into()),
    };
    let leave = Leave { nomination, reason: typed.reason, no_reason, instead, replaces: true };
    let tried = Tried { found, nobody, leaving: Some(leave), ..Tried::default() };
    show(&ui, &db, &permit, class, &tried, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// By which decision the unit sends its people, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Decision {
    decision: String,
    signed_on: String,
    /// Ticked: also for those who have one already.
    everybody: String,
}

/// POST /classes/{class}/sending-decision
pub(super) async fn post_decision(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<Nominate>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Decision>,
) -> Answer {
    let mut errors = Errors::new();
    let day = errors.day(ui.t, "signed_on", "classes-decision-signed", &typed.signed_on);
    if let Some(day) = day {
        let everybody = !typed.everybody.is_empty();
        match actions::set_decision(&db, &permit, class, (&typed.decision, day), everybody).await {
            Ok(written) => {
                let args = [("n", written.to_string())];
                return Ok(ui.see_with(&format!("/classes/{class}/nominations"), "classes-decision-saved", &args));
            }
            Err(ClassError::Field(field, key)) => errors.add(field, key),
            Err(ClassError::NoneUndecided) => errors.add("decision", "classes-decision-nobody"),
            Err(error) => return Err(error.into()),
        }
    }
    let tried = Tried { decision: typed, decision_errors: errors, ..Tried::default() };
    show(&ui, &db, &permit, class, &tried, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// Who goes to which other class, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Other {
    person: String,
    class: String,
}

/// POST /classes/{class}/elsewhere
pub(super) async fn post_elsewhere(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<Nominate>,
    Path(class): Path<ClassId>,
    Form(typed): Form<Other>,
) -> Answer {
    let person: PersonId = typed.person.parse().map_err(|_| WebError::NotFound)?;
    let to: ClassId = typed.class.parse().map_err(|_| WebError::NotFound)?;
    match actions::send_elsewhere(&db, &permit, class, person, to).await {
        Ok(_) => Ok(ui.see_with(&format!("/classes/{to}/nominations"), "classes-sent-elsewhere", &[])),
        Err(ClassError::Findings(found)) => {
            let tried = Tried { chosen: vec![person], found, ..Tried::default() };
            show(&ui, &db, &permit, class, &tried, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}
