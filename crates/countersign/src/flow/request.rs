//! Asking the support desk for help, where the second step can't be done (APP-8).
//!
//! Anybody may ask, and is answered alike: whether an address has an account shows neither in the answer nor in what it
//! costs. A browser that has passed the first step is believed to be the account's, and the desk is told how far that goes.

use countersign_core::audit::{Actor, Event};
use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, ChallengeId, LetterId, OrganisationId, SupportRequestId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::{CounterKey, Refused};
use countersign_core::request::{LONGEST_MESSAGE, Lost, Prose, ProseFault, RequestProof, RequestState};
use countersign_core::secret::Token;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::letter::NewLetter;
use countersign_store::support_request::SupportRequestRow;
use countersign_store::{Db, StoreError, account, audit, letter, organisation, support_request};

use super::letters::{Draft, post};
use super::limit::Charges;
use super::session::SignedIn;
use super::{About, Call, FieldFault, FlowError, GONE, policy, second_step};
use crate::text;

/// What a browser has proved by what it holds.
#[derive(Clone, Debug)]
pub struct Known {
    /// The account.
    account: AccountId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// Its address, masked.
    pub masked: String,
    /// How it was proved.
    proof: RequestProof,
}

/// What is asked, as it was typed.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The address, of somebody about whom nothing is known.
    pub email: Option<&'a str>,
    /// The name of one of [`Lost`].
    pub lost: &'a str,
    /// What happened, in the person's own words; may be empty but for [`Lost::Other`].
    pub message: &'a str,
    /// The page's language, as a tag.
    pub language: &'a str,
}

/// Whose browser this is, by its challenge or its session. `None`: an address has to be asked for.
pub async fn known(
    call: &Call,
    challenge: Option<&Token>,
    session: Option<&SignedIn>,
) -> Result<Option<Known>, FlowError> {
    if let Some(token) = challenge {
        let mut db = call.reader().await?;
        if let Some(found) = second_step::live(call, &mut db, token).await? {
            let proof = RequestProof::of_first_step(&found.challenge.first_step);
            return Ok(Some(Known::of(&found.facts.account, proof)));
        }
    }
    Ok(session.map(|signed_in| Known::of(&signed_in.facts.account, RequestProof::Session)))
}

impl Known {
    fn of(account: &AccountRow, proof: RequestProof) -> Self {
        let organisation = account.organisation_id;
        Self { account: account.id, organisation, masked: account.email.masked(), proof }
    }
}

/// Puts a request into the desk's queue. The account's owner gets a letter that it has arrived, where there is one and its
/// address is confirmed. `TooMany`: nothing was written, and the earlier requests still wait.
pub async fn ask(call: &Call, known: Option<Known>, asked: Asked<'_>) -> Result<(), FlowError> {
    let (lost, message, email) = read(known.is_some(), asked)?;
    let who = match (known, email) {
        (Some(known), _) => Who::Known(known),
        (None, Some(email)) => Who::Stranger(email),
        (None, None) => return Err(FlowError::field("email", text!("email-fault-empty"))),
    };
    let home = policy::default_organisation(call).await?.id;
    let language = asked.language.to_owned();
    let asking = Asking { call: call.clone(), who, lost, message, language, home };
    let mut db = call.reader().await?;
    if let Err(refused) = asking.charges().peek(&mut db, call.now).await? {
        return Err(refused.into());
    }
    drop(db);
    let job = call.deps.store.write(asking, |tx, asking| Box::pin(asking.settle(tx)));
    match job.await {
        Err(StoreError::Refused(GONE)) => return Err(FlowError::SignInAgain),
        other => other??,
    }
    call.deps.post_wake.notify_one();
    Ok(())
}

fn read(known: bool, asked: Asked<'_>) -> Result<(Lost, String, Option<EmailAddress>), FlowError> {
    let mut faults = Vec::new();
    let mut fault = |field, text| faults.push(FieldFault { field, text });
    let typed = asked.email.filter(|_| !known).map(EmailAddress::parse).transpose();
    if let Err(wrong) = &typed {
        fault("email", wrong.text());
    }
    let lost = Lost::parse(asked.lost);
    if lost.is_none() {
        fault("lost", countersign_core::text::Text::new("request-lost-missing"));
    }
    let message = match Prose::parse(asked.message, LONGEST_MESSAGE) {
        Ok(prose) => prose.as_str().to_owned(),
        // "Something else" says nothing by itself.
        Err(ProseFault::Empty) if lost.is_none_or(|lost| lost != Lost::Other) => String::new(),
        Err(wrong) => {
            fault("message", wrong.text());
            String::new()
        }
    };
    match (typed, lost) {
        (Ok(email), Some(lost)) if faults.is_empty() => Ok((lost, message, email)),
        _ => Err(FlowError::Invalid(faults)),
    }
}

enum Who {
    Known(Known),
    Stranger(EmailAddress),
}

/// A request that is to be written down.
struct Asking {
    call: Call,
    who: Who,
    lost: Lost,
    message: String,
    language: String,
    /// Whose desk reads what is about no account.
    home: OrganisationId,
}

impl Asking {
    fn charges(&self) -> Charges {
        let own = match &self.who {
            Who::Known(known) => CounterKey::support_request(known.account, true),
            // By the address, so that nothing of the counting differs where there is an account.
            Who::Stranger(email) => {
                let id = AccountId::from_bytes(self.call.deps.keys.identifier(&email.key()));
                CounterKey::support_request(id, false)
            }
        };
        Charges::new(vec![own, CounterKey::support_request_address(&self.call.origin.address)])
    }

    /// The same statements in the same order whether or not there is an account.
    async fn settle(&self, tx: &mut Db) -> Result<Result<(), Refused>, StoreError> {
        let call = &self.call;
        let mut locked = self.charges().lock(tx).await?;
        if let Err(refused) = locked.check(call.now) {
            return Ok(Err(refused));
        }
        locked.fail(tx, call.now).await?;
        let (account, email, proof) = match &self.who {
            Who::Known(known) => {
                let found = account::by_id(tx, known.account).await?.ok_or(StoreError::Refused(GONE))?;
                let email = found.email.clone();
                (Some(found), email, known.proof)
            }
            Who::Stranger(email) => {
                let found = account::by_email_key(tx, &email.key()).await?;
                (found, email.clone(), RequestProof::Nothing)
            }
        };
        let row = self.row(account.as_ref(), email, proof);
        support_request::create(tx, &row).await?;
        self.tell(tx, account.as_ref(), &row.email).await?;
        let about = About { account: row.account_id, organisation: Some(row.organisation_id) };
        let detail = [
            ("request", row.id.to_string()),
            ("lost", self.lost.as_str().to_owned()),
            ("proof", proof.as_str().to_owned()),
        ];
        let actor = match (&self.who, row.account_id) {
            (Who::Known(_), Some(id)) => Actor::Account(id),
            _ => call.origin.actor,
        };
        audit::append(tx, &call.audit_row(Event::RequestMade, actor, about, &detail)).await?;
        Ok(Ok(()))
    }

    fn row(
        &self,
        account: Option<&AccountRow>,
        email: EmailAddress,
        proof: RequestProof,
    ) -> SupportRequestRow {
        let call = &self.call;
        SupportRequestRow {
            id: SupportRequestId::new(call.now, call.entropy()),
            organisation_id: account.map_or(self.home, |account| account.organisation_id),
            account_id: account.map(|account| account.id),
            email,
            lost: self.lost,
            message: self.message.clone(),
            proof,
            language: self.language.clone(),
            address: call.origin.address.to_string(),
            device: call.device().to_owned(),
            state: RequestState::Open,
            taken_by: None,
            created_at: call.now,
            changed_at: call.now,
            closed_at: None,
        }
    }

    /// Tells the owner that the request has arrived. Where there is none to be told, a letter is written all the same and
    /// taken out before anybody can see it.
    async fn tell(
        &self,
        tx: &mut Db,
        account: Option<&AccountRow>,
        email: &EmailAddress,
    ) -> Result<(), StoreError> {
        let call = &self.call;
        if !call.deps.mail {
            return Ok(());
        }
        let nobody = ChallengeId::new(call.now, call.entropy());
        let kind = LetterKind::RequestReceived;
        let told = account
            .filter(|account| account.state == AccountState::Active && account.email_verified_at.is_some());
        if let Some(account) = told {
            let draft = Draft::about(account, kind, &account.email, LetterBody::default());
            post(tx, call, Draft { language: Some(&self.language), ..draft }).await?;
        } else {
            organisation::by_id(tx, self.home).await?;
            let decoy = NewLetter {
                id: LetterId::new(call.now, call.entropy()),
                account_id: None,
                challenge_id: Some(nobody),
                kind,
                recipient: email.clone(),
                language: self.language.clone(),
                body: LetterBody::default(),
                bundle: None,
                created_at: call.now,
                expires_at: call.now,
            };
            letter::post(tx, &call.deps.keys, call.entropy(), &decoy).await?;
        }
        letter::drop_waiting_of_challenge(tx, nobody).await.map(drop)
    }
}
