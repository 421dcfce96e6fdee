//! People behind a figure of coverage: who is trained, who is not, where.

use ::people::registry::ReadPeople;
use ::store::Db;
use axum::extract::State;
use serde::Deserialize;
use teaching::scheme;
use web::{
    Answer, Errors, Permit, Query, T, Ui,
    components::{Choice, Pager, Select},
    form::address,
};

use super::store::{Narrow, PersonLine, communes, count_people, people};

/// People on one page.
const MOST: i64 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    base: String,
    commune: String,
    district: String,
    bloc: String,
    audience: String,
    after: String,
    code: String,
}

#[derive(askama::Template)]
#[template(path = "coverage/people.html")]
struct PeoplePage<'a> {
    t: T,
    heading: String,
    lead: String,
    people: Vec<PersonLine>,
    pager: Option<Pager>,
    state: Select<'a>,
    commune: Option<Select<'a>>,
    base: Select<'a>,
    keeps: Vec<(&'static str, String)>,
    none: bool,
}

/// GET /coverage/people: `state` (`trained`, `untrained`), `base` (`target`), `commune`, `district`, `bloc`, `audience`.
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadPeople>,
    Query(asked): Query<Asked>,
) -> Answer {
    let t = ui.t;
    let actor = &permit.actor;
    let narrow = Narrow {
        state: asked.state,
        base: asked.base,
        commune: asked.commune,
        district: asked.district,
        bloc: asked.bloc,
        audience: asked.audience,
    };
    let mut conn = db.read().await?;
    let scheme = scheme::of(&mut conn, actor).await?;
    let (mut total, mut lines, mut places) = (0, Vec::new(), Vec::new());
    if let Some(scheme) = &scheme {
        total = count_people(&mut conn, actor, scheme.id, &narrow, db.today()).await?;
        lines = people(&mut conn, actor, scheme.id, &narrow, (&asked.after, &asked.code), MOST + 1, db.today()).await?;
        if actor.commune().is_none() {
            places = communes(&mut conn, scheme, db.today())
                .await?
                .into_iter()
                .map(|c| Choice::new(c.code, format!("{} ({})", c.name, c.former_district)))
                .collect();
        }
    }
    drop(conn);
    let here = |after: &str, code: &str| {
        address(
            "/coverage/people",
            &[
                ("state", &narrow.state),
                ("base", &narrow.base),
                ("commune", &narrow.commune),
                ("district", &narrow.district),
                ("bloc", &narrow.bloc),
                ("audience", &narrow.audience),
                ("after", after),
                ("code", code),
            ],
        )
    };
    let more = lines.len() > usize::try_from(MOST).unwrap_or(usize::MAX);
    lines.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let next = lines.last().filter(|_| more).map(|last| here(&last.sort_key, &last.code));
    let first = (!asked.after.is_empty()).then(|| here("", ""));
    let shown = [("shown", lines.len().into()), ("total", total.into())];
    let errors = Errors::new();
    let states = [
        Choice::new("trained", t.get("coverage-state-trained")),
        Choice::new("untrained", t.get("coverage-state-untrained")),
    ];
    let bases = [Choice::new("target", t.get("coverage-of-target"))];
    let heading = match narrow.state.as_str() {
        "trained" => "coverage-state-trained",
        "untrained" => "coverage-state-untrained",
        _ => "coverage-state-all",
    };
    let mut parts = Vec::new();
    parts.extend((!narrow.bloc.is_empty()).then(|| t.get(format!("registry-bloc-{}", narrow.bloc)).into_owned()));
    parts.extend([&narrow.audience, &narrow.district].into_iter().filter(|x| !x.is_empty()).cloned());
    parts.insert(0, t.arg("coverage-people-n", "n", total).into_owned());
    let page = PeoplePage {
        t,
        heading: t.get(heading).into_owned(),
        lead: parts.join(" · "),
        none: lines.is_empty(),
        people: lines,
        pager: (total > 0).then(|| Pager { t, first, next, shown: t.args("registry-shown", shown).into_owned() }),
        state: Select::new(t, &errors, "state", "coverage-state", &narrow.state, &states)
            .or_empty("coverage-any")
            .class("half"),
        commune: (!places.is_empty()).then(|| {
            Select::new(t, &errors, "commune", "coverage-commune", &narrow.commune, &places)
                .or_empty("coverage-any")
                .class("half")
        }),
        base: Select::new(t, &errors, "base", "coverage-base", &narrow.base, &bases)
            .or_empty("coverage-of-all")
            .class("half"),
        keeps: [("district", &narrow.district), ("bloc", &narrow.bloc), ("audience", &narrow.audience)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.clone()))
            .collect(),
    };
    ui.page(t.get(heading), &page)
}
