//! SQL of handing over.

use ::store::{Conn, StoreError, sql};
use chrono::{DateTime, Utc};
use kernel::{DeliveryId, UnitId};

use crate::notices::store::{Channel, Written};

// a letter that was leaving when its sender died: nobody knows whether it arrived. What was only claimed is free again.
sql!(
    RECOVER_ALL,
    "UPDATE notice_delivery SET state = CASE state WHEN 'offering' THEN 'uncertain' ELSE state END,
            reason = CASE state WHEN 'offering' THEN 'broken_off' ELSE reason END, claimed_until = NULL, changed_at = $1
     WHERE state = 'offering' OR (state = 'waiting' AND claimed_until IS NOT NULL)"
);
sql!(
    RECOVER_LATE,
    "UPDATE notice_delivery SET state = 'uncertain', reason = 'broken_off', claimed_until = NULL, changed_at = $1
     WHERE state = 'offering' AND claimed_until < $1"
);
sql!(
    DUE,
    "SELECT EXISTS (SELECT 1 FROM notice_delivery d
                    WHERE d.channel = $2 AND (d.claimed_until IS NULL OR d.claimed_until < $1)
                      AND ((d.state = 'waiting' AND d.due_at <= $1) OR d.state = 'offering')) AS due"
);
sql!(
    CLAIM,
    postgres: "UPDATE notice_delivery SET tries = tries + 1, claimed_until = $2
     WHERE id IN (SELECT d.id FROM notice_delivery d
                  WHERE d.state = 'waiting' AND d.due_at <= $1 AND (d.claimed_until IS NULL OR d.claimed_until < $1) AND d.channel = $3
                  ORDER BY d.due_at, d.id LIMIT $4 FOR UPDATE SKIP LOCKED)
     RETURNING id, tries,
               (SELECT c.province_id FROM notice_copy c WHERE c.id = notice_delivery.copy_id) AS province_id,
               (SELECT n.kind FROM notice_copy c JOIN notice n ON n.id = c.notice_id WHERE c.id = notice_delivery.copy_id) AS kind",
    sqlite: "UPDATE notice_delivery SET tries = tries + 1, claimed_until = $2
     WHERE id IN (SELECT d.id FROM notice_delivery d
                  WHERE d.state = 'waiting' AND d.due_at <= $1 AND (d.claimed_until IS NULL OR d.claimed_until < $1) AND d.channel = $3
                  ORDER BY d.due_at, d.id LIMIT $4)
     RETURNING id, tries,
               (SELECT c.province_id FROM notice_copy c WHERE c.id = notice_delivery.copy_id) AS province_id,
               (SELECT n.kind FROM notice_copy c JOIN notice n ON n.id = c.notice_id WHERE c.id = notice_delivery.copy_id) AS kind"
);
sql!(
    ITEM,
    "SELECT d.address, n.kind, n.facts, c.link, n.at, d.due_at, w.subject, w.body
     FROM notice_delivery d JOIN notice_copy c ON c.id = d.copy_id JOIN notice n ON n.id = c.notice_id
     LEFT JOIN notice_wording w ON w.id = c.wording_id WHERE d.id = $1"
);
sql!(
    LEAVES,
    "UPDATE notice_delivery SET state = 'offering', claimed_until = $3, changed_at = $4
     WHERE id = $1 AND state = 'waiting' AND tries = $2"
);
sql!(
    END,
    "UPDATE notice_delivery SET state = $2, reason = $3, answer = $4, due_at = $5, claimed_until = NULL, changed_at = $6
     WHERE id = $1 AND state IN ('waiting', 'offering', 'uncertain')"
);

/// A delivery that this worker has in hand.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Claimed {
    pub id: DeliveryId,
    /// How often it was taken in hand; whoever takes it next counts on.
    pub tries: i64,
    pub province_id: Option<UnitId>,
    pub kind: String,
}

/// Whether anything is due on a channel, or was leaving when its sender died.
pub(super) async fn is_due(conn: &mut Conn, channel: Channel, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let (due,): (bool,) = conn.one(&DUE, &[&now, &channel]).await?;
    Ok(due)
}

/// What is to be handed over.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Item {
    pub address: String,
    pub kind: String,
    pub facts: String,
    pub link: String,
    /// When it was told.
    pub at: DateTime<Utc>,
    /// The moment for which it was meant last.
    pub due_at: DateTime<Utc>,
    #[sqlx(flatten)]
    pub written: Written,
}

/// A delivery with its notice.
pub(super) async fn item(conn: &mut Conn, id: DeliveryId) -> Result<Option<Item>, StoreError> {
    conn.opt(&ITEM, &[&id]).await
}
