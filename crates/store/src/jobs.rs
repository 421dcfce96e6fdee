//! Work after the commit: mail, papers, calls to others. A job is enqueued on the open transaction
//! and runs once that has committed.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Conn, Db, StoreError, sql};

/// What a job runs with.
#[derive(Clone)]
pub struct JobContext {
    /// The database, with its clock.
    pub db: Db,
}

/// Why a job did not finish.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Try again later.
    #[error("try again: {0}")]
    Retry(String),
    /// Trying again is useless.
    #[error("given up: {0}")]
    GiveUp(String),
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::Retry(error.to_string())
    }
}

/// Something to do after a commit. Say in its doc line why running it twice is safe.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stable name, `slice.verb-thing`.
    const NAME: &'static str;
    /// Whether an equal job that still waits makes this one needless.
    const DEDUP: bool;

    /// Does the work.
    ///
    /// # Errors
    /// [`JobError::Retry`] or [`JobError::GiveUp`].
    fn run(&self, context: &JobContext) -> impl Future<Output = Result<(), JobError>> + Send;
}

sql!(
    ENQUEUE,
    "INSERT INTO job (name, body, dedup_key, due_at, tries) VALUES ($1, $2, $3, $4, 0)
     ON CONFLICT (dedup_key) DO NOTHING"
);
sql!(
    CLAIM,
    postgres: "UPDATE job SET tries = tries + 1, due_at = $2, dedup_key = NULL
     WHERE id = (SELECT id FROM job WHERE due_at <= $1 AND given_up IS NULL ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING id, name, body, tries",
    sqlite: "UPDATE job SET tries = tries + 1, due_at = $2, dedup_key = NULL
     WHERE id = (SELECT id FROM job WHERE due_at <= $1 AND given_up IS NULL ORDER BY due_at, id LIMIT 1)
     RETURNING id, name, body, tries"
);
sql!(DONE, "DELETE FROM job WHERE id = $1");
sql!(LATER, "UPDATE job SET due_at = $2, last_error = $3 WHERE id = $1");
sql!(GIVE_UP, "UPDATE job SET given_up = $2, last_error = $3 WHERE id = $1");
sql!(WAITING, "SELECT COUNT(*) FROM job WHERE given_up IS NULL");

/// A claimed job belongs to its worker for this long; a worker that died frees it.
const CLAIM_MINUTES: i64 = 10;
/// After this many tries a job waits for a person.
const MOST_TRIES: i64 = 8;

pub(crate) async fn enqueue<J: Job>(conn: &mut Conn, due: DateTime<Utc>, job: &J) -> Result<(), StoreError> {
    let body = serde_json::to_string(job)?;
    let key = J::DEDUP.then(|| format!("{}:{body}", J::NAME));
    conn.exec(&ENQUEUE, &[&J::NAME, &body, &key, &due]).await?;
    Ok(())
}

type Running = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>>;
type Run = Arc<dyn Fn(String, JobContext) -> Running + Send + Sync>;

/// A kind of job that the program knows how to run.
pub struct JobKind {
    name: &'static str,
    run: Run,
}

impl JobKind {
    /// The kind of `J`.
    #[must_use]
    pub fn of<J: Job>() -> Self {
        let run: Run = Arc::new(|body, context| {
            Box::pin(async move {
                let job: J = serde_json::from_str(&body).map_err(|e| JobError::GiveUp(e.to_string()))?;
                job.run(&context).await
            })
        });
        Self { name: J::NAME, run }
    }
}

/// The list of job kinds; `app` composes it from the areas.
#[derive(Clone, Default)]
pub struct Jobs {
    kinds: HashMap<&'static str, Run>,
}

impl Jobs {
    /// From the areas' lists.
    #[must_use]
    pub fn new(kinds: impl IntoIterator<Item = JobKind>) -> Self {
        Self { kinds: kinds.into_iter().map(|k| (k.name, k.run)).collect() }
    }

    /// Runs every job that is due, until none is; how many ran well.
    ///
    /// # Errors
    /// The database's failure; failures of jobs are kept with the job.
    pub async fn run_due(&self, db: &Db) -> Result<usize, StoreError> {
        let context = JobContext { db: db.clone() };
        let mut well = 0;
        loop {
            let now = db.now();
            let claimed: Option<(i64, String, String, i64)> =
                db.write(async |tx| tx.opt(&CLAIM, &[&now, &(now + TimeDelta::minutes(CLAIM_MINUTES))]).await).await?;
            let Some((id, name, body, tries)) = claimed else { return Ok(well) };
            let outcome = match self.kinds.get(name.as_str()) {
                Some(run) => run(body, context.clone()).await,
                None => Err(JobError::GiveUp("no such kind of job".to_owned())),
            };
            let outcome = match outcome {
                Err(JobError::Retry(why)) if tries >= MOST_TRIES => Err(JobError::GiveUp(why)),
                other => other,
            };
            db.write(async |tx: &mut crate::Tx| match &outcome {
                Ok(()) => tx.exec(&DONE, &[&id]).await,
                Err(JobError::Retry(why)) => {
                    tx.exec(&LATER, &[&id, &(now + TimeDelta::seconds(5 << tries.min(10))), why]).await
                }
                Err(JobError::GiveUp(why)) => tx.exec(&GIVE_UP, &[&id, &now, why]).await,
            })
            .await?;
            match outcome {
                Ok(()) => well += 1,
                Err(error) => tracing::warn!(job = name, tries, %error, "job failed"),
            }
        }
    }

    /// Runs jobs for as long as the program lives: at once after a commit, else every few seconds.
    pub async fn work(&self, db: Db) {
        loop {
            if let Err(error) = self.run_due(&db).await {
                tracing::error!(%error, "jobs stand still");
            }
            let _ = tokio::time::timeout(Duration::from_secs(5), db.wake.notified()).await;
        }
    }

    /// How many jobs wait (tests fail when any is left).
    ///
    /// # Errors
    /// The database's failure.
    pub async fn waiting(db: &Db) -> Result<i64, StoreError> {
        let (count,): (i64,) = db.read().await?.one(&WAITING, &[]).await?;
        Ok(count)
    }
}
