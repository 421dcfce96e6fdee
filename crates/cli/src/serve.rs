//! The web application: opening the database, the demonstration, listening.

use std::{
    fs::{self, File, TryLockError},
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use app::demonstration::Loaded;
use chrono::NaiveDate;
use kernel::{Clock, MovedClock, SystemClock, ids::SystemIds};
use people::accounts::{account_count, new_setup_link};
use store::{Db, Files, S3, Vault, VaultError};
use tokio::{net::TcpListener, sync::Notify};

use crate::{BadInput, Place, outside::Outside};

/// Where the server listens when nothing else is said.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
/// How long answers under way may take once the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// How the server starts.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Address to listen on [default: 127.0.0.1:8080].
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Address under which the outside reaches the server, for links and QR codes.
    #[arg(long)]
    base_url: Option<String>,
    /// Start without the demonstration.
    #[arg(long)]
    empty: bool,
    /// Demonstration only: the day that counts as today at the start, as 2026-11-18; time runs on from there.
    #[arg(long, conflicts_with = "empty")]
    today: Option<NaiveDate>,
    /// Largest file of a material, in megabytes [default: 4096].
    #[arg(long)]
    file_most_mb: Option<u64>,
}

impl Options {
    /// What was said before the command `serve` counts where the command itself says nothing.
    #[must_use]
    pub fn over(self, before: Self) -> Self {
        Self {
            listen: self.listen.or(before.listen),
            base_url: self.base_url.or(before.base_url),
            empty: self.empty || before.empty,
            today: self.today.or(before.today),
            file_most_mb: self.file_most_mb.or(before.file_most_mb),
        }
    }
}

fn file(data: &Path) -> PathBuf {
    data.join("boiduong.sqlite")
}

/// Opens the database, creating it in the data folder, and brings it to the newest shape.
pub async fn open(place: &Place) -> Result<Db> {
    if place.database.is_none() {
        let data = &place.data;
        fs::create_dir_all(data).map_err(|e| BadInput(format!("data folder {}: {e}", data.display())))?;
        // said here, because the database only says that it cannot open its file
        tempfile_in(data).map_err(|e| BadInput(format!("data folder {} cannot be written: {e}", data.display())))?;
    }
    connect(place).await
}

/// Opens a database that is there already: a command that reads must not make an empty one.
pub async fn open_existing(place: &Place) -> Result<Db> {
    let file = file(&place.data);
    if place.database.is_none() && !file.is_file() {
        return Err(BadInput(format!("no database in {}", place.data.display())).into());
    }
    connect(place).await
}

fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".probe-{}", std::process::id()));
    File::create(&probe)?;
    fs::remove_file(probe)
}

/// Where files lie: a folder, by default in the data folder, or a bucket.
fn files(place: &Place) -> Result<Files> {
    let data = place.data.join("files");
    match place.files.as_deref() {
        Some(address) if address.starts_with("s3://") => {
            let rest = address.trim_start_matches("s3://");
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() {
                return Err(BadInput("--files: not an address like s3://bucket/prefix".into()).into());
            }
            let mut settings = surroundings();
            if let Some(file) = &place.files_secrets {
                settings.extend(secrets(file)?);
            }
            let bucket = S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned(), settings };
            Ok(Files::s3(&bucket, &data.join("spare")).context("--files")?)
        }
        Some(folder) => {
            Files::local(Path::new(folder)).map_err(|e| BadInput(format!("files folder {folder}: {e}")).into())
        }
        None => Files::local(&data).map_err(|e| BadInput(format!("files folder {}: {e}", data.display())).into()),
    }
}

/// Settings of S3 in the environment, by the names that every program for it uses.
fn surroundings() -> Vec<(String, String)> {
    let of_s3 = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?)).filter(|(name, _)| name.starts_with("AWS_"))
    };
    std::env::vars_os().filter_map(of_s3).collect()
}

/// Lines `NAME=value`, as `AWS_SECRET_ACCESS_KEY=…`; empty ones and those that begin with `#` are passed over.
fn secrets(file: &Path) -> Result<Vec<(String, String)>> {
    let told = |e: &dyn std::fmt::Display| BadInput(format!("--files-secrets {}: {e}", file.display()));
    let text = fs::read_to_string(file).map_err(|e| told(&e))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pair = |line: &str| line.split_once('=').map(|(n, v)| (n.trim().to_owned(), v.trim().to_owned()));
    lines.map(|line| Ok(pair(line).ok_or_else(|| told(&"a line without ="))?)).collect()
}

async fn connect(place: &Place) -> Result<Db> {
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let db = match &place.database {
        Some(url) => {
            if !Db::is_postgres_url(url) {
                // the address may hold a password and is not repeated
                return Err(BadInput("--database: not an address like postgres://user@host/database".into()).into());
            }
            Db::open_postgres(url, clock, ids).await.context("opening PostgreSQL")?
        }
        None => {
            let file = file(&place.data);
            Db::open_sqlite(&file, clock, ids).await.with_context(|| format!("opening {}", file.display()))?
        }
    };
    let db = db.with_files(files(place)?);
    store::migrate(&db).await.context("bringing the database to the newest shape")?;
    people::renew_keys(&db).await.context("making the keys of people and accounts anew")?;
    Ok(db)
}

/// The database with the key that seals what must not be read from it alone. The key lies beside the data, not in them; a
/// key that is not the one that sealed them is refused.
pub async fn sealed(place: &Place, db: &Db) -> Result<Db> {
    let file = place.key.clone().unwrap_or_else(|| place.data.join("secret.key"));
    if let Some(folder) = file.parent().filter(|_| place.key.is_none()) {
        fs::create_dir_all(folder).map_err(|e| BadInput(format!("data folder {}: {e}", folder.display())))?;
    }
    let said = |error: VaultError| match error {
        VaultError::Store(error) => anyhow::Error::from(error).context("proving the key"),
        error => BadInput(format!("key {}: {error}", file.display())).into(),
    };
    let vault = Vault::at(&file).map_err(said)?;
    vault.prove(db).await.map_err(said)?;
    Ok(db.sealed_by(Arc::new(vault)))
}

/// How often a held lock is asked for again, and how long between: the system may need a moment to bury a server
/// that was killed and started again at once.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// One server at a time holds a data folder; commands may work beside it. The system frees the lock of a
/// server that died.
async fn lock(place: &Place) -> Result<Option<File>> {
    if place.database.is_some() {
        return Ok(None);
    }
    let path = place.data.join("serve.lock");
    let lock = File::create(&path).with_context(|| format!("creating {}", path.display()))?;
    for _ in 0..LOCK_TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(LOCK_PAUSE).await,
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("locking {}", path.display()));
            }
        }
    }
    bail!("another server uses {}", place.data.display())
}

/// Serves until Ctrl+C or SIGTERM.
pub async fn run(place: &Place, outside: &Outside, options: &Options) -> Result<()> {
    let mut db = open(place).await?;
    let _lock = lock(place).await?;
    // taken before anything is loaded, so that a port in use is told at once
    let listen = options.listen.unwrap_or(LISTEN);
    let listener = TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    let base_url = match &options.base_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{}", listener.local_addr()?),
    };
    let post = outside.post(&base_url)?;
    if app::demonstration::loaded(&db).await? == Loaded::Partly {
        db = start_over(place, db).await?;
    }
    db = sealed(place, &db).await?;
    if let Some(most) = options.file_most_mb {
        let files = db.files().clone().with_most(most.saturating_mul(1 << 20));
        db = db.with_files(files);
    }
    if let Some(day) = options.today {
        db = db.at(Arc::new(MovedClock(day - SystemClock.today())));
    }
    if !options.empty && store::audit_seq(&mut db.read().await?).await? == 0 {
        load(&db, &base_url).await?;
    }
    let demonstration = app::demonstration::loaded(&db).await? == Loaded::Whole;
    if options.today.is_some() && !demonstration {
        return Err(BadInput("--today belongs to a demonstration; these data are none".to_owned()).into());
    }
    // after the demonstration, whose notices are history: none of them leaves
    post.begin(&db).await?;
    let composed = app::compose(db.clone(), base_url.clone(), demonstration).await?;
    println!("Bồi Dưỡng: {base_url}");
    if account_count(&mut db.read().await?).await? == 0 {
        println!("first administrator (one time): {base_url}/setup/{}", new_setup_link(&db).await?);
    }
    if demonstration {
        println!(
            "accounts: truong hieutruong bantochuc sonoivu tuyengiao taichinh thuongvu quantri gv01 xa-16681 hv00001"
        );
        println!("password of every demonstration account: {}", app::demonstration::PASSWORD);
    }
    std::io::stdout().flush()?;
    let worker = tokio::spawn({
        let (jobs, db) = (composed.jobs.clone(), db.clone());
        async move { jobs.work(db).await }
    });
    let postman = tokio::spawn({
        let db = db.clone();
        async move { post.work(db).await }
    });
    let told = Arc::new(Notify::new());
    let serving = axum::serve(listener, composed.router).with_graceful_shutdown({
        let told = Arc::clone(&told);
        async move {
            stopped().await;
            told.notify_one();
        }
    });
    tokio::select! {
        done = serving => done?,
        () = async { told.notified().await; tokio::time::sleep(FAREWELL).await } => {}
    }
    worker.abort();
    postman.abort();
    db.close().await;
    Ok(())
}

/// A demonstration whose loading was interrupted holds generated data only and was never served: it goes.
async fn start_over(place: &Place, db: Db) -> Result<Db> {
    if place.database.is_some() {
        bail!("loading the demonstration was interrupted: empty the PostgreSQL database and start again");
    }
    println!("loading was interrupted last time: starting over");
    db.close().await;
    let file = file(&place.data);
    for end in ["", "-wal", "-shm"] {
        let mut path = file.clone().into_os_string();
        path.push(end);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing {}", PathBuf::from(path).display()));
            }
            _ => {}
        }
    }
    open(place).await
}

async fn load(db: &Db, base_url: &str) -> Result<()> {
    println!("loading the demonstration (generated people, nobody in it exists)");
    let start = Instant::now();
    let mut step = |what: &str, count: usize| {
        println!("{:6.1} s  {count:>6} {what}", start.elapsed().as_secs_f64());
        let _ = std::io::stdout().flush();
    };
    app::demonstration::load(db, base_url, &mut step).await.context("loading the demonstration")
}

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
