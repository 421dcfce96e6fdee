//! What pages keep in memory is never older than the data.

use std::sync::atomic::{AtomicUsize, Ordering};

use people::accounts::account_count;
use store::StoreError;
use testkit::{TestApp, db_test};

/// Accounts as kept under a key; `read` counts how often they were read.
async fn accounts(app: &TestApp, key: u8, read: &AtomicUsize) -> i64 {
    let kept = app.db().kept(key, async |conn| {
        read.fetch_add(1, Ordering::Relaxed);
        account_count(conn).await
    });
    *kept.await.unwrap()
}

db_test! {
    async fn what_is_kept_is_read_once_and_goes_with_the_next_write(db: TestDb) {
        let app = TestApp::new(db, [people::area()], "2026-11-24T08:00").await;
        app.account("truong", "school_training", None, None).await;
        let read = AtomicUsize::new(0);
        let first = tokio::join!(accounts(&app, 1, &read), accounts(&app, 1, &read), accounts(&app, 1, &read));
        assert_eq!((first, accounts(&app, 1, &read).await), ((1, 1, 1), 1));
        assert_eq!(read.load(Ordering::Relaxed), 1, "one reads, the others wait for it");
        assert_eq!(accounts(&app, 2, &read).await, 1);
        assert_eq!(read.load(Ordering::Relaxed), 2, "another key is another value");

        app.account("hieutruong", "school_head", None, None).await;
        assert_eq!((accounts(&app, 1, &read).await, accounts(&app, 2, &read).await), (2, 2));
        assert_eq!(read.load(Ordering::Relaxed), 4);
    }

    async fn a_failure_is_not_kept(db: TestDb) {
        let app = TestApp::new(db, [people::area()], "2026-11-24T08:00").await;
        let failed = app.db().kept(7_u8, async |_| Err::<i64, _>(StoreError::Migration("away".into()))).await;
        assert_eq!(failed.unwrap_err().to_string(), StoreError::Migration("away".into()).to_string());
        let read = AtomicUsize::new(0);
        assert_eq!(accounts(&app, 7, &read).await, 0);
        assert_eq!(read.load(Ordering::Relaxed), 1);
    }
}
