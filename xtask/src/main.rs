//! Developer commands: `cargo xtask test`, `cargo xtask postgres start|stop`, `cargo xtask tidy`,
//! `cargo xtask shots`, `cargo xtask bench`, `cargo xtask bench pages`, `cargo xtask bench plan`,
//! `cargo xtask bench seats`.

mod bench;
mod browser;
mod postgres;
mod shell;
mod test;
mod tidy;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test"] => test::run(None),
        ["test", "--only", stage] => test::run(Some(stage)),
        ["shots"] => browser::shots(),
        ["tidy"] => tidy::run(),
        ["bench"] => bench::run(None),
        ["bench", "pages"] => bench::of_pages(),
        ["bench", "plan"] => bench::plan::run(),
        ["bench", "seats"] => bench::seats(),
        ["bench", "--data", folder] => bench::run(Some(folder)),
        ["postgres", "start"] => postgres::Server::start().map(|server| println!("{}", server.keep())),
        ["postgres", "stop"] => postgres::stop(),
        _ => {
            bail!(
                "usage: cargo xtask test [--only STAGE] | shots | tidy | bench [--data FOLDER | pages | plan | seats] | postgres start|stop"
            )
        }
    }
}
