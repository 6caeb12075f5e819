//! The requests of a call (RFC 3261), as text.

use std::time::Duration;

use super::digest::Login;
use super::line::{Answer, Origin};
use super::{Call, CallerHeader, Transport, TrunkSettings};

/// What ends our Call-IDs: a name of ours, and none that tells which machine called.
const CALL_ID_SUFFIX: &str = "countersign";
const AGENT: &str = "Countersign";
/// The port in our session descriptions: that of discarding (RFC 863), since nothing is ever listened to.
const NO_MEDIA: u16 = 9;

/// Everything that the requests of one call share.
pub(super) struct Order {
    target: String,
    from: String,
    account: String,
    identities: Vec<String>,
    call_id: String,
    session: String,
    pub(super) login: Option<Login>,
    pub(super) ring: Duration,
    pub(super) max_wait: Duration,
}

/// One INVITE of a call: a challenge makes a second one.
#[derive(Clone)]
pub(super) struct Invite {
    pub(super) branch: String,
    pub(super) sequence: u32,
    /// Headers that answer challenges, each with its name.
    pub(super) credentials: Vec<(&'static str, String)>,
}

impl Order {
    pub(super) fn new(settings: &TrunkSettings, call: Call<'_>) -> Self {
        let domain = settings.domain();
        let caller = settings.number_form.write(call.from);
        let account = settings.user.clone().unwrap_or_else(|| CALL_ID_SUFFIX.to_owned());
        let in_from = settings.caller_in.contains(&CallerHeader::From);
        let identities = settings.caller_in.iter().filter_map(|header| match header {
            CallerHeader::From => None,
            CallerHeader::PAssertedIdentity => {
                Some(format!("P-Asserted-Identity: <sip:{caller}@{domain}>\r\nPrivacy: none"))
            }
            CallerHeader::RemotePartyId => {
                Some(format!("Remote-Party-ID: <sip:{caller}@{domain}>;party=calling;screen=yes;privacy=off"))
            }
        });
        let identities = identities.collect();
        Self {
            target: format!("sip:{}@{domain}", settings.number_form.write(call.to)),
            from: format!("<sip:{}@{domain}>;tag={}", if in_from { &caller } else { &account }, token()),
            account,
            identities,
            call_id: format!("{}@{CALL_ID_SUFFIX}", token()),
            session: token_of_digits(),
            login: login(settings),
            ring: settings.ring,
            max_wait: settings.max_wait,
        }
    }

    /// The address that is called.
    pub(super) fn target(&self) -> &str {
        &self.target
    }

    pub(super) fn invite(&self, origin: &Origin, invite: &Invite) -> String {
        let mut lines =
            self.head("INVITE", &self.target, origin, &invite.branch, &self.to(), invite.sequence);
        lines.push(format!("Contact: {}", contact(origin, &self.account)));
        lines.push("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS".to_owned());
        lines.extend(self.identities.iter().cloned());
        lines.extend(invite.credentials.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.push("Content-Type: application/sdp".to_owned());
        written(lines, &self.session(origin))
    }

    /// Takes an INVITE back: all but the method is the INVITE's own, its branch before all (RFC 3261 section 9.1).
    /// `origin` is where the INVITE left from.
    pub(super) fn cancel(&self, origin: &Origin, invite: &Invite) -> String {
        let lines = self.head("CANCEL", &self.target, origin, &invite.branch, &self.to(), invite.sequence);
        written(lines, "")
    }

    /// Where somebody who answered is reached (RFC 3261 section 12.1.2).
    pub(super) fn answerer<'a>(&'a self, answer: &'a Answer) -> &'a str {
        answer.first("Contact").and_then(address).unwrap_or(&self.target)
    }

    /// Ends what this answer began (RFC 3261 section 15.1.1).
    pub(super) fn bye(
        &self,
        origin: &Origin,
        answer: &Answer,
        sequence: u32,
        credentials: &[(&'static str, String)],
    ) -> String {
        let to = answer.first("To").unwrap_or_default();
        let mut lines = self.head("BYE", self.answerer(answer), origin, &branch(), to, sequence);
        lines.extend(credentials.iter().map(|(name, value)| format!("{name}: {value}")));
        let mut routes: Vec<_> = answer.all("Record-Route").filter(|route| is_one_line(route)).collect();
        routes.reverse();
        for route in routes {
            // Several in one line are in the wrong order too.
            let mut hops: Vec<_> = route.split(',').map(str::trim).collect();
            hops.reverse();
            lines.push(format!("Route: {}", hops.join(", ")));
        }
        written(lines, "")
    }

    fn to(&self) -> String {
        format!("<{}>", self.target)
    }

    fn head(
        &self,
        method: &str,
        target: &str,
        origin: &Origin,
        branch: &str,
        to: &str,
        sequence: u32,
    ) -> Vec<String> {
        vec![
            format!("{method} {target} SIP/2.0"),
            format!("Via: {}", via(origin, branch)),
            "Max-Forwards: 70".to_owned(),
            format!("From: {}", self.from),
            format!("To: {to}"),
            format!("Call-ID: {}", self.call_id),
            format!("CSeq: {sequence} {method}"),
            format!("User-Agent: {AGENT}"),
        ]
    }

    /// G.711 in both its forms, and nobody who sends or hears it (RFC 8866, RFC 3264).
    fn session(&self, origin: &Origin) -> String {
        let (address, family) = (origin.address.ip(), if origin.address.is_ipv6() { "IP6" } else { "IP4" });
        let session = &self.session;
        format!(
            "v=0\r\no=- {session} 1 IN {family} {address}\r\ns=-\r\nc=IN {family} {address}\r\nt=0 0\r\n\
             m=audio {NO_MEDIA} RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"
        )
    }
}

/// Asks a trunk whether it is there.
pub(super) struct Question {
    domain: String,
    user: String,
    tag: String,
    call_id: String,
    pub(super) login: Option<Login>,
}

impl Question {
    pub(super) fn new(settings: &TrunkSettings) -> Self {
        Self {
            domain: settings.domain().to_owned(),
            user: settings.user.clone().unwrap_or_else(|| CALL_ID_SUFFIX.to_owned()),
            tag: token(),
            call_id: format!("{}@{CALL_ID_SUFFIX}", token()),
            login: login(settings),
        }
    }

    pub(super) fn target(&self) -> String {
        format!("sip:{}", self.domain)
    }

    pub(super) fn options(
        &self,
        origin: &Origin,
        sequence: u32,
        credentials: &[(&'static str, String)],
    ) -> String {
        let Self { domain, user, tag, call_id, .. } = self;
        let mut lines = vec![
            format!("OPTIONS sip:{domain} SIP/2.0"),
            format!("Via: {}", via(origin, &branch())),
            "Max-Forwards: 70".to_owned(),
            format!("From: <sip:{user}@{domain}>;tag={tag}"),
            format!("To: <sip:{domain}>"),
            format!("Call-ID: {call_id}"),
            format!("CSeq: {sequence} OPTIONS"),
            format!("Contact: {}", contact(origin, user)),
            "Accept: application/sdp".to_owned(),
            format!("User-Agent: {AGENT}"),
        ];
        lines.extend(credentials.iter().map(|(name, value)| format!("{name}: {value}")));
        written(lines, "")
    }
}

/// A request of these lines with this body.
fn written(mut lines: Vec<String>, body: &str) -> String {
    lines.push(format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    lines.join("\r\n")
}

fn login(settings: &TrunkSettings) -> Option<Login> {
    let (user, password) = (settings.user.clone()?, settings.password.clone()?);
    Some(Login { user, password })
}

/// A new branch (RFC 3261 section 8.1.1.7).
pub(super) fn branch() -> String {
    format!("z9hG4bK{}", token())
}

/// A word that nobody can guess and that is never used twice.
pub(super) fn token() -> String {
    super::stack::token()
}

/// The same as a number that every parser takes.
fn token_of_digits() -> String {
    let digits: String = token().bytes().map(|byte| char::from(b'0' + byte % 10)).take(9).collect();
    format!("1{digits}")
}

fn via(origin: &Origin, branch: &str) -> String {
    let transport = match origin.transport {
        Transport::Udp => "UDP",
        Transport::Tcp => "TCP",
        Transport::Tls => "TLS",
    };
    format!("SIP/2.0/{transport} {};branch={branch};rport", origin.address)
}

fn contact(origin: &Origin, user: &str) -> String {
    let transport = match origin.transport {
        Transport::Udp => "",
        Transport::Tcp => ";transport=tcp",
        Transport::Tls => ";transport=tls",
    };
    format!("<sip:{user}@{}{transport}>", origin.address)
}

/// The address in a header: between angle brackets, or all before the first parameter.
fn address(value: &str) -> Option<&str> {
    let address = match value.split_once('<') {
        Some((_, rest)) => rest.split_once('>')?.0,
        None => value.split([';', ',']).next()?.trim(),
    };
    let is_sip = address.starts_with("sip:") || address.starts_with("sips:");
    (is_sip && is_one_line(address) && !address.contains(' ')).then_some(address)
}

fn is_one_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;
    use crate::sip::NumberForm;

    const CALL: Call<'_> = Call { to: "+79161234567", from: "+74955550137" };

    fn origin(address: &str, transport: Transport) -> Origin {
        Origin { transport, address: address.parse().unwrap() }
    }

    fn first(branch: &str) -> Invite {
        Invite { branch: branch.to_owned(), sequence: 1, credentials: vec![] }
    }

    fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    #[test]
    fn the_number_stands_where_the_trunk_wants_it() {
        let all = vec![CallerHeader::From, CallerHeader::PAssertedIdentity, CallerHeader::RemotePartyId];
        for (caller_in, from, asserted, remote) in [
            (all, "+74955550137", true, true),
            (vec![CallerHeader::PAssertedIdentity], "account7", true, false),
            (vec![CallerHeader::RemotePartyId], "account7", false, true),
            (vec![CallerHeader::From], "+74955550137", false, false),
        ] {
            let mut trunk = TrunkSettings::usual("main", "sip.example.org:5080");
            trunk.user = Some("account7".to_owned());
            trunk.caller_in = caller_in;
            let text = Order::new(&trunk, CALL)
                .invite(&origin("192.0.2.1:5090", Transport::Udp), &first("z9hG4bKx"));
            assert!(text.starts_with("INVITE sip:+79161234567@sip.example.org:5080 SIP/2.0\r\n"), "{text}");
            let sent = header(&text, "From").unwrap();
            assert!(sent.starts_with(&format!("<sip:{from}@sip.example.org:5080>;tag=")), "{sent}");
            let identity = header(&text, "P-Asserted-Identity");
            assert_eq!(identity, asserted.then_some("<sip:+74955550137@sip.example.org:5080>"));
            assert_eq!(header(&text, "Privacy"), asserted.then_some("none"));
            assert_eq!(header(&text, "Remote-Party-ID").is_some(), remote);
        }
    }

    #[test]
    fn the_form_and_the_domain_are_the_trunks() {
        let mut trunk = TrunkSettings::usual("main", "192.0.2.7");
        trunk.domain = Some("trunk.example".to_owned());
        trunk.number_form = NumberForm::National { country_code: "7".to_owned(), prefix: "8".to_owned() };
        let text =
            Order::new(&trunk, CALL).invite(&origin("192.0.2.1:5090", Transport::Udp), &first("z9hG4bKx"));
        assert!(text.starts_with("INVITE sip:89161234567@trunk.example SIP/2.0\r\n"), "{text}");
        assert!(header(&text, "From").unwrap().starts_with("<sip:84955550137@trunk.example>"));
    }

    // Trap: the library's Call-ID ends in its vendor's domain unless told otherwise.
    #[test]
    fn call_ids_are_ours_and_new_each_time() {
        let trunk = TrunkSettings::usual("main", "192.0.2.7");
        let id = |order: &Order| order.call_id.clone();
        let (one, other) = (Order::new(&trunk, CALL), Order::new(&trunk, CALL));
        assert!(id(&one).ends_with("@countersign") && id(&one).len() > 30, "{}", id(&one));
        assert_ne!(id(&one), id(&other));
    }

    #[test]
    fn a_cancel_is_its_invite_but_for_the_method() {
        let order = Order::new(&TrunkSettings::usual("main", "192.0.2.7"), CALL);
        let here = origin("[2001:db8::1]:5090", Transport::Tls);
        let invite = Invite { sequence: 2, ..first("z9hG4bKsame") };
        let (asked, taken_back) = (order.invite(&here, &invite), order.cancel(&here, &invite));
        for name in ["Via", "From", "To", "Call-ID"] {
            assert_eq!(header(&asked, name), header(&taken_back, name), "{name}");
        }
        assert_eq!(
            header(&taken_back, "Via"),
            Some("SIP/2.0/TLS [2001:db8::1]:5090;branch=z9hG4bKsame;rport")
        );
        assert_eq!(header(&taken_back, "CSeq"), Some("2 CANCEL"));
        assert!(asked.contains("c=IN IP6 2001:db8::1\r\n"), "{asked}");
    }

    #[test]
    fn a_bye_goes_where_the_answer_says() {
        let order = Order::new(&TrunkSettings::usual("main", "192.0.2.7"), CALL);
        let headers = [
            ("Record-Route", "<sip:b.example;lr>, <sip:a.example;lr>"),
            ("Record-Route", "<sip:192.0.2.7;lr>"),
            ("To", "<sip:+79161234567@192.0.2.7>;tag=them"),
            ("Contact", "\"Phone\" <sip:phone@198.51.100.9:5066>;expires=60"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let text =
            order.bye(&origin("192.0.2.1:5090", Transport::Udp), &Answer { code: 200, headers }, 2, &[]);
        assert!(text.starts_with("BYE sip:phone@198.51.100.9:5066 SIP/2.0\r\n"), "{text}");
        assert_eq!(header(&text, "To"), Some("<sip:+79161234567@192.0.2.7>;tag=them"));
        assert_eq!(header(&text, "CSeq"), Some("2 BYE"));
        let routes: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("Route: ")).collect();
        assert_eq!(routes, ["<sip:192.0.2.7;lr>", "<sip:a.example;lr>, <sip:b.example;lr>"]);
    }

    #[test]
    fn a_contact_that_is_none_is_not_followed() {
        for value in ["<tel:+7916>", "<sip:a\r\nX: y@b>", "sip", "", "<sip:a b>"] {
            assert_eq!(address(value), None, "{value:?}");
        }
        assert_eq!(address("sip:a@b:5060;transport=tcp"), Some("sip:a@b:5060"));
    }

    #[test]
    fn a_password_without_a_user_is_no_login() {
        let mut trunk = TrunkSettings::usual("main", "192.0.2.7");
        trunk.password = Some(Secret::new("x".to_owned()));
        assert!(login(&trunk).is_none());
    }
}
