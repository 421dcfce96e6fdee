//! A version as a file, and back: topics with all that they say, one a row, and objectives on a sheet of their own, for those who
//! work on a programme outside the pages.
//!
//! Always true:
//! - a file that comes back as it was taken changes nothing;
//! - what a file would change is shown before it is done, its faults by row and column; a file with a fault changes nothing;
//! - the same rules hold as in the form of a topic: [`super::topic_form::TopicForm::read`] reads each row.

mod actions;
mod pages;
mod sheet;

pub(super) use pages::{get_file, get_import, post_import};

/// Most bytes of a file: a programme has some dozen topics.
pub(super) const MOST_BYTES: usize = 2 * 1024 * 1024;
