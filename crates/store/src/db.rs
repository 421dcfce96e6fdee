//! Connections and transactions over either engine.

use std::{
    ops::{Deref, DerefMut},
    path::Path,
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Clock, ids::IdSource};
use sqlx::{
    AssertSqlSafe, Connection, FromRow, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    pool::PoolConnection,
    postgres::{PgArguments, PgConnectOptions, PgConnection, PgPoolOptions, PgRow},
    sqlite::{
        SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
        SqliteSynchronous,
    },
};
use tokio::{net::TcpStream, sync::Notify};

use crate::{
    Args, Bind, Files, Statement, StoreError,
    audit::{self, AuditDraft, By, Change},
    jobs,
    kept::Shelves,
    vault::{Vault, VaultError},
};

/// A struct that can be read from a row of either engine: `#[derive(sqlx::FromRow)]` makes one.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// Which database is behind a [`Db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded database in the data folder.
    Sqlite,
    /// A server given by `--database postgres://…`.
    Postgres,
}

#[derive(Clone)]
enum Pools {
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

/// The database with the clock and the id source that its writes use. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pools: Pools,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    /// Told when a transaction with jobs has committed.
    pub(crate) wake: Arc<Notify>,
    pub(crate) shelves: Shelves,
    vault: Option<Arc<Vault>>,
    files: Files,
}

/// Statements a connection keeps prepared; more than the house has.
const STATEMENTS_KEPT: usize = 1000;
/// Rows that a reader's thread may be ahead of whoever takes them: more than a page shows, so that a list is handed
/// over at once instead of in turns.
const ROWS_AHEAD: usize = 512;
/// Parameters of one `INSERT` by [`Conn::exec_many`]. The driver asks SQLite for the name of each, which walks the list
/// of all: with 4,000 two thirds of an import's time went there.
const MOST_PARAMETERS: usize = 400;

/// Audit records that a transaction keeps in memory before [`Tx::audit_so_far`] appends them.
const MOST_NOTED: usize = 10_000;

/// A request waits this long for a connection, on both engines, before it is told to come again: a burst of
/// claims for one class waits in line, it is not refused.
const TURN_WAITED_FOR: Duration = Duration::from_secs(30);

impl Db {
    /// Opens (and creates) the SQLite file.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn open_sqlite(file: &Path, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(STATEMENTS_KEPT)
            .row_buffer_size(ROWS_AHEAD)
            // five connections of 4 MB each; what else is read again lies in the system's own cache
            .pragma("cache_size", "-4000")
            .pragma("mmap_size", "0");
        let pool = |most: u32| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .min_connections(1)
                // a file does not hang up: asking a connection whether it lives would only wake its thread once more
                .test_before_acquire(false)
                .acquire_timeout(TURN_WAITED_FOR)
                // SQLite ends a transaction by itself when the disk is full, and the driver then believes that it
                // still runs: such a connection would refuse every later write
                .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
        };
        let fail = |e| StoreError::of("store::open", e);
        let writer = pool(1).connect_with(options.clone()).await.map_err(fail)?;
        let readers = pool(4).connect_with(options).await.map_err(fail)?;
        Ok(Self {
            pools: Pools::Sqlite { readers, writer },
            clock,
            ids,
            wake: Arc::default(),
            shelves: Shelves::default(),
            vault: None,
            files: Files::default(),
        })
    }

    /// Whether a text is the address of a PostgreSQL database.
    #[must_use]
    pub fn is_postgres_url(text: &str) -> bool {
        (text.starts_with("postgres://") || text.starts_with("postgresql://"))
            && text.parse::<PgConnectOptions>().is_ok()
    }

    /// Connects to a PostgreSQL server.
    ///
    /// # Errors
    /// When the address is wrong or the server does not answer.
    pub async fn open_postgres(url: &str, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Result<Self, StoreError> {
        let fail = |e| StoreError::of("store::open", e);
        let options: PgConnectOptions = url.parse().map_err(fail)?;
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(TURN_WAITED_FOR)
            .connect_with(options.statement_cache_capacity(STATEMENTS_KEPT))
            .await
            .map_err(fail)?;
        Ok(Self {
            pools: Pools::Postgres(pool),
            clock,
            ids,
            wake: Arc::default(),
            shelves: Shelves::default(),
            vault: None,
            files: Files::default(),
        })
    }

    /// The same database seen at another time: the demonstration plays the past with it, tests stand still.
    #[must_use]
    pub fn at(&self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self.clone() }
    }

    /// The same database with the key that seals what must not be read from it alone.
    #[must_use]
    pub fn sealed_by(&self, vault: Arc<Vault>) -> Self {
        Self { vault: Some(vault), ..self.clone() }
    }

    /// The vault.
    ///
    /// # Errors
    /// [`StoreError::Vault`] when the database was opened without a key.
    pub fn vault(&self) -> Result<&Arc<Vault>, StoreError> {
        self.vault.as_ref().ok_or(StoreError::Vault(VaultError::Key))
    }

    /// The same database with its files at a place.
    #[must_use]
    pub fn with_files(self, files: Files) -> Self {
        Self { files, ..self }
    }

    /// The files beside this database.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// A fresh UUID from this database's source, for names outside of it.
    #[must_use]
    pub fn fresh(&self) -> uuid::Uuid {
        self.ids.next()
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// The present moment by this database's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The present day in Viet Nam by this database's clock.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.clock.today()
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// When none becomes free or the database is away.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        let fail = |e| StoreError::of("store::read", e);
        Ok(match &self.pools {
            Pools::Sqlite { readers, .. } => Conn::Sqlite(readers.acquire().await.map_err(fail)?),
            Pools::Postgres(pool) => Conn::Postgres(in_line(pool, pool.acquire()).await.map_err(fail)?),
        })
    }

    /// Runs `work` in one transaction with its audit lines and jobs; an error rolls everything back.
    ///
    /// # Errors
    /// What `work` refuses, or the database's failure.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Tx) -> Result<T, E>,
    {
        let mut tx = self.begin().await?;
        let value = work(&mut tx).await?;
        tx.commit().await?;
        Ok(value)
    }

    async fn begin(&self) -> Result<Tx, StoreError> {
        let fail = |e| StoreError::of("store::begin", e);
        let conn = match &self.pools {
            Pools::Sqlite { writer, .. } => Conn::SqliteTx(writer.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?),
            Pools::Postgres(pool) => Conn::PostgresTx(in_line(pool, pool.begin()).await.map_err(fail)?),
        };
        Ok(Tx {
            conn,
            audit: Vec::new(),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            wake: Arc::clone(&self.wake),
            enqueued: false,
        })
    }

    /// Lets PostgreSQL count what a bulk load has written, so that the next statements are planned for that many rows: by itself
    /// it counts a minute later. SQLite plans by the schema alone and needs nothing.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn analyze(&self) -> Result<(), StoreError> {
        match self.engine() {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => self.read().await?.exec_text("ANALYZE").await,
        }
    }

    /// Closes every connection; later calls fail as [`StoreError::Away`].
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// After this time in line for a connection it is asked whether the server is there at all.
const DOUBTED_AFTER: Duration = Duration::from_secs(3);

/// Waits in line for a connection. The pool cannot tell a long line from a server that is away, and tries to connect
/// for as long as one may wait: so the server's door is knocked at meanwhile, and a closed one is told at once.
async fn in_line<T>(pool: &PgPool, waiting: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    let mut waiting = std::pin::pin!(waiting);
    if let Ok(done) = tokio::time::timeout(DOUBTED_AFTER, &mut waiting).await {
        return done;
    }
    let options = pool.connect_options();
    if options.get_socket().is_none() {
        let knock = TcpStream::connect((options.get_host(), options.get_port()));
        match tokio::time::timeout(DOUBTED_AFTER, knock).await {
            Ok(Ok(_)) => {}
            Ok(Err(closed)) => return Err(sqlx::Error::Io(closed)),
            Err(_) => return Err(sqlx::Error::PoolTimedOut),
        }
    }
    waiting.await
}

/// A connection of either engine, inside a transaction or not.
pub enum Conn {
    #[doc(hidden)]
    Sqlite(PoolConnection<Sqlite>),
    #[doc(hidden)]
    SqliteTx(Transaction<'static, Sqlite>),
    #[doc(hidden)]
    Postgres(PoolConnection<Postgres>),
    #[doc(hidden)]
    PostgresTx(Transaction<'static, Postgres>),
}

enum Driver<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

fn sqlite_args(statement: &'static str, values: &[&dyn Bind]) -> Result<SqliteArguments, StoreError> {
    let mut args = Args::Sqlite(SqliteArguments::default());
    for value in values {
        args.add(*value).map_err(|e| StoreError::of(statement, sqlx::Error::Encode(e)))?;
    }
    match args {
        Args::Sqlite(args) => Ok(args),
        Args::Postgres(_) => Ok(SqliteArguments::default()),
    }
}

fn postgres_args(statement: &'static str, values: &[&dyn Bind]) -> Result<PgArguments, StoreError> {
    let mut args = Args::Postgres(PgArguments::default());
    for value in values {
        args.add(*value).map_err(|e| StoreError::of(statement, sqlx::Error::Encode(e)))?;
    }
    match args {
        Args::Postgres(args) => Ok(args),
        Args::Sqlite(_) => Ok(PgArguments::default()),
    }
}

impl Conn {
    fn driver(&mut self) -> Driver<'_> {
        match self {
            Self::Sqlite(c) => Driver::Sqlite(c),
            Self::SqliteTx(c) => Driver::Sqlite(c),
            Self::Postgres(c) => Driver::Postgres(c),
            Self::PostgresTx(c) => Driver::Postgres(c),
        }
    }

    /// Which engine this connection speaks to.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) | Self::SqliteTx(_) => Engine::Sqlite,
            Self::Postgres(_) | Self::PostgresTx(_) => Engine::Postgres,
        }
    }

    /// Every row.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn all<T: Row>(
        &mut self,
        statement: &'static Statement,
        values: &[&dyn Bind],
    ) -> Result<Vec<T>, StoreError> {
        let name = statement.name;
        match self.driver() {
            Driver::Sqlite(c) => {
                sqlx::query_as_with::<Sqlite, T, _>(statement.sqlite(), sqlite_args(name, values)?).fetch_all(c).await
            }
            Driver::Postgres(c) => {
                sqlx::query_as_with::<Postgres, T, _>(statement.postgres(), postgres_args(name, values)?)
                    .fetch_all(c)
                    .await
            }
        }
        .map_err(|e| StoreError::of(name, e))
    }

    /// The one row, or none.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn opt<T: Row>(
        &mut self,
        statement: &'static Statement,
        values: &[&dyn Bind],
    ) -> Result<Option<T>, StoreError> {
        let name = statement.name;
        match self.driver() {
            Driver::Sqlite(c) => {
                sqlx::query_as_with::<Sqlite, T, _>(statement.sqlite(), sqlite_args(name, values)?)
                    .fetch_optional(c)
                    .await
            }
            Driver::Postgres(c) => {
                sqlx::query_as_with::<Postgres, T, _>(statement.postgres(), postgres_args(name, values)?)
                    .fetch_optional(c)
                    .await
            }
        }
        .map_err(|e| StoreError::of(name, e))
    }

    /// The one row that must be there (aggregates, settings).
    ///
    /// # Errors
    /// The database's failure, also when there is no row.
    pub async fn one<T: Row>(&mut self, statement: &'static Statement, values: &[&dyn Bind]) -> Result<T, StoreError> {
        self.opt(statement, values).await?.ok_or_else(|| StoreError::of(statement.name, sqlx::Error::RowNotFound))
    }

    /// Runs a statement; the number of rows it touched.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn exec(&mut self, statement: &'static Statement, values: &[&dyn Bind]) -> Result<u64, StoreError> {
        let name = statement.name;
        match self.driver() {
            Driver::Sqlite(c) => sqlx::query_with(statement.sqlite(), sqlite_args(name, values)?)
                .execute(c)
                .await
                .map(|r| r.rows_affected()),
            Driver::Postgres(c) => sqlx::query_with(statement.postgres(), postgres_args(name, values)?)
                .execute(c)
                .await
                .map(|r| r.rows_affected()),
        }
        .map_err(|e| StoreError::of(name, e))
    }

    /// Runs a text that is not a named statement (migrations, checks of the engine itself).
    ///
    /// # Errors
    /// The database's failure.
    pub(crate) async fn exec_text(&mut self, text: &str) -> Result<(), StoreError> {
        let text = AssertSqlSafe(text.to_owned());
        match self.driver() {
            Driver::Sqlite(c) => sqlx::raw_sql(text).execute(c).await.map(|_| ()),
            Driver::Postgres(c) => sqlx::raw_sql(text).execute(c).await.map(|_| ()),
        }
        .map_err(|e| StoreError::of("store::text", e))
    }

    /// Inserts many rows with few statements. `statement` inserts one row and has exactly one
    /// `VALUES (…)` group; `values` appends one row's parameters.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn exec_many<T, I, F>(
        &mut self,
        statement: &'static Statement,
        rows: I,
        values: F,
    ) -> Result<u64, StoreError>
    where
        I: IntoIterator<Item = T>,
        F: Fn(&T, &mut Args) -> Result<(), sqlx::error::BoxDynError>,
    {
        let name = statement.name;
        let text = match self.engine() {
            Engine::Sqlite => statement.sqlite(),
            Engine::Postgres => statement.postgres(),
        };
        let group = Group::find(text).ok_or_else(|| StoreError::Migration(format!("{name} has no VALUES group")))?;
        let most = (MOST_PARAMETERS / group.width.max(1)).max(1);
        let full = group.repeated(text, most);
        let mut touched = 0;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut args = match self.engine() {
                Engine::Sqlite => Args::Sqlite(SqliteArguments::default()),
                Engine::Postgres => Args::Postgres(PgArguments::default()),
            };
            let mut count = 0;
            for row in rows.by_ref().take(most) {
                values(&row, &mut args).map_err(|e| StoreError::of(name, sqlx::Error::Encode(e)))?;
                count += 1;
            }
            let keep = count == most;
            let sql = AssertSqlSafe(if keep { full.clone() } else { group.repeated(text, count) });
            touched += match (self.driver(), args) {
                (Driver::Sqlite(c), Args::Sqlite(args)) => {
                    sqlx::query_with(sql, args).persistent(keep).execute(c).await.map(|r| r.rows_affected())
                }
                (Driver::Postgres(c), Args::Postgres(args)) => {
                    sqlx::query_with(sql, args).persistent(keep).execute(c).await.map(|r| r.rows_affected())
                }
                _ => Ok(0),
            }
            .map_err(|e| StoreError::of(name, e))?;
        }
        Ok(touched)
    }

    /// A statement as this engine prepares it (catalogue test).
    ///
    /// # Errors
    /// When the engine refuses the text.
    pub async fn describe(&mut self, statement: &'static Statement) -> Result<Described, StoreError> {
        use sqlx::{Column, Either, Executor, SqlSafeStr, Statement as _};
        let name = statement.name;
        match self.driver() {
            Driver::Sqlite(c) => c.prepare(statement.sqlite().into_sql_str()).await.map(|s| Described {
                columns: s.columns().iter().map(|c| c.name().to_owned()).collect(),
                parameters: match s.parameters() {
                    Some(Either::Left(types)) => types.len(),
                    Some(Either::Right(count)) => count,
                    None => 0,
                },
            }),
            Driver::Postgres(c) => c.prepare(statement.postgres().into_sql_str()).await.map(|s| Described {
                columns: s.columns().iter().map(|c| c.name().to_owned()).collect(),
                parameters: match s.parameters() {
                    Some(Either::Left(types)) => types.len(),
                    Some(Either::Right(count)) => count,
                    None => 0,
                },
            }),
        }
        .map_err(|e| StoreError::of(name, e))
    }
}

/// What an engine makes of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Names of the columns; an expression without a name has the engine's own.
    pub columns: Vec<String>,
    /// How many parameters it takes.
    pub parameters: usize,
}

/// The `VALUES (…)` group of an insert, to be repeated.
struct Group {
    start: usize,
    end: usize,
    width: usize,
}

impl Group {
    fn find(text: &str) -> Option<Self> {
        let start = text.find("VALUES (")? + "VALUES ".len();
        let end = start + text.get(start..)?.find(')')? + 1;
        let width = text.get(start..end)?.matches('$').count();
        Some(Self { start, end, width })
    }

    fn repeated(&self, text: &str, rows: usize) -> String {
        let parts = (text.get(..self.start), text.get(self.start..self.end), text.get(self.end..));
        let (Some(head), Some(group), Some(tail)) = parts else { return text.to_owned() };
        let mut out = String::with_capacity(text.len() + rows * self.width * 7);
        out.push_str(head);
        for row in 0..rows {
            if row > 0 {
                out.push(',');
            }
            let mut chars = group.chars().peekable();
            while let Some(c) = chars.next() {
                out.push(c);
                if c == '$' {
                    let mut number = 0;
                    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                        number = number * 10 + usize::try_from(digit).unwrap_or(0);
                        chars.next();
                    }
                    out.push_str(&(number + row * self.width).to_string());
                }
            }
        }
        out.push_str(tail);
        out
    }
}

/// One transaction: a connection plus what must be written with it.
pub struct Tx {
    conn: Conn,
    audit: Vec<AuditDraft>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    wake: Arc<Notify>,
    enqueued: bool,
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Tx {
    /// The moment of this write.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The day of this write in Viet Nam.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.clock.today()
    }

    /// Where new ids come from: `PersonId::new(tx.ids())`.
    #[must_use]
    pub fn ids(&self) -> &dyn IdSource {
        &*self.ids
    }

    /// Notes who changed what; written into the hash chain when the transaction commits.
    ///
    /// `action` is `slice.thing.verb`, `subject` the id or natural key of what changed.
    ///
    /// # Errors
    /// When before or after cannot be written as JSON.
    pub fn audit<'a>(
        &mut self,
        by: impl Into<By<'a>>,
        action: &'static str,
        subject: impl std::fmt::Display,
        change: Change,
    ) -> Result<(), StoreError> {
        let at = self.now();
        self.audit.push(AuditDraft::new(by.into(), action, subject.to_string(), change, at)?);
        Ok(())
    }

    /// Appends what has been noted so far when it is so much that it would fill memory. From then on no other write can commit
    /// before this one: for what writes tens of thousands of records only.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn audit_so_far(&mut self) -> Result<(), StoreError> {
        if self.audit.len() < MOST_NOTED {
            return Ok(());
        }
        audit::append(&mut self.conn, std::mem::take(&mut self.audit)).await
    }

    /// Puts a job on the list; it runs after this transaction has committed, or never.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn enqueue<J: jobs::Job>(&mut self, job: &J) -> Result<(), StoreError> {
        let now = self.now();
        self.enqueue_at(job, now).await
    }

    /// Puts a job on the list that runs at a later moment, once this transaction has committed.
    ///
    /// # Errors
    /// The database's failure.
    pub async fn enqueue_at<J: jobs::Job>(&mut self, job: &J, due: DateTime<Utc>) -> Result<(), StoreError> {
        self.enqueued = true;
        jobs::enqueue(&mut self.conn, due, job).await
    }

    async fn commit(mut self) -> Result<(), StoreError> {
        audit::append(&mut self.conn, std::mem::take(&mut self.audit)).await?;
        let fail = |e| StoreError::of("store::commit", e);
        match self.conn {
            Conn::SqliteTx(tx) => tx.commit().await.map_err(fail)?,
            Conn::PostgresTx(tx) => tx.commit().await.map_err(fail)?,
            Conn::Sqlite(_) | Conn::Postgres(_) => {}
        }
        if self.enqueued {
            self.wake.notify_one();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_values_group_repeats_with_running_numbers() {
        let text = "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let group = Group::find(text).unwrap();
        assert_eq!(group.repeated(text, 2), "INSERT INTO t (a, b) VALUES ($1, $2),($3, $4) ON CONFLICT DO NOTHING");
    }
}
