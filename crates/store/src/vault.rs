//! The vault: what must not be read by whoever only has the database is sealed with a key that lies outside it.
//!
//! Sealing is XChaCha20-Poly1305 with a fresh nonce; a sealed value belongs to its context (the id of its row) and
//! cannot be moved to another row. A mark is HMAC-SHA-256 of the value: equal values have equal marks, so a value is found
//! by exact match and by nothing else. Both keys are derived from one of 32 bytes.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{Db, StoreError, sql};

/// Bytes of the key.
const KEY: usize = 32;
/// Bytes of a nonce of XChaCha20.
const NONCE: usize = 24;

sql!(PROOF, "SELECT sealed FROM vault_proof WHERE id = 1");
sql!(PROVE, "INSERT INTO vault_proof (id, sealed) VALUES (1, $1)");
/// What the proof holds when it is opened.
const PROVEN: &str = "boiduong";

/// Why something was not sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The system gave no randomness.
    #[error("randomness: {0}")]
    Randomness(String),
    /// The key is not the one that sealed it, or the sealed bytes were changed or moved.
    #[error("the key does not open what is sealed")]
    Key,
    /// The key file cannot be read or written.
    #[error("key file")]
    File(#[from] io::Error),
    /// The key file holds something else.
    #[error("the key file must hold 64 hexadecimal digits")]
    Shape,
    /// The database's failure.
    #[error("proving the key")]
    Store(#[source] Box<StoreError>),
}

/// Seals, opens and marks.
pub struct Vault {
    seal: XChaCha20Poly1305,
    mark: Hmac<Sha256>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

fn keyed(key: &[u8; KEY]) -> Hmac<Sha256> {
    // HMAC fills a key up to its block with zeros
    let mut block = [0; 64];
    block[..KEY].copy_from_slice(key);
    Hmac::new(&block.into())
}

fn derived(key: &[u8; KEY], purpose: &str) -> [u8; KEY] {
    let mut mac = keyed(key);
    mac.update(purpose.as_bytes());
    mac.finalize().into_bytes().into()
}

impl Vault {
    /// From a key.
    #[must_use]
    pub fn new(key: &[u8; KEY]) -> Self {
        let seal = XChaCha20Poly1305::new(&derived(key, "seal").into());
        Self { seal, mark: keyed(&derived(key, "mark")) }
    }

    /// From a key file: 64 hexadecimal digits. A file that is not there is made with a new key, readable by its owner
    /// only.
    ///
    /// # Errors
    /// [`VaultError::File`], [`VaultError::Shape`], [`VaultError::Randomness`].
    pub fn at(file: &Path) -> Result<Self, VaultError> {
        let mut key = [0; KEY];
        match fs::read_to_string(file) {
            Ok(text) => hex::decode_to_slice(text.trim(), &mut key).map_err(|_| VaultError::Shape)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                getrandom::fill(&mut key).map_err(|e| VaultError::Randomness(e.to_string()))?;
                let mut options = fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut made = options.open(file)?;
                made.write_all(hex::encode(key).as_bytes())?;
                made.sync_all()?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(Self::new(&key))
    }

    /// Seals a text for a context.
    ///
    /// # Errors
    /// [`VaultError::Randomness`].
    pub fn seal(&self, context: &str, text: &str) -> Result<Vec<u8>, VaultError> {
        self.seal_bytes(context, text.as_bytes())
    }

    /// Seals bytes for a context.
    ///
    /// # Errors
    /// [`VaultError::Randomness`].
    pub fn seal_bytes(&self, context: &str, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|e| VaultError::Randomness(e.to_string()))?;
        let payload = Payload { msg: bytes, aad: context.as_bytes() };
        let sealed = self.seal.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Key)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for the same context.
    ///
    /// # Errors
    /// [`VaultError::Key`].
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<String, VaultError> {
        String::from_utf8(self.open_bytes(context, sealed)?).map_err(|_| VaultError::Key)
    }

    /// Opens bytes that were sealed for the same context.
    ///
    /// # Errors
    /// [`VaultError::Key`].
    pub fn open_bytes(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(VaultError::Key)?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        self.seal.decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::Key)
    }

    /// The mark by which an equal text is found.
    #[must_use]
    pub fn mark(&self, text: &str) -> String {
        let mut mac = self.mark.clone();
        mac.update(text.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    /// Checks that this key sealed what the database holds; a database that holds nothing yet takes it as its key.
    ///
    /// # Errors
    /// [`VaultError::Key`] for another key; the database's failure.
    pub async fn prove(&self, db: &Db) -> Result<(), VaultError> {
        let store = |error: StoreError| VaultError::Store(Box::new(error));
        let proof = async || -> Result<Option<(Vec<u8>,)>, StoreError> { db.read().await?.opt(&PROOF, &[]).await };
        let mut held = proof().await.map_err(store)?;
        if held.is_none() {
            let sealed = self.seal("proof", PROVEN)?;
            let put = db.write(async |tx| tx.exec(&PROVE, &[&sealed]).await).await;
            match put {
                // another node was faster
                Err(error) if error.is_unique("vault_proof") => {}
                put => {
                    put.map_err(store)?;
                }
            }
            held = proof().await.map_err(store)?;
        }
        let (sealed,) = held.ok_or(VaultError::Key)?;
        self.open("proof", &sealed).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_context_open_what_is_sealed() {
        let vault = Vault::new(&[7; KEY]);
        let sealed = vault.seal("a", "099085001234").unwrap();
        assert!(!sealed.windows(6).any(|w| w == b"099085"));
        assert_ne!(sealed, vault.seal("a", "099085001234").unwrap(), "a nonce is used once");
        assert_eq!(vault.open("a", &sealed).unwrap(), "099085001234");
        assert!(matches!(vault.open("b", &sealed), Err(VaultError::Key)));
        assert!(matches!(Vault::new(&[8; KEY]).open("a", &sealed), Err(VaultError::Key)));
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(matches!(vault.open("a", &changed), Err(VaultError::Key)));
        assert!(matches!(vault.open("a", &[1, 2]), Err(VaultError::Key)));
    }

    #[test]
    fn equal_texts_have_equal_marks_under_one_key_only() {
        let vault = Vault::new(&[7; KEY]);
        assert_eq!(vault.mark("1"), vault.mark("1"));
        assert_ne!(vault.mark("1"), vault.mark("2"));
        assert_ne!(vault.mark("1"), Vault::new(&[8; KEY]).mark("1"));
    }

    #[test]
    fn a_key_file_is_made_once_and_must_be_one() {
        let folder = std::env::temp_dir().join(format!("boiduong-vault-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("key");
        let first = Vault::at(&file).unwrap();
        assert_eq!(Vault::at(&file).unwrap().mark("x"), first.mark("x"));
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
        fs::write(&file, "no key").unwrap();
        assert!(matches!(Vault::at(&file), Err(VaultError::Shape)));
        fs::remove_dir_all(&folder).unwrap();
    }
}
