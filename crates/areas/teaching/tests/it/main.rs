//! Teaching through its pages and actions, on both databases.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod appraisal;
mod class_life;
mod classes;
mod classes_asking;
mod classes_nominations;
mod classes_random;
mod classes_seats;
mod classes_waiting;
mod curriculum;
mod curriculum_depth;
mod curriculum_file;
mod feeds;
mod freshness;
mod intake;
mod lecturers;
mod materials;
mod needs;
mod notices;
mod plan_adjust;
mod plan_room;
mod planning;
mod propagation;
mod rooms;
mod setting;
mod standing;
mod surveys;
mod timetable;
mod undo;
