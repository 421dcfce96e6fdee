//! Programmes: the list with its meters, one version with its topics and its way.

use ::store::Db;
use axum::{extract::State, http::StatusCode};
use kernel::{Actor, ProgrammeId};
use serde::Deserialize;
use web::{
    Answer, Errors, Form, Path, Permit, T, Ui, WebError,
    components::{Bar, Crumbs, Field, Split, Wrong},
};

use super::{
    AppraiseProgrammes, EditProgrammes, EnforceProgrammes, Meter, ReadProgrammes, VersionState, actions,
    appraisal::{self, obstacle},
    life::{self, MoveError},
    model::{DECISION_MOST, Pace, REASON_MOST, StepFact, paces},
    store::{
        MoveLine, Objective, ProgrammeLine, Topic, authors, moves, objectives, programmes, steps, topics, versions,
    },
};
use crate::{
    needs,
    scheme::{self, Audience, Rules},
};

/// A stage of the roadmap in words.
struct Stage {
    name: String,
    text: String,
    told: String,
    tone: &'static str,
}

impl Stage {
    fn of(t: T, pace: &Pace) -> Self {
        let days = pace.late.abs();
        let (key, tone) = match (pace.done_on.is_some(), pace.late) {
            (true, 0) => ("curriculum-pace-on-time", "good"),
            (true, ..0) => ("curriculum-pace-early", "good"),
            (true, _) => ("curriculum-pace-late", "warn"),
            (false, 1..) => ("curriculum-pace-overdue", "bad"),
            (false, 0) => ("curriculum-pace-today", "warn"),
            (false, _) => ("curriculum-pace-left", "info"),
        };
        let name = t.get(format!("curriculum-pace-{}", pace.code));
        let on = pace.done_on.map_or_else(|| t.get("curriculum-pace-not-yet").into_owned(), |on| t.date(on));
        let text = t.args("curriculum-pace-line", [("on", on.into()), ("due", t.date(pace.due_on).into())]);
        let name = name.into_owned();
        Self { name, text: text.into_owned(), told: t.arg(key, "n", days).into_owned(), tone }
    }
}

/// A programme with its meter and where it stands on the roadmap.
struct Shown {
    line: ProgrammeLine,
    keeps: bool,
    bar: Option<Bar>,
    stages: Vec<Stage>,
}

fn show(t: T, line: ProgrammeLine, rules: &Rules, stages: Vec<Stage>) -> Shown {
    if line.is_elective_pool {
        return Shown { line, keeps: true, bar: None, stages };
    }
    let meter = Meter::of(line.theory, line.other, rules);
    let label = t.args("curriculum-meter", [("theory", meter.theory.into()), ("other", meter.other.into())]);
    let target = Some(rules.theory_percent * 10);
    let tone = if meter.keeps() { "good" } else { "bad" };
    let bar = Bar::of(label.into_owned(), meter.theory, meter.total(), target, tone);
    Shown { line, keeps: meter.keeps(), bar: Some(bar), stages }
}

#[derive(askama::Template)]
#[template(path = "curriculum/list.html")]
struct ListPage {
    t: T,
    lead: String,
    programmes: Vec<Shown>,
    has_roadmap: bool,
}

/// GET /programmes
pub(super) async fn list(ui: Ui, State(db): State<Db>, permit: Permit<ReadProgrammes>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let mut page = ListPage { t, lead: String::new(), programmes: Vec::new(), has_roadmap: false };
    if let Some(scheme) = scheme::of(&mut conn, &permit.actor).await? {
        let rules = scheme::rules(&mut conn, scheme.id, db.today()).await?;
        page.lead = lead(t, &rules);
        let (facts, milestones) = (steps(&mut conn, scheme.id).await?, scheme::milestones(&mut conn, scheme.id).await?);
        let lines = programmes(&mut conn, scheme.id).await?;
        let shown = lines.into_iter().map(|line| {
            let own: Vec<StepFact> = facts.iter().filter(|f| f.0 == line.id).copied().collect();
            let paces = if line.is_elective_pool { Vec::new() } else { paces(&own, &milestones, db.today()) };
            let stages = paces.iter().map(|pace| Stage::of(t, pace)).collect();
            show(t, line, &rules, stages)
        });
        page.programmes = shown.collect();
        page.has_roadmap = page.programmes.iter().any(|p| !p.stages.is_empty());
    }
    ui.page(t.get("curriculum-title"), &page)
}

fn lead(t: T, rules: &Rules) -> String {
    let practice = 100 - rules.theory_percent;
    let values =
        [("periods", rules.periods().into()), ("theory", rules.theory_percent.into()), ("practice", practice.into())];
    t.args("curriculum-lead", values).into_owned()
}

/// The meter of a version, on its page and beside the form of a topic.
#[derive(askama::Template)]
#[template(path = "curriculum/meter.html")]
pub struct MeterPart {
    t: T,
    meter: Meter,
    split: Split,
    rule: String,
    theory: String,
    total: String,
}

impl MeterPart {
    /// Weighs periods of theory and others by the rules.
    #[must_use]
    pub fn of(t: T, theory: i64, other: i64, rules: &Rules) -> Self {
        let meter = Meter::of(theory, other, rules);
        let label = t.args("curriculum-meter", [("theory", theory.into()), ("other", other.into())]);
        let whole = meter.total().max(meter.total_wanted);
        let mark = if whole > 0 { Some(meter.wanted * 1000 / whole) } else { None };
        Self {
            t,
            meter,
            split: Split::of(label.into_owned(), whole, &[("a", theory), ("b", other)], mark),
            rule: format!("{}/{}", rules.theory_percent, 100 - rules.theory_percent),
            theory: t
                .args("curriculum-theory-share", [("n", theory.into()), ("share", t.pct(theory, meter.total()).into())])
                .into_owned(),
            total: t
                .args("curriculum-total-n", [("n", meter.total().into()), ("most", meter.total_wanted.into())])
                .into_owned(),
        }
    }
}

/// A step of the way that every version goes.
struct WayStep {
    state: VersionState,
    class: &'static str,
}

#[derive(askama::Template)]
#[template(path = "curriculum/one.html")]
struct OnePage<'a> {
    t: T,
    crumbs: Crumbs,
    wrong: Option<Wrong>,
    line: &'a ProgrammeLine,
    versions: &'a [ProgrammeLine],
    meter: Option<MeterPart>,
    keeps: bool,
    way: Vec<WayStep>,
    topics: Vec<Topic>,
    /// Which gaps each topic closes, in words, by its code; empty while nobody keeps competences.
    closing: std::collections::BTreeMap<String, (Vec<String>, String)>,
    objectives: Vec<Aim>,
    authors: String,
    /// The version before this one, to compare with.
    previous: Option<i64>,
    moves: Vec<MoveLine>,
    edits: bool,
    /// Its materials may be taken away.
    may_pack: bool,
    may_start: bool,
    may_draft: bool,
    may_submit: bool,
    may_appraise: bool,
    /// What stands against the approval, in words.
    obstacle: Option<String>,
    may_enforce: bool,
    decision: Field<'a>,
    reason: Field<'a>,
}

/// An objective with the name of its audience.
struct Aim {
    line: Objective,
    audience: Option<String>,
}

impl Aim {
    fn of(line: Objective, audiences: &[Audience]) -> Self {
        let named = |code: &String| audiences.iter().find(|a| a.code == *code).map(|a| a.name.clone());
        Self { audience: line.audience_code.as_ref().and_then(named), line }
    }
}

/// What was typed beside a version and what is wrong with it.
#[derive(Default)]
struct Typed {
    decision: String,
    reason: String,
    errors: Errors,
}

/// GET /programmes/{programme}: the version that classes are taught after, or the newest before there is one.
pub(super) async fn one(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadProgrammes>,
    Path(programme): Path<ProgrammeId>,
) -> Answer {
    one_page(
        &ui,
        &db,
        &permit.actor,
        programme,
        |v| v.iter().position(|v| Some(v.number) == v.in_force).or(Some(0)),
        &Typed::default(),
    )
    .await
}

/// GET /programmes/{programme}/versions/{number}
pub(super) async fn version(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadProgrammes>,
    Path((programme, number)): Path<(ProgrammeId, i64)>,
) -> Answer {
    one_page(&ui, &db, &permit.actor, programme, |v| v.iter().position(|v| v.number == number), &Typed::default()).await
}

async fn one_page(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    programme: ProgrammeId,
    which: impl FnOnce(&[ProgrammeLine]) -> Option<usize>,
    typed: &Typed,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, scheme.id, db.today()).await?;
    let versions = versions(&mut conn, actor, programme).await?;
    let line = which(&versions).and_then(|place| versions.get(place)).ok_or(WebError::NotFound)?;
    let topics = topics(&mut conn, line.version_id).await?;
    let moves = moves(&mut conn, line.version_id).await?;
    let audiences = scheme::audiences(&mut conn, scheme.id).await?;
    let objectives = objectives(&mut conn, line.version_id).await?.into_iter();
    let objectives = objectives.map(|line| Aim::of(line, &audiences)).collect();
    let authors = authors(&mut conn, line.version_id).await?;
    let mine = authors.iter().any(|(author, _)| *author == actor.account);
    let standing = appraisal::standing(&mut conn, line.version_id).await?;
    drop(conn);
    let closes = needs::gaps::closing::of_topics(db, actor, &line.code).await?;
    let newest = versions.first().is_some_and(|v| v.number == line.number);
    let pool = line.is_elective_pool;
    let is = |right: &str, state: VersionState| newest && !pool && ui.may(right) && line.state == state;
    let at = VersionState::WAY.iter().position(|s| *s == line.state);
    let way = VersionState::WAY.iter().enumerate().map(|(place, state)| WayStep {
        state: *state,
        class: match at {
            Some(at) if place == at && line.state != VersionState::InForce => "now",
            Some(at) if place > at => "",
            _ => "done",
        },
    });
    let errors = &typed.errors;
    let page = OnePage {
        t,
        crumbs: Crumbs::to(t, line.name.clone()).by("/programmes", t.get("curriculum-nav")),
        wrong: Wrong::of(t, errors),
        meter: (!pool).then(|| MeterPart::of(t, line.theory, line.other, &rules)),
        keeps: Meter::of(line.theory, line.other, &rules).keeps(),
        way: if pool { Vec::new() } else { way.collect() },
        closing: needs::gaps::closing::told(t, &closes),
        topics,
        objectives,
        authors: authors.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(", "),
        previous: versions.iter().map(|v| v.number).find(|number| *number < line.number),
        moves,
        edits: newest && ui.may("programmes.edit") && line.state.editable(),
        may_pack: ui.may("materials.read"),
        may_start: newest && !pool && ui.may("programmes.edit") && line.state.settled(),
        may_draft: is("programmes.edit", VersionState::Outline),
        may_submit: is("programmes.edit", VersionState::Drafting),
        may_appraise: is("programmes.appraise", VersionState::Appraisal),
        obstacle: obstacle(mine, &standing).map(|obstacle| {
            let WebError::Refused(refusal) = WebError::from(MoveError::Obstacle(obstacle)) else {
                return String::new();
            };
            t.args(&refusal.key, refusal.args).into_owned()
        }),
        may_enforce: is("programmes.enforce", VersionState::Approved),
        decision: Field::new(t, errors, "decision", "curriculum-decision", &typed.decision).required(),
        reason: Field::new(t, errors, "reason", "curriculum-reason", &typed.reason).kind("textarea").required(),
        line,
        versions: &versions,
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    ui.page_with(status, &line.name, &page)
}

fn place(programme: ProgrammeId, number: i64) -> String {
    format!("/programmes/{programme}/versions/{number}")
}

/// POST /programmes/{programme}/versions: starts the next version.
pub(super) async fn post_version(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path(programme): Path<ProgrammeId>,
) -> Answer {
    let number = actions::start_version(&db, &permit, programme).await?;
    Ok(ui.see_with(&place(programme, number), "curriculum-started", &[("n", number.to_string())]))
}

/// POST /programmes/{programme}/drafting
pub(super) async fn post_drafting(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path(programme): Path<ProgrammeId>,
) -> Answer {
    let number = life::draft(&db, &permit, programme).await?;
    Ok(ui.see_with(&place(programme, number), "curriculum-drafted", &[]))
}

/// POST /programmes/{programme}/submission
pub(super) async fn post_submission(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path(programme): Path<ProgrammeId>,
) -> Answer {
    let number = life::submit(&db, &permit, programme).await?;
    Ok(ui.see_with(&place(programme, number), "curriculum-submitted", &[]))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    decision: String,
    reason: String,
}

/// POST /programmes/{programme}/return: field `reason`.
pub(super) async fn post_return(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AppraiseProgrammes>,
    Path(programme): Path<ProgrammeId>,
    Form(said): Form<Said>,
) -> Answer {
    let mut errors = Errors::new();
    let reason = errors.line(ui.t, "reason", "curriculum-reason", &said.reason, REASON_MOST);
    if !errors.is_empty() {
        return one_page(
            &ui,
            &db,
            &permit.actor,
            programme,
            |_| Some(0),
            &Typed { reason: said.reason, errors, ..Typed::default() },
        )
        .await;
    }
    let number = life::give_back(&db, &permit, programme, &reason).await?;
    Ok(ui.see_with(&place(programme, number), "curriculum-returned", &[]))
}

/// POST /programmes/{programme}/approval: field `decision`.
pub(super) async fn post_approval(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AppraiseProgrammes>,
    Path(programme): Path<ProgrammeId>,
    Form(said): Form<Said>,
) -> Answer {
    let mut errors = Errors::new();
    let decision = errors.line(ui.t, "decision", "curriculum-decision", &said.decision, DECISION_MOST);
    if !errors.is_empty() {
        let typed = Typed { decision: said.decision, errors, ..Typed::default() };
        return one_page(&ui, &db, &permit.actor, programme, |_| Some(0), &typed).await;
    }
    let number = life::approve(&db, &permit, programme, &decision).await?;
    Ok(ui.see_with(&place(programme, number), "curriculum-approved", &[]))
}

/// POST /programmes/{programme}/enforcement
pub(super) async fn post_enforcement(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EnforceProgrammes>,
    Path(programme): Path<ProgrammeId>,
) -> Answer {
    let number = life::enforce(&db, &permit, programme).await?;
    Ok(ui.see_with(&place(programme, number), "curriculum-enforced", &[]))
}
