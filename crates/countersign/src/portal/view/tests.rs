//! Every page in every language: complete, and within the content security policy.

use std::path::PathBuf;
use std::{env, fs};

use askama::Template;

use super::{ErrorPage, Page, samples};
use crate::portal::assets;
use crate::words::{Language, Moment, Words};

fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for language in Language::ALL {
        let rendered = samples::all(language);
        pages.extend(rendered.into_iter().map(|(name, html)| (format!("{name}.{}", language.tag()), html)));
    }
    pages
}

/// Set `COUNTERSIGN_PAGES` to a folder to have the pages and their assets written there for looking at.
#[test]
fn every_page_renders_in_every_language() {
    let pages = pages();
    assert!(pages.len() > 120, "{}", pages.len());
    let Some(folder) = env::var_os("COUNTERSIGN_PAGES").map(PathBuf::from) else { return };
    fs::create_dir_all(folder.join("assets")).unwrap();
    for asset in assets::all() {
        fs::write(folder.join(&asset.path[1..]), asset.bytes).unwrap();
    }
    for (name, html) in pages {
        fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}

#[test]
fn no_text_is_left_unresolved() {
    let keys: Vec<&str> = include_str!("../../../locales/en.ftl")
        .lines()
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
        .filter(|key| key.contains('-') && !key.starts_with(' '))
        .collect();
    for (name, html) in pages() {
        assert!(!html.contains("{$") && !html.contains("{ $"), "{name} shows a variable");
        for key in &keys {
            assert!(!html.contains(&format!(">{key}<")), "{name} shows the key {key}");
        }
    }
}

#[test]
fn pages_keep_the_content_security_policy() {
    for (name, html) in pages() {
        // One page leads away: to the identity provider, which the person has just chosen.
        let html = if name.starts_with("sso-away.") {
            let provider = "https://login.nordlicht.example/";
            assert_eq!(html.matches(provider).count(), 2, "{html}");
            html.replace(&format!("href=\"{provider}"), "")
                .replace(&format!("content=\"0;url={provider}"), "")
        } else if name.starts_with("telegram-link.") || name.starts_with("telegram-link-early.") {
            // And the one that opens the bot, which the person presses.
            let bot = "href=\"https://t.me/example_bot?start=";
            assert_eq!(html.matches(bot).count(), 1, "{html}");
            html.replace(bot, "")
        } else {
            html
        };
        // An issuer may be read and typed; nothing is loaded from elsewhere, followed or sent there.
        let away = ["href=\"http", "src=\"http", "action=\"http", "srcset=\"http", "url=http", "url(http"];
        let inline = [" style=", "<style", " onclick=", " onload=", "javascript:"];
        for forbidden in inline.into_iter().chain(away) {
            assert!(!html.contains(forbidden), "{name} has {forbidden}");
        }
        for script in html.split("<script").skip(1) {
            let (tag, rest) = script.split_once('>').unwrap();
            assert!(tag.contains(r#"nonce="bm9uY2U""#) && tag.contains(r#"src="/assets/"#), "{name}: {tag}");
            assert!(rest.starts_with("</script>"), "{name} has an inline script");
        }
        // 3.2.2: outside text is inserted as text.
        assert!(!html.contains("<img src=x"), "{name} lets markup through");
    }
}

#[test]
fn every_form_that_changes_something_carries_the_token() {
    for (name, html) in pages() {
        for form in html.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            // A search changes nothing, and its token would stand in addresses.
            if form.starts_with(r#"method="get" action="/"#) {
                assert!(!form.contains("csrf") && !form.contains("password"), "{name}: {form}");
                continue;
            }
            assert!(form.starts_with(r#"method="post" action="/"#), "{name}: {form}");
            assert!(form.contains(r#"<input type="hidden" name="csrf" value="Y3NyZg">"#), "{name}: {form}");
            assert!(!form.contains("novalidate"), "{name}: {form}");
        }
    }
}

#[test]
fn every_label_names_a_field_and_every_description_stands_there() {
    for (name, html) in pages() {
        for attribute in ["for", "aria-describedby", "aria-controls"] {
            for rest in html.split(&format!(" {attribute}=\"")).skip(1) {
                for id in rest.split('"').next().unwrap().split_whitespace() {
                    assert!(
                        html.contains(&format!("id=\"{id}\"")),
                        "{name}: {attribute} names {id}, which is not there"
                    );
                }
            }
        }
    }
}

/// A page that waits sends its form once somebody has confirmed. One that was refused for too many attempts would do so again
/// and again.
#[test]
fn a_page_that_was_refused_waits_for_a_person_and_not_for_telegram() {
    let html = |name: &str| pages().into_iter().find(|page| page.0 == name).unwrap().1;
    let early = html("second-step-telegram-early.en");
    assert!(
        early.contains("data-wait=")
            && early.contains("data-wait-round=")
            && early.contains("/assets/waiting.")
    );
    let refused = html("second-step-telegram-too-many.en");
    assert!(!refused.contains("data-wait") && !refused.contains("/assets/waiting."), "{refused}");
    assert!(
        refused.contains("disabled data-enable-after=\"120000\"") && refused.contains("<noscript>"),
        "{refused}"
    );
}

/// "Sign out on every page": whoever is signed in and sees the account's frame can leave.
#[test]
fn every_account_page_lets_one_sign_out() {
    for (name, html) in pages() {
        if html.contains(r#"class="shell""#) {
            assert!(html.contains(r#"action="/sign-out""#), "{name}");
        }
    }
}

/// KEY-10, REC-2: nothing but set-up and sign-out is reached before enrolment.
#[test]
fn rec_2_the_forced_set_up_leads_nowhere_else() {
    for (name, html) in pages().into_iter().filter(|(name, _)| name.contains("forced")) {
        for link in html.split(r#" href=""#).skip(1) {
            let address = link.split('"').next().unwrap();
            let known = ["#", "/assets/", "/help/", "/account"];
            assert!(known.iter().any(|start| address.starts_with(start)), "{name}: {address}");
            let enrols = address == "/account/security/email";
            assert!(enrols || !address.starts_with("/account/"), "{name}: {address}");
        }
    }
}

/// MSG-11: at sign-in the page points to the clock's help after a wrong code, without an offset.
#[test]
fn msg_11_a_wrong_code_leads_to_the_clock() {
    for (name, html) in pages() {
        if name.starts_with("second-step-wrong") {
            assert!(html.contains(r#"href="/help/clock""#), "{name}");
        } else if name.starts_with("second-step-late") || name.starts_with("second-step.") {
            assert!(!html.contains(r#"href="/help/clock""#), "{name}");
        }
    }
}

#[test]
fn what_was_typed_is_kept_and_no_parameter_hides_a_field() {
    for (name, html) in pages() {
        let wanted = match name.split('.').next().unwrap() {
            "set-up-name" => r#"id="field-name" name="name" type="text" value="Tablet""#,
            "token-new" => r#"id="field-name" name="name" type="text" value="" "#,
            "sign-up-errors" => r#"name="email" type="email" value="mia.example.org""#,
            _ => continue,
        };
        assert!(html.contains(wanted), "{name}");
    }
}

/// The chart says nothing that the table does not, and is told apart without colour.
#[test]
fn all_8_the_chart_has_a_title_strokes_of_its_own_and_a_table() {
    let chart = |html: &str| html.contains(r#"class="chart""#);
    let charts: Vec<_> = pages().into_iter().filter(|(_, html)| chart(html)).collect();
    assert!(!charts.is_empty());
    for (name, html) in charts {
        for part in [
            r#"role="img" aria-labelledby="chart-title chart-about""#,
            r#"<title id="chart-title">"#,
            r#"<desc id="chart-about">"#,
            r#"<table class="table figures-table">"#,
            r#"<th scope="row">"#,
        ] {
            assert!(html.contains(part), "{name} lacks {part}");
        }
        let looks = |kind: &str| (0..9).filter(|look| html.contains(&format!("{kind}-{look}\""))).count();
        if name.starts_with("admin-spending") {
            assert_eq!(looks("bar"), 2, "{name}: filled and outlined");
            continue;
        }
        assert_eq!(looks("look"), 6, "{name}");
        let days = html.matches(r#"<th scope="row">"#).count();
        assert_eq!(html.matches("%)").count(), days * 6, "{name}: a figure and a share of each");
    }
}

#[test]
fn only_what_is_our_fault_is_called_so() {
    for language in Language::ALL {
        let words = Words::new(language);
        let fault = words.t("error-500-title");
        for status in 400..600 {
            let page = Page::new(words, Moment(0), "", "");
            let view = ErrorPage { page, status, reason: None, until: None, request_id: String::new() };
            let says = view.render().unwrap().contains(&*fault);
            assert_eq!(says, status >= 500 && status != 503, "{status} in {}", language.tag());
        }
    }
}
