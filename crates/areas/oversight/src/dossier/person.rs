//! The record of a person, and one's own.

use ::store::Db;
use axum::{extract::State, response::IntoResponse};
use documents::record::{CourseLine, LedgerLine, RecordLine, TrainingRecord, render};
use kernel::{Actor, PersonId, Score};
use people::{
    history::{Course, courses},
    organisation::titled,
};
use teaching::scheme;
use web::{Answer, App, Download, Lang, Path, T, Ui, WebError, permit::SignedIn};

use crate::ledgers::{Owed, Year, of_person, owed};

use super::store::{PersonRow, PostRow, TrainingRow, person, posts, trainings};

/// A class with its mark as written.
struct Training {
    row: TrainingRow,
    score: String,
    register: String,
    /// Why it was not completed, in words; empty when it was, or before the decision.
    reasons: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "dossier/person.html")]
struct PersonPage {
    t: T,
    person: PersonRow,
    posts: Vec<PostRow>,
    trainings: Vec<Training>,
    /// Periods by year, the newest first, and what is owed today.
    years: Vec<Year>,
    owed: Owed,
    /// Courses elsewhere.
    courses: Vec<Course>,
    trained: bool,
    /// What stands between this person and completion, in words.
    standing: String,
    own: bool,
    may_classes: bool,
    /// Certificates are for their owner, the school and the commune; others read that there is one.
    may_fetch: bool,
    may_communes: bool,
    may_edit: bool,
    may_plan: bool,
    may_history: bool,
    may_sensitive: bool,
}

#[derive(askama::Template)]
#[template(path = "dossier/account.html")]
struct AccountPage {
    t: T,
    name: String,
    username: String,
    role: String,
}

/// GET /people/{person}: whoever is out of the reader's scope does not exist, so roles that see nobody get 404 for
/// everybody.
pub(super) async fn get(ui: Ui, State(db): State<Db>, who: SignedIn, Path(id): Path<PersonId>) -> Answer {
    show(&ui, &db, &who.actor, id, false).await
}

/// GET /me: the record of the person behind the account, or the account itself.
pub(super) async fn get_me(ui: Ui, State(db): State<Db>, who: SignedIn) -> Answer {
    let t = ui.t;
    match who.actor.own_person() {
        Some(person) => show(&ui, &db, &who.actor, person, true).await,
        None => {
            let page = AccountPage { t, name: who.actor.name, username: who.actor.username, role: who.actor.role };
            ui.page(t.get("dossier-me"), &page)
        }
    }
}

async fn show(ui: &Ui, db: &Db, actor: &Actor, id: PersonId, own: bool) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let person = person(&mut conn, actor, id, db.today()).await?.ok_or(WebError::NotFound)?;
    let posts = posts(&mut conn, id).await?;
    let trainings = of(t, trainings(&mut conn, id).await?);
    let owed = owed(&mut conn, db.today()).await?;
    let years = of_person(&mut conn, id, &owed, db.today()).await?;
    let courses = courses(&mut conn, id).await?;
    drop(conn);
    let title = person.full_name.clone();
    let page = PersonPage {
        t,
        standing: standing(t, &person, &trainings),
        trained: trainings.iter().any(|x| x.row.state.code() == "completed"),
        person,
        posts,
        trainings,
        years,
        owed,
        courses,
        own,
        may_classes: ui.may("classes.read"),
        may_fetch: own || learning::certificates::may_fetch_of_class(actor),
        may_communes: ui.may("communes.read"),
        may_edit: ui.may("people.edit"),
        may_plan: ui.may("plan.read"),
        may_history: ui.may("people.read"),
        may_sensitive: ui.may("people.sensitive"),
    };
    ui.page(title, &page)
}

impl PersonPage {
    /// Whether the post owes knowledge updating.
    fn owes_update(&self) -> bool {
        self.owed.updates(&self.person.level)
    }
}

/// Classes with their marks and reasons in words.
fn of(t: T, rows: Vec<TrainingRow>) -> Vec<Training> {
    let one = |row: TrainingRow| {
        let score = row.hundredths.and_then(|h| Score::from_hundredths(h).ok());
        Training {
            score: score.map(|s| s.to_string()).unwrap_or_default(),
            register: match (row.register, row.register_year) {
                (Some(number), Some(year)) => format!("{number:04}/{year}"),
                _ => String::new(),
            },
            reasons: row.reasons.as_deref().map(|r| learning::results::told(t, r)).unwrap_or_default(),
            row,
        }
    };
    rows.into_iter().map(one).collect()
}

/// GET /people/{person}/record.pdf: the record as a paper, for whoever reads the record.
pub(super) async fn get_record(State(app): State<App>, who: SignedIn, Path(id): Path<PersonId>) -> Answer {
    // papers are written in Vietnamese whatever the reader's language
    let t = T::new(Lang::Vi);
    let today = app.db.today();
    let mut conn = app.db.read().await?;
    let person = person(&mut conn, &who.actor, id, today).await?.ok_or(WebError::NotFound)?;
    let scheme = scheme::of(&mut conn, &who.actor).await?.ok_or_else(|| WebError::refused("coverage-no-scheme"))?;
    let rules = scheme::rules(&mut conn, scheme.id, today).await?;
    let trainings = of(t, trainings(&mut conn, id).await?);
    let owed = owed(&mut conn, today).await?;
    let years = of_person(&mut conn, id, &owed, today).await?;
    let courses = courses(&mut conn, id).await?;
    drop(conn);
    let owes_update = owed.updates(&person.level);
    let commune = titled(t, &person.commune_kind, &person.commune);
    let record = TrainingRecord {
        parent: rules.school_parent,
        body: rules.school_name,
        place: rules.school_place,
        made_on: today,
        signer_title: rules.signer_title,
        standing: standing(t, &person, &trainings),
        full_name: person.full_name,
        code: person.code,
        birth_date: person.birth_date,
        position: person.position_title,
        unit: person.office.iter().chain([&commune]).map(String::as_str).collect::<Vec<_>>().join(", "),
        classes: trainings.iter().map(|x| line(t, x, &app.base_url)).collect(),
        ledgers: years
            .iter()
            .enumerate()
            .map(|(place, year)| ledger(t, year, &owed, place == 0, owes_update))
            .collect(),
        courses: courses.into_iter().map(|course| course_line(t, course)).collect(),
    };
    let name = format!("ho-so-boi-duong-{}-{today}.pdf", record.code);
    Ok(Download::pdf(name, web::apart(move || render(&record)).await?).into_response())
}

fn line(t: T, training: &Training, base_url: &str) -> RecordLine {
    let row = &training.row;
    let state = t.get(format!("classes-nomination-{}", row.state.code())).into_owned();
    let band = row.band.clone().filter(|band| !band.is_empty());
    let told = match band {
        Some(band) => format!("{state} ({band})"),
        None => state,
    };
    let issued = row.verify_code.as_ref().filter(|_| row.issued_at.is_some());
    RecordLine {
        class_label: row.label(),
        programme: row.programme.clone(),
        time: t.dates(row.starts_on, row.ends_on),
        attendance: if row.marked > 0 { t.pct(row.present, row.marked) } else { String::new() },
        score: training.score.clone(),
        outcome: std::iter::once(&told).chain(&training.reasons).map(String::as_str).collect::<Vec<_>>().join(". "),
        decision: row.decision_number.clone().unwrap_or_default(),
        decided_on: row.signed_on.map(|on| t.date(on)).unwrap_or_default(),
        register_number: training.register.clone(),
        verify_url: issued.map(|code| format!("{base_url}/verify/{code}")).unwrap_or_default(),
    }
}

/// A year of the ledgers, of the running year with what the post owes.
fn ledger(t: T, year: &Year, owed: &Owed, is_running: bool, owes_update: bool) -> LedgerLine {
    let of = |periods: i64, owed: Option<i64>| match owed {
        Some(owed) => format!("{} / {}", t.num(periods), t.num(owed)),
        None => t.num(periods),
    };
    LedgerLine {
        year: year.year.to_string(),
        position: of(year.position, is_running.then_some(owed.position)),
        update: of(year.update, (is_running && owes_update).then_some(owed.update)),
        other: t.num(year.other),
    }
}

fn course_line(t: T, course: Course) -> CourseLine {
    CourseLine {
        time: t.dates(course.starts_on, course.ends_on),
        periods: t.num(course.periods),
        ledger: t.get(format!("ledgers-short-{}", course.ledger)).into_owned(),
        title: course.title,
        organiser: course.organiser,
        certificate: course.certificate,
    }
}

/// Where somebody stands, in one sentence: trained by which class, in which class now, planned when, or not planned.
fn standing(t: T, person: &PersonRow, trainings: &[Training]) -> String {
    let of = |codes: &[&str]| trainings.iter().find(|x| codes.contains(&x.row.state.code()));
    if let Some(done) = trainings.iter().rfind(|x| x.row.state.code() == "completed") {
        let number = done.row.decision_number.clone().unwrap_or_default();
        return t
            .args("dossier-why-trained", [("label", done.row.label().into()), ("number", number.into())])
            .into_owned();
    }
    if let Some(now) = of(&["accepted", "proposed", "waiting"]) {
        let state = t.get(format!("classes-nomination-{}", now.row.state.code()));
        return t
            .args("dossier-why-in-class", [("label", now.row.label().into()), ("state", state.into())])
            .into_owned();
    }
    match of(&["not_completed"]) {
        Some(missed) => {
            let why = missed.reasons.join(" ");
            let why = t.args("dossier-why-missed", [("label", missed.row.label().into()), ("why", why.into())]);
            let again = match person.planned_on {
                Some(on) => t.arg("dossier-why-again", "on", t.date(on)),
                None => t.get("dossier-why-not-again"),
            };
            format!("{why} {again}")
        }
        None => match person.planned_on {
            Some(on) => t.arg("dossier-why-planned", "on", t.date(on)).into_owned(),
            None => t.get("dossier-why-not-planned").into_owned(),
        },
    }
}
