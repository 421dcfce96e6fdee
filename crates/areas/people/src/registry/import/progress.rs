//! How far the reading or writing of a roster has come, told while it goes on, and the wish to stop it.

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering},
    },
};

use kernel::AccountId;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// From the file to rows; how many there will be is not known.
    Reading,
    /// Rows with the register.
    Comparing,
    /// Into the database.
    Writing,
}

impl Stage {
    const ALL: [Self; 3] = [Self::Reading, Self::Comparing, Self::Writing];

    /// Stable code, the end of the message key.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Comparing => "comparing",
            Self::Writing => "writing",
        }
    }
}

/// Somebody has stopped it; nothing is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stopped;

/// How far one import has come.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    stage: AtomicU8,
    done: AtomicUsize,
    total: AtomicUsize,
    stop: AtomicBool,
}

impl Progress {
    /// A stage begins; `total` rows, 0 when nobody knows.
    pub(super) fn begin(&self, stage: Stage, total: usize) {
        let place = Stage::ALL.iter().position(|s| *s == stage).unwrap_or_default();
        self.stage.store(u8::try_from(place).unwrap_or_default(), Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
    }

    /// One row more.
    ///
    /// # Errors
    /// When somebody has stopped it.
    pub(super) fn one(&self) -> Result<(), Stopped> {
        self.more(1)
    }

    /// So many rows more.
    ///
    /// # Errors
    /// When somebody has stopped it.
    pub(super) fn more(&self, rows: usize) -> Result<(), Stopped> {
        self.done.fetch_add(rows, Ordering::Relaxed);
        if self.stop.load(Ordering::Relaxed) { Err(Stopped) } else { Ok(()) }
    }

    /// Stage, rows done, rows in all (0 when nobody knows).
    pub(super) fn told(&self) -> (Stage, usize, usize) {
        let place = usize::from(self.stage.load(Ordering::Relaxed));
        let stage = Stage::ALL.get(place).copied().unwrap_or(Stage::Reading);
        (stage, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

/// Imports under way, one an account: it sees and stops its own.
static UNDER_WAY: LazyLock<Mutex<HashMap<AccountId, Arc<Progress>>>> = LazyLock::new(Mutex::default);

fn under_way<T>(with: impl FnOnce(&mut HashMap<AccountId, Arc<Progress>>) -> T) -> T {
    with(&mut UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner))
}

/// An import that can be looked at and stopped until this is dropped.
pub(super) struct Running {
    account: Option<AccountId>,
    pub(super) progress: Arc<Progress>,
}

impl Running {
    pub(super) fn of(account: Option<AccountId>) -> Self {
        let progress = Arc::new(Progress::default());
        if let Some(account) = account {
            under_way(|all| all.insert(account, Arc::clone(&progress)));
        }
        Self { account, progress }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(account) = self.account else { return };
        under_way(|all| {
            if all.get(&account).is_some_and(|other| Arc::ptr_eq(other, &self.progress)) {
                all.remove(&account);
            }
        });
    }
}

/// The import of an account that is under way.
pub(super) fn of_account(account: AccountId) -> Option<Arc<Progress>> {
    under_way(|all| all.get(&account).cloned())
}

/// Asks the import of an account to stop.
pub(super) fn stop(account: AccountId) {
    if let Some(progress) = of_account(account) {
        progress.stop.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_seen_and_stopped_by_its_own_account_only() {
        let ids: Vec<AccountId> =
            ["1", "2"].iter().map(|n| format!("00000000-0000-7000-8000-00000000000{n}").parse().unwrap()).collect();
        let running = Running::of(Some(ids[0]));
        running.progress.begin(Stage::Comparing, 10);
        assert_eq!(running.progress.one(), Ok(()));
        assert_eq!(of_account(ids[0]).map(|p| p.told()), Some((Stage::Comparing, 1, 10)));
        stop(ids[1]);
        assert_eq!(running.progress.one(), Ok(()));
        stop(ids[0]);
        assert_eq!(running.progress.one(), Err(Stopped));
        // a newer one of the same account is not forgotten with the older
        let newer = Running::of(Some(ids[0]));
        drop(running);
        assert!(of_account(ids[0]).is_some());
        drop(newer);
        assert!(of_account(ids[0]).is_none());
    }
}
