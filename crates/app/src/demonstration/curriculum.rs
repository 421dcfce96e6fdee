//! What the school writes into its drafts before it hands them in: objectives, and what each topic needs.

use kernel::{Actor, ProgrammeId};
use people::accounts::accounts_of;
use store::Db;
use teaching::curriculum::{
    EditProgrammes, ObjectiveDraft, add_objective,
    appraisal::{Invitation, Passage, Verdict, Vote, answer, close, invite, opine, vote},
    change_topic, documents, drafts, positions,
};
use web::Permit;

use super::load::{LoadError, actor};

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
    let (documents, posts) = (documents(&mut conn, &school.actor).await?, positions(&mut conn, &school.actor).await?);
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

/// Who is asked about every programme: account, and the body for which it speaks.
const COUNCIL: [(&str, Option<&str>); 4] = [
    ("tuyengiao", Some("ban_tuyen_giao")),
    ("bantochuc", Some("ban_to_chuc")),
    ("sonoivu", Some("so_noi_vu")),
    ("gv12", None),
];
/// Opinions: who, on which passage, what; and what the school answers.
const OPINIONS: [(&str, &str, &str, Verdict, &str); 3] = [
    (
        "bantochuc",
        "objective-1",
        "Nêu rõ kết quả cần đạt sau lớp học để làm căn cứ đánh giá hằng năm.",
        Verdict::Accepted,
        "Đã bổ sung yêu cầu vận dụng vào công việc trong bài thu hoạch.",
    ),
    (
        "sonoivu",
        "topic-5",
        "Tăng thời lượng thực hành, có bài tập của xã miền núi.",
        Verdict::Accepted,
        "Đã đưa bài tập tình huống của xã miền núi vào tài liệu.",
    ),
    (
        "gv12",
        "topic-2",
        "Nên tách thành hai chuyên đề.",
        Verdict::Explained,
        "Giữ một chuyên đề để bảo đảm tổng số tiết và tỷ lệ lý luận theo Đề án.",
    ),
];

/// The council of the demonstration hears a programme that was handed in: it is asked, speaks, is answered, votes, and its round is
/// closed.
pub(super) async fn hear(
    db: impl Fn(&str) -> Db,
    school: &Actor,
    chair: &Actor,
    programme: ProgrammeId,
) -> Result<(), LoadError> {
    let (asked, heard) = (db("2026-02-02"), db("2026-02-10"));
    let (line, topics) = drafts(&mut asked.read().await?, school, programme).await?;
    for (username, body) in COUNCIL {
        let account = actor(&asked, username).await?.account;
        let due_on = db("2026-02-13").today();
        let invitation = Invitation { account, body: body.map(str::to_owned), due_on };
        invite(&asked, &Permit::check(chair)?, programme, line.number, &invitation).await?;
    }
    for (username, passage, text, verdict, told) in OPINIONS {
        let Some(passage) = Passage::read(passage) else { continue };
        let member = Permit::check(&actor(&heard, username).await?)?;
        let opinion = opine(&heard, &member, programme, line.number, passage, text).await?;
        let answered = db("2026-02-16");
        answer(&answered, &Permit::check(school)?, (programme, line.number, opinion), verdict, told).await?;
    }
    for (place, (username, _)) in COUNCIL.into_iter().enumerate() {
        let how = if (place + topics.len()).is_multiple_of(3) { Vote::AgreeWithChanges } else { Vote::Agree };
        let member = Permit::check(&actor(&heard, username).await?)?;
        vote(&db("2026-02-20"), &member, programme, line.number, how).await?;
    }
    close(&db("2026-02-24"), &Permit::check(chair)?, programme, line.number).await?;
    Ok(())
}
