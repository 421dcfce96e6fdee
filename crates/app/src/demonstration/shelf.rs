//! A few materials of the demonstration: what a lecturer brings, what a colleague says of it.

use std::io::{Seek, Write};

use kernel::SchemeId;
use store::{Db, StoreError};
use teaching::{
    files::{KeptFile, take_in_file},
    materials::{Brought, MaterialDraft, MaterialError, Verdict, add_material, open_topics, review},
};
use web::Permit;

use super::load::{LoadError, actor, at_day};

const LESSON: &[u8] = include_bytes!("files/xu-ly-don.pdf");
const READING: &[u8] = include_bytes!("files/van-ban.docx");

async fn kept(db: &Db, name: &str, bytes: &[u8]) -> Result<KeptFile, LoadError> {
    let mut file = db.files().spare()?;
    file.write_all(bytes).and_then(|()| file.rewind()).map_err(|e| StoreError::Files(Box::new(e)))?;
    take_in_file(db, name, file).await.map_err(|e| MaterialError::from(e).into())
}

/// Lesson plan, reading and link, each for a topic; the first is approved.
pub(super) async fn materials(db: &Db, scheme: SchemeId) -> Result<usize, LoadError> {
    let [lecturer, colleague] = [actor(db, "gv01").await?, actor(db, "gv02").await?];
    let (writes, reviews) = (Permit::check(&lecturer)?, Permit::check(&colleague)?);
    let topics = open_topics(&mut db.read().await?, scheme).await?;
    let draft = |title: &str, kind: &str, source: &str, licence: &str| MaterialDraft {
        title: title.to_owned(),
        kind: kind.to_owned(),
        source: source.to_owned(),
        licence: licence.to_owned(),
    };
    let then = at_day(db, "2026-02-26");
    let lesson = draft("Kỹ năng tiếp công dân, xử lý đơn thư ở xã, phường", "lesson_plan", "", "own");
    let file = Brought::File(kept(&then, "Giáo án tiếp công dân, xử lý đơn thư.pdf", LESSON).await?, None);
    let served: Vec<_> = topics.iter().skip(2).step_by(12).take(2).cloned().collect();
    let id = add_material(&then, &writes, &lesson, &file, &served).await?;
    review(
        &at_day(db, "2026-02-27"),
        &reviews,
        id,
        1,
        Verdict::Approved,
        "Tình huống sát thực tế, nên dùng cho cả ba đối tượng.",
    )
    .await?;
    let reading = draft("Soạn thảo văn bản hành chính ở xã, phường", "reading", "Khoa Nhà nước và pháp luật", "own");
    let file = Brought::File(kept(&then, "Soạn thảo văn bản.docx", READING).await?, None);
    let served: Vec<_> = topics.iter().skip(5).take(1).cloned().collect();
    add_material(&then, &writes, &reading, &file, &served).await?;
    let link = draft("Cơ sở dữ liệu quốc gia về văn bản pháp luật", "reading", "Bộ Tư pháp", "public");
    add_material(&then, &writes, &link, &Brought::Link("https://vbpl.vn".to_owned()), &[]).await?;
    Ok(3)
}
