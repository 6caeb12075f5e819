//! The deciding transactions of an answer that counts.

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::name::DisplayName;
use countersign_core::role::Role;
use countersign_core::secret::Token;
use countersign_core::sign_in::{AccountChange, Permission, ProviderClaims};
use countersign_core::sso::newcomer;
use countersign_store::account::AccountRow;
use countersign_store::sso_identity::{self, SsoIdentityRow};
use countersign_store::{Db, StoreError, account, audit, session as sessions};

use super::super::super::gate::{self, Entered, Entering, FirstStep};
use super::super::super::letters::notice;
use super::super::super::session::{SignedIn, hold};
use super::super::super::sign_in::recognised;
use super::super::super::sign_up::bare_row;
use super::super::super::{About, FlowError, GONE};
use super::super::Claims;
use super::super::link::may_step_up;
use super::{Outcome, Visit, words};

/// Rolls a first sign-in back whose address was taken meanwhile.
const TAKEN: &str = "address taken meanwhile";

/// A first step by provider. Its transaction finds the account of the identity, or makes one, and passes the gate.
pub(super) async fn sign_in(
    visit: &Visit,
    claims: Claims,
    browser: Option<&Token>,
) -> Result<Outcome, FlowError> {
    let call = &visit.call;
    let browser = browser.map(|token| Token::parse(&token.reveal())).unwrap_or_default();
    let data = (visit.clone(), claims, browser);
    let job = call
        .deps
        .store
        .write(data, |tx, (visit, claims, browser)| Box::pin(visit.enter(tx, claims, browser.as_ref())));
    let outcome = match job.await {
        Err(StoreError::Refused(GONE | TAKEN)) => None,
        other => other?,
    };
    if let Some(outcome) = outcome {
        call.deps.post_wake.notify_one();
        return Ok(outcome);
    }
    visit.refused("linked to no account").await?;
    Ok(Outcome::Refused(words::not_linked(&visit.provider.name)))
}

impl Visit {
    /// `None`: the identity is linked to no account, and gets none.
    async fn enter(
        &self,
        tx: &mut Db,
        claims: &Claims,
        browser: Option<&Token>,
    ) -> Result<Option<Outcome>, StoreError> {
        let provider = &self.provider;
        let known = sso_identity::by_subject(tx, provider.id, &claims.subject).await?;
        let account = match known {
            Some(identity) => account::by_id(tx, identity.account_id).await?,
            None => self.made(tx, claims).await?,
        };
        // A provider speaks for its own organisation only.
        let Some(account) = account.filter(|row| row.organisation_id == provider.organisation_id) else {
            return Ok(None);
        };
        let entering = Entering {
            account: account.id,
            password_version: account.password_version,
            first_step: FirstStep::Provider,
            claims: Some(ProviderClaims {
                provider: provider.slug.clone(),
                amr: claims.amr.iter().cloned().collect(),
                acr: claims.acr.clone(),
            }),
            browser: recognised(&self.call, tx, &account, browser).await?,
            replaces: self.replaces,
        };
        let Some(entered) = gate::enter(tx, &self.call, &entering).await? else {
            self.note(tx, &account, "the account is closed or has changed meanwhile").await?;
            return Ok(Some(Outcome::Refused(words::closed())));
        };
        let email = claims.email.as_deref();
        sso_identity::touch(tx, provider.id, &claims.subject, self.call.now, email).await?;
        Ok(Some(match entered {
            Entered::Session(entry) => Outcome::Entered(entry),
            Entered::Challenge(open) => Outcome::Challenge(open),
        }))
    }

    /// An account for somebody who comes for the first time, where the provider makes accounts and nobody has the address:
    /// one that exists is never linked in this way.
    async fn made(&self, tx: &mut Db, claims: &Claims) -> Result<Option<AccountRow>, StoreError> {
        let (call, provider) = (&self.call, &self.provider);
        let email = claims.email.as_deref().and_then(|text| EmailAddress::parse(text).ok());
        let Some(email) = newcomer(provider.jit, &provider.domains, email.as_ref(), claims.email_verified)
        else {
            return Ok(None);
        };
        if account::is_taken(tx, &email.key(), call.now).await? {
            return Ok(None);
        }
        let name = claims.name.as_deref().and_then(|name| DisplayName::parse(name).ok());
        let Some(name) = name.or_else(|| DisplayName::parse(email.local()).ok()) else { return Ok(None) };
        let mut row = bare_row(call, provider.organisation_id, email, &name, Role::Member);
        row.email_verified_at = Some(call.now);
        if !account::create(tx, &row).await? {
            return Err(StoreError::Refused(TAKEN));
        }
        if !sso_identity::create(tx, &self.identity(&row, claims)).await? {
            return Err(StoreError::Refused(GONE));
        }
        let provider = ("provider", provider.slug.clone());
        let by = [provider.clone(), ("role", row.role.as_str().to_owned())];
        let rows = [
            call.own_row(Event::AccountAdded, About::of(&row), &by),
            call.own_row(Event::SsoLinked, About::of(&row), &[provider]),
        ];
        audit::append_all(tx, &rows).await?;
        Ok(Some(row))
    }

    fn identity(&self, account: &AccountRow, claims: &Claims) -> SsoIdentityRow {
        SsoIdentityRow {
            provider_id: self.provider.id,
            subject: claims.subject.clone(),
            account_id: account.id,
            email: claims.email.clone(),
            created_at: self.call.now,
            last_used_at: None,
        }
    }

    async fn note(&self, tx: &mut Db, account: &AccountRow, reason: &str) -> Result<(), StoreError> {
        let detail = [("provider", self.provider.slug.clone()), ("reason", reason.to_owned())];
        audit::append(tx, &self.call.caller_row(Event::SsoRefused, About::of(account), &detail)).await
    }
}

/// Links the provider to the account of the session, which must still have fresh proof.
pub(super) async fn link(visit: &Visit, claims: Claims, signed_in: SignedIn) -> Result<Outcome, FlowError> {
    let call = &visit.call;
    match signed_in.may(AccountChange::LinkProvider, call.now) {
        Permission::Yes => {}
        Permission::StepUp | Permission::OwnChallenge => {
            visit.refused("the proof is no longer fresh").await?;
            return Ok(Outcome::Refused(words::too_late()));
        }
        Permission::No(key) => return Ok(Outcome::Refused(countersign_core::text::Text::new(key))),
    }
    let data = (visit.clone(), claims, signed_in);
    let job = call.deps.store.write(data, |tx, (visit, claims, signed_in)| {
        Box::pin(async move {
            let (call, provider) = (&visit.call, &visit.provider);
            let held = hold(tx, call, signed_in, AccountChange::LinkProvider).await?;
            if held.organisation_id != provider.organisation_id
                || !sso_identity::create(tx, &visit.identity(&held, claims)).await?
            {
                return Ok(false);
            }
            let detail = [("provider", provider.slug.clone())];
            audit::append(tx, &call.own_row(Event::SsoLinked, About::of(&held), &detail)).await?;
            let body = LetterBody { name: Some(provider.name.clone()), ..LetterBody::default() };
            notice(tx, call, &held, LetterKind::ProviderLinked, body).await?;
            Ok(true)
        })
    });
    if job.await? {
        call.deps.post_wake.notify_one();
        return Ok(Outcome::Linked);
    }
    visit.refused("linked already").await?;
    Ok(Outcome::Refused(words::taken(&visit.provider.name)))
}

/// Raises the session: the same identity has signed in at the provider anew.
pub(super) async fn step_up(
    visit: &Visit,
    claims: Claims,
    signed_in: SignedIn,
) -> Result<Outcome, FlowError> {
    let call = &visit.call;
    let usable = may_step_up(call, &signed_in).await?;
    if !usable.iter().any(|linked| linked.slug == visit.provider.slug) {
        visit.refused("the account has another way to confirm its owner").await?;
        return Ok(Outcome::Refused(words::too_late()));
    }
    let data = (visit.clone(), claims, signed_in, Token::new(call.entropy()));
    let job = call.deps.store.write(data, |tx, (visit, claims, signed_in, token)| {
        Box::pin(raised(tx, visit, claims, signed_in, token))
    });
    match job.await {
        Ok(Some(token)) => Ok(Outcome::SteppedUp(token)),
        Err(StoreError::Refused(GONE)) => Err(FlowError::SignInAgain),
        Ok(None) => {
            visit.refused("somebody else signed in there").await?;
            Ok(Outcome::Refused(words::other_person(&visit.provider.name)))
        }
        Err(error) => Err(error.into()),
    }
}

async fn raised(
    tx: &mut Db,
    visit: &Visit,
    claims: &Claims,
    signed_in: &SignedIn,
    token: &Token,
) -> Result<Option<Token>, StoreError> {
    let (call, provider) = (&visit.call, &visit.provider);
    let version = signed_in.facts.account.password_version;
    let Some(held) = gate::held(tx, call, signed_in.account(), version).await? else {
        return Err(StoreError::Refused(GONE));
    };
    let identity = sso_identity::by_subject(tx, provider.id, &claims.subject).await?;
    if identity.is_none_or(|identity| identity.account_id != held.account.id) {
        return Ok(None);
    }
    // A factor that was set up meanwhile is asked for instead.
    if held.account.factor_version != signed_in.facts.account.factor_version {
        return Err(StoreError::Refused(GONE));
    }
    if !sessions::step_up(tx, signed_in.session, &token.hash(), signed_in.class, call.now).await? {
        return Err(StoreError::Refused(GONE));
    }
    let email = claims.email.as_deref();
    sso_identity::touch(tx, provider.id, &claims.subject, call.now, email).await?;
    let detail = [("method", "provider".to_owned()), ("provider", provider.slug.clone())];
    audit::append(tx, &call.own_row(Event::StepUpSucceeded, About::of(&held.account), &detail)).await?;
    Ok(Token::parse(&token.reveal()))
}
