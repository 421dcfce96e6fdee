//! A fresh, migrated database for each test.

use std::{path::PathBuf, sync::Arc};

use kernel::{SystemClock, ids::SystemIds};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use store::Db;

/// A database of one test; an SQLite file is removed at the end, a PostgreSQL database stays in the
/// throw-away cluster.
pub struct TestDb {
    db: Db,
    folder: Option<PathBuf>,
}

impl TestDb {
    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// A new SQLite file.
    pub async fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("boiduong-test-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("test.sqlite");
        let db = Db::open_sqlite(&file, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
        store::migrate(&db).await.unwrap();
        Self { db, folder: Some(folder) }
    }

    /// A new database on the test server, or none where no server was given.
    #[expect(clippy::disallowed_methods, reason = "the test command tells the server's address this way")]
    pub async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
            assert!(std::env::var("CI").is_err(), "TEST_POSTGRES_URL is missing: run `cargo xtask test`");
            return None;
        };
        let name = format!("test_{}", uuid::Uuid::now_v7().simple());
        let mut admin = PgConnection::connect(&server).await.unwrap();
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        let (base, _) = server.rsplit_once('/').expect("an address with a database");
        let url = format!("{base}/{name}");
        let db = Db::open_postgres(&url, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
        store::migrate(&db).await.unwrap();
        Some(Self { db, folder: None })
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
