//! The register of the demonstration as a file, there and back.

use app::{
    demonstration::roster::{DemoPerson, roster},
    reference::{Reference, tables},
};
use people::registry::{PersonInput, add_people};
use store::By;
use testkit::{TestApp, db_test};

db_test! {
    async fn the_whole_register_is_exported_and_comes_back_unchanged(db: TestDb) {
        let app = TestApp::new(db, [app::area()], "2026-11-24T08:00").await;
        let by = By::System("test");
        let reference = Reference::load().unwrap();
        app.db().write(async |tx| tables(tx, by, &reference).await).await.unwrap();
        let people: Vec<PersonInput> = roster(&reference, 2026).iter().map(DemoPerson::input).collect();
        add_people(app.db(), by, &people).await.unwrap();
        app.account("sonoivu", "home_affairs", None, None).await;
        let mut client = app.signed_in("sonoivu").await;
        for format in ["xlsx", "csv"] {
            let file = client.get(&format!("/people/export.{format}")).await;
            assert_eq!(file.status, 200, "{}", file.body);
            let preview = client.upload("/people/import", "file", "can-bo", &file.bytes, &[]).await;
            assert_eq!(preview.status, 303, "{}", preview.body);
            let page = client.get(preview.location()).await;
            // faulty, doubtful, new, changed, unchanged, skipped
            assert_eq!(page.texts(".tabs .count"), ["0", "0", "0", "0", "8.624", "0"], "{format}: {}", page.body);
        }
    }
}
