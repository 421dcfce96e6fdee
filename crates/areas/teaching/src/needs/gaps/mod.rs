//! Gaps: what posts ask for against what is known of each person, and the ratings by superiors.

pub mod closing;
pub(super) mod export;
pub(super) mod figures;
pub(super) mod pages;
pub(super) mod ratings;
pub(super) mod store;

pub use figures::{CompetenceGap, Figures, PersonGaps};
pub use ratings::{RateError, RatingInput, load_ratings, rate};
