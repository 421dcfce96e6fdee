//! The record of a commune.

use ::store::Db;
use axum::extract::State;
use kernel::{Scope, UnitId};
use people::organisation::{ReadCommunes, titled};
use teaching::scheme;
use web::{Answer, Path, Permit, T, Ui, WebError, components::Bar};

use super::store::{self, ClassRow, CommuneRow, MemberRow, OfficeRow, classes, members, offices};

#[derive(askama::Template)]
#[template(path = "dossier/commune.html")]
struct CommunePage<'a> {
    t: T,
    commune: &'a CommuneRow,
    offices: &'a [OfficeRow],
    classes: &'a [ClassRow],
    members: &'a [MemberRow],
    people: i64,
    trained: i64,
    target: i64,
    target_trained: i64,
    bar: Bar,
    names: bool,
    may_nominate: bool,
    lead: String,
    as_of: String,
    goal: String,
    seats: i64,
}

/// A commune for somebody of this province who may see this scope.
#[derive(PartialEq, Eq, Hash)]
struct Asked(String, Option<UnitId>, Scope);

/// What the page reads.
struct Seen {
    commune: CommuneRow,
    coverage_target_permille: i64,
    offices: Vec<OfficeRow>,
    classes: Vec<ClassRow>,
    members: Vec<MemberRow>,
}

/// GET /communes/{code}
pub(super) async fn get(
    ui: Ui,
    State(db): State<Db>,
    permit: Permit<ReadCommunes>,
    Path(code): Path<String>,
) -> Answer {
    let t = ui.t;
    let actor = &permit.actor;
    let seen = db
        .kept(Asked(code.clone(), actor.province, actor.scope), async |conn| {
            let commune = store::commune(conn, actor, &code).await?.ok_or(WebError::NotFound)?;
            let scheme = scheme::of(conn, actor).await?.ok_or(WebError::NotFound)?;
            let rules = scheme::rules(conn, scheme.id, db.today()).await?;
            Ok::<_, WebError>(Seen {
                coverage_target_permille: rules.coverage_target_permille,
                offices: offices(conn, scheme.id, commune.commune_id, db.today()).await?,
                classes: classes(conn, commune.commune_id, scheme.id).await?,
                members: members(conn, actor, scheme.id, commune.commune_id, db.today()).await?,
                commune,
            })
        })
        .await?;
    let Seen { commune, offices, classes, members, .. } = &*seen;
    let sum = |figure: fn(&OfficeRow) -> i64| offices.iter().map(figure).sum::<i64>();
    let (people, trained) = (sum(|o| o.people), sum(|o| o.trained));
    let label = t.pct(trained, people);
    let title = titled(t, &commune.kind, &commune.name);
    let lead = t.args(
        "dossier-commune-lead",
        [("code", commune.code.clone().into()), ("district", commune.former_district.clone().into())],
    );
    let page = CommunePage {
        t,
        people,
        trained,
        target: sum(|o| o.target),
        target_trained: sum(|o| o.target_trained),
        bar: Bar::of(label, trained, people, Some(seen.coverage_target_permille), "lotus"),
        names: !actor.sees_nobody() && ui.may("people.read"),
        may_nominate: ui.may("classes.nominate"),
        lead: lead.into_owned(),
        as_of: t.arg("dossier-as-of", "at", t.moment(db.now())).into_owned(),
        goal: t.pct(seen.coverage_target_permille, 1000_i64),
        seats: classes.iter().map(|c| c.seats).sum(),
        commune,
        offices,
        classes,
        members,
    };
    ui.page(title, &page)
}
