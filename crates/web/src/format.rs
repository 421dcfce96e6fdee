//! Numbers, shares and dates as the reader writes them: `8.624`, `95,3 %`, `23/11/2026`.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::{Lang, T};

impl T {
    /// A whole number with thousands grouped.
    #[must_use]
    pub fn num(self, value: i64) -> String {
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
    pub fn decimal(self, value: f64, decimals: usize) -> String {
        let text = format!("{:.decimals$}", value.abs());
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = self.num(whole.parse().unwrap_or(0));
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
    pub fn pct(self, part: i64, whole: i64) -> String {
        if whole == 0 { "–".to_owned() } else { self.share(part as f64 / whole as f64) }
    }

    /// A share from 0 to 1 in percent with one decimal.
    #[must_use]
    pub fn share(self, share: f64) -> String {
        let number = self.decimal(share * 100.0, 1);
        if self.lang == Lang::Vi { format!("{number}\u{a0}%") } else { format!("{number}%") }
    }

    /// A day: `23/11/2026`.
    #[must_use]
    pub fn date(self, day: NaiveDate) -> String {
        match self.lang {
            Lang::Vi => day.format("%d/%m/%Y").to_string(),
            Lang::En => day.format("%-d %b %Y").to_string(),
        }
    }

    /// A stretch of days, shortened where months or years agree: `23 – 27/11/2026`.
    #[must_use]
    pub fn dates(self, from: NaiveDate, to: NaiveDate) -> String {
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
    pub fn moment(self, at: DateTime<Utc>) -> String {
        let local = kernel::clock::local(at);
        match self.lang {
            Lang::Vi => local.format("%H:%M ngày %d/%m/%Y").to_string(),
            Lang::En => local.format("%H:%M, %-d %b %Y").to_string(),
        }
    }

    /// A moment without words, for tables: `23/11/2026 09:40`.
    #[must_use]
    pub fn stamp(self, at: DateTime<Utc>) -> String {
        let local = kernel::clock::local(at);
        format!("{} {}", self.date(local.date_naive()), local.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
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
