//! Loading the Nghệ An scheme and its generated people.

use chrono::{Datelike, Months, NaiveDate};
use kernel::{Actor, FixedClock, PersonId, ProgrammeId, SchemeId};
use people::{
    accounts::{AccountInput, ROLES, actor_by_username, add_accounts, password},
    organisation::lookup,
    registry::{
        AddError, PersonInput, add_people,
        record::{PostDraft, RecordError, announce_post},
    },
};
use store::{By, Change, Db, StoreError, history_of};
use teaching::{
    curriculum::{EditError, MoveError, appraisal::AppraisalError, approve, enforce, submit},
    planning::{ComposeError, PlanError, agree_year, approve_year, compose_plan, submit_year},
    scheme::complete_milestone,
};
use web::{Permit, WebError};

use super::{
    curriculum::{deepen, hear},
    needs,
    play::play,
    roster::{DemoPerson, roster},
};
use crate::reference::{self, Reference, programmes, tables, tell};

/// Password of every demonstration account; it opens a demonstration only.
pub const PASSWORD: &str = "NgheAn@2030";
/// Seed of the roster.
const SEED: u64 = 2026;
/// Lecturers with an account.
const LECTURERS: u32 = 12;

/// Why the demonstration could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The tables in the binary.
    #[error(transparent)]
    Tables(#[from] reference::LoadError),
    /// The register.
    #[error(transparent)]
    People(#[from] AddError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A post ahead.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A programme.
    #[error(transparent)]
    Programme(#[from] MoveError),
    /// What a programme says.
    #[error(transparent)]
    Curriculum(#[from] EditError),
    /// What is said of a programme.
    #[error(transparent)]
    Appraisal(#[from] AppraisalError),
    /// The plan.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The plan's approval.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A class.
    #[error(transparent)]
    Class(#[from] teaching::classes::ClassError),
    /// A room.
    #[error(transparent)]
    Room(#[from] teaching::classes::rooms::RoomError),
    /// A timetable.
    #[error(transparent)]
    Timetable(#[from] teaching::timetable::TimetableError),
    /// Intake and groups.
    #[error(transparent)]
    Intake(#[from] teaching::intake::IntakeError),
    /// The evaluation of a class.
    #[error(transparent)]
    Evaluation(#[from] learning::evaluation::EvaluationError),
    /// A roll-call.
    #[error(transparent)]
    Attendance(#[from] learning::attendance::AttendanceError),
    /// A questionnaire.
    #[error(transparent)]
    Survey(#[from] teaching::needs::survey::SurveyError),
    /// An answer to one.
    #[error(transparent)]
    Answer(#[from] teaching::needs::survey::AnswerError),
    /// A result.
    #[error(transparent)]
    Result(#[from] learning::results::ResultError),
    /// A certificate.
    #[error(transparent)]
    Certificate(#[from] learning::certificates::CertificateError),
    /// A document to be read.
    #[error(transparent)]
    Circular(#[from] teaching::propagation::CircularError),
    /// A paper.
    #[error(transparent)]
    Paper(#[from] documents::DocumentError),
    /// A material.
    #[error(transparent)]
    Material(#[from] teaching::materials::MaterialError),
    /// A role without the right that its duty needs.
    #[error(transparent)]
    Web(#[from] WebError),
    /// The system.
    #[error("{0}")]
    System(String),
}

/// Loads everything and plays the classes up to today; `step` is told what is done, with a count. `base_url`
/// goes into the QR codes.
///
/// # Errors
/// [`LoadError`]; what was loaded before stays, each step being one transaction.
pub async fn load(db: &Db, base_url: &str, step: &mut dyn FnMut(&str, usize)) -> Result<(), LoadError> {
    let by = By::System(SUBJECT);
    let reference = Reference::load().map_err(reference::LoadError::from)?;
    mark(db, BEGUN).await?;
    let scheme_id = db.write(async |tx| tables(tx, by, &reference).await).await?;
    tell(&reference, step);

    let people = roster(&reference, SEED);
    let inputs: Vec<PersonInput> = people.iter().map(DemoPerson::input).collect();
    let ids = add_people(db, by, &inputs).await?;
    step("generated people", ids.len());

    let hash = password::hash(PASSWORD).await.map_err(LoadError::System)?;
    let mut accounts = staff(db, &reference).await?;
    accounts.extend(inputs.iter().zip(&ids).map(|(input, id)| AccountInput {
        username: input.code.clone(),
        name: input.full_name.clone(),
        role: "learner",
        commune: None,
        person: Some(*id),
        province: None,
    }));
    add_accounts(db, by, &accounts, &hash, false).await?;
    db.analyze().await?;
    step("accounts", accounts.len());

    let written = at_day(db, "2025-12-29");
    let drafts = written.write(async |tx| programmes(tx, by, &reference, scheme_id).await).await?;
    enforce_programmes(db, scheme_id, &drafts).await?;
    step("programmes in force", drafts.len());
    step("competences", needs::frame(&written, by, scheme_id).await?);
    let roster: Vec<(&DemoPerson, PersonId)> = people.iter().zip(ids.iter().copied()).collect();
    step("generated ratings", needs::ratings(&written, by, scheme_id, &roster).await?);
    let shelf = super::shelf::materials(db, scheme_id).await? + super::shelf::lessons(db, scheme_id, &drafts).await?;
    step("materials", shelf);
    let plan_db = db.at(std::sync::Arc::new(FixedClock::morning_of(start_of_planning())));
    let school = actor(db, "truong").await?;
    let plan = compose_plan(&plan_db, &Permit::check(&school)?).await?;
    step("five-year plan", 1);
    let home_affairs = actor(db, "sonoivu").await?;
    submit_year(&plan_db, &Permit::check(&school)?, plan, 2026).await?;
    for body in ["sonoivu", "bantochuc"] {
        agree_year(&plan_db, &Permit::check(&actor(db, body).await?)?, plan, 2026).await?;
    }
    let committee = actor(db, "thuongvu").await?;
    approve_year(&plan_db, &Permit::check(&committee)?, plan, 2026, "12-KH/TU").await?;
    let known = lookup(&mut db.read().await?).await?;
    let officers = known.communes.iter().map(|(code, commune)| (*commune, format!("xa-{code}"))).collect();
    play(db, base_url, officers, step).await?;
    step("posts ahead", announced(db, &home_affairs, &people, &ids).await?);
    step("answers to questionnaires", needs::surveys(db, &inputs).await?);
    step("receipts of documents", super::shelf::circulars(db, &reference.communes).await?);
    mark(db, ENDED).await?;
    Ok(db.analyze().await?)
}

/// Posts ahead in the demonstration.
const AHEAD: usize = 3;

/// Some people go from the last communes of the roster to the first one in the month to come.
async fn announced(db: &Db, by: &Actor, people: &[DemoPerson], ids: &[PersonId]) -> Result<usize, LoadError> {
    let permit = Permit::check(by)?;
    let known = lookup(&mut db.read().await?).await?;
    let Some(commune) = people.first().and_then(|person| known.communes.get(&person.commune_code)) else {
        return Ok(0);
    };
    let from = db.today().checked_add_months(Months::new(1)).and_then(|day| day.with_day(1)).unwrap_or_default();
    let mut number = 0;
    let specialists = people.iter().zip(ids).rev().filter(|(person, _)| person.position_code.ends_with("-CV"));
    for (person, id) in specialists.step_by(7).take(AHEAD) {
        let Some(position) = known.positions.get(&person.position_code) else { continue };
        number += 1;
        let decision = format!("{}/QĐ-SNV", 310 + number);
        let draft = PostDraft { commune: *commune, position: *position, kind: "regular", from, to: None, decision };
        announce_post(db, &permit, *id, &draft).await?;
    }
    Ok(number)
}

/// The plan is composed at the beginning of the scheme, before the first teaching day.
pub(super) fn start_of_planning() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 2, 23).unwrap_or_default()
}

pub(super) async fn actor(db: &Db, username: &str) -> Result<Actor, LoadError> {
    let actor = actor_by_username(&mut db.read().await?, username).await?;
    actor.ok_or_else(|| LoadError::System(format!("no account {username}")))
}

/// The programmes that are run are submitted, approved and put in force by the bodies whose duty it is; their
/// milestones are reached.
async fn enforce_programmes(db: &Db, scheme: SchemeId, drafts: &[(ProgrammeId, bool)]) -> Result<(), LoadError> {
    let school = Permit::check(&actor(db, "truong").await?)?;
    let appraiser = Permit::check(&actor(db, "tuyengiao").await?)?;
    let head = Permit::check(&actor(db, "hieutruong").await?)?;
    for (id, _) in drafts {
        deepen(&at_day(db, "2026-01-19"), &school, *id).await?;
    }
    for (id, _) in drafts.iter().filter(|(_, is_run)| *is_run) {
        submit(&at_day(db, "2026-01-26"), &school, *id).await?;
        hear(|day| at_day(db, day), &school.actor, &appraiser.actor, *id).await?;
        approve(&at_day(db, "2026-02-25"), &appraiser, *id, "21-TB/BTGDVTU").await?;
        enforce(&at_day(db, "2026-02-27"), &head, *id).await?;
    }
    for (code, on) in [("de_cuong", "2025-12-29"), ("chi_tiet", "2026-01-26"), ("tham_dinh", "2026-02-25")] {
        let reached = at_day(db, on);
        complete_milestone(&reached, By::Actor(&school.actor), scheme, code, reached.today()).await?;
    }
    Ok(())
}

/// The database on the morning of a day.
pub(super) fn at_day(db: &Db, text: &str) -> Db {
    db.at(std::sync::Arc::new(FixedClock::morning_of(text.parse().unwrap_or_default())))
}

/// How much of the demonstration a database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    /// Nothing: an installation of its own.
    Not,
    /// Loading began and did not end: the program was stopped meanwhile.
    Partly,
    /// All of it; the database stays marked for as long as it lives.
    Whole,
}

/// Subject of the two records that mark a demonstration.
const SUBJECT: &str = "demonstration";
const BEGUN: &str = "demonstration.load.begun";
const ENDED: &str = "demonstration.load.ended";

/// How much of the demonstration a database holds, by the records that loading leaves.
///
/// # Errors
/// The database's failure.
pub async fn loaded(db: &Db) -> Result<Loaded, StoreError> {
    let latest = history_of(&mut db.read().await?, SUBJECT, 1).await?;
    Ok(match latest.first().map(|line| line.action.as_str()) {
        Some(ENDED) => Loaded::Whole,
        Some(_) => Loaded::Partly,
        None => Loaded::Not,
    })
}

async fn mark(db: &Db, action: &'static str) -> Result<(), StoreError> {
    db.write(async |tx| tx.audit(By::System(SUBJECT), action, SUBJECT, Change::default())).await
}

/// Accounts of the bodies, the lecturers and the communes.
async fn staff(db: &Db, reference: &Reference) -> Result<Vec<AccountInput>, StoreError> {
    let bodies = [
        ("truong", "school_training", "Phòng QLĐT & NCKH"),
        ("hieutruong", "school_head", "Hiệu trưởng Trường Chính trị tỉnh"),
        ("bantochuc", "organisation_committee", "Ban Tổ chức Tỉnh ủy"),
        ("sonoivu", "home_affairs", "Sở Nội vụ"),
        ("tuyengiao", "propaganda", "Ban Tuyên giáo và Dân vận Tỉnh ủy"),
        ("taichinh", "finance", "Sở Tài chính"),
        ("thuongvu", "standing_committee", "Ban Thường vụ Tỉnh ủy"),
        ("quantri", "administrator", "Quản trị hệ thống"),
    ];
    let known = lookup(&mut db.read().await?).await?;
    let account = |username: String, role: &str, name: String| AccountInput {
        username,
        name,
        role: ROLES.iter().find(|r| r.code == role).map_or("learner", |r| r.code),
        commune: None,
        person: None,
        province: None,
    };
    let mut accounts: Vec<AccountInput> =
        bodies.iter().map(|(username, role, name)| account((*username).to_owned(), role, (*name).to_owned())).collect();
    accounts.extend((1..=LECTURERS).map(|n| account(format!("gv{n:02}"), "lecturer", format!("Giảng viên {n:02}"))));
    accounts.extend(reference.communes.iter().map(|c| AccountInput {
        commune: known.communes.get(&c.code).copied(),
        ..account(format!("xa-{}", c.code), "commune_officer", format!("Đầu mối {}", c.name))
    }));
    Ok(accounts)
}
