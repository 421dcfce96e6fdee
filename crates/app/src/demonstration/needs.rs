//! The frame of competences and the ratings of the demonstration. Levels of posts and topics, and every rating, are composed or
//! generated; the competences are those that the scheme names (`data/SOURCES.md`).

use kernel::{PersonId, SchemeId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use store::{By, Db};
use teaching::needs::{
    gaps::{RatingInput, load_ratings},
    matrix::{CompetenceDraft, MatrixInput, Target, load_matrix},
};

use super::{load::LoadError, roster::DemoPerson};

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
