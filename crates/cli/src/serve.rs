//! The web application: opening the database, the demonstration, listening.

use std::{io::Write, net::SocketAddr, sync::Arc, time::Instant};

use anyhow::{Context, Result};
use kernel::{SystemClock, ids::SystemIds};
use people::accounts::{account_count, new_setup_link};
use store::Db;
use tokio::net::TcpListener;

use crate::Place;

/// How the server starts.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Address under which the outside reaches the server, for links and QR codes.
    #[arg(long)]
    base_url: Option<String>,
    /// Start without the demonstration.
    #[arg(long)]
    empty: bool,
}

/// Opens the database and brings it to the newest shape.
pub async fn open(place: &Place) -> Result<Db> {
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let db = match &place.database {
        Some(url) => Db::open_postgres(url, clock, ids).await.context("opening PostgreSQL")?,
        None => {
            std::fs::create_dir_all(&place.data).with_context(|| format!("creating {}", place.data.display()))?;
            let file = place.data.join("boiduong.sqlite");
            Db::open_sqlite(&file, clock, ids).await.with_context(|| format!("opening {}", file.display()))?
        }
    };
    store::migrate(&db).await.context("bringing the database to the newest shape")?;
    Ok(db)
}

/// Serves until Ctrl+C or SIGTERM.
pub async fn run(place: &Place, options: &Options) -> Result<()> {
    let db = open(place).await?;
    let base_url = options.base_url.clone().unwrap_or_else(|| format!("http://{}", options.listen));
    let fresh = account_count(&mut db.read().await?).await? == 0;
    if fresh && !options.empty {
        load(&db, &base_url).await?;
    }
    let demonstration = app::demonstration::is_loaded(&db).await?;
    let composed = app::compose(db.clone(), base_url.clone(), demonstration).await?;
    let listener =
        TcpListener::bind(options.listen).await.with_context(|| format!("listening on {}", options.listen))?;
    println!("Bồi Dưỡng: {base_url}");
    if fresh && options.empty {
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
    axum::serve(listener, composed.router).with_graceful_shutdown(stopped()).await?;
    worker.abort();
    db.close().await;
    Ok(())
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
