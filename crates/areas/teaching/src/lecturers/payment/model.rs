//! What is given for a payment, and whether it can be right: pure functions.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What it is read for, as stored in the audit; names `lecturers-purpose-CODE`.
pub const PURPOSES: [&str; 3] = ["fee", "correction", "inspection"];

/// Fewest and most digits of a bank account that are believed.
const ACCOUNT_DIGITS: std::ops::RangeInclusive<usize> = 6..=19;

/// Where the fee of a lecturer goes.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Payment {
    /// Name of the bank, with its branch.
    pub bank: String,
    /// Number of the account: digits.
    pub number: String,
    /// Its holder, as the bank writes it.
    pub holder: String,
    /// Tax code: 10 digits, 10 and 3 with a hyphen between, or the 12 of a personal identity number; empty while unknown.
    pub tax_code: String,
    /// Number of the contract; empty without one.
    pub contract: String,
    /// Its day.
    pub contract_on: Option<NaiveDate>,
}

impl std::fmt::Debug for Payment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Payment {
    /// The account as pages show it to whoever did not say what for: only its last four digits.
    #[must_use]
    pub fn masked(&self) -> String {
        let last = self.number.len().saturating_sub(4);
        format!("•••• {}", self.number.get(last..).unwrap_or_default())
    }

    /// The account in one line of a list.
    #[must_use]
    pub fn line(&self) -> String {
        let tax = if self.tax_code.is_empty() { String::new() } else { format!("; MST {}", self.tax_code) };
        format!("{}, {}, {}{tax}", self.number, self.bank, self.holder)
    }

    /// Names of the fields in which two differ.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            ("bank", self.bank != other.bank),
            ("number", self.number != other.number),
            ("holder", self.holder != other.holder),
            ("tax_code", self.tax_code != other.tax_code),
            ("contract", (&self.contract, self.contract_on) != (&other.contract, other.contract_on)),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

/// What was typed without the signs that make a number readable.
fn bare(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-')).collect()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The number of an account as it is typed, with or without spaces, dots and hyphens. None: it cannot be one.
#[must_use]
pub fn account_number(typed: &str) -> Option<String> {
    let digits = bare(typed);
    (is_digits(&digits) && ACCOUNT_DIGITS.contains(&digits.len())).then_some(digits)
}

/// Why a tax code is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxFault {
    /// Neither 10, 12 nor 13 digits.
    Shape,
    /// Its tenth digit does not follow from the nine before it.
    Check,
}

/// A tax code as it is typed: 10 digits whose last checks the others, 13 of which the last three name a branch (TT 86/2024/TT-BTC, Article 5),
/// or the 12 digits of a personal identity number, which stands for it since 1/7/2025.
///
/// # Errors
/// [`TaxFault`].
pub fn tax_code(typed: &str) -> Result<String, TaxFault> {
    let digits = bare(typed);
    if !is_digits(&digits) {
        return Err(TaxFault::Shape);
    }
    match digits.len() {
        12 => Ok(digits),
        10 | 13 => {
            let (code, branch) = digits.split_at_checked(10).ok_or(TaxFault::Shape)?;
            if !checks(code) {
                return Err(TaxFault::Check);
            }
            Ok(if branch.is_empty() { code.to_owned() } else { format!("{code}-{branch}") })
        }
        _ => Err(TaxFault::Shape),
    }
}

/// Whether the tenth digit is ten less the weighted sum of the nine before it modulo eleven.
fn checks(code: &str) -> bool {
    const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let digits: Vec<u32> = code.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    digits.last().is_some_and(|last| last + sum % 11 == 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_digits_however_they_are_grouped() {
        assert_eq!(account_number("0101 2345-678.9").as_deref(), Some("010123456789"));
        for wrong in ["", "12345", "01012345678901234567", "0101A234567"] {
            assert_eq!(account_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_tax_code_checks_itself() {
        // codes of large enterprises, as the tax authority publishes them
        for right in ["0100109106", "0101248141"] {
            assert_eq!(tax_code(right).as_deref(), Ok(right));
        }
        assert_eq!(tax_code("0100109106 001").as_deref(), Ok("0100109106-001"));
        assert_eq!(tax_code("0100109106-001").as_deref(), Ok("0100109106-001"));
        assert_eq!(tax_code("040 186 012 345").as_deref(), Ok("040186012345"));
        for slip in ["0100109105", "0100109160", "0100109107-001"] {
            assert_eq!(tax_code(slip), Err(TaxFault::Check), "{slip}");
        }
        for wrong in ["", "010010910", "01001091061", "01001091O6"] {
            assert_eq!(tax_code(wrong), Err(TaxFault::Shape), "{wrong}");
        }
    }

    #[test]
    fn only_the_last_digits_are_shown() {
        let given =
            Payment { number: "0101234567".to_owned(), bank: "Ngân hàng Thử".to_owned(), ..Payment::default() };
        assert_eq!(given.masked(), "•••• 4567");
        assert_eq!(format!("{given:?}"), "•••• 4567");
        let other = Payment { bank: "Ngân hàng Khác".to_owned(), ..given.clone() };
        assert_eq!(given.differing(&other), ["bank"]);
    }
}
