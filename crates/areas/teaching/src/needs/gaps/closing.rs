//! Which gaps a topic, a programme or a class closes: what other slices show of needs.

use std::collections::{BTreeMap, HashMap, HashSet};

use ::store::{Db, StoreError};
use kernel::{Actor, PersonId, UnitId};
use web::T;

use super::{
    super::{matrix::Target, model::Tally},
    figures::{CompetenceGap, Figures, PersonGaps, figures, of_province},
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

/// Of each programme, by its code: people of the province with a known gap that it closes, and the pairs of person and
/// competence.
///
/// # Errors
/// The database's failure.
pub async fn of_programmes(db: &Db, actor: &Actor) -> Result<BTreeMap<String, (i64, i64)>, StoreError> {
    let figures = of_province(db, actor).await?;
    let codes: HashSet<&str> = figures.topic_levels.keys().map(|(programme, ..)| programme.as_str()).collect();
    let mut programmes = BTreeMap::new();
    for code in codes {
        let levels = programme_levels(&figures, code);
        let (mut people, mut pairs) = (0, 0);
        for person in &figures.people {
            let gaps = person.gaps.iter().filter(|g| levels.get(&g.competence).is_some_and(|l| closes(g, *l))).count();
            people += i64::from(gaps > 0);
            pairs += i64::try_from(gaps).unwrap_or(0);
        }
        programmes.insert(code.to_owned(), (people, pairs));
    }
    Ok(programmes)
}

/// What a programme would close for each person of a commune, in words: `3 khoảng trống: CT-01, SO-01, VT-02`. Whoever is
/// not in it has no known gap that the programme closes.
///
/// # Errors
/// The database's failure.
pub async fn of_seats(
    t: T,
    db: &Db,
    actor: &Actor,
    commune: UnitId,
    programme_code: &str,
) -> Result<HashMap<PersonId, String>, StoreError> {
    let mut conn = db.read().await?;
    let figures = figures(&mut conn, db, actor, Some(commune)).await?;
    drop(conn);
    let levels = programme_levels(&figures, programme_code);
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
