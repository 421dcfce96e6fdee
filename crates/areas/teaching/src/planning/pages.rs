//! The plan: its years, the coverage curve, its classes.

use ::store::Db;
use axum::extract::State;
use kernel::PlanId;
use serde::Deserialize;
use web::{Answer, Form, Path, Permit, T, Ui, components::Bar};

use super::{
    ApprovePlan, ComposePlan, PlanYear, ReadPlan, actions,
    store::{PlanClassLine, PlanLine, classes, newest_plan, plan_years},
};
use crate::scheme;

/// A year with what it adds up to.
struct YearShown {
    year: PlanYear,
    cumulative: i64,
    bar: Bar,
}

struct PlanShown {
    plan: PlanLine,
    years: Vec<YearShown>,
    classes: Vec<PlanClassLine>,
    lead: String,
    slack: i64,
}

#[derive(askama::Template)]
#[template(path = "planning/plan.html")]
struct PlanPage {
    t: T,
    shown: Option<PlanShown>,
    may_compose: bool,
    may_approve: bool,
}

/// GET /plan
pub(super) async fn get(ui: Ui, State(db): State<Db>, _permit: Permit<ReadPlan>) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let mut shown = None;
    if let Some(scheme) = scheme::first_scheme(&mut conn).await? {
        let rules = scheme::rules(&mut conn, scheme.id, db.today()).await?;
        if let Some(plan) = newest_plan(&mut conn, scheme.id).await? {
            let mut cumulative = 0;
            let years: Vec<YearShown> = plan_years(&mut conn, plan.id)
                .await?
                .into_iter()
                .map(|year| {
                    cumulative += year.first_time;
                    let label = t.pct(cumulative, plan.people);
                    let target = Some(rules.coverage_target_permille);
                    YearShown { year, cumulative, bar: Bar::of(label, cumulative, plan.people, target, "info") }
                })
                .collect();
            let seats: i64 = years.iter().map(|y| y.year.seats).sum();
            let needed = (plan.people * rules.coverage_target_permille + 999) / 1000;
            let lead = t.args(
                "planning-lead",
                [("number", plan.number.into()), ("trained", plan.trained.into()), ("people", plan.people.into())],
            );
            let classes = classes(&mut conn, plan.id).await?;
            shown = Some(PlanShown { plan, years, classes, lead: lead.into_owned(), slack: seats - needed });
        }
    }
    let page = PlanPage { t, shown, may_compose: ui.may("plan.compose"), may_approve: ui.may("plan.approve") };
    ui.page(t.get("planning-title"), &page)
}

/// POST /plan: composes a new plan from the register as it stands.
pub(super) async fn post(ui: Ui, State(db): State<Db>, permit: Permit<ComposePlan>) -> Answer {
    actions::compose_plan(&db, &permit).await?;
    Ok(ui.see_with("/plan", "planning-composed", &[]))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Approval {
    decision: String,
}

/// POST /plan/{plan}/years/{year}/approval
pub(super) async fn post_approval(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ApprovePlan>,
    Path((plan, year)): Path<(PlanId, i64)>,
    Form(approval): Form<Approval>,
) -> Answer {
    actions::approve_year(&db, &permit, plan, year, &approval.decision).await?;
    Ok(ui.see_with("/plan", "planning-year-approved", &[("year", year.to_string())]))
}
