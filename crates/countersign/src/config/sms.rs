//! `[[sms.routes]]`: the ways by which SMS leave.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use countersign_courier::Secret;
use countersign_courier::http_sms::{self, Body, HttpSmsSettings, Method, Success};
use countersign_courier::smpp::{self, Numbering, SmppSettings, Tls};
use countersign_courier::sms::{RouteFault, Sender, Senders, SmsRoute};

use super::Source;
use super::receipts::{self, ReceiptDoor};

/// The usual ports of a short message centre, without and with TLS.
const PORTS: [u32; 2] = [2775, 3550];

/// How SMS are sent.
#[derive(Clone)]
pub struct SmsSettings {
    /// The routes, the first choice first; at least one.
    pub routes: Vec<SmsRoute>,
    /// Where gateways post their receipts, by the names of their routes.
    pub doors: Vec<ReceiptDoor>,
}

impl fmt::Debug for SmsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let routes: Vec<&str> = self.routes.iter().map(SmsRoute::name).collect();
        f.debug_struct("SmsSettings").field("routes", &routes).finish_non_exhaustive()
    }
}

/// Reads the sections; `None` where there is none.
pub(super) fn read(source: &mut Source) -> Option<SmsSettings> {
    let sections = source.sections("sms.routes");
    let count = sections.len();
    let (mut routes, mut doors) = (Vec::new(), Vec::new());
    for (at, mut section) in (1..).zip(sections) {
        let (route, door) =
            read_route(&mut section).map_or((None, None), |(route, door)| (Some(route), door));
        routes.extend(route);
        doors.extend(door);
        source.absorb("sms.routes", at, section);
    }
    let names: Vec<&str> = routes.iter().map(SmsRoute::name).collect();
    if names.iter().enumerate().any(|(place, name)| names[..place].contains(name)) {
        source.mistake("sms.routes", RouteFault::Name.to_string());
    }
    (count > 0 && routes.len() == count).then_some(SmsSettings { routes, doors })
}

fn read_route(source: &mut Source) -> Option<(SmsRoute, Option<ReceiptDoor>)> {
    let name = source.text("name").map(|(name, _)| name);
    let protocol = source.text("protocol");
    if !source.is_written("name") {
        source.mistake("name", "must be set for every route");
    }
    let senders = read_senders(source);
    let roots = source.file("ca_file").flatten();
    let mut door = None;
    let route = match protocol {
        Some((protocol, _)) if protocol == "smpp" => {
            read_smpp(source, name.unwrap_or_default(), senders, roots).map(SmsRoute::Smpp)
        }
        Some((protocol, _)) if protocol == "http" => {
            let name = name.unwrap_or_default();
            door = receipts::read(source, &name);
            let mut http = read_http(source, name, senders, roots);
            if let Some(http) = &mut http {
                http.receipts = door.as_ref().map(|door| door.places.clone());
            }
            http.map(SmsRoute::Http)
        }
        Some((_, origin)) => {
            source.mistake_at("protocol", origin, "must be \"smpp\" or \"http\"".to_owned());
            None
        }
        None => {
            source.mistake("protocol", "must be \"smpp\" or \"http\"");
            None
        }
    }?;
    if let Err(fault) = route.check() {
        source.mistake(setting(fault), fault.to_string());
        return None;
    }
    Some((route, door))
}

const fn setting(fault: RouteFault) -> &'static str {
    match fault {
        RouteFault::NoRoute | RouteFault::Name => "name",
        RouteFault::Login => "system_id",
        RouteFault::Host => "host",
        RouteFault::Window => "window",
        RouteFault::Time => "timeout_seconds",
        RouteFault::Code => "senders",
        RouteFault::Roots => "ca_file",
        RouteFault::Url | RouteFault::Template => "url",
        RouteFault::Header => "headers",
        RouteFault::Body => "json",
        RouteFault::Success => "success_from",
    }
}

fn read_senders(source: &mut Source) -> Option<Senders> {
    let default = source.text("sender");
    if default.is_none() && !source.is_written("sender") {
        source.mistake(
            "sender",
            "must be set: a name of up to 11 letters and digits, a number with +, or a short number",
        );
    }
    let default = default.and_then(|(text, origin)| {
        let sender = Sender::parse(&text);
        sender.map_err(|fault| source.mistake_at("sender", origin, fault.to_string())).ok()
    });
    let mut by_code = Vec::new();
    for (code, text, origin) in source.texts_below("senders") {
        match Sender::parse(&text) {
            Ok(sender) => by_code.push((code, sender)),
            Err(fault) => source.mistake_at(&format!("senders.{code}"), origin, fault.to_string()),
        }
    }
    Some(Senders { default: default?, by_code })
}

fn seconds(source: &mut Source, name: &'static str, most: u32, usual: Duration) -> Duration {
    source.number(name, 1, most).map_or(usual, |count| Duration::from_secs(u64::from(count)))
}

fn read_smpp(
    source: &mut Source,
    name: String,
    senders: Option<Senders>,
    roots: Option<Vec<u8>>,
) -> Option<SmppSettings> {
    let host = source.text("host").map(|(host, _)| host);
    let is_secured = source.switch("tls").unwrap_or(true);
    let port = source.number("port", 1, 65_535).unwrap_or(PORTS[usize::from(is_secured)]);
    let system_id = source.text("system_id").map(|(id, _)| id);
    let password = source.secret("password", "password_file");
    for (name, is_set) in
        [("host", host.is_some()), ("system_id", system_id.is_some()), ("password_file", password.is_some())]
    {
        if !is_set && !source.is_written(name) {
            source.mistake(name, "must be set for a route over SMPP");
        }
    }
    let system_type = source.text("system_type").map(|(kind, _)| kind).unwrap_or_default();
    let window = source.number("window", 1, 100);
    let numbering = |source: &mut Source, ton, npi| Numbering {
        ton: source.number(ton, 0, 6).and_then(|number| u8::try_from(number).ok()),
        npi: source.number(npi, 0, 18).and_then(|number| u8::try_from(number).ok()),
    };
    let settings = SmppSettings {
        enquire_link: seconds(source, "enquire_link_seconds", 3600, smpp::ENQUIRE_LINK),
        response_timeout: seconds(source, "timeout_seconds", 60, smpp::RESPONSE_TIMEOUT),
        source: numbering(source, "source_ton", "source_npi"),
        destination: numbering(source, "destination_ton", "destination_npi"),
        name,
        host: host?,
        port: u16::try_from(port).ok()?,
        tls: is_secured.then_some(Tls { roots }),
        system_id: system_id?,
        password: password??,
        system_type,
        senders: senders?,
        window: window.map_or(smpp::WINDOW, |window| usize::try_from(window).unwrap_or(smpp::WINDOW)),
    };
    Some(settings)
}

fn read_http(
    source: &mut Source,
    name: String,
    senders: Option<Senders>,
    roots: Option<Vec<u8>>,
) -> Option<HttpSmsSettings> {
    let url = source.text("url").map(|(url, _)| url);
    if !source.is_written("url") {
        source.mistake("url", "must be set for a route over HTTP");
    }
    let method = source.parsed::<Verb>("method", "\"GET\", \"POST\" or \"PUT\"");
    let headers = source.texts_below("headers").into_iter().map(|(name, text, _)| (name, text)).collect();
    let secrets = read_secrets(source);
    let login = read_login(source);
    let body = read_body(source);
    let success = read_success(source);
    let message_id = source.text("message_id").map(|(pointer, _)| pointer);
    let timeout = seconds(source, "timeout_seconds", 60, http_sms::TIMEOUT);
    Some(HttpSmsSettings {
        name,
        method: method.map_or(Method::Post, |verb| verb.0),
        url: url?,
        headers,
        login,
        body,
        secrets,
        success,
        message_id,
        senders: senders?,
        roots,
        timeout,
        receipts: None,
    })
}

/// `[sms.routes.secret_files]`: what `{secret:NAME}` stands for, by name.
fn read_secrets(source: &mut Source) -> Vec<(String, Secret)> {
    let mut secrets = Vec::new();
    for (name, path, origin) in source.texts_below("secret_files") {
        match std::fs::read_to_string(path) {
            Ok(text) => secrets.push((name, Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))),
            Err(error) => {
                let what = format!("cannot be read: {error}");
                source.mistake_at(&format!("secret_files.{name}"), origin, what);
            }
        }
    }
    secrets
}

fn read_login(source: &mut Source) -> Option<(String, Secret)> {
    let user = source.text("user").map(|(user, _)| user);
    let password = source.secret("password", "password_file");
    match (&user, &password) {
        (Some(_), None) => source.mistake("password_file", "must be set (or password) beside user"),
        (None, Some(_)) => source.mistake("user", "must be set beside the password"),
        _ => {}
    }
    user.zip(password.flatten())
}

fn read_body(source: &mut Source) -> Body {
    let json = source.text("json").map(|(json, _)| json);
    let form: Vec<(String, String)> =
        source.texts_below("form").into_iter().map(|(name, text, _)| (name, text)).collect();
    match (json, form.is_empty()) {
        (Some(_), false) => {
            source.mistake("json", "set either json or form, not both");
            Body::Empty
        }
        (Some(json), true) => Body::Json(json),
        (None, false) => Body::Form(form),
        (None, true) => Body::Empty,
    }
}

fn read_success(source: &mut Source) -> Success {
    let usual = Success::default();
    let least = source.number("success_from", 100, 599).and_then(|status| u16::try_from(status).ok());
    let most = source.number("success_to", 100, 599).and_then(|status| u16::try_from(status).ok());
    let pointer = source.text("success_at").map(|(pointer, _)| pointer);
    let equals = source.text("success_equals").map(|(text, _)| text);
    if pointer.is_some() != equals.is_some() {
        source.mistake("success_at", "must be set together with success_equals");
    }
    let refused = source.list::<String>("success_refused", "words in quotes").unwrap_or_default();
    if !refused.is_empty() && pointer.is_none() {
        source.mistake("success_refused", "needs success_at, the place where these words stand");
    }
    Success {
        refused,
        statuses: least.unwrap_or(*usual.statuses.start())..=most.unwrap_or(*usual.statuses.end()),
        equals: pointer.zip(equals),
    }
}

struct Verb(Method);

impl FromStr for Verb {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "GET" => Ok(Self(Method::Get)),
            "POST" => Ok(Self(Method::Post)),
            "PUT" => Ok(Self(Method::Put)),
            _ => Err(()),
        }
    }
}
