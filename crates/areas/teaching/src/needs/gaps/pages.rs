//! Gaps of the province, of a commune, of a person.

use ::store::Db;
use axum::extract::State;
use kernel::{Actor, PersonId, Scope, UnitId};
use people::organisation::titled;
use web::{
    Answer, Path, Permit, T, Ui, WebError,
    components::{Bar, Crumbs},
};

use super::{
    super::{
        ReadNeeds, Tabs,
        matrix::{Competence, Target, store::topics},
        model::{Rated, Tally},
    },
    closing::{topics_for, whole},
    figures::{Figures, PersonGaps, figures, of_province},
    store::CommuneRow,
};
use crate::scheme;

/// A competence with its gaps.
pub(super) struct CompetenceLine {
    competence: Competence,
    tally: Tally,
    bar: Bar,
}

pub(super) fn competence_lines(t: T, figures: &Figures) -> Vec<CompetenceLine> {
    let lines = figures.competences.iter().cloned().zip(figures.by_competence());
    lines
        .filter(|(_, tally)| tally.required > 0)
        .map(|(competence, tally)| {
            let label = t.args("needs-bar", [("n", tally.gaps.into()), ("of", tally.known.into())]).into_owned();
            CompetenceLine { bar: Bar::of(label, tally.gaps, tally.known, None, "warn"), competence, tally }
        })
        .collect()
}

/// A commune with its gaps.
struct CommuneLine {
    code: String,
    name: String,
    people: i64,
    tally: Tally,
}

#[derive(askama::Template)]
#[template(path = "needs/gaps/summary.html")]
struct SummaryPage {
    t: T,
    tabs: Tabs,
    people: i64,
    whole: Tally,
    known: String,
    competences: Vec<CompetenceLine>,
    communes: Vec<CommuneLine>,
}

/// GET /needs: the province's gaps; who is confined to a commune or to oneself is led there.
pub(in crate::needs) async fn summary(ui: Ui, State(db): State<Db>, permit: Permit<ReadNeeds>) -> Answer {
    let t = ui.t;
    match permit.actor.scope {
        Scope::Own(person) => return Ok(ui.see(&format!("/needs/people/{person}"))),
        Scope::Commune(commune) => {
            let all = super::store::communes(&mut db.read().await?, &permit.actor).await?;
            let (_, code, ..) = all.into_iter().find(|(id, ..)| *id == commune).ok_or(WebError::NotFound)?;
            return Ok(ui.see(&format!("/needs/communes/{code}")));
        }
        Scope::Province | Scope::Nobody => {}
    }
    let figures = of_province(&db, &permit.actor).await?;
    let by_commune = figures.by_commune();
    let line = |(id, code, name, kind): &CommuneRow| {
        let (people, tally) = by_commune.get(id).copied().unwrap_or_default();
        CommuneLine { code: code.clone(), name: titled(t, kind, name), people, tally }
    };
    let all = whole(&figures.people);
    let page = SummaryPage {
        t,
        tabs: Tabs::at(t, &ui, "/needs"),
        people: i64::try_from(figures.people.len()).unwrap_or(i64::MAX),
        known: t.args("needs-of", [("n", all.known.into()), ("of", all.required.into())]).into_owned(),
        whole: all,
        competences: competence_lines(t, &figures),
        communes: figures.communes.iter().map(line).collect(),
    };
    ui.page(t.get("needs-gaps"), &page)
}

/// Somebody with the gaps in words.
struct PersonLine {
    id: PersonId,
    name: String,
    post: String,
    tally: Tally,
    words: String,
}

#[derive(askama::Template)]
#[template(path = "needs/gaps/commune.html")]
struct CommunePage {
    t: T,
    crumbs: Crumbs,
    tabs: Tabs,
    name: String,
    lead: String,
    competences: Vec<CompetenceLine>,
    /// Names, for readers who may see them.
    people: Option<Vec<PersonLine>>,
}

/// The commune of a code that the actor may look at.
pub(in crate::needs) async fn commune_of(db: &Db, actor: &Actor, code: &str) -> Result<CommuneRow, WebError> {
    let all = super::store::communes(&mut db.read().await?, actor).await?;
    let row = all.into_iter().find(|(_, c, ..)| c == code).ok_or(WebError::NotFound)?;
    match actor.scope {
        Scope::Own(_) => Err(WebError::NotFound),
        Scope::Commune(own) if own != row.0 => Err(WebError::NotFound),
        _ => Ok(row),
    }
}

/// The gaps of somebody in words: what is missing most comes first.
fn gap_words(t: T, figures: &Figures, person: &PersonGaps) -> String {
    if person.gaps.is_empty() {
        return t.get("needs-no-requirement").into_owned();
    }
    if person.gaps.iter().all(|g| g.missing.is_none()) {
        return t.get("needs-unknown").into_owned();
    }
    let mut missing: Vec<(i64, &str)> = person
        .gaps
        .iter()
        .filter_map(|g| Some((g.missing.filter(|m| *m > 0)?, figures.competence(g.competence)?.name.as_str())))
        .collect();
    missing.sort_by_key(|(levels, _)| std::cmp::Reverse(*levels));
    if missing.is_empty() {
        return t.get("needs-no-gap").into_owned();
    }
    let words: Vec<String> = missing.iter().take(3).map(|(levels, name)| format!("{name} (−{levels})")).collect();
    words.join("; ")
}

fn commune_lead(t: T, figures: &Figures) -> String {
    let all = whole(&figures.people);
    let (n, gaps) = (figures.people.len().into(), all.gaps.into());
    let words = [("n", n), ("gaps", gaps), ("known", all.known.into()), ("of", all.required.into())];
    t.args("needs-commune-lead", words).into_owned()
}

/// GET /needs/communes/{commune}
pub(in crate::needs) async fn commune(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadNeeds>,
    Path(code): Path<String>,
) -> Answer {
    let t = ui.t;
    let (id, _, name, kind) = commune_of(&db, &permit.actor, &code).await?;
    let mut conn = db.read().await?;
    let figures = figures(&mut conn, &db, &permit.actor, Some(id)).await?;
    drop(conn);
    let name = titled(t, &kind, &name);
    let line = |p: &PersonGaps| PersonLine {
        id: p.person(),
        name: p.person.full_name.clone(),
        post: p.person.position_title.clone(),
        tally: p.tally(),
        words: gap_words(t, &figures, p),
    };
    let named = !permit.actor.sees_nobody();
    let page = CommunePage {
        t,
        crumbs: Crumbs::to(t, name.clone()).by("/needs", t.get("needs-nav")),
        tabs: Tabs::at(t, &ui, "/needs"),
        lead: commune_lead(t, &figures),
        competences: competence_lines(t, &figures),
        people: named.then(|| figures.people.iter().map(line).collect()),
        name,
    };
    ui.page(&page.name, &page)
}

/// A competence that somebody's post asks for.
struct GapLine {
    name: String,
    code: String,
    required: i64,
    own: Option<Rated>,
    superior: Option<Rated>,
    trained: Option<Rated>,
    reached: Option<i64>,
    missing: Option<i64>,
    topics: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "needs/gaps/person.html")]
struct PersonPage {
    t: T,
    crumbs: Crumbs,
    tabs: Tabs,
    name: String,
    post: String,
    own: bool,
    most: i64,
    lead: String,
    lines: Vec<GapLine>,
}

/// The commune of somebody whom the actor may see.
pub(in crate::needs) async fn visible(db: &Db, actor: &Actor, person: PersonId) -> Result<(String, UnitId), WebError> {
    let mut conn = db.read().await?;
    let (own, commune) = (actor.own_person(), actor.commune());
    if actor.sees_nobody() || own.is_some_and(|own| own != person) {
        return Err(WebError::NotFound);
    }
    let row = super::store::people(&mut conn, actor, commune, Some(person), db.today()).await?.into_iter().next();
    row.map(|row| (row.full_name, row.commune_id)).ok_or(WebError::NotFound)
}

/// GET /needs/people/{person}: whoever is out of the reader's scope does not exist.
pub(in crate::needs) async fn person(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadNeeds>,
    Path(id): Path<PersonId>,
) -> Answer {
    let t = ui.t;
    let (name, commune) = visible(&db, &permit.actor, id).await?;
    let mut conn = db.read().await?;
    let figures = figures(&mut conn, &db, &permit.actor, Some(commune)).await?;
    let scheme = figures.scheme.as_ref().ok_or(WebError::NotFound)?.id;
    let most = scheme::rules(&mut conn, scheme, db.today()).await?.needs_scale_most;
    let names = topics(&mut conn, scheme).await?;
    drop(conn);
    let gaps = figures.people.iter().find(|p| p.person() == id).ok_or(WebError::NotFound)?;
    let title = |target: &Target| match target {
        Target::Topic(programme, code) => {
            names.iter().find(|x| x.programme_code == *programme && x.code == *code).map(|x| x.title.clone())
        }
        Target::Post(_) => None,
    };
    let line = |gap: &super::CompetenceGap| {
        let competence = figures.competence(gap.competence)?;
        let mut topics: Vec<String> = topics_for(&figures, gap).iter().filter_map(title).collect();
        topics.dedup();
        Some(GapLine {
            name: competence.name.clone(),
            code: competence.code.clone(),
            required: gap.required,
            own: gap.known.own,
            superior: gap.known.superior,
            trained: gap.known.trained.iter().copied().max_by_key(|r| (r.level, r.on)),
            reached: gap.known.reached(),
            missing: gap.missing,
            topics,
        })
    };
    let page = PersonPage {
        t,
        crumbs: Crumbs::to(t, name.clone()).by("/needs", t.get("needs-nav")),
        tabs: Tabs::at(t, &ui, "/needs"),
        post: gaps.person.position_title.clone(),
        own: permit.actor.own_person() == Some(id),
        most,
        lead: {
            let all = gaps.tally();
            let words = [("gaps", all.gaps.into()), ("known", all.known.into()), ("of", all.required.into())];
            t.args("needs-person-lead", words).into_owned()
        },
        lines: gaps.gaps.iter().filter_map(line).collect(),
        name,
    };
    ui.page(&page.name, &page)
}
