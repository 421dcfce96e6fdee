//! What the demonstration has on its shelf: materials that lecturers bring and colleagues review, documents that are sent to be read.

use std::io::{Seek, Write};

use chrono::Days;
use documents::report::{Block, Format, Letterhead, Report, render};
use kernel::{FixedClock, ProgrammeId, SchemeId};
use store::{Db, StoreError};
use teaching::{
    curriculum::drafts,
    files::{KeptFile, take_in_file},
    materials::{Brought, MaterialDraft, MaterialError, Verdict, add_material, open_topics, review},
    propagation::{CircularDraft, Target, confirm, publish},
};
use web::Permit;

use super::load::{LoadError, actor, at_day};
use crate::reference::CommuneRow;

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

/// A paper of the school, of paragraphs, that says of itself that it was generated.
fn paper(title: &str, dated: chrono::NaiveDate, paragraphs: &[String]) -> Result<Vec<u8>, LoadError> {
    let head = Letterhead {
        parent: "Tỉnh ủy Nghệ An".to_owned(),
        body: "Trường Chính trị tỉnh Nghệ An".to_owned(),
        place: "Nghệ An".to_owned(),
        signer_title: String::new(),
    };
    let said = std::iter::once("Tài liệu trình diễn do máy sinh ra, không dùng để giảng dạy hay thi hành.".to_owned());
    let blocks = said.chain(paragraphs.iter().cloned()).map(Block::Text).collect();
    let report = Report { blocks, signature: None, ..Report::new(&head, dated, title) };
    Ok(render(&report, Format::Docx)?)
}

/// Kinds of the lessons, each with what its title begins with.
const LESSONS: [(&str, &str); 4] = [
    ("lesson_plan", "Giáo án"),
    ("exercise", "Bài tập tình huống"),
    ("reading", "Tài liệu đọc"),
    ("lesson_plan", "Đề cương"),
];
/// Every so many topics one has a lesson.
const LESSON_EVERY: usize = 3;

/// A lesson for every third topic of the programmes that are run; most of them are approved, some came back, some wait.
pub(super) async fn lessons(db: &Db, scheme: SchemeId, programmes: &[(ProgrammeId, bool)]) -> Result<usize, LoadError> {
    let school = actor(db, "truong").await?;
    let open = open_topics(&mut db.read().await?, scheme).await?;
    let mut added = 0;
    for (programme, _) in programmes.iter().filter(|(_, is_run)| *is_run) {
        let (_, topics) = drafts(&mut db.read().await?, &school, *programme).await?;
        let places = open.iter().filter(|place| place.programme == *programme);
        for (topic, place) in topics.into_iter().zip(places).step_by(LESSON_EVERY) {
            let then = at_day(db, "2026-03-02");
            let Some((kind, begin)) = LESSONS.get(added % LESSONS.len()) else { break };
            let [author, colleague] = [added % 6 + 1, added % 6 + 7].map(|n| format!("gv{n:02}"));
            let title = format!("{begin}: {}", topic.draft.title);
            let hours = format!("Thời lượng {} tiết, dùng cho chuyên đề “{}”.", topic.draft.periods, topic.draft.title);
            let paragraphs = [
                hours,
                "Hoạt động: nêu tình huống ở cơ sở, thảo luận nhóm, trình bày, giảng viên kết luận.".to_owned(),
                format!("Căn cứ: {}.", topic.source.replace(" (seed)", "")),
            ];
            let bytes = paper(&title, then.today(), &paragraphs)?;
            let draft =
                MaterialDraft { title, kind: (*kind).to_owned(), source: String::new(), licence: "own".to_owned() };
            let file = Brought::File(kept(&then, &format!("{begin} {}.docx", place.code), &bytes).await?, None);
            let writes = Permit::check(&actor(db, &author).await?)?;
            let id = add_material(&then, &writes, &draft, &file, std::slice::from_ref(place)).await?;
            let said = match added % 4 {
                0 | 1 => Some((Verdict::Approved, "Bố cục rõ, sát việc của xã, phường.")),
                2 => Some((Verdict::Returned, "Nên thêm một tình huống của xã miền núi.")),
                _ => None,
            };
            if let Some((verdict, words)) = said {
                let reviews = Permit::check(&actor(db, &colleague).await?)?;
                review(&at_day(db, "2026-03-04"), &reviews, id, 1, verdict, words).await?;
            }
            added += 1;
        }
    }
    Ok(added)
}

/// Communes that have read each document: of every so many one has not.
const UNREAD_EVERY: [usize; 2] = [5, 3];

/// Two documents to every commune, the older one read by more of them.
pub(super) async fn circulars(db: &Db, communes: &[CommuneRow]) -> Result<usize, LoadError> {
    let school = Permit::check(&actor(db, "truong").await?)?;
    let mut receipts = 0;
    let documents = [
        (
            40,
            "Hướng dẫn cử cán bộ, công chức đi bồi dưỡng",
            "01/HD-TCT",
            "Lập danh sách đúng đối tượng, gửi trước hạn.",
        ),
        (6, "Lịch mở lớp các tuần cuối năm", "02/TB-TCT", "Sắp xếp công việc để người được cử học đủ năm ngày."),
    ];
    for ((days, title, number, summary), unread) in documents.into_iter().zip(UNREAD_EVERY) {
        let Some(day) = db.today().checked_sub_days(Days::new(days)) else { continue };
        let then = db.at(std::sync::Arc::new(FixedClock::morning_of(day)));
        let bytes = paper(title, day, &[summary.to_owned()])?;
        let file = kept(&then, &format!("{title}.docx"), &bytes).await?;
        let draft = CircularDraft {
            title: title.to_owned(),
            number: format!("{number} (trình diễn)"),
            summary: summary.to_owned(),
            read_by: Some(day + Days::new(10)),
            targets: vec![Target::Communes],
        };
        let id = publish(&then, &school, &draft, &file, None).await?;
        for commune in communes.iter().enumerate().filter(|(place, _)| place % unread != 0).map(|(_, commune)| commune)
        {
            let officer = actor(&then, &format!("xa-{}", commune.code)).await?;
            confirm(&then, &Permit::check(&officer)?, id).await?;
            receipts += 1;
        }
    }
    Ok(receipts)
}
