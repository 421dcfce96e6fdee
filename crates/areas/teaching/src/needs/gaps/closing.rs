//! Which gaps a topic, a programme or a class closes: what other slices show of needs.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use ::store::{Db, StoreError};
use kernel::{Actor, PersonId, ProgrammeVersionId, UnitId};
use web::T;

use super::{
    super::{
        matrix::{Target, store::topics},
        model::Tally,
    },
    figures::{CompetenceGap, Figures, PersonGaps, figures, of_province},
    store::{built, planned_seats},
};

/// What a topic builds, and how many people miss it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicCloses {
    /// Code and name of the competence, and the level that the topic builds.
    pub competences: Vec<(String, String, i64)>,
    /// People of whom a gap is known that the topic closes, wholly or in part.
    pub people: i64,
}

/// Whether training up to `level` closes a gap, wholly or in part.
fn closes(gap: &CompetenceGap, level: i64) -> bool {
    gap.missing.is_some_and(|missing| missing > 0) && gap.known.reached().is_some_and(|reached| level > reached)
}

/// The level that a programme builds, by competence.
fn programme_levels(figures: &Figures, programme: &str) -> HashMap<kernel::CompetenceId, i64> {
    let mut levels = HashMap::new();
    for ((code, _, competence), level) in &figures.topic_levels {
        if code == programme {
            let most = levels.entry(*competence).or_insert(0);
            *most = (*most).max(*level);
        }
    }
    levels
}

/// For each topic of a programme, by its code, which gaps of the province it closes.
///
/// # Errors
/// The database's failure.
pub async fn of_topics(
    db: &Db,
    actor: &Actor,
    programme_code: &str,
) -> Result<BTreeMap<String, TopicCloses>, StoreError> {
    let figures = of_province(db, actor).await?;
    let mut topics: BTreeMap<String, TopicCloses> = BTreeMap::new();
    let mut built: BTreeMap<&str, HashMap<_, i64>> = BTreeMap::new();
    for ((programme, topic, competence), level) in &figures.topic_levels {
        if programme == programme_code && figures.competence(*competence).is_some() {
            built.entry(topic).or_default().insert(*competence, *level);
        }
    }
    for (topic, levels) in built {
        let named =
            figures.competences.iter().filter_map(|c| Some((c.code.clone(), c.name.clone(), *levels.get(&c.id)?)));
        let gains = |p: &&PersonGaps| p.gaps.iter().any(|g| levels.get(&g.competence).is_some_and(|l| closes(g, *l)));
        let people = figures.people.iter().filter(gains).count();
        let closes = TopicCloses { competences: named.collect(), people: i64::try_from(people).unwrap_or(i64::MAX) };
        topics.insert(topic.to_owned(), closes);
    }
    Ok(topics)
}

/// What topics close, in words: competences with the level built, and how many people miss it.
#[must_use]
pub fn told(t: T, topics: &BTreeMap<String, TopicCloses>) -> BTreeMap<String, (Vec<String>, String)> {
    let words = |closes: &TopicCloses| {
        let built: Vec<String> =
            closes.competences.iter().map(|(code, _, level)| format!("{code} → {level}")).collect();
        (built, t.arg("needs-closes-people", "n", closes.people).into_owned())
    };
    topics.iter().map(|(code, closes)| (code.clone(), words(closes))).collect()
}

/// What a programme closes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeCloses {
    /// Name of the programme.
    pub name: String,
    /// People with a known gap that it closes.
    pub people: i64,
    /// Pairs of a person and a competence.
    pub pairs: i64,
    /// Seats of the plan in effect whose people have such a gap.
    pub seats: i64,
}

/// The place of what programmes close among what is kept.
#[derive(PartialEq, Eq, Hash)]
struct OfProgrammes(Option<UnitId>);

/// What each programme of the scheme closes that builds any competence, in the order of names.
///
/// # Errors
/// The database's failure.
pub async fn of_programmes(db: &Db, actor: &Actor) -> Result<Arc<Vec<ProgrammeCloses>>, StoreError> {
    let figures = of_province(db, actor).await?;
    db.kept(OfProgrammes(actor.province), async |conn| {
        let Some(scheme) = &figures.scheme else { return Ok(Vec::new()) };
        let names: BTreeMap<String, String> =
            topics(conn, scheme.id).await?.into_iter().map(|x| (x.programme_code, x.programme)).collect();
        let planned = planned_seats(conn, scheme.id).await?;
        let mut programmes = Vec::new();
        for (code, name) in names {
            let levels = programme_levels(&figures, &code);
            if levels.is_empty() {
                continue;
            }
            let gaps = |p: &PersonGaps| {
                p.gaps.iter().filter(|g| levels.get(&g.competence).is_some_and(|l| closes(g, *l))).count()
            };
            let with: HashMap<PersonId, usize> =
                figures.people.iter().map(|p| (p.person(), gaps(p))).filter(|(_, n)| *n > 0).collect();
            let seats =
                planned.iter().filter(|(programme, person)| *programme == code && with.contains_key(person)).count();
            let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            let (people, pairs) = (count(with.len()), count(with.values().sum()));
            programmes.push(ProgrammeCloses { name, people, pairs, seats: count(seats) });
        }
        Ok(programmes)
    })
    .await
}

/// What a version of a programme would close for each person of a commune, in words: `3 khoảng trống: CT-01, SO-01, VT-02`. Whoever is
/// not in it has no known gap that the programme closes.
///
/// # Errors
/// The database's failure.
pub async fn of_seats(
    t: T,
    db: &Db,
    actor: &Actor,
    commune: UnitId,
    version: ProgrammeVersionId,
) -> Result<HashMap<PersonId, String>, StoreError> {
    let mut conn = db.read().await?;
    let figures = figures(&mut conn, db, actor, Some(commune)).await?;
    let all = match &figures.scheme {
        Some(scheme) => built(&mut conn, scheme.id).await?,
        None => Vec::new(),
    };
    drop(conn);
    let mut levels: HashMap<_, i64> = HashMap::new();
    for (_, competence, level, _) in all.into_iter().filter(|(v, ..)| *v == version) {
        let most = levels.entry(competence).or_insert(0);
        *most = (*most).max(level);
    }
    let told = |person: &PersonGaps| {
        let closed = person.gaps.iter().filter(|g| levels.get(&g.competence).is_some_and(|l| closes(g, *l)));
        let codes: Vec<&str> =
            closed.filter_map(|g| figures.competence(g.competence)).map(|c| c.code.as_str()).collect();
        let words = [("n", codes.len().into()), ("codes", codes.join(", ").into())];
        (!codes.is_empty()).then(|| (person.person(), t.args("needs-seat-closes", words).into_owned()))
    };
    Ok(figures.people.iter().filter_map(told).collect())
}

/// A topic that closes something, with its programme: for the page of a person.
pub(in crate::needs) fn topics_for(figures: &Figures, gap: &CompetenceGap) -> Vec<Target> {
    let mut topics: Vec<Target> = figures
        .topic_levels
        .iter()
        .filter(|((.., competence), level)| *competence == gap.competence && closes(gap, **level))
        .map(|((programme, topic, _), _)| Target::Topic(programme.clone(), topic.clone()))
        .collect();
    topics.sort();
    topics
}

/// Everything of a set of people together.
pub(in crate::needs) fn whole(people: &[PersonGaps]) -> Tally {
    let mut tally = Tally::default();
    people.iter().for_each(|p| tally.and(p.tally()));
    tally
}
