//! Putting the areas together.

use std::sync::Arc;

use axum::Router;
use people::accounts::AccountActors;
use store::{Db, Jobs, StoreError};
use teaching::scheme::Scheme;
use web::{App, AppParts, Area, NavItem, RouteEntry, state::SchemeLabel};

/// The running parts.
pub struct Composed {
    /// Every route in its layers.
    pub router: Router,
    /// The access table.
    pub entries: Vec<RouteEntry>,
    /// Kinds of jobs.
    pub jobs: Jobs,
}

/// Navigation in the order of the data's way; an entry not named here comes last.
const NAV_ORDER: [&str; 23] = [
    "/board",
    "/people",
    "/people/statistics",
    "/communes",
    "/programmes",
    "/plan",
    "/classes",
    "/papers",
    "/lecturers",
    "/teaching",
    "/materials",
    "/freshness",
    "/needs",
    "/surveys",
    "/circulars",
    "/people/accounts",
    "/lecturers/guests",
    "/change-sets",
    "/data-desk",
    "/me",
    "/accounts",
    "/notices/log",
    "/audit",
];

/// All areas.
#[must_use]
pub fn area() -> Area {
    people::area().and(teaching::area()).and(learning::area()).and(oversight::area()).and(home())
}

/// The first page of each role.
fn home() -> Area {
    Area { routes: web::Routes::new().get("/", web::Access::SignedIn, get_home), ..Area::default() }
}

/// GET /: to the first page of the role.
async fn get_home(ui: web::Ui, who: web::permit::SignedIn) -> web::Answer {
    let home = people::accounts::roles::role(&who.actor.role).map_or("/me/password", |r| r.home);
    Ok(ui.see(home))
}

fn label(scheme: Scheme) -> SchemeLabel {
    SchemeLabel { province_id: scheme.province_id, name: scheme.short_name, province: scheme.province_name }
}

/// Composes the application over a database.
///
/// # Errors
/// The database's failure.
pub async fn compose(db: Db, base_url: String, demonstration: bool) -> Result<Composed, StoreError> {
    let area = area();
    let schemes = teaching::scheme::all(&mut db.read().await?).await?;
    let place = |item: &NavItem| NAV_ORDER.iter().position(|href| *href == item.href).unwrap_or(NAV_ORDER.len());
    let mut nav = area.nav;
    nav.sort_by_key(place);
    let app = App::new(AppParts {
        db,
        actors: Arc::new(AccountActors),
        nav,
        schemes: schemes.into_iter().map(label).collect(),
        base_url,
        demonstration,
    });
    let (router, entries) = web::server::build(area.routes, app);
    Ok(Composed { router, entries, jobs: Jobs::new(area.jobs) })
}
