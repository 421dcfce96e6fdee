//! Papers: official papers of state and Party as PDF and DOCX, certificates, name sheets, badges, letters with first passwords and training
//! records as PDF, reports as PDF, DOCX and XLSX, tables as XLSX, from plain structs.
//!
//! Knows no database and no page. The same struct gives the same bytes: the date of a file is the
//! document's own, never the clock's.
//!
//! Start reading at [`official::Official`].

pub mod badges;
pub mod certificate;
pub mod decision;
pub mod kit;
pub mod letter;
pub mod names;
pub mod official;
mod pdf;
pub mod reading;
pub mod record;
pub mod report;
pub mod sheet;

/// Why a paper was not made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The typesetter refused a template.
    #[error("typesetting: {0}")]
    Typeset(String),
    /// A verification address does not fit a QR code.
    #[error("QR code: {0}")]
    Qr(#[from] qrcode::types::QrError),
    /// The values could not be handed over.
    #[error("values of a paper")]
    Json(#[from] serde_json::Error),
    /// The spreadsheet could not be written.
    #[error("spreadsheet")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// The text document could not be written.
    #[error("text document: {0}")]
    Docx(String),
}
