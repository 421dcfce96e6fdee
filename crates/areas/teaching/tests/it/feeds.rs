//! Calendar feeds: made once, read by whoever has the address, changed with the timetable, ended by the next one.

use axum::{body::Body, http::Request};
use kernel::ClassId;
use testkit::{Client, Reply, db_test};

use crate::timetable::{page, press, ready};

/// Makes a feed; the path of its address.
async fn made(client: &mut Client, form: &str) -> String {
    let shown = client.post(form, &[]).await;
    assert_eq!(shown.status, 200);
    let address = shown.text_of("#f-address");
    format!("/feeds/{}", address.rsplit('/').next().unwrap())
}

/// The lines of a feed, with folded ones made whole.
fn lines(feed: &Reply) -> Vec<String> {
    assert_eq!((feed.status, feed.headers["content-type"].to_str().unwrap()), (200, "text/calendar; charset=utf-8"));
    assert!(feed.body.ends_with("END:VCALENDAR\r\n"), "lines end as RFC 5545 wants them");
    assert!(feed.body.split("\r\n").all(|line| line.len() <= 75), "no line is longer than 75 octets");
    feed.body.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

fn values(lines: &[String], name: &str) -> Vec<String> {
    lines.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::to_owned).collect()
}

fn form(class: ClassId) -> String {
    format!("/classes/{class}/feed")
}

db_test! {
    async fn a_feed_of_a_class_follows_what_is_published(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        let path = made(&mut school, &form(class)).await;
        // whoever has the address reads it, without signing in
        let mut phone = setting.app.client();
        let first = phone.get(&path).await;
        let events = lines(&first);
        let uids = values(&events, "UID");
        assert_eq!(uids.len(), 10, "a half-day is an event");
        assert_eq!(values(&events, "DTSTART")[..2], ["20260302T003000Z", "20260302T063000Z"]);
        assert_eq!(values(&events, "DTEND")[..2], ["20260302T040000Z", "20260302T100000Z"]);
        assert!(values(&events, "SEQUENCE").iter().all(|n| n == "1"));
        assert!(values(&events, "STATUS").iter().all(|s| s == "CONFIRMED"));
        assert!(values(&events, "DESCRIPTION").is_empty(), "nobody teaches yet");
        // nothing changed: nothing is sent again
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        let again = Request::get(&path).header("if-none-match", &tag).body(Body::empty()).unwrap();
        assert_eq!(phone.send(again).await.status, 304);
        // a draft is not shown, what is published is, under the same names
        assert_eq!(press(&mut school, class, "proposal").await.status, 303);
        assert_eq!(phone.get(&path).await.headers["etag"].to_str().unwrap(), tag);
        assert_eq!(press(&mut school, class, "publication").await.status, 303);
        let events = lines(&phone.get(&path).await);
        assert_eq!(values(&events, "UID"), uids);
        assert!(values(&events, "SEQUENCE").iter().all(|n| n == "2"));
        assert!(values(&events, "DESCRIPTION").iter().all(|d| d.starts_with("Giảng viên: ")));
        // a class that is not held is cancelled in the calendar too
        let cancelled = school.post(&format!("/classes/{class}/cancellation"), &[("reason", "Bão")]).await;
        assert_eq!(cancelled.status, 303);
        let events = lines(&phone.get(&path).await);
        assert!(values(&events, "STATUS").iter().all(|s| s == "CANCELLED"));
    }

    async fn an_address_is_shown_once_ends_with_the_next_and_with_its_account(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        let first = made(&mut school, &form(class)).await;
        let shown = school.get(&form(class)).await;
        assert!(!shown.has("#f-address") && shown.text_of("section").contains("Đã có một địa chỉ"));
        let second = made(&mut school, &form(class)).await;
        let mut phone = setting.app.client();
        assert_eq!((phone.get(&first).await.status, phone.get(&second).await.status), (404, 200));
        assert_eq!(phone.get("/feeds/0123").await.status, 404);
        // somebody else's address of the same class is their own
        let mut officer = setting.app.signed_in("xa-00001").await;
        let theirs = made(&mut officer, &form(class)).await;
        assert_eq!((phone.get(&second).await.status, phone.get(&theirs).await.status), (200, 200));
        // rooms are for those who keep them
        let room = format!("/rooms/{}/feed", setting.province.venue);
        assert_eq!(officer.get(&room).await.status, 403);
        let of_room = made(&mut school, &room).await;
        let both = [&setting.province.venue, &setting.province.second_venue].map(|v| format!("/rooms/{v}/feed"));
        let other = made(&mut school, &both[1]).await;
        let counts = [lines(&phone.get(&of_room).await), lines(&phone.get(&other).await)]
            .map(|events| values(&events, "UID").len());
        assert_eq!(counts.iter().sum::<usize>(), 10, "each half-day is in one room: {counts:?}");
        // an account that is closed has no feeds
        setting.app.place().tamper("UPDATE account SET disabled_at = '2026-02-25T00:00:00Z' WHERE username = 'xa-00001'").await;
        assert_eq!((phone.get(&theirs).await.status, phone.get(&second).await.status), (404, 200));
    }

    async fn one_reads_what_one_teaches_and_learns(db: TestDb) {
        let (setting, class) = ready(db).await;
        let mut school = setting.app.signed_in("truong").await;
        assert_eq!(press(&mut school, class, "proposal").await.status, 303);
        assert_eq!(press(&mut school, class, "publication").await.status, 303);
        let mut phone = setting.app.client();
        let mut taught = 0;
        for lecturer in ["gv01", "gv02"] {
            let mut client = setting.app.signed_in(lecturer).await;
            let path = made(&mut client, "/me/feed").await;
            let events = lines(&phone.get(&path).await);
            let name = setting.actor(lecturer).await.name;
            assert!(values(&events, "DESCRIPTION").iter().all(|d| d.contains(&name)));
            taught += values(&events, "UID").len();
        }
        assert!(taught >= 10, "every half-day is somebody's: {taught}");
        // the school teaches nothing
        let own = made(&mut school, "/me/feed").await;
        assert_eq!(values(&lines(&phone.get(&own).await), "UID"), Vec::<String>::new());
        assert_eq!(school.get(&page(class)).await.attributes("a[href$='/feed']", "href"), [form(class)]);
    }
}
