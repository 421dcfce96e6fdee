//! The scores: of one's own commune with what counts, of every commune for those who inspect.

use ::store::Db;
use axum::extract::State;
use chrono::{Datelike, Days};
use serde::Deserialize;
use web::{Answer, Permit, Query, T, Ui};

use super::{
    ReadStanding,
    model::score,
    store::{Line, lines},
};
use crate::{classes::store::years, scheme};

/// A part of a score in words, with the tone of good, middling, poor.
struct Part {
    text: String,
    tone: &'static str,
}

impl Part {
    fn new(t: T, part: Option<i64>) -> Self {
        let tone = match part {
            Some(900..) => "good",
            Some(700..) => "warn",
            Some(_) => "bad",
            None => "",
        };
        Self { text: part.map_or_else(|| "–".to_owned(), |part| t.pct(part, 1000)), tone }
    }
}

struct Shown {
    line: Line,
    filled: Part,
    correct: Part,
    kept: Part,
    fair: Part,
    whole: Part,
    total: Option<i64>,
}

impl Shown {
    fn new(t: T, line: Line, least: i64) -> Self {
        let score = score(&line.facts, least);
        let [filled, correct, kept, fair] = score.parts().map(|part| Part::new(t, part));
        let total = score.total();
        Self { filled, correct, kept, fair, whole: Part::new(t, total), total, line }
    }
}

#[derive(askama::Template)]
#[template(path = "classes/standing/standing.html")]
struct StandingPage {
    t: T,
    year: i64,
    years: Vec<i64>,
    lines: Vec<Shown>,
    /// The reader's own commune.
    own: bool,
    lead: String,
    least: i64,
    mean: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    year: String,
}

/// GET /nominations: `year` shows another year.
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadStanding>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (t, today, actor) = (ui.t, db.today(), &permit.actor);
    let mut conn = db.read().await?;
    let (mut all, mut shown, mut least, mut days) = (Vec::new(), Vec::new(), 0, 0);
    let mut year = i64::from(today.year());
    let own = actor.commune().is_some();
    if let Some(scheme) = scheme::of(&mut conn, actor).await? {
        let rules = scheme::rules(&mut conn, scheme.id, today).await?;
        (least, days) = (rules.score_least_people, rules.score_own_days);
        all = years(&mut conn, scheme.id).await?;
        // this year as long as it has classes, or the newest that has
        let this = Some(year).filter(|y| all.contains(y));
        year = asked.year.parse().ok().filter(|y| all.contains(y)).or(this).or(all.first().copied()).unwrap_or(year);
        // a commune reads of a class from the day after its deadline, everybody else some days later
        let wait = if own { 0 } else { u64::try_from(days).unwrap_or(0) };
        shown = lines(&mut conn, actor, scheme.id, year, today - Days::new(wait)).await?;
    }
    drop(conn);
    let mut shown: Vec<Shown> = shown.into_iter().map(|line| Shown::new(t, line, least)).collect();
    // who needs help first
    shown.sort_by_key(|s| (s.total.is_none(), s.total));
    let totals: Vec<i64> = shown.iter().filter_map(|s| s.total).collect();
    let count = i64::try_from(totals.len()).unwrap_or(i64::MAX);
    let page = StandingPage {
        t,
        year,
        years: all,
        mean: (count > 0 && !own).then(|| t.pct(totals.iter().sum::<i64>(), count * 1000)),
        lines: shown,
        own,
        lead: t.arg(if own { "standing-lead-own" } else { "standing-lead" }, "days", days).into_owned(),
        least,
    };
    ui.page(t.get("standing-title"), &page)
}
