//! Loading the Nghệ An scheme and its generated people.

use chrono::NaiveDate;
use kernel::{Actor, FixedClock, ProgrammeId, SchemeId};
use people::{
    accounts::{AccountInput, ROLES, actor_by_username, add_accounts, password},
    organisation::{
        CommuneInput, EthnicInput, OfficeKindInput, OrganisationInput, PositionInput, load_organisation, lookup,
    },
    registry::{AddError, DeclaredInput, HistoryInput, PersonInput, add_people, load_declared_totals, load_history},
};
use store::{By, Change, Db, StoreError, history_of};
use teaching::scheme::{
    AudienceRow, BlocRow, BodyRow, CalendarRow, LegalRow, MilestoneRow, RuleRow, SchemeInput, complete_milestone,
    load_calendar, load_legal_documents, load_scheme,
};
use teaching::{
    curriculum::{MoveError, ProgrammeInput, TopicInput, approve, enforce, load_programme, submit, usual_method},
    planning::{ComposeError, PlanError, approve_year, compose_plan},
};
use web::{Permit, WebError};

use super::{Reference, play::play, reference::TableError, roster::roster};

/// Password of every demonstration account; it opens a demonstration only.
pub const PASSWORD: &str = "NgheAn@2030";
/// Code of the scheme.
const SCHEME: &str = "nghe-an-2026-2030";
/// Seed of the roster.
const SEED: u64 = 2026;
/// Lecturers with an account.
const LECTURERS: u32 = 12;

/// Why the demonstration could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A table in the binary.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The register.
    #[error(transparent)]
    People(#[from] AddError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A programme.
    #[error(transparent)]
    Programme(#[from] MoveError),
    /// The plan.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The plan's approval.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A class.
    #[error(transparent)]
    Class(#[from] teaching::classes::ClassError),
    /// A roll-call.
    #[error(transparent)]
    Attendance(#[from] learning::attendance::AttendanceError),
    /// A result.
    #[error(transparent)]
    Result(#[from] learning::results::ResultError),
    /// A certificate.
    #[error(transparent)]
    Certificate(#[from] learning::certificates::CertificateError),
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
    let reference = Reference::load()?;
    mark(db, BEGUN).await?;
    let scheme_id = tables(db, by, &reference, step).await?;

    let people = roster(&reference, SEED);
    let inputs: Vec<PersonInput> = people
        .iter()
        .map(|p| PersonInput {
            code: format!("hv{:05}", p.number),
            full_name: p.name.clone(),
            gender: Some(p.gender.to_owned()),
            birth_date: Some(p.birth_date),
            ethnic_code: Some(p.ethnic_code.clone()),
            commune_code: p.commune_code.clone(),
            office_code: p.office_code.clone(),
            position_code: p.position_code.clone(),
            education: p.education.map(str::to_owned),
            theory: Some(p.theory.to_owned()),
            management: Some(p.management.to_owned()),
            in_post_since: p.in_post_since,
            generated: true,
        })
        .collect();
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
    }));
    add_accounts(db, by, &accounts, &hash, false).await?;
    step("accounts", accounts.len());

    let drafts = load_programmes(&at_day(db, "2026-01-26"), by, &reference, scheme_id).await?;
    enforce_programmes(db, scheme_id, &drafts).await?;
    step("programmes in force", drafts.len());
    let plan_db = db.at(std::sync::Arc::new(FixedClock::morning_of(start_of_planning())));
    let school = actor(db, "truong").await?;
    let plan = compose_plan(&plan_db, &Permit::check(&school)?).await?;
    step("five-year plan", 1);
    let home_affairs = actor(db, "sonoivu").await?;
    approve_year(&plan_db, &Permit::check(&home_affairs)?, plan, 2026, "12/KH-SNV").await?;
    let known = lookup(&mut db.read().await?).await?;
    let officers = known.communes.iter().map(|(code, commune)| (*commune, format!("xa-{code}"))).collect();
    play(db, base_url, officers, step).await?;
    mark(db, ENDED).await?;
    Ok(())
}

/// Loads the scheme with its communes, calendar and declared totals, and its programmes in drafting: what an
/// installation of its own begins with. No person, no account.
///
/// # Errors
/// [`LoadError`]; [`StoreError::Unique`] in it when the scheme is there already.
pub async fn load_tables(db: &Db, step: &mut dyn FnMut(&str, usize)) -> Result<(), LoadError> {
    let by = By::System("cli.load");
    let reference = Reference::load()?;
    let scheme_id = tables(db, by, &reference, step).await?;
    let drafts = load_programmes(db, by, &reference, scheme_id).await?;
    step("programmes in drafting", drafts.len());
    Ok(())
}

/// The scheme and the organisation as the reference tables have them.
async fn tables(
    db: &Db,
    by: By<'_>,
    reference: &Reference,
    step: &mut dyn FnMut(&str, usize),
) -> Result<SchemeId, LoadError> {
    let scheme_id = load_scheme(db, by, &scheme(reference)).await?;
    step("scheme rules", reference.rules.len());
    load_calendar(db, by, &calendar(reference)).await?;
    load_legal_documents(db, by, &documents(reference)).await?;
    step("calendar days and legal documents", reference.holidays.len() + reference.documents.len());
    load_organisation(db, by, &organisation(reference)).await?;
    step("communes with their offices", reference.communes.len());
    load_declared_totals(db, by, SCHEME, &declared(reference)).await?;
    load_history(db, by, &history(reference)).await?;
    step("declared totals and history lines", reference.declared.len() + reference.history.len());
    Ok(scheme_id)
}

/// The plan is composed at the beginning of the scheme, before the first teaching day.
pub(super) fn start_of_planning() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 2, 23).unwrap_or_default()
}

pub(super) async fn actor(db: &Db, username: &str) -> Result<Actor, LoadError> {
    let actor = actor_by_username(&mut db.read().await?, username).await?;
    actor.ok_or_else(|| LoadError::System(format!("no account {username}")))
}

/// The three programmes and the pool of electives, in drafting; which of them are to be run.
async fn load_programmes(
    db: &Db,
    by: By<'_>,
    reference: &Reference,
    scheme: SchemeId,
) -> Result<Vec<(ProgrammeId, bool)>, LoadError> {
    let names = [
        ("PRG-DANG", "Bồi dưỡng cán bộ, công chức cơ quan đảng cấp xã"),
        ("PRG-CQ", "Bồi dưỡng cán bộ, công chức HĐND và UBND cấp xã"),
        ("PRG-MT", "Bồi dưỡng cán bộ Mặt trận Tổ quốc và các tổ chức chính trị - xã hội cấp xã"),
        ("PRG-MO", "Phần mở: chuyên đề chọn theo lớp"),
    ];
    let mut drafts = Vec::new();
    for (code, name) in names {
        let audience = reference.audiences.iter().find(|a| a.programme_code == code);
        let topic = |t: &super::reference::TopicRow| TopicInput {
            seq: t.sequence,
            day: t.day,
            code: t.topic_code.clone(),
            title: t.topic_title.clone(),
            kind: t.kind.clone(),
            periods: t.periods,
            method: usual_method(&t.kind).to_owned(),
            lecturer_type: t.lecturer_type.clone(),
            delivery: t.delivery_mode.clone(),
            is_elective: t.is_elective,
            source_status: t.source_status.clone(),
            source: t.source.clone(),
        };
        let input = ProgrammeInput {
            code: code.to_owned(),
            name: name.to_owned(),
            audience_code: audience.map(|a| a.code.clone()),
            is_elective_pool: audience.is_none(),
            topics: reference.topics.iter().filter(|t| t.programme_code == code).map(topic).collect(),
        };
        drafts.push((load_programme(db, by, scheme, &input).await?, audience.is_some()));
    }
    Ok(drafts)
}

/// The programmes that are run are submitted, approved and put in force by the bodies whose duty it is; their
/// milestones are reached.
async fn enforce_programmes(db: &Db, scheme: SchemeId, drafts: &[(ProgrammeId, bool)]) -> Result<(), LoadError> {
    let school = Permit::check(&actor(db, "truong").await?)?;
    let appraiser = Permit::check(&actor(db, "tuyengiao").await?)?;
    let head = Permit::check(&actor(db, "hieutruong").await?)?;
    for (id, _) in drafts.iter().filter(|(_, is_run)| *is_run) {
        submit(&at_day(db, "2026-01-26"), &school, *id).await?;
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
fn at_day(db: &Db, text: &str) -> Db {
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

fn scheme(reference: &Reference) -> SchemeInput {
    SchemeInput {
        code: SCHEME.to_owned(),
        name: "Bồi dưỡng, cập nhật kiến thức, kỹ năng mới cho đội ngũ cán bộ, công chức cấp xã tỉnh Nghệ An giai đoạn 2026 - 2030"
            .to_owned(),
        short_name: "Đề án 2026 – 2030".to_owned(),
        province_code: "40".to_owned(),
        province_name: "Nghệ An".to_owned(),
        first_year: 2026,
        last_year: 2030,
        rules: reference
            .rules
            .iter()
            .map(|r| RuleRow {
                key: r.key.clone(),
                value: r.value.clone(),
                unit: r.unit.clone(),
                valid_from: r.valid_from,
                valid_to: r.valid_to,
                source: r.source.clone(),
            })
            .collect(),
        milestones: reference
            .milestones
            .iter()
            .map(|m| MilestoneRow { code: m.code.clone(), title: m.title.clone(), due_on: m.due_on, source: m.source.clone() })
            .collect(),
        bodies: reference
            .bodies
            .iter()
            .map(|b| BodyRow {
                code: b.code.clone(),
                name: b.name.clone(),
                duty: b.duty.clone(),
                tier: b.tier,
                source: b.source.clone(),
            })
            .collect(),
        audiences: reference
            .audiences
            .iter()
            .map(|a| AudienceRow {
                code: a.code.clone(),
                name: a.name.clone(),
                description: a.description.clone(),
                target_group: a.target_group,
                programme_code: a.programme_code.clone(),
                source: a.source.clone(),
            })
            .collect(),
        blocs: reference
            .audiences
            .iter()
            .flat_map(|a| a.blocs.split(';').map(|bloc| BlocRow { bloc: bloc.to_owned(), audience_code: a.code.clone() }))
            .collect(),
    }
}

fn calendar(reference: &Reference) -> Vec<CalendarRow> {
    let row = |h: &super::reference::HolidayRow| CalendarRow {
        day: h.date,
        code: h.code.clone(),
        name: h.name.clone(),
        kind: h.kind.clone(),
        is_day_off: h.is_day_off,
        status: h.status.clone(),
        source: h.legal_basis.clone(),
    };
    reference.holidays.iter().map(row).collect()
}

fn documents(reference: &Reference) -> Vec<LegalRow> {
    let row = |d: &super::reference::DocumentRow| LegalRow {
        number: d.number.clone(),
        issued_on: d.date.parse().ok(),
        issuer: d.issuer.clone(),
        kind: d.kind.clone(),
        title: d.title.clone(),
        status: d.status.clone(),
        note: d.note.clone(),
    };
    reference.documents.iter().map(row).collect()
}

fn organisation(reference: &Reference) -> OrganisationInput {
    let mut office_kinds: Vec<OfficeKindInput> = Vec::new();
    for position in reference.positions.iter().filter(|p| !p.office_code.is_empty()) {
        if !office_kinds.iter().any(|k| k.code == position.office_code) {
            office_kinds.push(OfficeKindInput {
                code: position.office_code.clone(),
                name: position.office.clone(),
                bloc: position.bloc.clone(),
            });
        }
    }
    OrganisationInput {
        province_code: "40".to_owned(),
        province_name: "Nghệ An".to_owned(),
        since: NaiveDate::from_ymd_opt(2025, 7, 1).unwrap_or_default(),
        communes: reference
            .communes
            .iter()
            .map(|c| CommuneInput {
                code: c.code.clone(),
                name: c.name.clone(),
                kind: c.kind.clone(),
                former_district: c.former_district.clone(),
                region: c.region.clone(),
                is_border: c.is_border,
                is_highland: c.is_highland_district,
                is_mountain: c.is_mountain_district,
                is_coastal: c.is_coastal,
                population: c.population_reference_map,
                road_km: c.approx_road_km_from_vinh,
                lat: c.lat,
                lon: c.lon,
            })
            .collect(),
        office_kinds,
        positions: reference
            .positions
            .iter()
            .map(|p| PositionInput {
                code: p.code.clone(),
                title: p.title.clone(),
                bloc: p.bloc.clone(),
                office_code: (!p.office_code.is_empty()).then(|| p.office_code.clone()),
                level: p.level.clone(),
                target_group: p.target_group,
            })
            .collect(),
        ethnic_groups: reference
            .ethnic_groups
            .iter()
            .map(|e| EthnicInput { code: e.code.clone(), name: e.name.clone(), is_minority: e.is_minority })
            .collect(),
    }
}

fn declared(reference: &Reference) -> Vec<DeclaredInput> {
    let row = |d: &super::reference::DeclaredRow| DeclaredInput {
        dimension: d.dimension.clone(),
        key: d.key.clone(),
        label: d.label.clone(),
        people: d.people,
        as_of: d.as_of,
        source: d.source.clone(),
    };
    reference.declared.iter().map(row).collect()
}

/// The seven categories; their total is a sum, not a category.
fn history(reference: &Reference) -> Vec<HistoryInput> {
    let row = |h: &super::reference::HistoryRow| HistoryInput {
        category_code: h.category_code.clone(),
        category: h.category.clone(),
        period: h.period.clone(),
        person_times: h.person_times,
    };
    reference.history.iter().filter(|h| h.category_code != "TONG").map(row).collect()
}
