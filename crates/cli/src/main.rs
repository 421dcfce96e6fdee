//! `boiduong`: one program for the server and the operator's commands.
//!
//! Exit codes: 0 done, 2 bad input with a message on standard error, 1 anything else.

mod commands;
mod outside;
mod plan;
mod serve;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use oversight::appendices::Appendix;
use planner::{Effort, Infeasible};

/// Gives memory back: after a burst of sign-ins (19 MiB each) the C library's allocator kept 260 MB, one arena a
/// thread; this one keeps none of it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// In-service training of a province's public servants, from the roster to the report.
#[derive(Debug, Parser)]
#[command(name = "boiduong", version)]
struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    outside: outside::Outside,
    #[command(flatten)]
    serve: serve::Options,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Where the data are.
#[derive(Debug, Clone, clap::Args)]
pub struct Place {
    /// Folder of the embedded database.
    #[arg(long, global = true, default_value = "data")]
    data: PathBuf,
    /// Address of a PostgreSQL server instead: postgres://user@host/database.
    #[arg(long, global = true)]
    database: Option<String>,
    /// File of the key that seals identity numbers [default: secret.key in the data folder, made at the first start].
    ///
    /// Keep a copy apart from the data: without it what is sealed cannot be read again. Every server of one database
    /// needs the same key.
    #[arg(long, global = true)]
    key: Option<PathBuf>,
    /// Where files lie: a folder [default: files in the data folder] or s3://bucket/prefix. Keys of S3 are read from the
    /// environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT, AWS_REGION …) or from --files-secrets.
    #[arg(long, global = true)]
    files: Option<String>,
    /// A file of lines NAME=value with the keys of S3.
    #[arg(long, global = true)]
    files_secrets: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the web application (the default).
    Serve(serve::Options),
    /// Plans a coverage-plan/1 instance.
    Plan {
        /// The instance.
        instance: PathBuf,
        /// Where the plan goes.
        #[arg(long)]
        out: PathBuf,
        /// How long it may be improved, on two cores of today; counted in tries, so that the same effort gives the same plan anywhere.
        #[arg(long, default_value_t = 10.0, value_parser = seconds)]
        seconds: f64,
        /// Seed of whatever looks like chance.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// A plan that is under way: it is carried on, and as few people as possible who were called are called to another week.
        #[arg(long, requires = "fixed_until")]
        from: Option<PathBuf>,
        /// First week (its id in the instance) in which the plan that is under way may change.
        #[arg(long, requires = "from", value_name = "WEEK")]
        fixed_until: Option<u32>,
        /// Where the plan goes with what proves its bound; planning/certify.py checks it.
        #[arg(long)]
        certificate: Option<PathBuf>,
    },
    /// Writes a report.
    Report {
        #[command(subcommand)]
        what: ReportCommand,
    },
    /// Loads data.
    Import {
        #[command(subcommand)]
        what: ImportCommand,
    },
    /// Loads reference tables into an installation of its own.
    Load {
        #[command(subcommand)]
        what: LoadCommand,
    },
    /// Prints how the declared totals add up and how the register compares.
    Reconcile {
        /// Code of the scheme; needed when several are loaded.
        #[arg(long)]
        scheme: Option<String>,
    },
    /// Checks the audit.
    Audit {
        #[command(subcommand)]
        what: AuditCommand,
    },
    /// Tries the mail server out.
    Mail {
        #[command(subcommand)]
        what: MailCommand,
    },
    /// Makes accounts and resets passwords.
    User {
        #[command(subcommand)]
        what: UserCommand,
    },
}

#[derive(Debug, Subcommand)]
enum ReportCommand {
    /// Distinct people trained, by commune.
    Coverage {
        /// xlsx, csv or json.
        #[arg(long)]
        format: String,
        /// Where the report goes.
        #[arg(long)]
        out: PathBuf,
        /// Code of the scheme; needed when several are loaded.
        #[arg(long)]
        scheme: Option<String>,
    },
    /// The scheme's Phụ lục 1: how many people, of which blocs and levels.
    #[command(name = "appendix-1")]
    Appendix1(Paper),
    /// The scheme's Phụ lục 2: person-times of training.
    #[command(name = "appendix-2")]
    Appendix2(Paper),
    /// The scheme's Phụ lục 3: the framework of the programmes.
    #[command(name = "appendix-3")]
    Appendix3(Paper),
}

/// A report that a body can send.
#[derive(Debug, clap::Args)]
pub struct Paper {
    /// xlsx, pdf or docx.
    #[arg(long)]
    format: String,
    /// Where the report goes.
    #[arg(long)]
    out: PathBuf,
    /// Code of the scheme; needed when several are loaded.
    #[arg(long)]
    scheme: Option<String>,
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Reads a roster, prints what it would change, and writes it in one transaction.
    ///
    /// The sheet, the headings and the meaning of the columns are found as on the page "Nhập danh sách". Prints how many
    /// people are new, changed and unchanged, then every refused row with sheet, row, column and reason, in Vietnamese.
    /// Refused rows do not stop the others: correct them in the file and import it again, what is in the register already
    /// stays unchanged. The batch stands on the page "Nhập danh sách" and can be undone there. Exit code 2 when the file
    /// cannot be read or lacks a needed column: then nothing is written.
    People {
        /// The roster: .xlsx, or .csv in Unicode or Windows-1258, at most 30 MB.
        file: PathBuf,
        /// Only print what would be done; write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Code of the scheme of whose province the people are; needed when several are loaded.
        #[arg(long)]
        scheme: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
enum LoadCommand {
    /// A scheme with its communes, calendar and programmes in drafting; no person and no account.
    ///
    /// Without a folder the Nghệ An scheme that the program carries. A scheme of another province may be loaded beside it:
    /// neither counts the people of the other, and an account works in one of them (`user add --scheme`). Every fault of the
    /// tables is named by file, line and column; then exit code 2, and nothing is written.
    Scheme {
        /// A folder with tables in the form of the project's `data/` (`data/SOURCES.md` describes it).
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Walks the chain and names the first broken record.
    Verify,
}

#[derive(Debug, Subcommand)]
enum MailCommand {
    /// Sends one letter through the server of --mail and prints what the server said. Exit code 1 when it was not taken.
    Test {
        /// To whom.
        address: String,
    },
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Makes an account with a one-time password.
    Add {
        /// Sign-in name.
        username: String,
        /// Code of the role.
        #[arg(long)]
        role: String,
        /// Name shown.
        #[arg(long)]
        name: String,
        /// Code of the commune, for a commune's officer.
        #[arg(long)]
        commune: Option<String>,
        /// Code of the scheme in which the account works, else the one that was loaded first; a commune's officer works in
        /// that of the commune.
        #[arg(long)]
        scheme: Option<String>,
    },
    /// Gives an account a one-time password.
    Reset {
        /// Sign-in name.
        username: String,
    },
}

/// Bad input: said on standard error, exit code 2.
#[derive(Debug)]
pub struct BadInput(pub String);

impl std::fmt::Display for BadInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadInput {}

/// Seconds from 0 to a day.
fn seconds(typed: &str) -> Result<f64, String> {
    typed.parse().ok().filter(|s| (0.0..=86_400.0).contains(s)).ok_or_else(|| "a number from 0 to 86400".to_owned())
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new("info,sqlx=warn"))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let arguments = Arguments::parse();
    let place = &arguments.place;
    let done = match arguments.command {
        None => serve::run(place, &arguments.outside, &arguments.serve).await,
        Some(Command::Serve(options)) => serve::run(place, &arguments.outside, &options.over(arguments.serve)).await,
        Some(Command::Mail { what: MailCommand::Test { address } }) => arguments.outside.test(&address).await,
        Some(Command::Plan { instance, out, seconds, seed, from, fixed_until, certificate }) => {
            let begun = from.as_deref().zip(fixed_until);
            plan::run(&instance, &out, Effort { seconds, seed }, begun, certificate.as_deref())
        }
        Some(Command::Report { what: ReportCommand::Coverage { format, out, scheme } }) => {
            commands::report_coverage(place, &format, &out, scheme.as_deref()).await
        }
        Some(Command::Report { what: ReportCommand::Appendix1(paper) }) => {
            commands::report_appendix(place, Appendix::People, &paper).await
        }
        Some(Command::Report { what: ReportCommand::Appendix2(paper) }) => {
            commands::report_appendix(place, Appendix::Training, &paper).await
        }
        Some(Command::Report { what: ReportCommand::Appendix3(paper) }) => {
            commands::report_appendix(place, Appendix::Programmes, &paper).await
        }
        Some(Command::Import { what: ImportCommand::People { file, dry_run, scheme } }) => {
            commands::import_people(place, &file, dry_run, scheme.as_deref()).await
        }
        Some(Command::Load { what: LoadCommand::Scheme { folder } }) => {
            commands::load_scheme(place, folder.as_deref()).await
        }
        Some(Command::Reconcile { scheme }) => commands::reconcile(place, scheme.as_deref()).await,
        Some(Command::Audit { what: AuditCommand::Verify }) => commands::audit_verify(place).await,
        Some(Command::User { what: UserCommand::Add { username, role, name, commune, scheme } }) => {
            commands::user_add(place, &username, &role, &name, commune.as_deref(), scheme.as_deref()).await
        }
        Some(Command::User { what: UserCommand::Reset { username } }) => commands::user_reset(place, &username).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("boiduong: {error:#}");
            if error.is::<BadInput>() {
                ExitCode::from(2)
            } else if error.is::<Infeasible>() {
                ExitCode::from(3)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}
