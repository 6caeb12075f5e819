//! `[telegram]`, `[calls]`, `[[sms.routes]]` and `[phone]` as operators write them, right and wrong.

use countersign_core::phone::{Channel, Country, PhoneNumber};
use countersign_courier::sip::{CallerHeader, NumberForm, Transport};
use countersign_courier::sms::SmsRoute;

use super::*;

const ADDRESS: &str = "public_address = \"https://account.example.org\"\n";
const PHONE: &str = "[phone]\nhome = \"DE\"\ndaily_budget = \"none\"\n";
const TRUNK: &str = "[calls]\npool = [\"+49301230000-+49301230299\"]\n[[calls.trunks]]\nname = \"main\"\nhost = \"sip.example.org\"\n";
const SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ";

fn read(text: &str) -> Settings {
    Settings::from_parts(&format!("{ADDRESS}{text}"), vec![], vec![]).unwrap()
}

fn mistakes(text: &str) -> Vec<String> {
    let error = Settings::from_parts(&format!("{ADDRESS}{text}"), vec![], vec![]).unwrap_err();
    error.0.iter().map(ToString::to_string).collect()
}

/// Exactly mistakes that begin like these.
#[track_caller]
fn only(text: &str, expected: &[&str]) {
    let found = mistakes(text);
    for begin in expected {
        assert!(found.iter().any(|line| line.starts_with(begin)), "{begin}\nin {found:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

fn file(text: &str) -> (tempfile::NamedTempFile, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let path = file.path().display().to_string();
    (file, path)
}

#[test]
fn nothing_goes_out_unless_it_is_set() {
    let settings = Settings::from_parts("", vec![], vec![]).unwrap();
    assert!(settings.telegram.is_none() && settings.calls.is_none() && settings.sms.is_none());
    assert!(settings.phone.is_none() && settings.warnings().is_empty());
}

#[test]
fn a_bot_has_a_name_and_a_token_and_asks_for_its_updates() {
    let (_token, path) = file("12345:hunter2\n");
    let settings = read(&format!("[telegram]\nbot = \"@example_bot\"\ntoken_file = \"{path}\"\n"));
    let telegram = settings.telegram.as_ref().unwrap();
    assert_eq!((telegram.bot(), telegram.has_webhook()), ("example_bot", false));
    assert_eq!(telegram.reached().api_url.as_str(), "https://api.telegram.org/");
    let shown = format!("{settings:?}");
    assert!(shown.contains("example_bot") && !shown.contains("hunter2"), "{shown}");
    let token = vec![("COUNTERSIGN_TELEGRAM_TOKEN".into(), "12345:hunter2".into())];
    assert!(
        Settings::from_parts("telegram.bot = \"example_bot\"", token, vec![]).unwrap().telegram.is_some()
    );
}

#[test]
fn a_webhook_is_behind_the_public_address_and_has_a_secret() {
    let bot = "[telegram]\nbot = \"example_bot\"\ntoken = \"1:hunter2\"\n";
    let settings = read(&format!("{bot}webhook = true\nwebhook_secret = \"{SECRET}\"\n"));
    let webhook = settings.telegram.as_ref().unwrap().reached().webhook.as_ref().unwrap();
    assert_eq!(webhook.url.as_str(), "https://account.example.org/telegram/updates");
    assert!(!format!("{settings:?}").contains(SECRET));
    only(&format!("{bot}webhook = true\n"), &["telegram.webhook_secret_file: must be set"]);
    only(
        &format!(
            "{bot}webhook = true\nwebhook_secret = \"short\"\nwebhook_url = \"https://account.example.org:81/\"\n"
        ),
        &["telegram.webhook_secret: ", "telegram.webhook_url: "],
    );
    only(&format!("{bot}webhook_secret = \"{SECRET}\"\n"), &["telegram.webhook_secret: is used only"]);
}

#[test]
fn all_mistakes_of_a_bot_are_told_at_once_and_no_token() {
    let text = "[telegram]\nbot = \"example\"\ntoken = \"hunter2\"\ntoken_file = \"/nowhere\"\napi_url = \"x\"\ntokn = 1\n";
    only(
        text,
        &[
            "telegram.bot: must be the bot's name",
            "telegram.token_file: cannot be read",
            "telegram.token_file: set either this or telegram.token",
            "telegram.api_url: must be an address",
            "telegram.tokn: is not a setting; did you mean telegram.token?",
        ],
    );
    only(
        "[telegram]\nbot = \"example_bot\"\ntoken = \"hunter2\"\napi_url = \"http://api.example.org\"\n",
        &["telegram.token: ", "telegram.api_url: "],
    );
    assert!(!mistakes(text).join("\n").contains("hunter2"));
    only("[telegram]\nca_file = \"x\"\n", &["telegram.bot: must be set", "telegram.token_file: must be set"]);
}

#[test]
fn msg_6_a_trunk_and_a_pool_are_enough() {
    let settings = read(&format!("{TRUNK}{PHONE}"));
    let calls = settings.calls.as_ref().unwrap();
    let trunk = &calls.trunks[0];
    assert_eq!((trunk.name.as_str(), trunk.host.as_str()), ("main", "sip.example.org"));
    assert_eq!((trunk.transport, &trunk.number_form), (Transport::Udp, &NumberForm::E164Plus));
    let germany = Country::parse("DE").unwrap();
    assert_eq!(calls.pools.of(germany).unwrap().endings(), 300);
    assert!(settings.warnings().is_empty());
    let phone = settings.phone.as_ref().unwrap();
    assert_eq!((phone.home, phone.daily_budget), (germany, None));
    assert!(phone.destinations.allow(&PhoneNumber::stored("+491701234567").unwrap()));
    assert!(!phone.destinations.allow(&PhoneNumber::stored("+79161234567").unwrap()));
}

#[test]
fn msg_6_every_setting_of_a_trunk_is_read() {
    let (_password, path) = file("hunter2\n");
    let settings = read(&format!(
        "{TRUNK}transport = \"tls\"\nuser = \"4930\"\npassword_file = \"{path}\"\ndomain = \"example.net\"\n\
         name_servers = [\"192.0.2.53:53\"]\ncaller_in = [\"remote-party-id\"]\nnumbers = \"national\"\ncountry_code = \"49\"\n\
         national_prefix = \"0\"\nring_seconds = 6\nmax_wait_seconds = 20\ncalls_per_second = 9\n\
         [[calls.trunks]]\nname = \"other\"\nhost = \"192.0.2.7:5080\"\n{PHONE}"
    ));
    let calls = settings.calls.as_ref().unwrap();
    let trunk = &calls.trunks[0];
    assert_eq!(
        (trunk.transport, trunk.caller_in.as_slice()),
        (Transport::Tls, &[CallerHeader::RemotePartyId][..])
    );
    let national = NumberForm::National { country_code: "49".to_owned(), prefix: "0".to_owned() };
    assert_eq!((&trunk.number_form, trunk.ring.as_secs(), trunk.max_wait.as_secs()), (&national, 6, 20));
    assert_eq!((calls.calls_per_second(), calls.longest_call().as_secs()), (14, 42));
    assert!(trunk.password.is_some() && !format!("{settings:?}").contains("hunter2"));
    let here = vec![("COUNTERSIGN_CALLS_TRUNKS".into(), "[{name = \"env\", host = \"127.0.0.1\"}]".into())];
    let text = format!("[calls]\npool = \"+49301230000-+49301230299\"\n{PHONE}");
    let settings = Settings::from_parts(&text, here, vec![]).unwrap();
    assert_eq!(settings.calls.unwrap().trunks[0].name, "env");
}

#[test]
fn msg_6_pools_are_refused_under_50_endings_and_warned_of_under_200() {
    let with = |pool: &str| {
        format!(
            "[calls]\npool = [{pool}]\n[[calls.trunks]]\nname = \"main\"\nhost = \"sip.example.org\"\n{PHONE}"
        )
    };
    only(&with("\"+49301230000-+49301230048\""), &["calls.pool: 49 different endings are too few"]);
    only(&with("\"+49301230000\", \"x\""), &["calls.pool: entry 2 is neither"]);
    let warned = read(&with("\"+49301230000-+49301230049\"")).warnings();
    assert!(
        warned.len() == 1 && warned[0].contains("calls.pool: 50") && warned[0].contains("2/50"),
        "{warned:?}"
    );
    let by_country = "[calls.pools]\nDE = [\"+49301230000-+49301230099\"]\nXX = []\nFR = 1\n";
    let trunk = "[[calls.trunks]]\nname = \"main\"\nhost = \"sip.example.org\"\n";
    only(
        &format!("{by_country}{trunk}{PHONE}"),
        &["calls.pools.XX: must be named", "calls.pools.FR: must be a list"],
    );
}

#[test]
fn msg_6_all_mistakes_of_trunks_are_told_at_once_and_where() {
    only(
        "[[calls.trunks]]\nhost = \"a b\"\ntransport = \"x\"\ncalls_per_second = 0\nuser = \"u\"\nrng = 1\n[[calls.trunks]]\nname = \"two\"\n",
        &[
            "calls.trunks[1].name: must be set",
            "calls.trunks[1].transport: must be",
            "calls.trunks[1].calls_per_second: must be a whole number",
            "calls.trunks[1].password_file: must be set",
            "calls.trunks[1].rng: is not a setting",
            "calls.trunks[2].host: must be set",
            "calls.pool: the numbers that call must be set",
            "phone.home: must be set",
            "phone.daily_budget: must be set",
        ],
    );
    let twice = format!("{TRUNK}[[calls.trunks]]\nname = \"main\"\nhost = \"b.example.org\"\n{PHONE}");
    only(&twice, &["calls.trunks: each trunk needs a name"]);
    only(
        "[calls]\ntrunks = 3\n",
        &[
            "calls.trunks: must be a list of sections",
            "calls.trunks: at least one",
            "calls.pool: ",
            "phone.home: ",
            "phone.daily_budget: ",
        ],
    );
    only(&format!("{TRUNK}host = \"a b\"\n"), &["countersign.toml: line 7 is not TOML"]);
    only(&format!("{TRUNK}domain = \"a b\"\n{PHONE}"), &["calls.trunks[1].domain: the domain has to be"]);
}

const SMPP: &str = "[[sms.routes]]\nname = \"centre\"\nprotocol = \"smpp\"\nhost = \"smsc.example.org\"\nsystem_id = \"us\"\n\
                    password = \"hunter2\"\nsender = \"Example\"\n";
const HTTP: &str = "[[sms.routes]]\nname = \"gateway\"\nprotocol = \"http\"\nurl = \"https://sms.example.org/send\"\n\
                    sender = \"+4930123456\"\nform = { to = \"{to}\", text = \"{text}\" }\n";

#[test]
fn msg_7_sms_leave_by_smpp_and_by_http() {
    let settings = read(&format!("{SMPP}window = 5\nsenders = {{ 1 = \"48291\" }}\n{HTTP}{PHONE}"));
    let routes = &settings.sms.as_ref().unwrap().routes;
    let SmsRoute::Smpp(smpp) = &routes[0] else { panic!("no SMPP") };
    assert_eq!((smpp.port, smpp.tls.is_some(), smpp.window, smpp.senders.by_code.len()), (3550, true, 5, 1));
    let SmsRoute::Http(http) = &routes[1] else { panic!("no HTTP") };
    assert_eq!(http.name, "gateway");
    assert!(!format!("{settings:?}").contains("hunter2"));
    let SmsRoute::Smpp(plain) = &read(&format!("{SMPP}tls = false\n{PHONE}")).sms.unwrap().routes[0] else {
        panic!("no SMPP")
    };
    assert_eq!((plain.port, plain.tls.is_some()), (2775, false));
}

#[test]
fn msg_7_all_mistakes_of_routes_are_told_at_once_and_where() {
    only(
        "[[sms.routes]]\nprotocol = \"smpp\"\nsender = \"much too long a name\"\nwindow = 0\n[[sms.routes]]\nname = \"b\"\n",
        &[
            "sms.routes[1].name: must be set",
            "sms.routes[1].sender: is none",
            "sms.routes[1].host: must be set",
            "sms.routes[1].system_id: must be set",
            "sms.routes[1].password_file: must be set",
            "sms.routes[1].window: must be a whole number",
            "sms.routes[2].sender: must be set",
            "sms.routes[2].protocol: must be",
            "phone.home: must be set",
            "phone.daily_budget: must be set",
        ],
    );
    only(&format!("{HTTP}user = \"u\"\n{PHONE}"), &["sms.routes[1].password_file: must be set"]);
    let http = HTTP.replace("https://", "http://");
    only(&format!("{http}{PHONE}"), &["sms.routes[1].url: the address must be https"]);
    only(&format!("{SMPP}{SMPP}{PHONE}"), &["sms.routes: each route needs a name"]);
}

#[test]
fn msg_7_a_gateway_tells_what_became_of_sms_behind_a_secret() {
    let places = "[sms.routes.receipts]\nsecret = \"0123456789abcdef\"\nmessage_id = \"/id\"\nstate = \"/status\"\n\
                  delivered = [\"DELIVRD\", \"delivered\"]\nrejected = [\"REJECTD\"]\n";
    let settings = read(&format!("{HTTP}{places}{PHONE}"));
    let sms = settings.sms.as_ref().unwrap();
    let (door, http) = sms.door("gateway").unwrap();
    assert!(door.opens(b"0123456789abcdef") && !door.opens(b"0123456789abcdeg") && !door.opens(b""));
    assert_eq!(http.receipts.as_ref().unwrap().states.len(), 3);
    assert!(sms.door("other").is_none() && !format!("{settings:?}").contains("0123456789abcdef"));
    assert!(read(&format!("{HTTP}{PHONE}")).sms.unwrap().door("gateway").is_none());
    only(
        &format!("{HTTP}[sms.routes.receipts]\nerror = \"/error\"\n{PHONE}"),
        &[
            "sms.routes[1].receipts.message_id: must be set",
            "sms.routes[1].receipts.state: must be set",
            "sms.routes[1].receipts.delivered: must list",
            "sms.routes[1].receipts.secret_file: must be set",
        ],
    );
    let short = places.replace("0123456789abcdef", "0123456789abcde");
    only(&format!("{HTTP}{short}{PHONE}"), &["sms.routes[1].receipts.secret: must have at least 16"]);
    only(
        &format!("{SMPP}{places}{PHONE}").replace("rejected = [\"REJECTD\"]\n", ""),
        &[
            "sms.routes[1].receipts.secret: is not a setting",
            "sms.routes[1].receipts.message_id: is not a setting",
            "sms.routes[1].receipts.state: is not a setting",
            "sms.routes[1].receipts.delivered: is not a setting",
        ],
    );
}

#[test]
fn msg_7_prices_and_destinations_are_by_country() {
    let settings = read(
        "[phone]\nhome = \"DE\"\ndestinations = [\"DE\", \"AT\", \"-+4932\"]\nprice_call = 20\nprice_sms = 90\n\
         daily_budget = 50000\n[phone.prices.DE]\ncall = 5\n[phone.prices]\nAT = { call = 6, sms = 60 }\n",
    );
    let phone = settings.phone.unwrap();
    let price = |country: &str, channel| phone.prices.of(Country::parse(country).unwrap(), channel);
    assert_eq!([price("DE", Channel::Call), price("DE", Channel::Sms)], [5, 90]);
    assert_eq!([price("AT", Channel::Sms), price("FR", Channel::Sms)], [60, 90]);
    assert_eq!((phone.daily_budget, phone.destinations.countries().count()), (Some(50_000), 2));
    only(
        "[phone]\nhome = \"XX\"\ndestinations = [\"DE\", \"Germany\"]\ndaily_budget = 5\n[phone.prices]\nXX = { call = 1 }\n\
         DE = { call = -1, fax = 2 }\n",
        &[
            "phone.home: must be a country's",
            "phone.destinations: entry 2",
            "phone.prices.XX.call: must be named",
            "phone.prices.DE.call: must be a whole number",
            "phone.prices.DE.fax: is not a setting",
        ],
    );
    only("[phone]\nprice_sms = 5\n", &["phone.home: must be set"]);
}

/// No sum is open unless the operator says so, and nothing costs nothing where there is one.
#[test]
fn d_3_whoever_calls_or_writes_has_a_budget_and_a_price_for_all_that_is_reached() {
    let home = "[phone]\nhome = \"DE\"\n";
    let missing = ["phone.daily_budget: must be set"];
    only(&format!("{TRUNK}{home}price_call = 5\n"), &missing);
    only(&format!("{SMPP}{home}price_sms = 5\n"), &missing);
    only(
        &format!("{TRUNK}{home}daily_budget = \"plenty\"\n"),
        &["phone.daily_budget: must be a whole number"],
    );
    let with = |ways: &str, prices: &str| format!("{ways}{home}daily_budget = 50000\n{prices}");
    let (call, sms) = ("phone.price_call: must be above 0", "phone.price_sms: must be above 0");
    only(&with(TRUNK, ""), &[call]);
    only(&with(TRUNK, "price_sms = 5\n"), &[call]);
    only(&with(SMPP, "price_call = 5\n"), &[sms]);
    only(&with(&format!("{SMPP}{TRUNK}"), ""), &[call, sms]);
    let two = "destinations = [\"DE\", \"AT\"]\n";
    only(
        &with(TRUNK, &format!("{two}[phone.prices]\nDE = {{ call = 5 }}\n")),
        &["phone.price_call: must be above 0 (or [phone.prices] for AT)"],
    );
    only(&with(TRUNK, "price_call = 5\n[phone.prices]\nDE = { call = 0 }\n"), &[call]);
    let budget = |text: &str| read(text).phone.unwrap().daily_budget;
    assert_eq!(budget(&with(TRUNK, "price_call = 5\n")), Some(50_000));
    assert_eq!(budget(&with(TRUNK, "[phone.prices]\nDE = { call = 5 }\n")), Some(50_000));
    // Countries that no number calls need no price for calls.
    let german = TRUNK.replace("pool = [", "pools.DE = [");
    assert_eq!(budget(&with(&german, &format!("{two}[phone.prices]\nDE = {{ call = 5 }}\n"))), Some(50_000));
    assert_eq!(budget(&format!("{TRUNK}{home}daily_budget = \"none\"\n")), None);
    let none = vec![("COUNTERSIGN_PHONE_DAILY_BUDGET".into(), "none".into())];
    let settings = Settings::from_parts(&format!("{TRUNK}{home}"), none, vec![]).unwrap();
    assert_eq!(settings.phone.unwrap().daily_budget, None);
}
