//! A small HTTP/1.1 client on one connection that stays open: enough to ask the server of the house, no more.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// What browsers offer.
pub const BROWSER: &str = "gzip, deflate, br";
/// Longest wait for a part of an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer, its body as it came over the wire.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// Value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (n, value) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// The body of an answer that is not compressed.
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.body).context("an answer in UTF-8")
    }
}

/// A connection with the cookie that it sends.
pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    pub cookie: String,
}

impl Client {
    /// Connects.
    pub fn to(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            host: address.to_string(),
            cookie: String::new(),
        })
    }

    /// GET, with what the client can unpack (empty: nothing).
    pub fn get(&mut self, path: &str, encodings: &str) -> Result<Answer> {
        let encodings = if encodings.is_empty() { String::new() } else { format!("accept-encoding: {encodings}\r\n") };
        let cookie = self.cookie_line();
        self.send(format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{encodings}{cookie}\r\n", self.host).as_bytes())
    }

    /// GET of a page that must be there, not compressed.
    pub fn page(&mut self, path: &str) -> Result<String> {
        let answer = self.get(path, "")?;
        if answer.status != 200 {
            bail!("GET {path}: {}", answer.status);
        }
        Ok(answer.text()?.to_owned())
    }

    /// POST.
    pub fn post(&mut self, path: &str, content_type: &str, body: &[u8]) -> Result<Answer> {
        let cookie = self.cookie_line();
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\n{cookie}content-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
            self.host,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.send(&request)
    }

    /// Signs in and keeps the session.
    pub fn sign_in(&mut self, username: &str, password: &str) -> Result<()> {
        let form = format!("username={username}&password={}", escaped(password));
        let answer = self.post("/sign-in", "application/x-www-form-urlencoded", form.as_bytes())?;
        let session = answer.header("set-cookie").and_then(|c| c.split(';').next()).map(str::to_owned);
        match (answer.status, session) {
            (303, Some(session)) => {
                self.cookie = session;
                Ok(())
            }
            (status, _) => bail!("{username} was not let in: {status}"),
        }
    }

    fn cookie_line(&self) -> String {
        if self.cookie.is_empty() { String::new() } else { format!("cookie: {}\r\n", self.cookie) }
    }

    fn send(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.get_mut().write_all(request)?;
        let mut head = String::new();
        loop {
            let before = head.len();
            if self.stream.read_line(&mut head)? == 0 {
                bail!("the server closed the connection");
            }
            if head.len() - before <= 2 {
                break;
            }
        }
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).context("a status")?;
        let mut answer = Answer { status, head, body: Vec::new() };
        if answer.header("transfer-encoding").is_some_and(|t| t.eq_ignore_ascii_case("chunked")) {
            self.chunks(&mut answer.body)?;
        } else {
            let length = answer.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
            answer.body.resize(length, 0);
            self.stream.read_exact(&mut answer.body)?;
        }
        Ok(answer)
    }

    fn chunks(&mut self, body: &mut Vec<u8>) -> Result<()> {
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let size = usize::from_str_radix(line.trim(), 16).with_context(|| format!("a chunk's size: {line:?}"))?;
            let start = body.len();
            body.resize(start + size, 0);
            self.stream.read_exact(body.get_mut(start..).unwrap_or_default())?;
            let mut end = [0; 2];
            self.stream.read_exact(&mut end)?;
            if size == 0 {
                return Ok(());
            }
        }
    }
}

/// Percent-escapes everything but letters and digits.
fn escaped(text: &str) -> String {
    let escape = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    #[test]
    fn answers_of_both_framings_follow_each_other_on_one_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = BufReader::new(stream.try_clone().unwrap());
            let mut first = String::new();
            for answer in [
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
            ] {
                loop {
                    let mut line = String::new();
                    asked.read_line(&mut line).unwrap();
                    if line == "\r\n" {
                        break;
                    }
                    first.push_str(&line);
                }
                stream.write_all(answer.as_bytes()).unwrap();
            }
            first
        });
        let mut client = Client::to(address).unwrap();
        client.cookie = "a=b".to_owned();
        let one = client.get("/x", BROWSER).unwrap();
        assert_eq!((one.status, one.text().unwrap()), (200, "abcde"));
        let two = client.get("/y", "").unwrap();
        assert_eq!((two.status, two.text().unwrap()), (404, "no"));
        let line = format!("GET /x HTTP/1.1\r\nhost: {address}\r\naccept-encoding: {BROWSER}\r\ncookie: a=b\r\n");
        assert_eq!(server.join().unwrap(), format!("{line}GET /y HTTP/1.1\r\nhost: {address}\r\ncookie: a=b\r\n"));
    }

    #[test]
    fn passwords_are_escaped() {
        assert_eq!(escaped("Nghệ-1 &"), "Ngh%E1%BB%87%2D1%20%26");
    }
}
