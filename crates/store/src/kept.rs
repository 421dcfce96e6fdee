//! What pages read again and again, kept in memory for as long as nothing is written.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex as Slot, PoisonError},
};

use chrono::NaiveDate;
use tokio::sync::Mutex;

use crate::{Conn, Db, StoreError, audit_seq};

/// The state of the data: number of the newest audit record, and the day.
type State = (i64, NaiveDate);

/// Values of one kind that are kept; one more, and they all go.
const MOST: usize = 400;

/// Values with the state for which they were made.
type Held<K, V> = (Option<State>, HashMap<K, Arc<V>>);

/// Values of one kind.
struct Shelf<K, V> {
    held: Slot<Held<K, V>>,
    turn: Mutex<()>,
}

impl<K: Eq + Hash, V> Shelf<K, V> {
    fn new() -> Self {
        Self { held: Slot::default(), turn: Mutex::default() }
    }

    fn find(&self, state: State, key: &K) -> Option<Arc<V>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0 == Some(state) { held.1.get(key).cloned() } else { None }
    }

    fn keep(&self, state: State, key: K, value: &Arc<V>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0 != Some(state) || held.1.len() >= MOST {
            *held = (Some(state), HashMap::new());
        }
        held.1.insert(key, Arc::clone(value));
    }
}

/// The kept values of a database, by the types of key and value.
#[derive(Clone, Default)]
pub(crate) struct Shelves(Arc<Slot<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>);

impl Shelves {
    fn of<K: Eq + Hash + Send + 'static, V: Send + Sync + 'static>(&self) -> Arc<Shelf<K, V>> {
        let mut shelves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let shelf =
            shelves.entry(TypeId::of::<Shelf<K, V>>()).or_insert_with(|| Arc::new(Shelf::<K, V>::new())).clone();
        shelf.downcast().unwrap_or_else(|_| Arc::new(Shelf::new()))
    }
}

impl Db {
    /// What `make` reads, or what it read before when nothing was written since.
    ///
    /// Always true:
    /// - a value is given out only while the newest audit record and the day are those for which it was made.
    ///   Every change of data writes an audit record in its own transaction, and the number of the newest is read
    ///   from the database at every call: a value is never older than the data, on any number of nodes;
    /// - `key` says whose eyes the value is for, beside what it is about: nothing but key and data may go into it;
    /// - of several callers that find nothing one reads and the others wait for it; failures are not kept.
    ///
    /// # Errors
    /// What `make` refuses, or the database's failure.
    pub async fn kept<K, V, E, F>(&self, key: K, make: F) -> Result<Arc<V>, E>
    where
        K: Eq + Hash + Send + 'static,
        V: Send + Sync + 'static,
        E: From<StoreError>,
        F: AsyncFnOnce(&mut Conn) -> Result<V, E>,
    {
        let today = self.today();
        let shelf = self.shelves.of::<K, V>();
        let mut conn = self.read().await?;
        let state = (audit_seq(&mut conn).await?, today);
        if let Some(value) = shelf.find(state, &key) {
            return Ok(value);
        }
        // whoever waits holds no connection
        drop(conn);
        let _turn = shelf.turn.lock().await;
        let mut conn = self.read().await?;
        // the number is read before the value: what is written meanwhile makes the value newer, never older
        let state = (audit_seq(&mut conn).await?, today);
        if let Some(value) = shelf.find(state, &key) {
            return Ok(value);
        }
        let value = Arc::new(make(&mut conn).await?);
        shelf.keep(state, key, &value);
        Ok(value)
    }
}
