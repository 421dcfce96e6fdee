//! How likely it is that a row of a roster is somebody whom the register has: points for what they share.

use chrono::{Datelike, NaiveDate};
use kernel::{PersonId, PositionId, UnitId, text::sound_key};
use serde::{Deserialize, Serialize};

/// From here on it is the same person: one name and one birth date, wherever the post is.
pub(super) const CERTAIN: u8 = 85;
/// From here on somebody must look: a slip in the name or the birth date, with whatever else is shared.
pub(super) const DOUBTFUL: u8 = 70;

/// What is compared of a row and of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'a> {
    /// The name as it is compared: one spelling, with its tones.
    pub(super) spelling: &'a str,
    /// The name without tones.
    pub(super) plain: &'a str,
    pub(super) birth: Option<NaiveDate>,
    pub(super) commune: UnitId,
    pub(super) position: PositionId,
    /// Mark of the identity number.
    pub(super) mark: Option<&'a str>,
}

/// Somebody of the register who may be meant by a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Candidate {
    pub(super) person: PersonId,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) birth: Option<NaiveDate>,
    pub(super) commune: UnitId,
    pub(super) position: PositionId,
    /// 0 to 100.
    pub(super) points: u8,
    /// What is alike or differs; messages `import-why-CODE`.
    pub(super) why: Vec<String>,
}

/// Points from 0 to 100 and what they are for: name up to 50, birth date up to 35, unit 10, post 5. One identity number
/// is 100 points by itself, unless name and birth date both tell of somebody else; two numbers are two people until
/// somebody says that one of them was mistyped.
pub(super) fn score(row: Side<'_>, record: Side<'_>) -> (u8, Vec<&'static str>) {
    let (for_name, name) = name(row, record);
    let (for_birth, birth) = birth(row.birth, record.birth);
    let commune = row.commune == record.commune;
    let post = commune && row.position == record.position;
    let mut why = vec![name, birth, if commune { "unit" } else { "unit-other" }];
    if post {
        why.push("post");
    }
    let mut points = for_name + for_birth + if commune { 10 } else { 0 } + if post { 5 } else { 0 };
    if for_name + for_birth < CERTAIN {
        // a slip is never certain, whatever else is shared
        points = points.min(CERTAIN - 1);
    }
    match (row.mark, record.mark) {
        (Some(one), Some(other)) if one == other => {
            why.insert(0, "identity");
            points = if points >= 50 { 100 } else { DOUBTFUL };
        }
        (Some(_), Some(_)) => {
            why.insert(0, "identity-other");
            points = points.min(CERTAIN - 1);
        }
        _ => {}
    }
    (points, why)
}

fn name(row: Side<'_>, record: Side<'_>) -> (u8, &'static str) {
    if row.spelling == record.spelling {
        (50, "name")
    } else if row.plain == record.plain {
        (40, "name-tones")
    } else if sound_key(row.plain) == sound_key(record.plain) {
        (35, "name-sound")
    } else {
        match slips(row.plain, record.plain) {
            1 => (30, "name-letter"),
            2 => (20, "name-letters"),
            _ => (0, "name-other"),
        }
    }
}

fn birth(row: Option<NaiveDate>, record: Option<NaiveDate>) -> (u8, &'static str) {
    let (Some(one), Some(other)) = (row, record) else { return (0, "birth-unknown") };
    if one == other {
        return (35, "birth");
    }
    if one.year() == other.year() && one.month() == other.day() && one.day() == other.month() {
        return (22, "birth-swapped");
    }
    let parts = [one.day() == other.day(), one.month() == other.month(), one.year() == other.year()];
    if parts.into_iter().filter(|same| *same).count() == 2 { (18, "birth-part") } else { (0, "birth-other") }
}

/// Letters that were left out, added, changed or exchanged with their neighbour, up to 3; more are not told apart.
fn slips(one: &str, other: &str) -> usize {
    strsim::osa_distance(one, other).min(3)
}

#[cfg(test)]
mod tests {
    use kernel::text::{fold, spelling_key};

    use super::*;

    fn unit(n: u8) -> UnitId {
        format!("00000000-0000-7000-8000-00000000000{n}").parse().unwrap()
    }

    /// Name, birth date, commune, mark of the identity number.
    type Of<'a> = (&'a str, &'a str, u8, Option<&'a str>);

    fn side<'a>(keys: &'a (String, String), of: Of<'a>) -> Side<'a> {
        let position = "00000000-0000-7000-8000-000000000009".parse().unwrap();
        let (birth, commune) = (of.1.parse().ok(), unit(of.2));
        Side { spelling: &keys.0, plain: &keys.1, birth, commune, position, mark: of.3 }
    }

    fn points(row: Of<'_>, record: Of<'_>) -> u8 {
        let keys = |name: &str| (spelling_key(name), fold(name));
        score(side(&keys(row.0), row), side(&keys(record.0), record)).0
    }

    #[test]
    fn one_name_and_one_birth_date_are_one_person_anywhere() {
        let record = ("Nguyễn Văn Hoà", "1980-03-05", 1, None);
        assert!(points(("NGUYỄN VĂN HÒA", "1980-03-05", 2, None), record) >= CERTAIN);
        assert_eq!(points(("Nguyễn Văn Hoà", "1980-03-05", 1, None), record), 100);
    }

    #[test]
    fn a_slip_is_for_somebody_to_look_at() {
        let record = ("Nguyễn Văn Hoà", "1980-03-05", 1, None);
        for row in [
            ("Nguyễn Văn Hoa", "1980-03-05", 2, None),
            ("Nguyễn Văn Hào", "1980-03-05", 1, None),
            ("Nguyen Van Hoa", "1980-05-03", 1, None),
            ("Nguyễn Văn Hoà", "1980-05-03", 2, None),
            ("Nguyễn Văn Hoà", "1981-03-05", 1, None),
            ("Nguyễn Văn Hoa", "1980-03-05", 1, None),
            ("Nguyễn Văn Hoàn", "1980-03-05", 1, None),
            ("Nguyễn Vân Hoà", "1980-03-05", 2, None),
        ] {
            assert!((DOUBTFUL..CERTAIN).contains(&points(row, record)), "{row:?}: {}", points(row, record));
        }
    }

    #[test]
    fn namesakes_are_two_people() {
        let record = ("Nguyễn Văn Hoà", "1980-03-05", 1, None);
        for row in [
            ("Nguyễn Văn Hoà", "1975-11-20", 1, None),
            ("Nguyễn Văn Hoà", "1981-03-05", 2, None),
            ("Trần Thị Lan", "1980-03-05", 1, None),
            ("Nguyễn Thị Hoà", "1980-03-05", 2, None),
        ] {
            assert!(points(row, record) < DOUBTFUL, "{row:?}: {}", points(row, record));
        }
    }

    #[test]
    fn identity_numbers_tell_people_together_and_apart() {
        let record = ("Nguyễn Văn Hoà", "1980-03-05", 1, Some("a"));
        assert_eq!(points(("Nguyễn Văn Hoà", "1979-12-31", 2, Some("a")), record), 100);
        assert_eq!(points(("Trần Thị Lan", "1990-01-01", 2, Some("a")), record), DOUBTFUL);
        assert_eq!(points(("Nguyễn Văn Hoà", "1980-03-05", 1, Some("b")), record), CERTAIN - 1);
    }

    #[test]
    fn slips_of_letters() {
        for (one, other, wanted) in [
            ("hoa", "hoa", 0),
            ("hoa", "hao", 1),
            ("hoa", "hoan", 1),
            ("hoa", "ha", 1),
            ("lan", "hoa", 3),
            ("", "hoa", 3),
            ("nam", "lan", 2),
        ] {
            assert_eq!(slips(one, other), wanted, "{one} {other}");
        }
    }
}
