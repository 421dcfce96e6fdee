//! The frame of competences and the ratings of the demonstration. Levels of posts and topics, and every rating, are composed or
//! generated; the competences are those that the scheme names (`data/SOURCES.md`).

use chrono::Days;
use kernel::{AnswerId, FixedClock, PersonId, SchemeId};
use people::registry::PersonInput;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use store::{By, Db};
use teaching::needs::{
    gaps::{RatingInput, load_ratings},
    matrix::{CompetenceDraft, MatrixInput, Target, load_matrix},
    survey::{ItemDraft, Sending, SurveyDraft, add_items, add_survey, answer, model::Item, questions, send_survey},
};
use web::Permit;

use super::{
    load::{LoadError, actor},
    roster::DemoPerson,
};

const COMPETENCES: &str = include_str!("../../../../data/competences.csv");
const POSTS: &str = include_str!("../../../../data/competence_posts.csv");
const TOPICS: &str = include_str!("../../../../data/competence_topics.csv");

/// Every so many communes one has been asked already.
const ASKED_EVERY: usize = 5;

/// The lines of a table without its head.
fn lines<R: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<R>, LoadError> {
    let read: Result<Vec<R>, _> = csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect();
    read.map_err(|e| LoadError::System(e.to_string()))
}

/// What each post asks for: post, competence, level.
fn asked() -> Result<Vec<(String, String, i64)>, LoadError> {
    lines(POSTS)
}

/// The frame: competences, what posts ask for, what topics build.
pub(super) async fn frame(db: &Db, by: By<'_>, scheme: SchemeId) -> Result<usize, LoadError> {
    let competences: Vec<(String, String, String, String)> = lines(COMPETENCES)?;
    let topics: Vec<(String, String, String, i64)> = lines(TOPICS)?;
    let posts = asked()?.into_iter().map(|(post, competence, level)| (Target::Post(post), competence, level));
    let topics =
        topics.into_iter().map(|(programme, topic, code, level)| (Target::Topic(programme, topic), code, level));
    let input = MatrixInput {
        competences: competences
            .into_iter()
            .map(|(code, name, field, source)| (CompetenceDraft { code, name, field, is_closed: false }, source))
            .collect(),
        cells: posts.chain(topics).collect(),
    };
    load_matrix(db, by, scheme, &input).await?;
    Ok(input.competences.len())
}

/// Ratings of the people of some communes, by themselves and by a superior who sees them a little lower.
pub(super) async fn ratings(
    db: &Db,
    by: By<'_>,
    scheme: SchemeId,
    people: &[(&DemoPerson, PersonId)],
) -> Result<usize, LoadError> {
    let asked = asked()?;
    let mut rng = ChaCha20Rng::seed_from_u64(48);
    let (mut inputs, mut commune, mut communes) = (Vec::new(), "", 0_usize);
    for (person, id) in people {
        if person.commune_code != commune {
            commune = &person.commune_code;
            communes += 1;
        }
        if !communes.is_multiple_of(ASKED_EVERY) {
            continue;
        }
        let seen = rng.random_range(0..3) > 0;
        for (_, competence, level) in asked.iter().filter(|(post, ..)| *post == person.position_code) {
            let own = (level + rng.random_range(-3..=1_i64)).clamp(0, 5);
            let mut rate = |kind, level: i64| {
                inputs.push(RatingInput { person: *id, competence: competence.clone(), kind, level });
            };
            rate("self", own);
            if seen {
                rate("superior", (own - rng.random_range(0..=1_i64)).max(0));
            }
        }
    }
    load_ratings(db, by, scheme, &inputs).await?;
    Ok(inputs.len())
}

/// Answers to each questionnaire.
const ANSWERS: usize = 24;

/// Two questionnaires: one that people are answering now, and an anonymous one that is closed.
pub(super) async fn surveys(db: &Db, people: &[PersonInput]) -> Result<usize, LoadError> {
    let school = Permit::check(&actor(db, "truong").await?)?;
    let mut answered = 0;
    for (is_anonymous, title, from, days) in [
        (false, "Nhu cầu bồi dưỡng của cán bộ, công chức cấp xã", 6, 20),
        (true, "Ý kiến về việc tổ chức lớp bồi dưỡng", 60, 30),
    ] {
        let Some(opens_on) = db.today().checked_sub_days(Days::new(from)) else { continue };
        let then = db.at(std::sync::Arc::new(FixedClock::morning_of(opens_on)));
        let intro = "Phiếu trình diễn: mọi câu trả lời do máy sinh ra.".to_owned();
        let survey = add_survey(&then, &school, &SurveyDraft { title: title.to_owned(), intro, is_anonymous }).await?;
        add_items(&then, &school, survey, &asked_in(is_anonymous)).await?;
        let to = Sending {
            commune: None,
            bloc: None,
            level: None,
            post: None,
            audience: None,
            opens_on,
            closes_on: opens_on + Days::new(days),
        };
        send_survey(&then, &school, survey, &to).await?;
        let items = questions(&then, &school, survey).await?;
        // some people of each of several communes
        for person in people.iter().step_by(people.len().div_ceil(ANSWERS).max(1)) {
            let learner = actor(&then, &person.code).await?;
            let typed = answers(&items, answered);
            let seconds = if answered % 8 == 5 { 7 } else { 180 };
            answer(&then, &Permit::check(&learner)?, survey, AnswerId::new(&kernel::SystemIds), &typed, seconds)
                .await?;
            answered += 1;
        }
    }
    Ok(answered)
}

/// What the questionnaires ask.
fn asked_in(is_anonymous: bool) -> Vec<ItemDraft> {
    let item = |kind: &str, text: &str, is_required: bool, choices: &[&str], most: i64| ItemDraft {
        kind: kind.to_owned(),
        text: text.to_owned(),
        is_required,
        choices: choices.iter().map(|c| (*c).to_owned()).collect(),
        most,
    };
    if is_anonymous {
        return vec![
            item("scale", "Nội dung lớp học sát với công việc của anh, chị đến đâu?", true, &[], 5),
            item("scale", "Giảng viên giải đáp được tình huống thực tế ở cơ sở đến đâu?", true, &[], 5),
            item("text", "Điều gì nên thay đổi ở các lớp sau?", false, &[], 0),
        ];
    }
    let contents = [
        "Kỹ năng số, chuyển đổi số",
        "Tài chính, đất đai, tư pháp được phân cấp",
        "Tham mưu, soạn thảo văn bản",
        "Xử lý tình huống, tiếp công dân",
        "Vận động Nhân dân",
    ];
    vec![
        item("section", "Nhu cầu của anh, chị", false, &[], 0),
        item("several", "Anh, chị cần được bồi dưỡng nội dung nào?", true, &contents, 0),
        item("one", "Hình thức học phù hợp nhất", true, &["Trực tiếp", "Trực tuyến", "Kết hợp"], 0),
        item("scale", "Mức cần thiết của việc bồi dưỡng trong năm tới", true, &[], 5),
        item("text", "Việc khó nhất anh, chị đang gặp", false, &[], 0),
    ]
}

/// Answers of somebody, generated from a number.
fn answers(items: &[Item], number: usize) -> Vec<(String, String)> {
    let mut typed = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let turn = number * 7 + place * 3;
        match item.kind.as_str() {
            "scale" => typed.push((item.field(), (2 + turn % 4).to_string())),
            "one" => typed.push((item.field(), (turn % item.choices.len().max(1)).to_string())),
            "several" => {
                typed.extend([turn, turn / 2].map(|n| (item.field(), (n % item.choices.len().max(1)).to_string())));
            }
            "text" if number.is_multiple_of(3) => {
                let words = [
                    "Nhiều quy định mới, khó cập nhật",
                    "Đường xa, cần học trực tuyến",
                    "Cần nhiều bài tập tình huống hơn",
                ];
                typed.extend(words.get(number / 3 % words.len()).map(|text| (item.field(), (*text).to_owned())));
            }
            _ => {}
        }
    }
    typed
}
