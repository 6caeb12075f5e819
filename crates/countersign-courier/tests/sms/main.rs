//! Messages to a real short message centre (the npm `smpp`, as `tests/peers/smpp/centre.mjs` runs it), and to a gateway
//! that answers as it is told.

mod centre;
mod failures;
mod gateway;
mod http;
mod http_faults;
mod messages;
mod privacy;
mod receipts;
mod routing;
mod session;

use std::time::Duration;

use countersign_courier::Secret;
use countersign_courier::smpp::{ENQUIRE_LINK, Numbering, SmppSettings, WINDOW};
use countersign_courier::sms::{
    Condition, Receipt, Sender, Senders, Sms, SmsOutcome, SmsResult, SmsRoute, SmsRoutes,
};
use tokio::sync::mpsc;

/// Long enough for a busy machine.
const LIMIT: Duration = Duration::from_secs(20);
/// What tests of silence wait for.
const SHORT: Duration = Duration::from_millis(300);
const ADA: &str = "+4915112345678";
const TEXT: &str = "Your code is 482913. Do not share it.";

fn smpp(port: u16) -> SmppSettings {
    SmppSettings {
        name: "main".to_owned(),
        host: "127.0.0.1".to_owned(),
        port,
        tls: None,
        system_id: "countersign".to_owned(),
        password: Secret::new("secret".to_owned()),
        system_type: String::new(),
        senders: Senders::always(sender("Example")),
        window: WINDOW,
        enquire_link: ENQUIRE_LINK,
        response_timeout: LIMIT,
        source: Numbering::default(),
        destination: Numbering::default(),
    }
}

fn sender(text: &str) -> Sender {
    Sender::parse(text).expect("a sender")
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// The routes, and where their receipts come out.
async fn start(routes: Vec<SmsRoute>) -> (SmsRoutes, mpsc::Receiver<Receipt>) {
    let (receipts, coming) = mpsc::channel(100);
    let routes = SmsRoutes::start(routes, &receipts).expect("settings that work");
    routes.settled().await;
    (routes, coming)
}

/// One SMPP route to this port, as it is and with what `change` makes of it.
async fn over_smpp(
    port: u16,
    change: impl FnOnce(&mut SmppSettings),
) -> (SmsRoutes, mpsc::Receiver<Receipt>) {
    let mut settings = smpp(port);
    change(&mut settings);
    start(vec![SmsRoute::Smpp(settings)]).await
}

async fn send(routes: &SmsRoutes, to: &str, text: &str) -> SmsResult {
    routes.send(Sms { to, text: &secret(text), valid_for: Duration::from_mins(5) }).await
}

async fn outcome(routes: &SmsRoutes, to: &str) -> SmsOutcome {
    send(routes, to, TEXT).await.outcome
}

fn accepted(id: &str) -> SmsOutcome {
    SmsOutcome::Accepted { message_id: Some(id.to_owned()) }
}

const fn refused(code: u32, permanent: bool) -> SmsOutcome {
    SmsOutcome::Refused { code, permanent }
}

/// Why the first route is down, once it is.
async fn downfall(routes: &SmsRoutes) -> String {
    within("a route that is down", || match &routes.states()[0].condition {
        Condition::Down { reason } => Some(reason.clone()),
        Condition::Ready | Condition::Connecting => None,
    })
    .await
}

async fn ready(routes: &SmsRoutes) {
    within("a route that is ready", || (routes.states()[0].condition == Condition::Ready).then_some(()))
        .await;
}

/// Looks again and again until there is something.
async fn within<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LIMIT, looking).await.unwrap_or_else(|_| panic!("{what}: not in time"))
}

/// A port that nobody listens on.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}
