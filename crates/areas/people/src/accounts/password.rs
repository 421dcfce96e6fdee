//! Passwords: what is good enough, how they are kept.

use std::{cell::RefCell, io, sync::LazyLock, time::Duration};

use argon2::{
    Algorithm, Argon2, Block, Params,
    password_hash::{
        self, PasswordHasher,
        phc::{Output, PasswordHash},
    },
};
use tokio::runtime::{Builder, Runtime};

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Shorter than eight characters.
    #[error("too short")]
    Short,
    /// Longer than [`LONGEST`].
    #[error("too long")]
    Long,
    /// Fewer than four classes of characters.
    #[error("too plain")]
    Plain,
}

/// Bytes of the longest password; what is longer fits nothing and is never hashed.
pub const LONGEST: usize = 400;

/// Hashes at once; each takes 19 MiB.
const AT_ONCE: usize = 2;

/// Threads of their own for hashes, so few that memory stays bounded. One that has nothing to do for a second ends and gives its memory back.
static THREADS: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    let mut threads = Builder::new_current_thread();
    threads.max_blocking_threads(AT_ONCE).thread_keep_alive(Duration::from_secs(1)).thread_name("password").build()
});

thread_local! {
    /// What a thread computes in, kept from one hash to the next: freed and taken anew each time, the memory of several lay about.
    static BLOCKS: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// At least 8 characters of 4 classes: lower case, upper case, digit, other (QCVN 12:2026/BCA, yardstick).
///
/// # Errors
/// What is lacking.
pub fn check(password: &str) -> Result<(), Weak> {
    if password.chars().count() < 8 {
        return Err(Weak::Short);
    }
    if password.len() > LONGEST {
        return Err(Weak::Long);
    }
    let has = |class: fn(char) -> bool| password.chars().any(class);
    let classes =
        [has(char::is_lowercase), has(char::is_uppercase), has(|c| c.is_ascii_digit()), has(|c| !c.is_alphanumeric())];
    if classes.iter().all(|c| *c) { Ok(()) } else { Err(Weak::Plain) }
}

/// Runs costly work when one of the threads is free; whoever leaves while waiting does not make it any earlier.
async fn in_turn<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> Result<R, String> {
    let threads = THREADS.as_ref().map_err(ToString::to_string)?;
    threads.spawn_blocking(work).await.map_err(|e| e.to_string())
}

/// Whether a password has a hash, in the memory of this thread. A hash without salt or output fits nothing.
fn verified(password: &str, hash: &PasswordHash) -> password_hash::Result<bool> {
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return Ok(false) };
    let (params, algorithm) = (Params::try_from(hash)?, Algorithm::try_from(hash.algorithm.as_str())?);
    let version = hash.version.map(argon2::Version::try_from).transpose()?.unwrap_or_default();
    let mut computed = vec![0; expected.len()];
    BLOCKS.with_borrow_mut(|blocks| {
        blocks.resize(params.block_count(), Block::default());
        let argon = Argon2::new(algorithm, version, params);
        argon.hash_password_into_with_memory(password.as_bytes(), salt, &mut computed, blocks.as_mut_slice())
    })?;
    // compared in a time that says nothing of how much is alike
    Ok(Output::new(&computed)? == *expected)
}

/// Hashes a password with argon2id (19 MiB, t=2, p=1).
///
/// # Errors
/// Text of the failure of the system's randomness.
pub async fn hash(password: &str) -> Result<String, String> {
    let password = password.to_owned();
    in_turn(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(|e| e.to_string())
    })
    .await?
}

/// Whether a password fits a hash. An unreadable hash fits nothing.
pub async fn fits(password: &str, hash: &str) -> bool {
    if password.len() > LONGEST {
        return false;
    }
    let (password, hash) = (password.to_owned(), hash.to_owned());
    in_turn(move || PasswordHash::new(&hash).is_ok_and(|hash| verified(&password, &hash).unwrap_or(false)))
        .await
        .unwrap_or(false)
}

/// A hash that no password fits, checked for unknown names so that they take as long as known ones.
pub const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn four_classes_and_eight_characters() {
        assert_eq!(check("Ab1!"), Err(Weak::Short));
        assert_eq!(check("abcdefgh1"), Err(Weak::Plain));
        assert_eq!(check("Mậtkhẩu-2026"), Ok(()));
        assert_eq!(check(&"Aa1!".repeat(101)), Err(Weak::Long));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn never_more_hashes_at_once_also_when_readers_leave() {
        static NOW: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let work = || {
            MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(std::time::Duration::from_millis(5));
            NOW.fetch_sub(1, Ordering::SeqCst);
        };
        let readers: Vec<_> = (0..12).map(|_| tokio::spawn(in_turn(work))).collect();
        for (place, reader) in readers.into_iter().enumerate() {
            if place % 3 == 0 {
                reader.abort();
            }
            // one that was told to leave may have finished before
            drop(reader.await);
        }
        assert_eq!(in_turn(|| 7).await, Ok(7));
        assert!((1..=AT_ONCE).contains(&MOST.load(Ordering::SeqCst)));
    }

    /// One thread computes every one of these: what is left in its memory changes nothing, whatever was asked for before.
    #[tokio::test]
    async fn hashes_of_other_sizes_are_checked_in_the_same_memory() {
        let of = |m: u32, version: u32| {
            let params = Params::new(m, 2, 1, Some(32)).unwrap();
            let version = argon2::Version::try_from(version).unwrap();
            let hasher = Argon2::new(Algorithm::Argon2id, version, params);
            hasher.hash_password_with_salt("Mậtkhẩu-2026".as_bytes(), b"somesaltsomesalt").unwrap().to_string()
        };
        let hashes = [of(19_456, 0x13), of(64, 0x13), of(4_096, 0x10), of(19_456, 0x13)];
        for hash in hashes.iter().chain(hashes.iter().rev()) {
            let parsed = PasswordHash::new(hash).unwrap();
            assert_eq!(verified("Mậtkhẩu-2026", &parsed), Ok(true), "{hash}");
            assert_eq!(verified("mậtkhẩu-2026", &parsed), Ok(false), "{hash}");
        }
        let bare = PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1").unwrap();
        assert_eq!(verified("", &bare), Ok(false));
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_only() {
        let hash = hash("Mậtkhẩu-2026").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(fits("Mậtkhẩu-2026", &hash).await);
        assert!(!fits("mậtkhẩu-2026", &hash).await);
        assert!(!fits("", NOBODY).await);
    }
}
