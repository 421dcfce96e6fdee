//! SQL of the desk; nobody else writes its table.

use ::store::{Conn, StoreError, Tx, sql};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, DataRequestId, PersonId};

use super::model::RequestState;

sql!(
    ADD_REQUEST,
    "INSERT INTO data_request (id, province_id, person_id, kind, wish, state, received_at, reply_by, complete_by, answer)
     VALUES ($1, $2, $3, $4, $5, 'received', $6, $7, $8, '')"
);
sql!(HOLD_REQUEST, "UPDATE data_request SET state = state WHERE id = $1 AND province_id = $2 RETURNING state");
sql!(
    ACKNOWLEDGE,
    "UPDATE data_request SET state = 'acknowledged', acknowledged_at = $2, acknowledged_by = $3 WHERE id = $1"
);
sql!(CLOSE_REQUEST, "UPDATE data_request SET state = $2, answer = $3, closed_at = $4, closed_by = $5 WHERE id = $1");
sql!(
    OWN_REQUESTS,
    "SELECT r.id, r.person_id, p.full_name, r.kind, r.wish, r.state, r.received_at, r.reply_by, r.complete_by,
            r.acknowledged_at, r.acknowledged_by, r.answer, r.closed_at, r.closed_by
     FROM data_request r JOIN person p ON p.id = r.person_id
     WHERE r.person_id = $1 ORDER BY r.received_at DESC, r.id DESC"
);
// what is open comes first, the nearest end before others; of what is answered the latest
sql!(
    REQUESTS,
    "SELECT r.id, r.person_id, p.full_name, r.kind, r.wish, r.state, r.received_at, r.reply_by, r.complete_by,
            r.acknowledged_at, r.acknowledged_by, r.answer, r.closed_at, r.closed_by
     FROM data_request r JOIN person p ON p.id = r.person_id
     WHERE r.province_id = $1
     ORDER BY CASE WHEN r.closed_at IS NULL THEN 0 ELSE 1 END, CASE WHEN r.closed_at IS NULL THEN r.complete_by END,
              r.closed_at DESC, r.id LIMIT 200"
);
sql!(
    ONE_REQUEST,
    "SELECT r.id, r.person_id, p.full_name, r.kind, r.wish, r.state, r.received_at, r.reply_by, r.complete_by,
            r.acknowledged_at, r.acknowledged_by, r.answer, r.closed_at, r.closed_by
     FROM data_request r JOIN person p ON p.id = r.person_id
     WHERE r.id = $1 AND r.province_id = $2"
);
sql!(REQUESTS_FOLLOW, "UPDATE data_request SET person_id = $1 WHERE person_id = $2");
::store::inventory::submit! {
    crate::registry::record::FollowsPeople { clash: None, moves: &[&REQUESTS_FOLLOW] }
}

/// A request of a person about the own data.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Request {
    pub id: DataRequestId,
    pub person_id: PersonId,
    pub full_name: String,
    pub kind: String,
    pub wish: String,
    pub state: RequestState,
    pub received_at: DateTime<Utc>,
    pub reply_by: NaiveDate,
    pub complete_by: NaiveDate,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub acknowledged_by: Option<String>,
    pub answer: String,
    pub closed_at: Option<DateTime<Utc>>,
    pub closed_by: Option<String>,
}

impl Request {
    /// When and by whom the person was told that it is worked on, and when and by whom it was answered.
    pub(super) fn steps(&self) -> [Option<(DateTime<Utc>, &str)>; 2] {
        [self.acknowledged_at.zip(self.acknowledged_by.as_deref()), self.closed_at.zip(self.closed_by.as_deref())]
    }

    /// The date that is missed on a day: that of the reply, or that of the end.
    pub(super) fn late(&self, today: NaiveDate) -> bool {
        match self.state {
            RequestState::Received => self.reply_by < today || self.complete_by < today,
            RequestState::Acknowledged => self.complete_by < today,
            RequestState::Done | RequestState::Refused => false,
        }
    }
}

/// Requests of one person, newest first.
pub(super) async fn own(conn: &mut Conn, person: PersonId) -> Result<Vec<Request>, StoreError> {
    conn.all(&OWN_REQUESTS, &[&person]).await
}

/// Requests of the actor's province.
pub(super) async fn requests(conn: &mut Conn, actor: &Actor) -> Result<Vec<Request>, StoreError> {
    conn.all(&REQUESTS, &[&actor.province]).await
}

/// A request of the actor's province.
pub(super) async fn request(conn: &mut Conn, actor: &Actor, id: DataRequestId) -> Result<Option<Request>, StoreError> {
    conn.opt(&ONE_REQUEST, &[&id, &actor.province]).await
}

/// Where a request of the actor's province stands, held until the transaction ends.
pub(super) async fn hold(tx: &mut Tx, actor: &Actor, id: DataRequestId) -> Result<Option<RequestState>, StoreError> {
    let row: Option<(RequestState,)> = tx.opt(&HOLD_REQUEST, &[&id, &actor.province]).await?;
    Ok(row.map(|(state,)| state))
}
