//! tmp
use countersign_core::{blocklist, password::*, secret::Password};
#[test]
fn rate() {
    let list = include_str!("../data/common-passwords.txt");
    let dice: Vec<String> = std::fs::read_to_string("/tmp/bl/dice.txt").unwrap().lines().map(str::to_owned).collect();
    let mut x: u64 = 88172645463325252;
    let mut next = |n: usize| { x ^= x << 13; x ^= x >> 7; x ^= x << 17; usize::try_from(x >> 11).unwrap() % n };
    for words in 2..=5 { for sep in ["", " ", "-"] {
        let (mut bad, mut n) = (0, 0); let mut ex = String::new();
        while n < 400 {
            let t: Vec<&str> = (0..words).map(|_| dice[next(dice.len())].as_str()).collect();
            let t = t.join(sep); if t.chars().count() < 15 { continue }
            n += 1; if blocklist::is_common(&t, 15) { bad += 1; ex = t; }
        }
        eprintln!("{words} words sep {sep:?}: {bad}/{n} refused e.g. {ex}");
    }}
    let mut bad = 0; for _ in 0..3000 { let t: String = (0..8).map(|_| char::from(b'0' + next(10) as u8)).collect(); if blocklist::is_common(&t, 8) { bad += 1 } } eprintln!("8 digits {bad}/3000");
    let mut bad = 0; for _ in 0..3000 { let t: String = (0..8).map(|_| char::from(b'a' + next(26) as u8)).collect(); if blocklist::is_common(&t, 8) { bad += 1 } } eprintln!("8 letters {bad}/3000");
    let mut bad = 0; for _ in 0..3000 { let t: String = (0..10).map(|_| char::from(b'!' + next(94) as u8)).collect(); if blocklist::is_common(&t, 8) { bad += 1 } } eprintln!("10 printable {bad}/3000");
    let mut bad = 0; for _ in 0..3000 { let t: String = (0..20).map(|_| char::from(b'0' + next(10) as u8)).collect(); if blocklist::is_common(&t, 15) { bad += 1 } } eprintln!("20 digits {bad}/3000");
    let (mut kept, mut long) = (0, 0); for w in list.lines().filter(|w| w.chars().count() >= 15) { long += 1; if !blocklist::is_common(w, 15) { kept += 1 } } eprintln!("listed not refused {kept}/{long}");
    let c = Context { email: "ada.lovelace@analytical-engines.example", display_name: "Ada King Lovelace", organisation: "Nordwind Telekom GmbH", product: "Countersign" };
    for t in ["123abc".repeat(42) + "x", "123456qwerty987654".repeat(14) + "1x", "password1".repeat(28)+"x", "1".repeat(254)+"x2", "aaa111bbb222".repeat(21)+"zq!"] {
        let at = std::time::Instant::now(); let r = check_new(&Password::new(t.clone()), &c, 15); eprintln!("{:?} {} {:?}", at.elapsed(), &t[..20], r);
    }
}
