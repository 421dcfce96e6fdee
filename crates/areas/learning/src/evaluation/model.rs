//! What a form asks, when it is void, and what its scores come to: pure functions.

use std::collections::BTreeSet;

use kernel::{
    AccountId, Score,
    text::{self, LineError},
};

/// Lowest score of an indicator (TT 10/2017/TT-BNV).
pub const SCORE_LEAST: i64 = 1;
/// Highest score of an indicator (TT 10/2017/TT-BNV).
pub const SCORE_MOST: i64 = 10;
/// Both.
pub const SCORES: (i64, i64) = (SCORE_LEAST, SCORE_MOST);
/// Most characters of a remark.
pub const REMARK_MOST: usize = 1000;
/// Most characters of an indicator.
pub const INDICATOR_MOST: usize = 160;
/// Most indicators of an object.
pub const INDICATORS_MOST: usize = 12;

/// What learners judge (objects of TT 10/2017/TT-BNV; the effect after training is judged later, by others).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// The programme.
    Programme,
    /// Each lecturer, for each topic that they taught.
    Lecturer,
    /// The learners of the class.
    Learners,
    /// Facilities.
    Facilities,
    /// How the course was run.
    Course,
}

impl Object {
    /// In the order of the form.
    pub const ALL: [Self; 5] = [Self::Programme, Self::Lecturer, Self::Learners, Self::Facilities, Self::Course];

    /// Stable code; the object's name is the message `evaluation-object-CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Programme => "programme",
            Self::Lecturer => "lecturer",
            Self::Learners => "learners",
            Self::Facilities => "facilities",
            Self::Course => "course",
        }
    }

    /// The object with a code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|object| object.code() == code)
    }
}

/// Something that learners give a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Of what.
    pub object: Object,
    /// In words.
    pub text: String,
}

/// A topic that somebody taught in the class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Who taught.
    pub lecturer: AccountId,
    /// Their name.
    pub name: String,
    /// What they taught.
    pub topic: String,
}

/// A place of the form that takes a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Place of its indicator.
    pub indicator: usize,
    /// Place of its block; none for what is asked once.
    pub block: Option<usize>,
}

/// The places of a form in their order: objects one after another, the indicators of lecturers once for each block. A form that is open keeps
/// its indicators and blocks, so that a place keeps its number.
#[must_use]
pub fn places(indicators: &[Indicator], blocks: usize) -> Vec<Place> {
    let mut places = Vec::new();
    for object in Object::ALL {
        let turns: Vec<Option<usize>> =
            if object == Object::Lecturer { (0..blocks).map(Some).collect() } else { vec![None] };
        for block in turns {
            let own = indicators.iter().enumerate().filter(|(_, i)| i.object == object);
            places.extend(own.map(|(indicator, _)| Place { indicator, block }));
        }
    }
    places
}

/// Name of the field of a place.
#[must_use]
pub fn field(place: usize) -> String {
    format!("s{place}")
}

/// What is wrong at a field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not a whole number from [`SCORE_LEAST`] to [`SCORE_MOST`].
    Score,
    /// The remark is longer than [`REMARK_MOST`]: its length.
    TooLong(usize),
    /// The remark has signs that cannot be printed.
    Sign,
}

/// What somebody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// A score for each place; none where it was left empty.
    pub scores: Vec<Option<i64>>,
    /// Free words; may be empty.
    pub remark: String,
}

impl Filled {
    /// Places that were left empty.
    #[must_use]
    pub fn blank(&self) -> usize {
        self.scores.iter().filter(|score| score.is_none()).count()
    }
}

/// Reads a form of `places` places; what is wrong at which field.
///
/// # Errors
/// Every fault with the name of its field.
pub fn read(places: usize, typed: &[(String, String)]) -> Result<Filled, Vec<(String, Fault)>> {
    let of = |name: &str| typed.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim());
    let mut faults = Vec::new();
    let mut scores = Vec::with_capacity(places);
    for place in 0..places {
        let name = field(place);
        scores.push(match of(&name) {
            "" => None,
            text => {
                let score = text.parse().ok().filter(|score| (SCORE_LEAST..=SCORE_MOST).contains(score));
                if score.is_none() {
                    faults.push((name, Fault::Score));
                }
                score
            }
        });
    }
    let remark = match of("remark") {
        "" => String::new(),
        text => text::line(text, REMARK_MOST).unwrap_or_else(|fault| {
            let fault = match fault {
                LineError::TooLong { length, .. } => Fault::TooLong(length),
                LineError::Empty | LineError::Sign(_) => Fault::Sign,
            };
            faults.push(("remark".to_owned(), fault));
            String::new()
        }),
    };
    if faults.is_empty() { Ok(Filled { scores, remark }) } else { Err(faults) }
}

/// Most places of `all` that may stay empty.
#[must_use]
pub fn blank_most(all: usize, percent: i64) -> usize {
    all.saturating_mul(usize::try_from(percent).unwrap_or(0)) / 100
}

/// Sum and number of scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Sum of the scores.
    pub sum: i64,
    /// How many there are.
    pub n: i64,
}

impl Tally {
    /// With another tally.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { sum: self.sum + other.sum, n: self.n + other.n }
    }

    /// The mean, rounded half up to hundredths; none of nothing.
    #[must_use]
    pub fn mean(self) -> Option<Score> {
        (self.n > 0).then(|| Score::from_hundredths((self.sum * 100 + self.n / 2) / self.n).ok()).flatten()
    }
}

/// A mean as it stands beside others: always with two places, `8,30`.
#[must_use]
pub fn told(mean: Score) -> String {
    format!("{},{:02}", mean.hundredths() / 100, mean.hundredths() % 100)
}

/// A tally for each place over all valid forms. A place with fewer than `least` scores has an empty tally: what few people say is not told.
#[must_use]
pub fn tallies(places: usize, forms: &[Vec<Option<i64>>], least: i64) -> Vec<Tally> {
    let one = |place: usize| {
        let scores = forms.iter().filter_map(|form| form.get(place).copied().flatten());
        scores.fold(Tally::default(), |sum, score| sum.and(Tally { sum: score, n: 1 }))
    };
    (0..places).map(one).map(|tally| if tally.n < least { Tally::default() } else { tally }).collect()
}

/// Text of the band that a mean falls into; bands are ordered, the highest first.
#[must_use]
pub fn band(mean: Score, bands: &[(Score, String)]) -> &str {
    bands.iter().find(|(least, _)| mean >= *least).map_or("", |(_, text)| text)
}

/// Why a set of indicators cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetFault {
    /// An object has no indicator.
    None,
    /// An object has more than [`INDICATORS_MOST`].
    Many(usize),
    /// A line of an object, from 1, is longer than [`INDICATOR_MOST`]: its place and length.
    TooLong(usize, usize),
    /// A line of an object, from 1, has signs that cannot be printed.
    Sign(usize),
    /// A line of an object, from 1, stands there twice.
    Twice(usize),
}

/// Reads the indicators of an object, one a line.
///
/// # Errors
/// The first fault.
pub fn lines(object: Object, typed: &str) -> Result<Vec<Indicator>, SetFault> {
    let mut read = Vec::new();
    let mut seen = BTreeSet::new();
    for (place, line) in (1..).zip(typed.lines().filter(|line| !line.trim().is_empty())) {
        let text = text::line(line, INDICATOR_MOST).map_err(|fault| match fault {
            LineError::TooLong { length, .. } => SetFault::TooLong(place, length),
            LineError::Empty | LineError::Sign(_) => SetFault::Sign(place),
        })?;
        if !seen.insert(text::fold(&text)) {
            return Err(SetFault::Twice(place));
        }
        read.push(Indicator { object, text });
    }
    match read.len() {
        0 => Err(SetFault::None),
        many if many > INDICATORS_MOST => Err(SetFault::Many(many)),
        _ => Ok(read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indicators() -> Vec<Indicator> {
        let one = |object, text: &str| Indicator { object, text: text.to_owned() };
        vec![
            one(Object::Course, "c"),
            one(Object::Lecturer, "l1"),
            one(Object::Programme, "p"),
            one(Object::Lecturer, "l2"),
        ]
    }

    fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn lecturers_are_asked_of_once_for_each_topic() {
        let at = |indicator, block| Place { indicator, block };
        assert_eq!(
            places(&indicators(), 2),
            [at(2, None), at(1, Some(0)), at(3, Some(0)), at(1, Some(1)), at(3, Some(1)), at(0, None)]
        );
        assert_eq!(places(&indicators(), 0), [at(2, None), at(0, None)]);
    }

    #[test]
    fn only_whole_numbers_from_one_to_ten_are_scores() {
        let wrong = ["0", "11", "-1", "7,5", "bảy", "99999999999999999999"];
        for score in wrong {
            assert_eq!(read(1, &typed(&[("s0", score)])), Err(vec![("s0".to_owned(), Fault::Score)]), "{score}");
        }
        for score in ["1", " 10 ", "07"] {
            assert_eq!(read(1, &typed(&[("s0", score)])).map(|f| f.blank()), Ok(0), "{score}");
        }
        let long = "ô".repeat(REMARK_MOST + 1);
        assert_eq!(
            read(2, &typed(&[("s1", "x"), ("remark", &long)])),
            Err(vec![("s1".to_owned(), Fault::Score), ("remark".to_owned(), Fault::TooLong(REMARK_MOST + 1))])
        );
        let filled = read(3, &typed(&[("s1", "8"), ("s9", "0"), ("remark", "  Tốt ")])).unwrap();
        assert_eq!((filled.scores.as_slice(), filled.remark.as_str()), (&[None, Some(8), None][..], "Tốt"));
        assert_eq!(filled.blank(), 2);
    }

    #[test]
    fn one_in_twenty_may_stay_empty() {
        assert_eq!([19, 20, 39, 40, 41].map(|all| blank_most(all, 5)), [0, 1, 1, 2, 2]);
    }

    #[test]
    fn means_are_rounded_half_up_and_not_told_of_few() {
        let forms = vec![vec![Some(8), Some(1)], vec![Some(9), None], vec![Some(9), None]];
        let tallies = tallies(2, &forms, 2);
        assert_eq!(tallies, [Tally { sum: 26, n: 3 }, Tally::default()]);
        let means: Vec<Option<String>> = tallies.iter().map(|t| t.mean().map(told)).collect();
        assert_eq!(means, [Some("8,67".to_owned()), None]);
        // one below the other, all have as many places
        assert_eq!(
            [(83, 10), (9, 1)].map(|(sum, n)| Tally { sum, n }.mean().map(told)),
            ["8,30", "9,00"].map(|m| Some(m.to_owned()))
        );
    }

    #[test]
    fn bands_begin_at_their_least_mean() {
        let score = |text: &str| text.parse::<Score>().unwrap();
        let bands =
            vec![(score("8"), "Tốt".to_owned()), (score("6"), "Khá".to_owned()), (score("0"), "Kém".to_owned())];
        assert_eq!(["8", "7,99", "6", "1"].map(|mean| band(score(mean), &bands)), ["Tốt", "Khá", "Khá", "Kém"]);
    }

    #[test]
    fn a_set_is_read_line_by_line() {
        let read = lines(Object::Course, " Lịch học \n\n Phục vụ\n").unwrap();
        assert_eq!(read.iter().map(|i| i.text.as_str()).collect::<Vec<_>>(), ["Lịch học", "Phục vụ"]);
        assert_eq!(lines(Object::Course, " \n"), Err(SetFault::None));
        assert_eq!(lines(Object::Course, "Lịch học\nlịch  HỌC"), Err(SetFault::Twice(2)));
        let long = format!("a\n{}", "b".repeat(INDICATOR_MOST + 1));
        assert_eq!(lines(Object::Course, &long), Err(SetFault::TooLong(2, INDICATOR_MOST + 1)));
        let many = (0..=INDICATORS_MOST).map(|n| format!("{n}\n")).collect::<String>();
        assert_eq!(lines(Object::Course, &many), Err(SetFault::Many(INDICATORS_MOST + 1)));
    }
}
