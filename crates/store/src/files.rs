//! Files beside the database: on the local disk or in an S3 bucket, through one interface.
//!
//! A file is named by the caller and never changed: it is put whole or not at all, read as a whole, by ranges, or as a
//! file of the system, and removed. Nothing here holds more of a file in memory than a few pieces of it.

use std::{
    fs::File,
    io::{Read, Seek, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};
use object_store::{
    GetResultPayload, ObjectStore, ObjectStoreExt, WriteMultipart,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    local::LocalFileSystem,
    path::Path as Name,
};

use crate::StoreError;

/// Largest file when nothing else is said: 4 GiB.
pub const MOST_BYTES: u64 = 4 << 30;
/// Pieces in which large files are written; S3 wants at least 5 MiB.
const PIECE: usize = 8 << 20;
/// Pieces of one file that are on their way at the same time.
const PIECES_AT_ONCE: usize = 2;

/// Pieces of a file as they are read.
pub type Pieces = BoxStream<'static, Result<Bytes, StoreError>>;

/// Where files are kept. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    place: Arc<Place>,
    most: u64,
}

struct Place {
    store: Option<Box<dyn ObjectStore>>,
    prefix: String,
    /// Folder for files that are looked into and thrown away.
    spare: PathBuf,
}

impl Default for Files {
    /// No place was named: whoever keeps or reads a file is told so.
    fn default() -> Self {
        let place = Place { store: None, prefix: String::new(), spare: std::env::temp_dir() };
        Self { place: Arc::new(place), most: MOST_BYTES }
    }
}

fn fail(source: object_store::Error) -> StoreError {
    let mut cause: Option<&dyn std::error::Error> = Some(&source);
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::StorageFull) {
            return StoreError::DiskFull;
        }
        cause = error.source();
    }
    StoreError::Files(Box::new(source))
}

fn io(source: std::io::Error) -> StoreError {
    if source.kind() == std::io::ErrorKind::StorageFull {
        StoreError::DiskFull
    } else {
        StoreError::Files(Box::new(source))
    }
}

/// What an S3 bucket asks for beside its name. Secrets come from the environment or from a file, never from the
/// command line.
#[derive(Debug, Clone, Default)]
pub struct S3 {
    /// Bucket.
    pub bucket: String,
    /// What every name begins with, may be empty.
    pub prefix: String,
    /// Settings by their names as in the environment: `aws_access_key_id`, `aws_endpoint` …; the later one counts.
    pub settings: Vec<(String, String)>,
}

impl Files {
    /// A folder of the local disk; it is made when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made or used.
    pub fn local(folder: &Path) -> Result<Self, StoreError> {
        let spare = folder.join("spare");
        std::fs::create_dir_all(&spare).map_err(io)?;
        // what was acknowledged survives a power cut
        let store = LocalFileSystem::new_with_prefix(folder).map_err(fail)?.with_fsync(true);
        let place = Place { store: Some(Box::new(store)), prefix: String::new(), spare };
        Ok(Self { place: Arc::new(place), most: MOST_BYTES })
    }

    /// A bucket of a server that speaks S3; `spare` is a local folder for files that are looked into.
    ///
    /// # Errors
    /// When the settings do not fit together.
    pub fn s3(bucket: &S3, spare: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(spare).map_err(io)?;
        let mut builder = AmazonS3Builder::new().with_bucket_name(&bucket.bucket);
        for (name, value) in &bucket.settings {
            if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                builder = builder.with_config(key, value);
            }
        }
        // both libraries of TLS may be linked; this is the one that the house uses, and a second choice changes nothing
        let _ = rustls::crypto::ring::default_provider().install_default();
        let store = builder.build().map_err(fail)?;
        let prefix = bucket.prefix.trim_matches('/').to_owned();
        let place = Place { store: Some(Box::new(store)), prefix, spare: spare.to_owned() };
        Ok(Self { place: Arc::new(place), most: MOST_BYTES })
    }

    /// The same place with another largest file, in bytes.
    #[must_use]
    pub fn with_most(self, most: u64) -> Self {
        Self { most, ..self }
    }

    /// Largest file, in bytes.
    #[must_use]
    pub fn most(&self) -> u64 {
        self.most
    }

    fn at(&self, name: &str) -> Result<(&dyn ObjectStore, Name), StoreError> {
        let store = self.place.store.as_deref();
        let store = store.ok_or_else(|| StoreError::Files("no place for files was named (--files)".into()))?;
        let name = if self.place.prefix.is_empty() { name.to_owned() } else { format!("{}/{name}", self.place.prefix) };
        Ok((store, Name::from(name)))
    }

    /// Puts a small file.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::Files`].
    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<(), StoreError> {
        let (store, name) = self.at(name)?;
        store.put(&name, bytes.into()).await.map(|_| ()).map_err(fail)
    }

    /// Puts a file of any size from its pieces; nothing is there before the last one is.
    ///
    /// # Errors
    /// What a piece failed with; [`StoreError::DiskFull`], [`StoreError::Files`].
    pub async fn put_pieces(&self, name: &str, mut pieces: Pieces) -> Result<(), StoreError> {
        let (store, name) = self.at(name)?;
        let upload = store.put_multipart(&name).await.map_err(fail)?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PIECE);
        while let Some(piece) = pieces.next().await {
            let written = match piece {
                Ok(bytes) => {
                    writer.put(bytes);
                    writer.wait_for_capacity(PIECES_AT_ONCE).await.map_err(fail)
                }
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                // what is there of it is thrown away; the first failure is the one to tell
                let _ = writer.abort().await;
                return Err(error);
            }
        }
        writer.finish().await.map(|_| ()).map_err(fail)
    }

    /// Size of a file, or none when there is no such file.
    ///
    /// # Errors
    /// [`StoreError::Files`].
    pub async fn size(&self, name: &str) -> Result<Option<u64>, StoreError> {
        let (store, name) = self.at(name)?;
        match store.head(&name).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fail(error)),
        }
    }

    /// A range of a file, in pieces.
    ///
    /// # Errors
    /// [`StoreError::Files`], also when there is no such file.
    pub async fn range(&self, name: &str, range: Range<u64>) -> Result<Pieces, StoreError> {
        let (store, name) = self.at(name)?;
        let options = object_store::GetOptions::new().with_range(Some(range));
        let found = store.get_opts(&name, options).await.map_err(fail)?;
        Ok(found.into_stream().map(|piece| piece.map_err(fail)).boxed())
    }

    /// A whole file, in pieces.
    ///
    /// # Errors
    /// As [`Files::range`].
    pub async fn pieces(&self, name: &str) -> Result<Pieces, StoreError> {
        let (store, name) = self.at(name)?;
        let found = store.get(&name).await.map_err(fail)?;
        Ok(found.into_stream().map(|piece| piece.map_err(fail)).boxed())
    }

    /// Several files one after the other, in pieces; each is opened when its turn comes.
    #[must_use]
    pub fn joined(&self, names: Vec<String>) -> Pieces {
        let files = self.clone();
        let each = futures_util::stream::iter(names).then(move |name| {
            let files = files.clone();
            async move { files.pieces(&name).await }
        });
        each.flat_map(|opened| match opened {
            Ok(pieces) => pieces,
            Err(error) => futures_util::stream::iter([Err(error)]).boxed(),
        })
        .boxed()
    }

    /// Pieces as a file of the system, for those who must jump about in it; it vanishes when it is closed.
    ///
    /// # Errors
    /// What a piece failed with; [`StoreError::DiskFull`], [`StoreError::Files`].
    pub async fn spooled(&self, mut pieces: Pieces) -> Result<File, StoreError> {
        let spare = self.place.spare.clone();
        let thread = |e: tokio::task::JoinError| StoreError::Files(Box::new(e));
        let mut file =
            tokio::task::spawn_blocking(move || tempfile::tempfile_in(spare)).await.map_err(thread)?.map_err(io)?;
        while let Some(piece) = pieces.next().await {
            let bytes = piece?;
            let write = move || file.write_all(&bytes).map(|()| file);
            file = tokio::task::spawn_blocking(write).await.map_err(thread)?.map_err(io)?;
        }
        file.rewind().map_err(io)?;
        Ok(file)
    }

    /// A file of the system in pieces, from its beginning.
    #[must_use]
    pub fn read(file: File) -> Pieces {
        let start = (file, true, vec![0; 1 << 20]);
        futures_util::stream::try_unfold(start, |(mut file, first, mut buffer)| async move {
            let work = move || {
                if first {
                    file.rewind()?;
                }
                let length = file.read(&mut buffer)?;
                let piece = Bytes::copy_from_slice(buffer.get(..length).unwrap_or_default());
                Ok((file, buffer, piece))
            };
            let done = tokio::task::spawn_blocking(work).await.map_err(|e| StoreError::Files(Box::new(e)))?;
            let (file, buffer, piece) = done.map_err(io)?;
            Ok((!piece.is_empty()).then_some((piece, (file, false, buffer))))
        })
        .boxed()
    }

    /// An empty file of the system that vanishes when it is closed.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::Files`].
    pub fn spare(&self) -> Result<File, StoreError> {
        tempfile::tempfile_in(&self.place.spare).map_err(io)
    }

    /// A kept file as a file of the system.
    ///
    /// # Errors
    /// As [`Files::spooled`].
    pub async fn opened(&self, name: &str) -> Result<File, StoreError> {
        let (store, path) = self.at(name)?;
        let found = store.get(&path).await.map_err(fail)?;
        match found.payload {
            GetResultPayload::File(file, _) => Ok(file),
            GetResultPayload::Stream(pieces) => self.spooled(pieces.map(|piece| piece.map_err(fail)).boxed()).await,
        }
    }

    /// Removes a file; one that is not there is no failure.
    ///
    /// # Errors
    /// [`StoreError::Files`].
    pub async fn remove(&self, name: &str) -> Result<(), StoreError> {
        let (store, name) = self.at(name)?;
        match store.delete(&name).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(fail(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_however_deep_it_lies() {
        let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert!(matches!(io(full()), StoreError::DiskFull));
        let wrapped = object_store::Error::Generic { store: "LocalFileSystem", source: Box::new(full()) };
        assert!(matches!(fail(wrapped), StoreError::DiskFull));
        let away = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let wrapped = object_store::Error::Generic { store: "S3", source: Box::new(away) };
        assert!(matches!(fail(wrapped), StoreError::Files(_)));
    }
}
