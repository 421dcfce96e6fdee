//! The matrix: competences with the level that each post asks for and the level that each topic builds.

pub mod actions;
pub(super) mod cells;
pub(super) mod competence;
pub(super) mod import;
pub(super) mod pages;
pub(super) mod sheet;
pub(super) mod store;

pub use actions::{
    Cell, CompetenceDraft, CompetenceError, MatrixError, MatrixInput, Target, add_competence, change_competence,
    change_matrix, load_matrix,
};
pub use store::{Competence, PostLine, TopicName, competences, post_levels, posts, topic_levels};
