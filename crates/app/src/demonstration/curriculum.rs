//! What the school writes into its drafts before it hands them in: objectives, and what each topic needs.

use kernel::ProgrammeId;
use people::accounts::accounts_of;
use store::Db;
use teaching::curriculum::{EditProgrammes, ObjectiveDraft, add_objective, change_topic, documents, drafts, positions};
use web::Permit;

use super::load::LoadError;

/// Objectives of every programme.
const OBJECTIVES: [&str; 3] = [
    "Nắm vững những điểm mới trong chủ trương, chính sách và mô hình tổ chức chính quyền địa phương hai cấp.",
    "Thực hiện được các nghiệp vụ thường gặp của vị trí việc làm, nhất là trên môi trường số.",
    "Xử lý được tình huống thực tế tại cơ sở và viết bài thu hoạch gắn với công việc đang làm.",
];
/// Posts that a topic serves.
const POSTS: usize = 3;

/// Writes objectives and needs into the first version of a programme.
pub(super) async fn deepen(db: &Db, school: &Permit<EditProgrammes>, programme: ProgrammeId) -> Result<(), LoadError> {
    let mut conn = db.read().await?;
    let (line, topics) = drafts(&mut conn, &school.actor, programme).await?;
    let lecturers = accounts_of(&mut conn, &school.actor, "lecturer").await?;
    let (documents, posts) = (documents(&mut conn).await?, positions(&mut conn, &school.actor).await?);
    drop(conn);
    if !line.is_elective_pool {
        for text in OBJECTIVES {
            let draft = ObjectiveDraft { audience: line.audience_code.clone(), text: text.to_owned() };
            add_objective(db, school, programme, line.number, &draft).await?;
        }
    }
    let posts: Vec<_> =
        posts.iter().filter(|p| line.audience_code.as_deref().is_none_or(|code| code == p.bloc)).collect();
    for (place, topic) in topics.into_iter().enumerate() {
        let mut draft = topic.draft;
        draft.assessment = match draft.kind.as_str() {
            "essay" => "essay",
            "theory" => "questions",
            "field_trip" => "attendance",
            _ => "exercise",
        }
        .to_owned();
        draft.materials = match draft.kind.as_str() {
            "field_trip" => "Kế hoạch đi thực tế\nMẫu ghi chép tại cơ sở",
            "essay" => "Gợi ý chủ đề và mẫu bài thu hoạch",
            "theory" => "Đề cương bài giảng\nVăn bản gốc của nghị quyết, quy định",
            _ => "Đề cương bài giảng\nBài tập tình huống\nMáy tính có kết nối mạng",
        }
        .to_owned();
        draft.lecturers = lecturers.iter().cycle().skip(place * 2).take(2).map(|(id, _)| *id).collect();
        let told = format!("{} {}", draft.title, topic.source);
        draft.documents = documents.iter().filter(|d| told.contains(&d.name)).map(|d| d.place).collect();
        draft.positions = posts.iter().cycle().skip(place * POSTS).take(POSTS.min(posts.len())).map(|p| p.id).collect();
        draft.sort();
        change_topic(db, school, programme, line.number, topic.id, &draft, topic.edition).await?;
    }
    Ok(())
}
