//! How learners judged a lecturer over classes and years.

use std::collections::{BTreeMap, btree_map::Entry};

use ::store::{Conn, Db};
use axum::extract::State;
use chrono::Datelike;
use kernel::{AccountId, Actor, ClassId, SchemeId};
use teaching::{
    classes::label,
    lecturers::lecturers,
    scheme::{self, Rules},
};
use web::{Answer, Path, Permit, T, Ui, WebError, components::Crumbs};

use super::{
    ReadEvaluations, ReadOwnEvaluations,
    model::{Indicator, Tally, places, tallies},
    results::Mean,
    store::{self, Taught},
};

/// A topic in a class.
struct Line {
    class: ClassId,
    label: String,
    day: String,
    topic: String,
    /// Valid forms; none while they are too few to tell of.
    forms: Option<i64>,
    mean: Mean,
    rows: Vec<(String, String)>,
}

/// A year with all its topics together.
struct Year {
    year: i32,
    classes: usize,
    scores: i64,
    mean: Mean,
}

#[derive(askama::Template)]
#[template(path = "evaluation/trend.html")]
struct TrendPage {
    t: T,
    crumbs: Option<Crumbs>,
    heading: String,
    lead: String,
    years: Vec<Year>,
    lines: Vec<Line>,
    /// The classes are linked for those who may read their evaluations.
    linked: bool,
}

/// What was asked in an edition.
type Editions = BTreeMap<i64, Vec<Indicator>>;

/// Each topic with the tally of each of its indicators, and how many valid forms there are; nothing of fewer than `least`.
fn judged(
    taught: &[Taught],
    editions: &Editions,
    forms: &BTreeMap<ClassId, Vec<Vec<Option<i64>>>>,
    least: i64,
) -> Vec<(usize, Vec<(String, Tally)>)> {
    let one = |topic: &Taught| {
        let none: &[Vec<Option<i64>>] = &[];
        let own = forms.get(&topic.class_id).map_or(none, Vec::as_slice);
        let blocks = usize::try_from(topic.blocks).unwrap_or(0);
        let indicators = editions.get(&topic.edition).map(Vec::as_slice).unwrap_or_default();
        let places = places(indicators, blocks);
        if i64::try_from(own.len()).unwrap_or(0) < least {
            return (own.len(), Vec::new());
        }
        let at = usize::try_from(topic.seq - 1).ok();
        let tallied = places.iter().zip(tallies(places.len(), own, least));
        let mine = tallied.filter(|(place, _)| place.block.is_some() && place.block == at);
        let mine = mine.filter_map(|(place, tally)| Some((indicators.get(place.indicator)?.text.clone(), tally)));
        (own.len(), mine.collect())
    };
    taught.iter().map(one).collect()
}

async fn read(
    conn: &mut Conn,
    t: T,
    lecturer: AccountId,
    scheme: SchemeId,
    rules: &Rules,
    today: chrono::NaiveDate,
) -> Result<(Vec<Year>, Vec<Line>), WebError> {
    let taught = store::taught_by(conn, lecturer, scheme, today).await?;
    let mut editions = Editions::new();
    for topic in &taught {
        if let Entry::Vacant(unread) = editions.entry(topic.edition) {
            unread.insert(store::indicators(conn, scheme, topic.edition).await?);
        }
    }
    let mut forms: BTreeMap<ClassId, Vec<Vec<Option<i64>>>> = BTreeMap::new();
    for (class, scores) in store::ballots_for(conn, lecturer).await? {
        forms.entry(class).or_default().push(scores);
    }
    let least = rules.survey_group_least;
    let bands = &rules.evaluation_bands;
    let (mut years, mut lines) = (BTreeMap::<i32, (Vec<ClassId>, Tally)>::new(), Vec::new());
    for (topic, (n, judged)) in taught.iter().zip(judged(&taught, &editions, &forms, least)) {
        let whole = judged.iter().fold(Tally::default(), |sum, (_, tally)| sum.and(*tally));
        if whole.n > 0 {
            let (classes, sum) = years.entry(topic.ends_on.year()).or_default();
            *sum = sum.and(whole);
            if !classes.contains(&topic.class_id) {
                classes.push(topic.class_id);
            }
        }
        let class = label(topic.number, topic.year);
        lines.push(Line {
            class: topic.class_id,
            day: t.date(topic.ends_on),
            topic: topic.topic.clone(),
            forms: i64::try_from(n).ok().filter(|n| *n >= least),
            mean: Mean::of(&class, whole, bands),
            rows: judged.into_iter().map(|(text, tally)| (text, Mean::of("", tally, bands).text)).collect(),
            label: class,
        });
    }
    let years = years.into_iter().rev().map(|(year, (classes, sum))| Year {
        year,
        classes: classes.len(),
        scores: sum.n,
        mean: Mean::of(&year.to_string(), sum, bands),
    });
    Ok((years.collect(), lines))
}

async fn page(
    ui: &Ui,
    db: &Db,
    actor: &Actor,
    lecturer: AccountId,
    (heading, crumbs): (String, Option<Crumbs>),
) -> Answer {
    let t = ui.t;
    let mut conn = db.read().await?;
    let (mut years, mut lines, mut least) = (Vec::new(), Vec::new(), 0);
    if let Some(scheme) = scheme::of(&mut conn, actor).await? {
        let rules = scheme::rules(&mut conn, scheme.id, db.today()).await?;
        least = rules.survey_group_least;
        (years, lines) = read(&mut conn, t, lecturer, scheme.id, &rules, db.today()).await?;
    }
    drop(conn);
    let lead = t.arg("evaluation-trend-lead", "n", least).into_owned();
    let linked = ui.may("evaluations.read");
    ui.page(&heading, &TrendPage { t, crumbs, heading: heading.clone(), lead, years, lines, linked })
}

/// GET /lecturers/{lecturer}/evaluations
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadEvaluations>,
    Path(id): Path<AccountId>,
) -> Answer {
    let t = ui.t;
    let all = lecturers(&mut db.read().await?, &permit.actor).await?;
    let name = all.into_iter().find(|l| l.id == id).map(|l| l.name).ok_or(WebError::NotFound)?;
    let heading = t.arg("evaluation-trend", "name", name.clone()).into_owned();
    let crumbs = Crumbs::to(t, t.get("evaluation-trend-short"));
    let crumbs = if ui.may("lecturers.read") {
        crumbs.by("/lecturers", t.get("lecturers-nav")).by(format!("/lecturers/{id}"), name)
    } else {
        crumbs.by("/classes", t.get("classes-nav"))
    };
    page(&ui, &db, &permit.actor, id, (heading, Some(crumbs))).await
}

/// GET /teaching/evaluations: what was said of oneself.
pub(super) async fn own(ui: Ui, State(db): State<Db>, permit: Permit<ReadOwnEvaluations>) -> Answer {
    let heading = ui.t.get("evaluation-own").into_owned();
    page(&ui, &db, &permit.actor, permit.actor.account, (heading, None)).await
}

#[cfg(test)]
mod tests {
    use kernel::ids::SystemIds;

    use super::{super::model::Object, *};

    #[test]
    fn a_lecturer_gets_the_scores_of_the_own_topics_alone() {
        let class = ClassId::new(&SystemIds);
        let one = |object, text: &str| Indicator { object, text: text.to_owned() };
        let indicators = vec![one(Object::Programme, "p"), one(Object::Lecturer, "l"), one(Object::Course, "c")];
        let topic = |seq| Taught {
            class_id: class,
            edition: 1,
            seq,
            topic: String::new(),
            number: 1,
            year: 2026,
            ends_on: chrono::NaiveDate::default(),
            blocks: 2,
        };
        // programme, first topic, second topic, course
        let form = |first, second| vec![Some(1), Some(first), Some(second), Some(2)];
        let forms = BTreeMap::from([(class, vec![form(8, 5), form(10, 6)])]);
        let editions = Editions::from([(1, indicators)]);
        let told = |seq, least| judged(&[topic(seq)], &editions, &forms, least).remove(0);
        assert_eq!(told(1, 2), (2, vec![("l".to_owned(), Tally { sum: 18, n: 2 })]));
        assert_eq!(told(2, 2), (2, vec![("l".to_owned(), Tally { sum: 11, n: 2 })]));
        assert_eq!(told(2, 3), (2, Vec::new()));
    }
}
