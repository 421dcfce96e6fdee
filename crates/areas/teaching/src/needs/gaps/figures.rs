//! Gaps of people, competences and communes, computed from facts.

use std::{collections::HashMap, sync::Arc};

use ::store::{Conn, Db, StoreError};
use kernel::{Actor, CompetenceId, PersonId, UnitId};

use super::{
    super::{
        matrix::{Competence, competences, post_levels, topic_levels},
        model::{Known, Rated, Tally},
    },
    store::{CommuneRow, PersonRow, built, communes, completed, elected, people, ratings},
};
use crate::{
    needs::matrix::store::TopicLevels,
    scheme::{self, Scheme},
};

/// One competence that a person's post asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompetenceGap {
    /// Which.
    pub competence: CompetenceId,
    /// Level that the post asks for.
    pub required: i64,
    /// What is known.
    pub known: Known,
    /// Levels missing; none while nothing is known.
    pub missing: Option<i64>,
}

/// Somebody with everything that the post asks for, in the order of the frame.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonGaps {
    pub(in crate::needs) person: PersonRow,
    /// What the post asks for.
    pub gaps: Vec<CompetenceGap>,
}

impl PersonGaps {
    /// Whose.
    #[must_use]
    pub fn person(&self) -> PersonId {
        self.person.person_id
    }

    /// The person's gaps together.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.gaps.iter().for_each(|gap| tally.add(gap.missing));
        tally
    }
}

/// The gaps of a province or of one of its communes.
#[derive(Debug, Default)]
pub struct Figures {
    pub(in crate::needs) scheme: Option<Scheme>,
    /// Open competences in their order.
    pub competences: Vec<Competence>,
    /// People in the order of names.
    pub people: Vec<PersonGaps>,
    pub(in crate::needs) communes: Vec<CommuneRow>,
    pub(in crate::needs) topic_levels: TopicLevels,
}

impl Figures {
    /// Gaps of each open competence, in their order.
    #[must_use]
    pub fn by_competence(&self) -> Vec<Tally> {
        let mut tallies: HashMap<CompetenceId, Tally> = HashMap::new();
        for gap in self.people.iter().flat_map(|p| &p.gaps) {
            tallies.entry(gap.competence).or_default().add(gap.missing);
        }
        self.competences.iter().map(|c| tallies.get(&c.id).copied().unwrap_or_default()).collect()
    }

    /// Gaps of each commune with its number of people.
    #[must_use]
    pub fn by_commune(&self) -> HashMap<UnitId, (i64, Tally)> {
        let mut tallies: HashMap<UnitId, (i64, Tally)> = HashMap::new();
        for person in &self.people {
            let (people, tally) = tallies.entry(person.person.commune_id).or_default();
            *people += 1;
            tally.and(person.tally());
        }
        tallies
    }

    /// A competence by its id.
    #[must_use]
    pub fn competence(&self, id: CompetenceId) -> Option<&Competence> {
        self.competences.iter().find(|c| c.id == id)
    }
}

/// Reads the gaps of the actor's province, or of one commune of it.
pub(in crate::needs) async fn figures(
    conn: &mut Conn,
    db: &Db,
    actor: &Actor,
    commune: Option<UnitId>,
) -> Result<Figures, StoreError> {
    let Some(scheme) = scheme::of(conn, actor).await? else { return Ok(Figures::default()) };
    let mut open = competences(conn, scheme.id).await?;
    open.retain(|c| !c.is_closed);
    let levels = post_levels(conn, scheme.id).await?;
    let rows = people(conn, actor, commune, None, db.today()).await?;
    let mut known: HashMap<(PersonId, CompetenceId), Known> = HashMap::new();
    for (person, competence, kind, level, on) in ratings(conn, scheme.id, commune).await? {
        let known = known.entry((person, competence)).or_default();
        let place = if kind == "self" { &mut known.own } else { &mut known.superior };
        *place = Some(Rated { level, on });
    }
    let mut versions: HashMap<_, Vec<(CompetenceId, i64, bool)>> = HashMap::new();
    for (version, competence, level, open) in built(conn, scheme.id).await? {
        versions.entry(version).or_default().push((competence, level, open));
    }
    let mut chosen: HashMap<_, Vec<(CompetenceId, i64)>> = HashMap::new();
    for (class, competence, level) in elected(conn, scheme.id).await? {
        chosen.entry(class).or_default().extend(competence.zip(level));
    }
    for (person, class, version, on) in completed(conn, scheme.id, commune).await? {
        // a class that chose is taught its choice instead of what the version has in its open part
        let chosen = chosen.get(&class);
        let fixed = versions.get(&version).into_iter().flatten().filter(|(.., open)| chosen.is_none() || !open);
        let fixed = fixed.map(|(competence, level, _)| (*competence, *level));
        for (competence, level) in fixed.chain(chosen.into_iter().flatten().copied()) {
            known.entry((person, competence)).or_default().trained.push(Rated { level, on });
        }
    }
    let mut asked: HashMap<&str, Vec<(CompetenceId, i64)>> = HashMap::new();
    for row in &rows {
        asked.entry(&row.position_code).or_insert_with(|| {
            let level = |c: &Competence| Some((c.id, *levels.get(&(row.position_code.clone(), c.id))?));
            open.iter().filter_map(level).collect()
        });
    }
    let gaps = |row: &PersonRow| -> Vec<CompetenceGap> {
        let asked = asked.get(row.position_code.as_str()).into_iter().flatten();
        asked
            .map(|(competence, required)| {
                let known = known.get(&(row.person_id, *competence)).cloned().unwrap_or_default();
                let missing = known.missing(*required);
                CompetenceGap { competence: *competence, required: *required, known, missing }
            })
            .collect()
    };
    let people = rows.iter().map(|row| PersonGaps { gaps: gaps(row), person: row.clone() }).collect();
    Ok(Figures {
        competences: open,
        people,
        communes: communes(conn, actor).await?,
        topic_levels: topic_levels(conn, scheme.id).await?,
        scheme: Some(scheme),
    })
}

/// The place of a province's gaps among what is kept.
#[derive(PartialEq, Eq, Hash)]
struct OfProvince(Option<UnitId>);

/// The gaps of the actor's whole province, as the data stand.
pub(in crate::needs) async fn of_province(db: &Db, actor: &Actor) -> Result<Arc<Figures>, StoreError> {
    db.kept(OfProvince(actor.province), async |conn| figures(conn, db, actor, None).await).await
}
