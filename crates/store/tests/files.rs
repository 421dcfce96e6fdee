//! Files on a local disk and in a bucket: the same answers from both. The bucket is that of a server which speaks S3 on
//! this machine, with signed requests.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{io::Read, path::PathBuf};

use futures_util::StreamExt;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use store::{Files, Pieces, S3, StoreError};
use tokio::net::TcpListener;

async fn whole(mut pieces: Pieces) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        bytes.extend_from_slice(&piece.unwrap());
    }
    bytes
}

fn pieces(bytes: &[u8]) -> Pieces {
    let cut: Vec<_> = bytes.chunks(1 << 20).map(|part| Ok(part.to_vec().into())).collect();
    futures_util::stream::iter(cut).boxed()
}

/// A server with one bucket.
async fn bucket(folder: &std::path::Path) -> S3 {
    std::fs::create_dir_all(folder.join("kho")).unwrap();
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).unwrap());
    service.set_auth(SimpleAuth::from_single("khoa", "bi-mat"));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    S3 {
        bucket: "kho".to_owned(),
        prefix: "boiduong/nghe-an".to_owned(),
        settings: vec![
            setting("AWS_ACCESS_KEY_ID", "khoa"),
            setting("AWS_SECRET_ACCESS_KEY", "bi-mat"),
            setting("AWS_ENDPOINT", &format!("http://{address}")),
            setting("AWS_ALLOW_HTTP", "true"),
            setting("AWS_REGION", "us-east-1"),
        ],
    }
}

async fn keeps(files: &Files) {
    assert_eq!(files.size("files/ab/abc").await.unwrap(), None);
    files.put("uploads/1/a", (&b"mot "[..]).into()).await.unwrap();
    files.put("uploads/1/b", (&b"hai"[..]).into()).await.unwrap();
    let joined = files.joined(vec!["uploads/1/a".to_owned(), "uploads/1/b".to_owned()]);
    assert_eq!(whole(joined).await, b"mot hai");
    let lost = files.joined(vec!["uploads/1/a".to_owned(), "uploads/1/c".to_owned()]);
    assert!(matches!(lost.collect::<Vec<_>>().await.last(), Some(Err(StoreError::Files(_)))));

    // larger than a piece, so that it goes in several
    let large: Vec<u8> = (0..20_000_000_u32).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[2]).collect();
    files.put_pieces("files/ab/abc", pieces(&large)).await.unwrap();
    assert_eq!(files.size("files/ab/abc").await.unwrap(), Some(20_000_000));
    assert_eq!(whole(files.pieces("files/ab/abc").await.unwrap()).await, large);
    let range = 9_999_990..10_000_010;
    let wanted = large.get(9_999_990..10_000_010).unwrap();
    assert_eq!(whole(files.range("files/ab/abc", range).await.unwrap()).await, wanted);
    let mut read = Vec::new();
    files.opened("files/ab/abc").await.unwrap().read_to_end(&mut read).unwrap();
    assert_eq!(read, large);

    // what breaks off leaves nothing behind
    let broken =
        futures_util::stream::iter([Ok(vec![0; 9 << 20].into()), Err(StoreError::Files("the sender is gone".into()))]);
    assert!(files.put_pieces("files/cd/cde", broken.boxed()).await.is_err());
    assert_eq!(files.size("files/cd/cde").await.unwrap(), None);

    for name in ["uploads/1/a", "uploads/1/b", "files/ab/abc", "files/ab/abc"] {
        files.remove(name).await.unwrap();
        assert_eq!(files.size(name).await.unwrap(), None);
    }
}

struct Folder(PathBuf);
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn folder() -> Folder {
    Folder(tempfile::tempdir().unwrap().keep())
}

#[tokio::test]
async fn a_folder_keeps_files() {
    let folder = folder();
    keeps(&Files::local(&folder.0.join("files")).unwrap()).await;
}

#[tokio::test]
async fn a_bucket_keeps_files_below_its_prefix() {
    let folder = folder();
    let bucket = bucket(&folder.0.join("server")).await;
    let files = Files::s3(&bucket, &folder.0.join("spare")).unwrap();
    keeps(&files).await;
    files.put("files/x", (&b"x"[..]).into()).await.unwrap();
    assert!(folder.0.join("server/kho/boiduong/nghe-an/files/x").is_file());
}

#[tokio::test]
async fn a_wrong_secret_and_a_server_that_is_away_are_told() {
    let folder = folder();
    let mut bucket = bucket(&folder.0.join("server")).await;
    bucket.settings.push(("aws_secret_access_key".to_owned(), "sai".to_owned()));
    let files = Files::s3(&bucket, &folder.0.join("spare")).unwrap();
    assert!(matches!(files.put("a", (&b"x"[..]).into()).await, Err(StoreError::Files(_))));
    let nowhere = Files::default();
    let told = nowhere.put("a", (&b"x"[..]).into()).await.unwrap_err();
    assert_eq!(std::error::Error::source(&told).unwrap().to_string(), "no place for files was named (--files)");
}
