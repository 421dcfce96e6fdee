//! Words that every room shares: typed ids, the clock, who acts, Vietnamese text.
//!
//! No async, no input or output, no rules of a slice. A thing comes here only when
//! three slices use it and it has a name in the field (`docs/guides/vocabulary.md`).

pub mod actor;
pub mod clock;
pub mod ids;
pub mod score;
pub mod text;

pub use actor::{Actor, Officer, Right, Scope};
pub use clock::{Clock, FixedClock, MovedClock, SystemClock, local_date};
pub use ids::*;
pub use score::Score;
