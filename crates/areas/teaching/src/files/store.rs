//! SQL of files; nobody else writes these tables.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, Utc};
use kernel::{AccountId, UploadId};

/// An upload under way.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct UploadLine {
    /// Its id.
    pub id: UploadId,
    /// Name of the file.
    pub file_name: String,
    /// Bytes that were announced; none when the sender did not say.
    pub size: Option<i64>,
    /// Bytes that are here.
    pub received: i64,
}

impl UploadLine {
    /// Whether all of it is here.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.received > 0 && self.size.is_none_or(|size| size == self.received)
    }
}

sql!(UPLOAD, "SELECT id, file_name, size, received FROM upload WHERE id = $1 AND account_id = $2 AND used_at IS NULL");
sql!(
    INSERT_UPLOAD,
    "INSERT INTO upload (id, account_id, file_name, size, received, touched_at) VALUES ($1, $2, $3, $4, 0, $5)"
);
sql!(
    GROW_UPLOAD,
    "UPDATE upload SET received = received + $3, touched_at = $4 WHERE id = $1 AND received = $2 AND used_at IS NULL"
);
sql!(INSERT_PIECE, "INSERT INTO upload_piece (upload_id, start, length, object) VALUES ($1, $2, $3, $4)");
sql!(PIECES, "SELECT object FROM upload_piece WHERE upload_id = $1 ORDER BY start");
sql!(USE_UPLOAD, "UPDATE upload SET used_at = $2 WHERE id = $1 AND used_at IS NULL");
sql!(
    CLEARABLE,
    "SELECT id FROM upload WHERE used_at IS NOT NULL OR touched_at < $1 ORDER BY touched_at, id LIMIT 1000"
);
sql!(DELETE_PIECES, "DELETE FROM upload_piece WHERE upload_id = $1");
sql!(DELETE_UPLOAD, "DELETE FROM upload WHERE id = $1");
sql!(
    INSERT_FILE,
    "INSERT INTO stored_file (sha256, size, stored_at) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING"
);

/// An upload of an account that is still under way or waits to be used.
pub(super) async fn upload(
    conn: &mut Conn,
    account: AccountId,
    id: UploadId,
) -> Result<Option<UploadLine>, StoreError> {
    conn.opt(&UPLOAD, &[&id, &account]).await
}

/// Names of the pieces of an upload, in their order.
pub(super) async fn pieces(conn: &mut Conn, id: UploadId) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = conn.all(&PIECES, &[&id]).await?;
    Ok(rows.into_iter().map(|(object,)| object).collect())
}

/// Uploads that were used, or that nobody touched since a moment.
pub(super) async fn clearable(conn: &mut Conn, before: DateTime<Utc>) -> Result<Vec<UploadId>, StoreError> {
    let rows: Vec<(UploadId,)> = conn.all(&CLEARABLE, &[&before]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
