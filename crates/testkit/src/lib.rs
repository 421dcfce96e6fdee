//! Tests of the whole application without a browser: a real database, real routes, real permissions.
//!
//! ```ignore
//! testkit::db_test! {
//!     async fn a_wrong_password_is_refused(db: TestDb) {
//!         let app = TestApp::new(db, [people::area()], "2026-03-02T08:00").await;
//!         app.account("truong", "school_training", None, None).await;
//!         let reply = app.client().post("/sign-in", &[("username", "truong"), ("password", "x")]).await;
//!         assert_eq!(reply.status, 422);
//!     }
//! }
//! ```
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "test support: a failure must stop the test")]

mod client;
mod database;
mod html;
pub mod paper;

use std::sync::Arc;

use axum::Router;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
pub use client::{Client, Reply};
pub use database::{DbPlace, TestDb, columns};
pub use html::FilledForm;
use kernel::{Actor, FixedClock, PersonId, UnitId};
use people::accounts::{AccountActors, AccountInput, actor_by_username, add_accounts};
use store::{By, Db, Jobs};
use web::{App, AppParts, Area, RouteEntry};

/// The password of every account that tests make.
pub const PASSWORD: &str = "Thử-nghiệm-2026";
/// Its argon2id hash with a fixed salt, so that making accounts costs nothing.
const PASSWORD_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Ym9pZHVvbmctdGVzdGtpdA$RNuIQchc5eACkPluiucao9AD0Osxt1Gm2YNyt4zvmj0";

/// Runs a test on SQLite and, when `TEST_POSTGRES_URL` is given (always in `cargo xtask test`), on PostgreSQL.
#[macro_export]
macro_rules! db_test {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: TestDb) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[expect(unused_imports, reason = "a test may need nothing from outside")]
            use super::*;

            async fn run($db: $crate::TestDb) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::TestDb::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(db) = $crate::TestDb::postgres().await {
                    run(db).await;
                }
            }
        }
    )*};
}

/// The composed application on a test database with a clock that stands still.
pub struct TestApp {
    db: Db,
    router: Router,
    entries: Vec<RouteEntry>,
    jobs: Jobs,
    home: TestDb,
}

/// Reads `2026-03-02T08:00` as Viet Nam's time.
#[must_use]
pub fn at(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").expect("a time like 2026-03-02T08:00");
    local.and_utc() - TimeDelta::hours(7)
}

impl TestApp {
    /// The given areas at a moment in Viet Nam's time.
    pub async fn new(db: TestDb, areas: impl IntoIterator<Item = Area>, when: &str) -> Self {
        let clock = Arc::new(FixedClock(at(when)));
        Self::over(db.db().at(clock), db, areas)
    }

    /// The same database, seen by the same areas at another moment.
    #[must_use]
    pub fn later(self, areas: impl IntoIterator<Item = Area>, when: &str) -> Self {
        Self::over(self.db.at(Arc::new(FixedClock(at(when)))), self.home, areas)
    }

    /// The given areas over another connection to the same database, at the real time.
    #[must_use]
    pub fn over_line(db: Db, home: TestDb, areas: impl IntoIterator<Item = Area>) -> Self {
        Self::over(db, home, areas)
    }

    fn over(db: Db, home: TestDb, areas: impl IntoIterator<Item = Area>) -> Self {
        // why a page is an error page stands in the log; shown with the output of a test that fails
        let _ = tracing_subscriber::fmt().with_env_filter("error").with_test_writer().try_init();
        let area = areas.into_iter().fold(Area::default(), Area::and);
        let jobs = Jobs::new(area.jobs);
        let app = App::new(AppParts {
            db: db.clone(),
            actors: Arc::new(AccountActors),
            nav: area.nav,
            schemes: Vec::new(),
            base_url: "http://127.0.0.1:8080".to_owned(),
            demonstration: false,
        });
        let (router, entries) = web::server::build(area.routes, app);
        Self { db, router, entries, jobs, home }
    }

    /// The database at the test's moment.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Where the database is.
    #[must_use]
    pub fn place(&self) -> &DbPlace {
        self.home.place()
    }

    /// The access table.
    #[must_use]
    pub fn entries(&self) -> &[RouteEntry] {
        &self.entries
    }

    /// Makes an account and gives its actor.
    pub async fn account(
        &self,
        username: &str,
        role: &'static str,
        commune: Option<UnitId>,
        person: Option<PersonId>,
    ) -> Actor {
        self.account_in(None, username, role, commune, person).await
    }

    /// As [`TestApp::account`], working in another province than the first.
    pub async fn account_in(
        &self,
        province: Option<UnitId>,
        username: &str,
        role: &'static str,
        commune: Option<UnitId>,
        person: Option<PersonId>,
    ) -> Actor {
        let (username, name) = (username.to_owned(), username.to_owned());
        let input = AccountInput { username: username.clone(), name, role, commune, person, province };
        add_accounts(&self.db, By::System("test"), &[input], PASSWORD_HASH, false).await.unwrap();
        actor_by_username(&mut self.db.read().await.unwrap(), &username).await.unwrap().unwrap()
    }

    /// Somebody who is not signed in.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// An account of [`TestApp::account`], signed in.
    pub async fn signed_in(&self, username: &str) -> Client {
        let mut client = self.client();
        let reply = client.post("/sign-in", &[("username", username), ("password", PASSWORD)]).await;
        assert_eq!(reply.status, 303, "{username} signs in: {}", reply.body);
        client
    }

    /// Runs the jobs that are due; how many.
    pub async fn run_jobs(&self) -> usize {
        self.jobs.run_due(&self.db).await.unwrap()
    }

    /// How many jobs wait.
    pub async fn jobs_waiting(&self) -> i64 {
        Jobs::waiting(&self.db).await.unwrap()
    }
}
