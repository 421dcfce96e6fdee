//! A superior rates people: the commune's officer those of the commune, the head of an office those of the office.

use std::collections::HashMap;

use ::store::{By, Change, Db, StoreError};
use axum::{extract::State, http::StatusCode};
use kernel::{Actor, CompetenceId, PersonId, SchemeId, Scope};
use web::{Answer, Form, Path, Permit, T, Ui, WebError, components::Crumbs};

use super::{
    super::{
        RatePeople, Tabs,
        matrix::{Competence, competences},
        model::Rated,
    },
    figures::{Figures, PersonGaps, figures},
    store::{INSERT_FIRST, INSERT_RATING, PersonRow},
};
use crate::scheme;

/// Levels of posts whose holders rate the others of their office.
const HEADS: [&str; 2] = ["key_leader", "head"];

/// Whether a superior rates somebody: the officer of a commune everybody in it, the head of an office everybody else of
/// that office; nobody rates oneself.
fn rates(actor: &Actor, own: Option<&PersonRow>, other: &PersonRow) -> bool {
    if actor.person == Some(other.person_id) {
        return false;
    }
    match actor.scope {
        Scope::Commune(commune) => commune == other.commune_id,
        Scope::Own(_) => own.is_some_and(|own| {
            HEADS.contains(&own.level.as_str()) && own.office_id.is_some() && own.office_id == other.office_id
        }),
        Scope::Province | Scope::Nobody => false,
    }
}

/// The people whom the actor rates, with their gaps.
async fn rated(db: &Db, actor: &Actor) -> Result<(Figures, Vec<PersonGaps>), WebError> {
    let mut conn = db.read().await?;
    let own = match actor.person {
        Some(person) => {
            super::store::people(&mut conn, actor, None, Some(person), db.today()).await?.into_iter().next()
        }
        None => None,
    };
    let Some(commune) = actor.commune().or(own.as_ref().map(|p| p.commune_id)) else {
        return Ok((Figures::default(), Vec::new()));
    };
    let figures = figures(&mut conn, db, actor, Some(commune)).await?;
    let people = figures.people.iter().filter(|p| rates(actor, own.as_ref(), &p.person)).cloned().collect();
    Ok((figures, people))
}

/// Somebody to rate, with how many of the competences are rated.
struct Line {
    id: PersonId,
    name: String,
    post: String,
    rated: usize,
    of: usize,
    newest: Option<chrono::NaiveDate>,
}

#[derive(askama::Template)]
#[template(path = "needs/gaps/ratings.html")]
struct ListPage {
    t: T,
    tabs: Tabs,
    lead: String,
    lines: Vec<Line>,
}

/// GET /needs/ratings
pub(in crate::needs) async fn list(ui: Ui, State(db): State<Db>, permit: Permit<RatePeople>) -> Answer {
    let t = ui.t;
    let (_, people) = rated(&db, &permit.actor).await?;
    let line = |p: &PersonGaps| Line {
        id: p.person(),
        name: p.person.full_name.clone(),
        post: p.person.position_title.clone(),
        rated: p.gaps.iter().filter(|g| g.known.superior.is_some()).count(),
        of: p.gaps.len(),
        newest: p.gaps.iter().filter_map(|g| g.known.superior).map(|r| r.on).max(),
    };
    let lines: Vec<Line> = people.iter().map(line).collect();
    let done = lines.iter().filter(|l| l.rated > 0 && l.rated == l.of).count();
    let lead = t.args("needs-ratings-lead", [("n", done.into()), ("of", lines.len().into())]).into_owned();
    ui.page(t.get("needs-ratings"), &ListPage { t, tabs: Tabs::at(t, &ui, "/needs/ratings"), lead, lines })
}

/// A competence to rate.
struct Shown {
    competence: Competence,
    required: i64,
    own: Option<Rated>,
    superior: Option<Rated>,
    value: String,
    error: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "needs/gaps/rating.html")]
struct RatingPage {
    t: T,
    crumbs: Crumbs,
    id: PersonId,
    name: String,
    post: String,
    most: i64,
    wrong: bool,
    rows: Vec<Shown>,
}

impl RatingPage {
    fn levels(&self) -> std::ops::RangeInclusive<i64> {
        0..=self.most
    }
}

/// What was typed for a competence, and what is wrong with it.
type Tried = HashMap<CompetenceId, (String, Option<String>)>;

/// Somebody whom the actor rates, with the competences of the post, and the highest level of the scale.
async fn one(db: &Db, actor: &Actor, id: PersonId) -> Result<(Figures, PersonGaps, i64), WebError> {
    let (figures, people) = rated(db, actor).await?;
    let person = people.into_iter().find(|p| p.person() == id).ok_or(WebError::NotFound)?;
    let scheme = figures.scheme.as_ref().ok_or(WebError::NotFound)?.id;
    let most = scheme::rules(&mut db.read().await?, scheme, db.today()).await?.needs_scale_most;
    Ok((figures, person, most))
}

fn show(ui: &Ui, (figures, person, most): (Figures, PersonGaps, i64), tried: &Tried, status: StatusCode) -> Answer {
    let t = ui.t;
    let row = |gap: &super::CompetenceGap| {
        let stands = gap.known.superior.map(|r| r.level.to_string()).unwrap_or_default();
        let (value, error) = tried.get(&gap.competence).cloned().unwrap_or((stands, None));
        let (own, superior) = (gap.known.own, gap.known.superior);
        let competence = figures.competence(gap.competence)?.clone();
        Some(Shown { competence, required: gap.required, own, superior, value, error })
    };
    let name = person.person.full_name.clone();
    let page = RatingPage {
        t,
        crumbs: Crumbs::to(t, name.clone())
            .by("/needs", t.get("needs-nav"))
            .by("/needs/ratings", t.get("needs-ratings")),
        id: person.person(),
        post: person.person.position_title.clone(),
        most,
        wrong: tried.values().any(|(_, error)| error.is_some()),
        rows: person.gaps.iter().filter_map(row).collect(),
        name,
    };
    ui.page_with(status, &page.name, &page)
}

/// GET /needs/ratings/{person}: whoever is not the actor's to rate does not exist.
pub(in crate::needs) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<RatePeople>,
    Path(id): Path<PersonId>,
) -> Answer {
    show(&ui, one(&db, &permit.actor, id).await?, &Tried::new(), StatusCode::OK)
}

/// POST /needs/ratings/{person}: fields `level-COMPETENCE`; an empty one rates nothing.
pub(in crate::needs) async fn post(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<RatePeople>,
    Path(id): Path<PersonId>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Answer {
    let t = ui.t;
    let (figures, person, most) = one(&db, &permit.actor, id).await?;
    let (mut tried, mut given, mut wrong) = (Tried::new(), Vec::new(), false);
    for gap in &person.gaps {
        let field = format!("level-{}", gap.competence);
        let Some((_, value)) = typed.iter().find(|(name, _)| *name == field) else { continue };
        let level = value.trim().parse::<i64>().ok().filter(|level| (0..=most).contains(level));
        let error = (level.is_none() && !value.trim().is_empty())
            .then(|| t.arg("needs-level-range", "most", most).into_owned());
        wrong |= error.is_some();
        tried.insert(gap.competence, (value.clone(), error));
        given.extend(level.map(|level| (gap.competence, level)));
    }
    if wrong {
        return show(&ui, (figures, person, most), &tried, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let name = person.person.full_name.clone();
    rate(&db, &permit, &person, &given).await?;
    Ok(ui.see_with("/needs/ratings", "needs-rated", &[("name", name)]))
}

/// Why nobody was rated.
#[derive(Debug, thiserror::Error)]
pub enum RateError {
    /// The database's failure.
    #[error("rating somebody")]
    Store(#[from] StoreError),
}

impl From<RateError> for WebError {
    fn from(error: RateError) -> Self {
        match error {
            RateError::Store(inner) => Self::Store(inner),
        }
    }
}

/// Notes a superior's ratings of competences that the person's post asks for; one that says what the newest already says
/// is noted too, with its day: the superior has looked again.
///
/// # Errors
/// The database's failure.
pub async fn rate(
    db: &Db,
    permit: &Permit<RatePeople>,
    person: &PersonGaps,
    given: &[(CompetenceId, i64)],
) -> Result<(), RateError> {
    if given.is_empty() {
        return Ok(());
    }
    db.write(async |tx| {
        let (id, today) = (person.person(), tx.today());
        for (competence, level) in given {
            let values: &[&dyn ::store::Bind] = &[&id, competence, &"superior", level, &today, &permit.actor.name];
            tx.exec(&INSERT_RATING, values).await?;
        }
        tx.audit(&permit.actor, "needs.person.rated", id, Change::created(&given))?;
        Ok(())
    })
    .await
}

/// A rating on its way into a register in which nobody is rated yet.
#[derive(Debug, Clone)]
pub struct RatingInput {
    /// Whom.
    pub person: PersonId,
    /// Code of the competence.
    pub competence: String,
    /// `self` or `superior`.
    pub kind: &'static str,
    /// The level.
    pub level: i64,
}

/// Writes the first ratings of people; one of an unknown competence is left out.
///
/// # Errors
/// The database's failure.
pub async fn load_ratings(db: &Db, by: By<'_>, scheme: SchemeId, inputs: &[RatingInput]) -> Result<(), StoreError> {
    db.write(async |tx| {
        let today = tx.today();
        let rater = match by {
            By::Actor(actor) => actor.name.as_str(),
            By::System(part) => part,
        };
        let known: HashMap<String, CompetenceId> =
            competences(tx, scheme).await?.into_iter().map(|c| (c.code, c.id)).collect();
        let rows: Vec<(&RatingInput, CompetenceId)> =
            inputs.iter().filter_map(|input| Some((input, *known.get(&input.competence)?))).collect();
        tx.exec_many(&INSERT_FIRST, &rows, |(input, competence), args| {
            args.add(&input.person)?;
            args.add(competence)?;
            args.add(&input.kind)?;
            args.add(&1_i64)?;
            args.add(&input.level)?;
            args.add(&today)?;
            args.add(&rater)
        })
        .await?;
        tx.audit(by, "needs.ratings.loaded", "ratings", Change::created(&rows.len()))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{SystemIds, UnitId};

    fn row(level: &str, office: Option<UnitId>, commune: UnitId) -> PersonRow {
        PersonRow {
            person_id: PersonId::new(&SystemIds),
            full_name: "A".to_owned(),
            commune_id: commune,
            office_id: office,
            position_code: "X".to_owned(),
            position_title: "X".to_owned(),
            level: level.to_owned(),
        }
    }

    fn actor(person: Option<PersonId>, scope: Scope) -> Actor {
        Actor {
            account: kernel::AccountId::new(&SystemIds),
            username: String::new(),
            name: String::new(),
            role: String::new(),
            person,
            province: None,
            scope,
            rights: Default::default(),
            on_behalf_of: None,
        }
    }

    #[test]
    fn only_the_own_office_or_commune_is_rated_and_never_oneself() {
        let [commune, other, office] = [(); 3].map(|()| UnitId::new(&SystemIds));
        let head = row("head", Some(office), commune);
        let (here, there) = (row("specialist", Some(office), commune), row("specialist", Some(other), commune));
        let lead = actor(Some(head.person_id), Scope::Own(head.person_id));
        assert!(
            rates(&lead, Some(&head), &here) && !rates(&lead, Some(&head), &there) && !rates(&lead, Some(&head), &head)
        );
        // a specialist rates nobody; people of no office have no head
        let plain = actor(Some(here.person_id), Scope::Own(here.person_id));
        assert!(!rates(&plain, Some(&here), &head));
        let (loose, alone) = (row("head", None, commune), row("specialist", None, commune));
        assert!(!rates(&actor(Some(loose.person_id), Scope::Own(loose.person_id)), Some(&loose), &alone));
        let officer = actor(None, Scope::Commune(commune));
        assert!(rates(&officer, None, &here) && rates(&officer, None, &there));
        assert!(!rates(&officer, None, &row("specialist", Some(office), other)));
        assert!(!rates(&actor(None, Scope::Province), None, &here) && !rates(&actor(None, Scope::Nobody), None, &here));
    }
}
