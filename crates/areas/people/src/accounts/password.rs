//! Passwords: what is good enough, how they are kept.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

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

/// Hashes at once are few, so that memory stays bounded (19 MiB each).
static AT_ONCE: Semaphore = Semaphore::const_new(2);

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

/// Runs costly work when it is its turn. The turn belongs to the work and not to whoever waits for it: a reader
/// who leaves does not let the next one start too early.
async fn in_turn<R: Send + 'static>(
    turns: &'static Semaphore,
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, String> {
    let turn = turns.acquire().await.map_err(|e| e.to_string())?;
    let work = move || {
        let result = work();
        drop(turn);
        result
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| e.to_string())
}

/// Hashes a password with argon2id (19 MiB, t=2, p=1).
///
/// # Errors
/// Text of the failure of the system's randomness.
pub async fn hash(password: &str) -> Result<String, String> {
    let password = password.to_owned();
    in_turn(&AT_ONCE, move || {
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
    in_turn(&AT_ONCE, move || {
        PasswordHash::new(&hash).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
    })
    .await
    .unwrap_or(false)
}

/// A hash that no password fits, checked for unknown names so that they take as long as known ones.
pub const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_classes_and_eight_characters() {
        assert_eq!(check("Ab1!"), Err(Weak::Short));
        assert_eq!(check("abcdefgh1"), Err(Weak::Plain));
        assert_eq!(check("Mậtkhẩu-2026"), Ok(()));
        assert_eq!(check(&"Aa1!".repeat(101)), Err(Weak::Long));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_leaves_while_waiting_does_not_free_a_turn() {
        static TURNS: Semaphore = Semaphore::const_new(1);
        let (started, begun) = std::sync::mpsc::channel();
        let (finish, end) = std::sync::mpsc::channel::<()>();
        let reader = tokio::spawn(in_turn(&TURNS, move || {
            started.send(()).unwrap();
            end.recv().unwrap();
        }));
        tokio::task::spawn_blocking(move || begun.recv().unwrap()).await.unwrap();
        reader.abort();
        assert!(reader.await.unwrap_err().is_cancelled());
        assert_eq!(TURNS.available_permits(), 0, "the work goes on and keeps its turn");
        finish.send(()).unwrap();
        assert_eq!(in_turn(&TURNS, || 7).await, Ok(7));
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
