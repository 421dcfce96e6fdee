//! Forward-only migrations, embedded, checked by their checksum.

use sha2::{Digest, Sha256};

use crate::{Conn, Db, Engine, StoreError, sql};

const MIGRATIONS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

const OWN_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL)";
sql!(DONE, "SELECT name, checksum FROM schema_migration ORDER BY name");
sql!(NOTE, "INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)");

/// Brings the database to the newest shape.
///
/// # Errors
/// When a released migration was edited, the database is newer than the program, or a statement fails.
pub async fn migrate(db: &Db) -> Result<usize, StoreError> {
    db.write(async |tx| run(tx).await).await
}

async fn run(conn: &mut Conn) -> Result<usize, StoreError> {
    if conn.engine() == Engine::Postgres {
        // two nodes that start at once take turns
        conn.exec_text("SELECT pg_advisory_xact_lock(7301946)").await?;
    }
    conn.exec_text(OWN_TABLE).await?;
    let done: Vec<(String, String)> = conn.all(&DONE, &[]).await?;
    let wanted: Vec<_> = MIGRATIONS.iter().filter(|(name, _)| meant_for(name, conn.engine())).collect();
    if let Some((name, _)) = done.iter().find(|(name, _)| !wanted.iter().any(|(n, _)| n == name)) {
        return Err(StoreError::Migration(format!("{name} is unknown: the data are newer than the program")));
    }
    let mut run = 0;
    for (name, text) in wanted {
        let checksum = hex::encode(Sha256::digest(text));
        match done.iter().find(|(n, _)| n == name) {
            Some((_, old)) if *old == checksum => {}
            Some(_) => return Err(StoreError::Migration(format!("{name} was changed after it had been applied"))),
            None => {
                conn.exec_text(text).await?;
                conn.exec(&NOTE, &[name, &checksum]).await?;
                run += 1;
            }
        }
    }
    Ok(run)
}

/// `….sqlite.sql` and `….postgres.sql` are for one engine, everything else for both.
fn meant_for(name: &str, engine: Engine) -> bool {
    match engine {
        Engine::Sqlite => !name.ends_with(".postgres.sql"),
        Engine::Postgres => !name.ends_with(".sqlite.sql"),
    }
}
