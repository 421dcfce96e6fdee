//! The load: some connections, each asking page after page, every answer checked.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use anyhow::{Context, Result, anyhow, bail};

use super::{http::Client, server::Server};

/// Connections at once.
pub const CONNECTIONS: usize = 16;

/// A page with what only this page says.
#[derive(Debug, Clone)]
pub struct Page {
    pub path: String,
    pub marker: String,
}

/// What a load showed.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// CPU of the server a request, milliseconds.
    pub cpu: f64,
    /// Waiting times in milliseconds: half of the requests were answered within the first, 99 of 100 within the second.
    pub median: f64,
    pub p99: f64,
    /// Requests a second.
    pub rate: f64,
    /// Mean size of an answer as sent, kB of 1,000 bytes.
    pub size: f64,
}

/// Asks for `pages` in turn, `requests` in all, with the sessions in turn.
///
/// Without `encodings` every answer must be a 200 that holds the page's marker; compressed ones cannot be read
/// here, so that they must be a 200 of the encoding that was offered, and every page is read once in the plain
/// form before.
pub fn run(server: &Server, sessions: &[String], pages: &[Page], encodings: &str, requests: usize) -> Result<Measured> {
    if sessions.is_empty() || pages.is_empty() {
        bail!("no sessions or no pages");
    }
    let mut reader = server.client()?;
    for (page, session) in pages.iter().zip(sessions.iter().cycle()) {
        session.clone_into(&mut reader.cookie);
        check(&mut reader, page, "")?;
    }
    let turn = AtomicUsize::new(0);
    let all = Mutex::new((Vec::with_capacity(requests), 0_usize));
    let (cpu, begun) = (server.cpu()?, Instant::now());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    let mut client = server.client()?;
                    let (mut waits, mut bytes) = (Vec::new(), 0);
                    loop {
                        let number = turn.fetch_add(1, Ordering::Relaxed);
                        if number >= requests {
                            break;
                        }
                        let page = pages.get(number % pages.len()).context("a page")?;
                        sessions.get(number % sessions.len()).context("a session")?.clone_into(&mut client.cookie);
                        let asked = Instant::now();
                        bytes += check(&mut client, page, encodings)?;
                        waits.push(asked.elapsed().as_secs_f64() * 1000.0);
                    }
                    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                    all.0.extend(waits);
                    all.1 += bytes;
                    Ok(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|w| w.join().map_err(|_| anyhow!("a connection's thread died"))?)
    })?;
    let (took, cpu) = (begun.elapsed().as_secs_f64(), server.cpu()? - cpu);
    let (mut waits, bytes) = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    waits.sort_by(f64::total_cmp);
    let count = number(waits.len());
    Ok(Measured {
        cpu: cpu * 1000.0 / count,
        median: quantile(&waits, 50),
        p99: quantile(&waits, 99),
        rate: count / took,
        size: number(bytes) / count / 1000.0,
    })
}

/// One request; gives the size of its body.
fn check(client: &mut Client, page: &Page, encodings: &str) -> Result<usize> {
    let answer = client.get(&page.path, encodings)?;
    if answer.status != 200 {
        bail!("GET {}: {}", page.path, answer.status);
    }
    match answer.header("content-encoding") {
        None if answer.text()?.contains(&page.marker) => {}
        None => bail!("GET {}: {:?} is not on the page", page.path, page.marker),
        Some(encoding) if encodings.split(", ").any(|offered| offered == encoding) => {}
        Some(encoding) => bail!("GET {}: {encoding} was not offered", page.path),
    }
    Ok(answer.body.len())
}

/// Signs in the given people from all connections at once; gives their sessions, how many a second, and CPU
/// milliseconds each.
pub fn sign_in(server: &Server, usernames: &[String]) -> Result<(Vec<String>, f64, f64)> {
    let turn = AtomicUsize::new(0);
    let sessions = Mutex::new(Vec::with_capacity(usernames.len()));
    let (cpu, begun) = (server.cpu()?, Instant::now());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    let mut client = server.client()?;
                    while let Some(username) = usernames.get(turn.fetch_add(1, Ordering::Relaxed)) {
                        client.sign_in(username, &server.password)?;
                        let session = std::mem::take(&mut client.cookie);
                        sessions.lock().unwrap_or_else(PoisonError::into_inner).push(session);
                    }
                    Ok(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|w| w.join().map_err(|_| anyhow!("a connection's thread died"))?)
    })?;
    let (took, cpu) = (begun.elapsed().as_secs_f64(), server.cpu()? - cpu);
    let sessions = sessions.into_inner().unwrap_or_else(PoisonError::into_inner);
    let count = number(sessions.len());
    Ok((sessions, count / took, cpu * 1000.0 / count))
}

/// A count as a figure.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub fn number(count: usize) -> f64 {
    count as f64
}

/// The value below which `percent` of a sorted list lie (nearest rank).
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_are_values_of_the_list() {
        let list: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!((quantile(&list, 50), quantile(&list, 99)), (100.0, 198.0));
        assert_eq!((quantile(&[7.0], 99), quantile(&[], 99)), (7.0, 0.0));
    }
}
