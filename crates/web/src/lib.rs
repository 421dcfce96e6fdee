//! What every page needs and no area owns: frame, answers, forms, permits, routes, messages, assets.
//!
//! Start reading at [`routes::Routes`] and [`ui::Ui`].

pub mod answer;
pub mod area;
pub mod assets;
pub mod components;
pub mod error;
pub mod extract;
pub mod form;
pub mod format;
pub mod messages;
pub mod offline;
pub mod permit;
pub mod routes;
pub mod server;
pub mod state;
pub mod ui;

pub use answer::{Answer, Download, apart, blocking};
pub use area::Area;
pub use error::WebError;
pub use extract::{Form, Path, Piece, Query, Sent, Streamed, Upload};
pub use form::Errors;
#[doc(hidden)]
pub use inventory;
pub use messages::{Lang, T};
pub use permit::Permit;
pub use routes::{Access, RouteEntry, Routes};
pub use state::{Actors, App, AppParts, NavItem, Session, SessionState};
pub use ui::Ui;

messages!("web");
