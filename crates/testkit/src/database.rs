//! A fresh, migrated database for each test.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use kernel::{SystemClock, ids::SystemIds};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use store::{Conn, Db, Files, Vault, sql};
use tokio::sync::OnceCell;

/// A database of one test; an SQLite file is removed at the end, a PostgreSQL database stays in the
/// throw-away cluster.
pub struct TestDb {
    db: Db,
    place: DbPlace,
    /// Folder that goes with the test.
    folder: PathBuf,
}

/// Where a test's database is, as the command line names it.
#[derive(Debug, Clone)]
pub enum DbPlace {
    /// Folder with `boiduong.sqlite`.
    Folder(PathBuf),
    /// Address of a PostgreSQL database.
    Url(String),
}

impl DbPlace {
    /// `--data FOLDER` or `--database URL`.
    #[must_use]
    pub fn arguments(&self) -> [String; 2] {
        match self {
            Self::Folder(folder) => ["--data".to_owned(), folder.display().to_string()],
            Self::Url(url) => ["--database".to_owned(), url.clone()],
        }
    }

    /// The SQLite file.
    #[must_use]
    pub fn file(folder: &Path) -> PathBuf {
        folder.join("boiduong.sqlite")
    }

    /// Runs a text behind the program's back: what somebody with the database's password could do.
    pub async fn tamper(&self, text: &str) {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            Self::Folder(folder) => {
                let url = format!("sqlite://{}", Self::file(folder).display());
                let mut conn = SqliteConnection::connect(&url).await.unwrap();
                conn.execute(text).await.unwrap();
                conn.close().await.unwrap();
            }
            Self::Url(url) => {
                let mut conn = PgConnection::connect(url).await.unwrap();
                conn.execute(text).await.unwrap();
                conn.close().await.unwrap();
            }
        }
    }
}

sql!(
    COLUMNS,
    postgres: "SELECT CAST(table_name AS TEXT) AS holder, CAST(column_name AS TEXT) AS name FROM information_schema.columns
     WHERE table_schema = 'public' ORDER BY 1, 2",
    sqlite: "SELECT m.name AS holder, p.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) p
     WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
);

/// Every column of every table and view, as the engine knows them.
pub async fn columns(conn: &mut Conn) -> Vec<(String, String)> {
    conn.all(&COLUMNS, &[]).await.unwrap()
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("boiduong-test-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl TestDb {
    /// The folder that goes with the test: its files lie in `files`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &DbPlace {
        &self.place
    }

    /// A new SQLite file.
    pub async fn sqlite() -> Self {
        let folder = folder();
        let file = DbPlace::file(&folder);
        std::fs::write(&file, MIGRATED_FILE.get_or_init(migrated_file).await).unwrap();
        Self::of(&open_sqlite(&file).await, DbPlace::Folder(folder.clone()), folder)
    }

    /// A new database on the test server, or none where no server was given.
    #[expect(clippy::disallowed_methods, reason = "the test command tells the server's address this way")]
    pub async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
            assert!(std::env::var("CI").is_err(), "TEST_POSTGRES_URL is missing: run `cargo xtask test`");
            return None;
        };
        let template = MIGRATED_DATABASE.get_or_init(|| migrated_database(&server)).await;
        let url = create(&server, &format!(" TEMPLATE {template}")).await.1;
        Some(Self::of(&open_postgres(&url).await, DbPlace::Url(url), folder()))
    }

    fn of(db: &Db, place: DbPlace, folder: PathBuf) -> Self {
        let db = db.sealed_by(Arc::new(Vault::new(&[7; 32])));
        let db = db.with_files(Files::local(&folder.join("files")).unwrap());
        Self { db, place, folder }
    }
}

/// What each test begins with: one database of this process is migrated, the others are copies of it.
static MIGRATED_FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
static MIGRATED_DATABASE: OnceCell<String> = OnceCell::const_new();

async fn open_sqlite(file: &Path) -> Db {
    Db::open_sqlite(file, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap()
}

async fn open_postgres(url: &str) -> Db {
    Db::open_postgres(url, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap()
}

/// Bytes of a migrated file; what lay beside it is in it once its last connection is closed.
async fn migrated_file() -> Vec<u8> {
    let folder = folder();
    let file = DbPlace::file(&folder);
    let db = open_sqlite(&file).await;
    store::migrate(&db).await.unwrap();
    db.close().await;
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    bytes
}

/// Name of a migrated database to which nobody is connected.
async fn migrated_database(server: &str) -> String {
    let (name, url) = create(server, "").await;
    let db = open_postgres(&url).await;
    store::migrate(&db).await.unwrap();
    db.close().await;
    name
}

/// Makes a database; gives its name and address.
async fn create(server: &str, how: &str) -> (String, String) {
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    let mut admin = PgConnection::connect(server).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}{how}"))).await.unwrap();
    admin.close().await.unwrap();
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    (name.clone(), format!("{base}/{name}"))
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
