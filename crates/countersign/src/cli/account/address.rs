//! An account's address, and links for a new password.

use clap::Args;
use serde_json::json;

use super::super::told::{Desk, json, told};
use super::super::{Failure, out};
use super::{account, print_link};
use crate::flow::admin::{self, confirm_address, mail_reset, set_address};

/// A link for a new password.
#[derive(Debug, Args)]
pub(super) struct ResetArgs {
    /// The account's e-mail address
    email: String,
    /// Send the link to that address instead of printing it
    #[arg(long)]
    mail: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Another address.
#[derive(Debug, Args)]
pub(super) struct SetAddressArgs {
    /// The account's present e-mail address
    email: String,
    /// The address that it gets
    new: String,
}

pub(super) async fn reset_link(desk: &Desk, args: &ResetArgs) -> Result<(), Failure> {
    let what = account(&args.email);
    if !args.mail {
        let made = admin::reset_link(&desk.call, &args.email).await;
        let (token, until) = made.map_err(|error| told(error, &what))?;
        print_link(desk, &args.email, &token, until, args.json);
        return Ok(());
    }
    mail_reset(&desk.call, &args.email).await.map_err(|error| told(error, &what))?;
    if args.json {
        json(&json!({ "email": args.email, "sent": true }));
    } else {
        out::line(format!(
            "A letter to {} is in the outbox; a running server sends it. Its link works for 30 minutes.",
            args.email
        ));
    }
    Ok(())
}

pub(super) async fn confirm(desk: &Desk, email: &str) -> Result<(), Failure> {
    confirm_address(&desk.call, email).await.map_err(|error| told(error, &account(email)))?;
    out::line(format!("The address {email} counts as confirmed."));
    Ok(())
}

pub(super) async fn set(desk: &Desk, args: &SetAddressArgs) -> Result<(), Failure> {
    let set = set_address(&desk.call, &args.email, &args.new).await;
    set.map_err(|error| told(error, &account(&args.email)))?;
    out::line(format!("{} signs in as {} from now on; the old address is told.", args.email, args.new));
    Ok(())
}
