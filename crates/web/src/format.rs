//! Numbers, shares and dates as the reader writes them: `8.624`, `95,3 %`, `23/11/2026`.

use std::borrow::Borrow;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::{Lang, T};

/// A whole number as templates hand it over: by value or by reference.
pub trait Whole {
    /// Its value.
    fn whole(self) -> i64;
}

macro_rules! whole {
    ($($kind:ty),*) => {$(
        impl Whole for $kind {
            fn whole(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        }
        impl Whole for &$kind {
            fn whole(self) -> i64 {
                (*self).whole()
            }
        }
        impl Whole for &&$kind {
            fn whole(self) -> i64 {
                (**self).whole()
            }
        }
    )*};
}

whole!(i64, i32, u32, usize);

impl T {
    /// A whole number with thousands grouped.
    #[must_use]
    pub fn num(self, value: impl Whole) -> String {
        let value = value.whole();
        let digits = value.unsigned_abs().to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if value < 0 {
            out.push('−');
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                out.push(if self.lang == Lang::Vi { '.' } else { ',' });
            }
            out.push(digit);
        }
        out
    }

    /// A decimal number with a fixed count of decimals.
    #[must_use]
    pub fn decimal(self, value: impl Borrow<f64>, decimals: usize) -> String {
        let value = *value.borrow();
        let text = format!("{:.decimals$}", value.abs());
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = self.num(whole.parse::<i64>().unwrap_or(0));
        if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
            out.insert(0, '−');
        }
        if !part.is_empty() {
            out.push(if self.lang == Lang::Vi { ',' } else { '.' });
            out.push_str(part);
        }
        out
    }

    /// `part` of `whole` in percent with one decimal; a dash when there is no whole.
    #[must_use]
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "shown with one decimal only")]
    pub fn pct(self, part: impl Whole, whole: impl Whole) -> String {
        let (part, whole) = (part.whole(), whole.whole());
        if whole == 0 { "–".to_owned() } else { self.share(part as f64 / whole as f64) }
    }

    /// A share from 0 to 1 in percent with one decimal.
    #[must_use]
    pub fn share(self, share: impl Borrow<f64>) -> String {
        let share = *share.borrow();
        let number = self.decimal(share * 100.0, 1);
        if self.lang == Lang::Vi { format!("{number}\u{a0}%") } else { format!("{number}%") }
    }

    /// A day: `23/11/2026`.
    #[must_use]
    pub fn date(self, day: impl Borrow<NaiveDate>) -> String {
        let day = *day.borrow();
        match self.lang {
            Lang::Vi => day.format("%d/%m/%Y").to_string(),
            Lang::En => day.format("%-d %b %Y").to_string(),
        }
    }

    /// A stretch of days, shortened where months or years agree: `23 – 27/11/2026`.
    #[must_use]
    pub fn dates(self, from: impl Borrow<NaiveDate>, to: impl Borrow<NaiveDate>) -> String {
        let (from, to) = (*from.borrow(), *to.borrow());
        if from == to {
            return self.date(from);
        }
        let start = match self.lang {
            Lang::Vi if from.year() == to.year() && from.month() == to.month() => from.format("%d").to_string(),
            Lang::Vi if from.year() == to.year() => from.format("%d/%m").to_string(),
            Lang::En if from.year() == to.year() => from.format("%-d %b").to_string(),
            _ => self.date(from),
        };
        format!("{start} – {}", self.date(to))
    }

    /// A moment in Viet Nam's time: `09:40 ngày 23/11/2026`.
    #[must_use]
    pub fn moment(self, at: impl Borrow<DateTime<Utc>>) -> String {
        let local = kernel::clock::local(*at.borrow());
        match self.lang {
            Lang::Vi => local.format("%H:%M ngày %d/%m/%Y").to_string(),
            Lang::En => local.format("%H:%M, %-d %b %Y").to_string(),
        }
    }

    /// A moment without words, for tables: `23/11/2026 09:40`.
    #[must_use]
    pub fn stamp(self, at: impl Borrow<DateTime<Utc>>) -> String {
        let local = kernel::clock::local(*at.borrow());
        format!("{} {}", self.date(local.date_naive()), local.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VI: T = T { lang: Lang::Vi };
    const EN: T = T { lang: Lang::En };

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!((VI.num(8624), EN.num(8624)), ("8.624".to_owned(), "8,624".to_owned()));
        assert_eq!((VI.num(-71), VI.num(1_000_000)), ("−71".to_owned(), "1.000.000".to_owned()));
        assert_eq!((VI.decimal(68.46, 1), EN.decimal(1234.5, 2)), ("68,5".to_owned(), "1,234.50".to_owned()));
        assert_eq!((VI.pct(1986, 8624), EN.pct(1, 0)), ("23,0\u{a0}%".to_owned(), "–".to_owned()));
    }

    #[test]
    fn days_shorten_where_they_agree() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(VI.dates(day("2026-11-23"), day("2026-11-27")), "23 – 27/11/2026");
        assert_eq!(VI.dates(day("2026-11-30"), day("2026-12-04")), "30/11 – 04/12/2026");
        assert_eq!(EN.dates(day("2026-11-30"), day("2026-12-04")), "30 Nov – 4 Dec 2026");
    }
}
