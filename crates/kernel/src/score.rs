//! Marks in hundredths: no floating point between a lecturer's pen and the register.

use std::{fmt, str::FromStr};

/// A mark from 0.00 to 10.00 with at most two decimals, kept as hundredths (0 to 1,000).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Score(i64);

/// Why a text is not a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    /// Not a decimal number.
    #[error("not a number")]
    NotANumber,
    /// More than two decimals.
    #[error("more than two decimals")]
    TooPrecise,
    /// Below 0 or above 10.
    #[error("outside 0 to 10")]
    OutOfRange,
}

impl Score {
    /// From hundredths, 0 to 1,000.
    ///
    /// # Errors
    /// [`ScoreError::OutOfRange`] outside that range.
    pub fn from_hundredths(value: i64) -> Result<Self, ScoreError> {
        if (0..=1000).contains(&value) { Ok(Self(value)) } else { Err(ScoreError::OutOfRange) }
    }

    /// Hundredths, 0 to 1,000.
    #[must_use]
    pub fn hundredths(self) -> i64 {
        self.0
    }
}

impl FromStr for Score {
    type Err = ScoreError;

    /// Reads `8`, `8,5` or `8.25`: comma or point, spaces around allowed.
    fn from_str(text: &str) -> Result<Self, ScoreError> {
        let text = text.trim().replace(',', ".");
        let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
        let digits = |s: &str| !s.is_empty() && s.len() <= 9 && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) {
            return Err(ScoreError::NotANumber);
        }
        if part.trim_end_matches('0').len() > 2 {
            return Err(ScoreError::TooPrecise);
        }
        let number = |s: &str| s.parse::<i64>().map_err(|_| ScoreError::NotANumber);
        let hundredths: String = part.chars().chain("00".chars()).take(2).collect();
        Self::from_hundredths(number(whole)?.saturating_mul(100).saturating_add(number(&hundredths)?))
    }
}

impl fmt::Display for Score {
    /// Vietnamese form: `8`, `8,5`, `8,25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, part) if part % 10 == 0 => write!(f, "{whole},{}", part / 10),
            (whole, part) => write!(f, "{whole},{part:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_comma_and_point() {
        for (text, hundredths) in [("8", 800), ("8,5", 850), (" 8.25 ", 825), ("10", 1000), ("0", 0), ("7,50", 750)] {
            assert_eq!(text.parse(), Ok(Score(hundredths)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_mark() {
        assert_eq!("8,125".parse::<Score>(), Err(ScoreError::TooPrecise));
        assert_eq!("10,01".parse::<Score>(), Err(ScoreError::OutOfRange));
        for text in ["", "-1", "tám", "8,", ",5", "1e1", "NaN", "99999999999999999999"] {
            assert_eq!(text.parse::<Score>(), Err(ScoreError::NotANumber), "{text}");
        }
    }

    #[test]
    fn shows_no_needless_zeros() {
        for (hundredths, text) in [(800, "8"), (850, "8,5"), (805, "8,05"), (1000, "10"), (0, "0")] {
            assert_eq!(Score(hundredths).to_string(), text);
        }
    }
}
