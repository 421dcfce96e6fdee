//! Programmes: the list with its meters, one programme with its topics.

use ::store::Db;
use axum::extract::State;
use kernel::ProgrammeId;
use serde::Deserialize;
use web::{Answer, Form, Path, Permit, T, Ui, WebError, components::Bar};

use super::{
    AppraiseProgrammes, EditProgrammes, EnforceProgrammes, Meter, ReadProgrammes, VersionState, actions,
    store::{MoveLine, ProgrammeLine, TopicLine, moves, programmes, topics},
};
use crate::scheme;

/// A programme with its meter.
struct Shown {
    line: ProgrammeLine,
    meter: Option<Meter>,
    bar: Option<Bar>,
}

fn show(t: T, line: ProgrammeLine, rules: &scheme::Rules) -> Shown {
    if line.is_elective_pool {
        return Shown { line, meter: None, bar: None };
    }
    let meter = Meter::of(line.theory, line.other, rules);
    let label = t.args("curriculum-meter", [("theory", meter.theory.into()), ("other", meter.other.into())]);
    let target = Some(rules.theory_percent * 10);
    let tone = if meter.keeps() { "good" } else { "bad" };
    let bar = Bar::of(label.into_owned(), meter.theory, meter.total(), target, tone);
    Shown { line, meter: Some(meter), bar: Some(bar) }
}

#[derive(askama::Template)]
#[template(path = "curriculum/list.html")]
struct ListPage {
    t: T,
    programmes: Vec<Shown>,
}

/// GET /programmes
pub(super) async fn list(ui: Ui, State(db): State<Db>, _permit: Permit<ReadProgrammes>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let programmes = match scheme::first_scheme(&mut conn).await? {
        Some(scheme) => {
            let rules = scheme::rules(&mut conn, scheme.id, db.today()).await?;
            programmes(&mut conn, scheme.id).await?.into_iter().map(|p| show(t, p, &rules)).collect()
        }
        None => Vec::new(),
    };
    ui.page(t.get("curriculum-title"), &ListPage { t, programmes })
}

#[derive(askama::Template)]
#[template(path = "curriculum/one.html")]
struct OnePage {
    t: T,
    line: ProgrammeLine,
    meter: Option<Meter>,
    bar: Option<Bar>,
    topics: Vec<TopicLine>,
    moves: Vec<MoveLine>,
    may_submit: bool,
    may_approve: bool,
    may_enforce: bool,
}

/// GET /programmes/{programme}
pub(super) async fn one(
    ui: Ui,
    State(db): State<Db>,
    _permit: Permit<ReadProgrammes>,
    Path(programme): Path<ProgrammeId>,
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let scheme = scheme::first_scheme(&mut conn).await?.ok_or(WebError::NotFound)?;
    let rules = scheme::rules(&mut conn, scheme.id, db.today()).await?;
    let line = programmes(&mut conn, scheme.id).await?.into_iter().find(|p| p.id == programme);
    let line = line.ok_or(WebError::NotFound)?;
    let topics = topics(&mut conn, line.version_id).await?;
    let moves = moves(&mut conn, line.version_id).await?;
    let Shown { line, meter, bar } = show(t, line, &rules);
    let is = |right: &str, state: VersionState| ui.may(right) && line.state == state && !line.is_elective_pool;
    let page = OnePage {
        may_submit: is("programmes.edit", VersionState::Drafting),
        may_approve: is("programmes.appraise", VersionState::Appraisal),
        may_enforce: is("programmes.enforce", VersionState::Approved),
        t,
        topics,
        moves,
        line,
        meter,
        bar,
    };
    ui.page(&page.line.name, &page)
}

/// POST /programmes/{programme}/submission
pub(super) async fn post_submission(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EditProgrammes>,
    Path(programme): Path<ProgrammeId>,
) -> Answer {
    actions::submit(&db, &permit, programme).await?;
    Ok(ui.see_with(&format!("/programmes/{programme}"), "curriculum-submitted", &[]))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Approval {
    decision: String,
}

/// POST /programmes/{programme}/approval
pub(super) async fn post_approval(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<AppraiseProgrammes>,
    Path(programme): Path<ProgrammeId>,
    Form(approval): Form<Approval>,
) -> Answer {
    actions::approve(&db, &permit, programme, &approval.decision).await?;
    Ok(ui.see_with(&format!("/programmes/{programme}"), "curriculum-approved", &[]))
}

/// POST /programmes/{programme}/enforcement
pub(super) async fn post_enforcement(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<EnforceProgrammes>,
    Path(programme): Path<ProgrammeId>,
) -> Answer {
    actions::enforce(&db, &permit, programme).await?;
    Ok(ui.see_with(&format!("/programmes/{programme}"), "curriculum-enforced", &[]))
}
