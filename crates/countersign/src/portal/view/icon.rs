//! Our own icons: 24 by 24, one line weight, drawn in the colour of the text beside them.

use askama::filters::Safe;

macro_rules! drawn {
    ($paths:literal) => {
        concat!(
            r#"<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">"#,
            $paths,
            "</svg>"
        )
    };
}

/// The icon of a name, ready for a page; nothing for a name that is not in the set.
pub fn icon(name: &str) -> Safe<&'static str> {
    Safe(things(name).or_else(|| signs(name)).unwrap_or_default())
}

fn things(name: &str) -> Option<&'static str> {
    Some(match name {
        "phone" => drawn!(r#"<rect x="7" y="3" width="10" height="18" rx="2.5"/><path d="M11 17.5h2"/>"#),
        "call" => drawn!(
            r#"<path d="M6.4 4h2.900l1.500 3.800-1.900 1.500a11.500 11.500 0 0 0 5.800 5.800l1.500-1.900 3.800 1.500v2.900a2 2 0 0 1-2.200 2A15.600 15.600 0 0 1 4.400 6.200 2 2 0 0 1 6.400 4z"/>"#
        ),
        "shield" => drawn!(r#"<path d="M12 3.2 5 6v5.2c0 4.3 2.8 7.7 7 9.6 4.2-1.9 7-5.3 7-9.6V6z"/>"#),
        "shield-check" => drawn!(
            r#"<path d="M12 3.2 5 6v5.2c0 4.3 2.8 7.7 7 9.6 4.2-1.9 7-5.3 7-9.6V6z"/><path d="m9 11.8 2.2 2.2 3.9-4.2"/>"#
        ),
        "key" => drawn!(r#"<circle cx="8" cy="15.5" r="3.8"/><path d="m10.8 12.7 8.4-8.4M16 7.5l2.6 2.6"/>"#),
        "lock" => drawn!(
            r#"<rect x="5" y="10.5" width="14" height="9.5" rx="2.2"/><path d="M8.2 10.5V7.8a3.8 3.8 0 0 1 7.6 0v2.7"/>"#
        ),
        "mail" => {
            drawn!(
                r#"<rect x="3.5" y="5.5" width="17" height="13" rx="2.2"/><path d="m4.5 7.5 7.5 5.7 7.5-5.7"/>"#
            )
        }
        "message" => drawn!(
            r#"<path d="M4 6.8A2.3 2.3 0 0 1 6.3 4.500h11.400A2.3 2.3 0 0 1 20 6.800v7.400a2.3 2.3 0 0 1-2.3 2.300H10l-4.5 3.500v-3.600A2.3 2.3 0 0 1 4 14.200z"/>"#
        ),
        "person" => drawn!(
            r#"<circle cx="12" cy="8.2" r="3.7"/><path d="M4.8 20c.7-3.7 3.6-5.8 7.2-5.800s6.5 2.1 7.2 5.8"/>"#
        ),
        "people" => drawn!(
            r#"<circle cx="9" cy="8.5" r="3.2"/><path d="M3 19.500c.5-3.300 2.900-5.200 6-5.200s5.500 1.900 6 5.200M15.500 5.600a3.200 3.200 0 0 1 0 5.800M17.200 14.700c2.100.7 3.400 2.400 3.800 4.800"/>"#
        ),
        "chart" => drawn!(r#"<path d="M4 4.500v15h16M7.500 15l4-4.500 3 2.500 5-6"/>"#),
        "home" => drawn!(
            r#"<path d="m4 11.2 8-7 8 7"/><path d="M6.2 9.500V19.500h11.600V9.500M10 19.500v-5h4v5"/>"#
        ),
        "screen" => {
            drawn!(r#"<rect x="3.5" y="5" width="17" height="11.5" rx="2"/><path d="M9 20h6M12 16.500V20"/>"#)
        }
        "code" => drawn!(r#"<path d="m8.5 7.5-5 4.5 5 4.500M15.5 7.500l5 4.5-5 4.5"/>"#),
        "qr" => drawn!(
            r#"<rect x="4" y="4" width="6" height="6" rx="1"/><rect x="14" y="4" width="6" height="6" rx="1"/><rect x="4" y="14" width="6" height="6" rx="1"/><path d="M14 14h2.500v2.500M20 14v2.500M14 20h2.500M20 20v-1"/>"#
        ),
        "printer" => drawn!(
            r#"<path d="M7.5 8.500V4h9v4.500M7.5 17H5.500a1.500 1.500 0 0 1-1.500-1.500V10a1.500 1.500 0 0 1 1.500-1.500h13A1.500 1.500 0 0 1 20 10v5.500a1.500 1.500 0 0 1-1.500 1.500h-2"/><path d="M7.5 14h9v6h-9z"/>"#
        ),
        "inbox" => drawn!(
            r#"<path d="M4 13.5 6.5 5.500h11L20 13.500v5H4z"/><path d="M4 13.500h4.500l1.2 2.500h4.600l1.2-2.500H20"/>"#
        ),
        "lifebuoy" => drawn!(
            r#"<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="3.5"/><path d="m6 6 3.5 3.500M14.5 14.5 18 18M18 6l-3.5 3.500M9.5 14.5 6 18"/>"#
        ),
        _ => return None,
    })
}

fn signs(name: &str) -> Option<&'static str> {
    Some(match name {
        "gear" => drawn!(
            r#"<path d="M10.0 5.7L10.5 3.2L13.5 3.2L14.0 5.7L15.1 6.2L17.1 4.7L19.3 6.9L17.8 8.9L18.3 10.0L20.8 10.5L20.8 13.5L18.3 14.0L17.8 15.1L19.3 17.1L17.1 19.3L15.1 17.8L14.0 18.3L13.5 20.8L10.5 20.8L10.0 18.3L8.9 17.8L6.9 19.3L4.7 17.1L6.2 15.1L5.7 14.0L3.2 13.5L3.2 10.5L5.7 10.0L6.2 8.9L4.7 6.9L6.9 4.7L8.9 6.2z"/><circle cx="12" cy="12" r="2.8"/>"#
        ),
        "check" => drawn!(r#"<path d="m5 12.5 4.5 4.500L19 7.5"/>"#),
        "check-circle" => drawn!(r#"<circle cx="12" cy="12" r="8.5"/><path d="m8.3 12.3 2.5 2.5 4.9-5.3"/>"#),
        "info" => drawn!(r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 11.200v4.800M12 8.100v.1"/>"#),
        "alert" => drawn!(r#"<path d="M12 4.2 3.3 19h17.400z"/><path d="M12 10v4.200M12 16.700v.1"/>"#),
        "clock" => drawn!(r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7.200V12l3.2 2"/>"#),
        "arrow" => drawn!(r#"<path d="M5 12h14M13 6l6 6-6 6"/>"#),
        "chevron" => drawn!(r#"<path d="m9.5 6 6 6-6 6"/>"#),
        "back" => drawn!(r#"<path d="m14.5 6-6 6 6 6"/>"#),
        "plus" => drawn!(r#"<path d="M12 5v14M5 12h14"/>"#),
        "pencil" => drawn!(r#"<path d="m4.5 19.5 1-4.300L16.2 4.500l3.3 3.300L8.8 18.500z"/>"#),
        "bin" => drawn!(
            r#"<path d="M4.5 7h15M9.5 7V4.500h5V7M6.5 7l.8 12.500h9.400L17.5 7M10.3 11v5M13.7 11v5"/>"#
        ),
        "copy" => drawn!(
            r#"<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 8.500v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2"/>"#
        ),
        "download" => drawn!(r#"<path d="M12 4v11M7.5 10.8 12 15.300l4.5-4.500M5 19.500h14"/>"#),
        "exit" => drawn!(r#"<path d="M10 4.500H5.500v15H10M14.5 8l4 4-4 4M9.5 12h9"/>"#),
        "eye" => drawn!(
            r#"<path d="M2.8 12C4.8 8.1 8.1 6 12 6s7.2 2.1 9.2 6c-2 3.9-5.3 6-9.2 6s-7.2-2.1-9.2-6z"/><circle cx="12" cy="12" r="2.8"/>"#
        ),
        "list" => drawn!(
            r#"<path d="M8.5 6.500h11M8.5 12h11M8.5 17.500h11M4.6 6.500h.1M4.6 12h.1M4.6 17.500h.1"/>"#
        ),
        "help" => drawn!(
            r#"<circle cx="12" cy="12" r="8.5"/><path d="M9.7 9.700a2.4 2.4 0 1 1 3.5 2.200c-.8.4-1.2.9-1.2 1.800M12 16.500v.1"/>"#
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_draw() {
        assert!(icon("phone").0.starts_with("<svg"));
        assert!(icon("gear").0.ends_with("</svg>"));
        assert!(icon("nothing").0.is_empty());
    }
}
