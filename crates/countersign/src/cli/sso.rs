//! `countersign sso`: the identity providers of organisations.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::told::{Desk, json, rfc3339, shown, table, told, with_desk};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::flow::sso::{self, Changes, Line, NewProvider, Which};

/// Look after the identity providers through which members sign in.
#[derive(Args)]
#[command(name = "sso", after_help = EXIT_CODES, long_about = "Look after the identity providers (OpenID Connect) through which members sign in. A change counts from the next request on.\n\n\
    Examples:\n  countersign sso list\n  countersign sso test corp")]
pub(super) struct Sso {
    #[command(subcommand)]
    action: SsoCommand,
}

impl Sso {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "sso", async |desk| run(desk, self.action).await)
    }
}

/// What can be done with providers.
#[derive(Debug, Subcommand)]
enum SsoCommand {
    /// List an organisation's providers
    #[command(after_help = "Example:\n  countersign sso list --organisation acme --json")]
    List(ListArgs),
    /// Set up a provider
    #[command(
        after_help = "The client secret is read from a file or from standard input, never from the command line.\n\n\
        Example:\n  countersign sso add corp --name 'Corp Login' --issuer https://login.example.org \\\n    \
        --client-id countersign --secret-file /run/secrets/corp --domain example.org --jit --button"
    )]
    Add(AddArgs),
    /// Change a provider; what is not named stays
    #[command(after_help = "Example:\n  countersign sso set corp --enabled false")]
    Set(SetArgs),
    /// Remove a provider and what it signs in to
    #[command(
        after_help = "Refused while accounts have no other way to sign in.\n\nExample:\n  countersign sso remove corp"
    )]
    Remove(SlugArgs),
    /// Try a provider's settings, step by step
    #[command(after_help = "Example:\n  countersign sso test corp")]
    Test(SlugArgs),
}

/// Whose providers are listed.
#[derive(Debug, Args)]
struct ListArgs {
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A provider.
#[derive(Debug, Args)]
struct SlugArgs {
    /// The provider's short name
    slug: String,
}

/// A provider to be set up.
#[derive(Debug, Args)]
struct AddArgs {
    /// The provider's short name: small letters, digits and inner dashes
    slug: String,
    /// The name on the button
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// The issuer, exactly as the provider names it
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// What this installation is called there
    #[arg(long, value_name = "TEXT")]
    client_id: String,
    /// The file with the client secret; standard input without this
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// A mail domain it stands for; may be given several times
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<String>,
    /// Make an account for whoever comes from one of these domains for the first time
    #[arg(long)]
    jit: bool,
    /// Show a button on the sign-in page
    #[arg(long)]
    button: bool,
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
}

/// What is to be different.
#[derive(Debug, Args)]
struct SetArgs {
    /// The provider's short name
    slug: String,
    /// The name on the button
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// What this installation is called there
    #[arg(long, value_name = "TEXT")]
    client_id: Option<String>,
    /// Read a new client secret from this file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// The mail domains it stands for, in place of those so far; may be given several times
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<String>,
    /// Let it stand for no mail domain
    #[arg(long, conflicts_with = "domains")]
    no_domains: bool,
    /// Whether somebody of those domains gets an account
    #[arg(long, value_name = "true|false")]
    jit: Option<bool>,
    /// Whether the sign-in page has a button
    #[arg(long, value_name = "true|false")]
    button: Option<bool>,
    /// Whether it may be used
    #[arg(long, value_name = "true|false")]
    enabled: Option<bool>,
}

/// Does it.
///
/// # Errors
///
/// What went wrong, for the operator.
async fn run(desk: &Desk, command: SsoCommand) -> Result<(), Failure> {
    match command {
        SsoCommand::List(args) => list(desk, &args).await,
        SsoCommand::Add(args) => add(desk, args).await,
        SsoCommand::Set(args) => set(desk, args).await,
        SsoCommand::Remove(SlugArgs { slug }) => {
            let removed = sso::remove_as_operator(&desk.call, &slug).await;
            removed.map_err(|error| told(error, &format!("provider {slug}")))?;
            out::line(format!("Removed {slug}."));
            Ok(())
        }
        SsoCommand::Test(SlugArgs { slug }) => test(desk, &slug).await,
    }
}

/// Reads a client secret: one line, from a file or from standard input.
fn secret(file: Option<&PathBuf>) -> Result<Zeroizing<String>, Failure> {
    let text = match file.filter(|path| path.as_os_str() != "-") {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| Failure::new(Exit::Usage, format!("{}: {error}", path.display())))?,
        None => std::io::read_to_string(std::io::stdin())
            .map_err(|error| Failure::new(Exit::Usage, format!("standard input: {error}")))?,
    };
    let text = Zeroizing::new(text);
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

async fn list(desk: &Desk, args: &ListArgs) -> Result<(), Failure> {
    let listed = sso::list(&desk.call, None, args.organisation.as_deref()).await;
    let what = format!("organisation {}", args.organisation.as_deref().unwrap_or_default());
    let lines = listed.map_err(|error| told(error, &what))?;
    if args.json {
        json(&Value::Array(lines.iter().map(document).collect()));
        return Ok(());
    }
    let yes = |value: bool| if value { "yes" } else { "no" }.to_owned();
    let row = |line: &Line| {
        let domains: Vec<&str> = line.domains.iter().map(String::as_str).collect();
        vec![
            line.slug.clone(),
            shown(&line.name).into_owned(),
            shown(&line.issuer).into_owned(),
            yes(line.enabled),
            yes(line.button),
            yes(line.jit),
            domains.join(" "),
            line.accounts.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    let head = ["provider", "name", "issuer", "on", "button", "makes accounts", "domains", "accounts"];
    table(&head, &rows);
    Ok(())
}

fn document(line: &Line) -> Value {
    json!({
        "slug": line.slug, "name": line.name, "issuer": line.issuer, "client_id": line.client_id,
        "domains": line.domains, "jit": line.jit, "button": line.button, "enabled": line.enabled,
        "redirect_uri": line.answers_at, "accounts": line.accounts, "created_at": rfc3339(line.created_at),
        "changed_at": rfc3339(line.changed_at), "checked_at": line.checked_at.map(rfc3339),
        "check_error": line.check_error,
    })
}

async fn add(desk: &Desk, args: AddArgs) -> Result<(), Failure> {
    let new = NewProvider {
        client_secret: secret(args.secret_file.as_ref())?,
        slug: args.slug.clone(),
        name: args.name,
        issuer: args.issuer,
        client_id: args.client_id,
        domains: args.domains,
        jit: args.jit,
        button: args.button,
    };
    let added = sso::add(&desk.call, None, args.organisation.as_deref(), new).await;
    let what = format!("organisation {}", args.organisation.as_deref().unwrap_or_default());
    added.map_err(|error| told(error, &what))?;
    out::line(format!("Added {}. Register this redirect address there:", args.slug));
    out::line(format!("  {}", desk.call.deps.identity.answers_at(&args.slug)));
    out::line(format!("Then try it: countersign sso test {}", args.slug));
    Ok(())
}

async fn set(desk: &Desk, args: SetArgs) -> Result<(), Failure> {
    let changes = Changes {
        client_secret: args.secret_file.as_ref().map(|file| secret(Some(file))).transpose()?,
        name: args.name,
        client_id: args.client_id,
        domains: (args.no_domains || !args.domains.is_empty()).then_some(args.domains),
        jit: args.jit,
        button: args.button,
        enabled: args.enabled,
        seen: None,
    };
    let outcome = sso::change(&desk.call, Which::Any(&args.slug), changes).await;
    outcome.map_err(|error| told(error, &format!("provider {}", args.slug)))?;
    out::line(format!("Changed {}.", args.slug));
    Ok(())
}

async fn test(desk: &Desk, slug: &str) -> Result<(), Failure> {
    let tested = sso::test_as_operator(&desk.call, slug).await;
    let steps = tested.map_err(|error| told(error, &format!("provider {slug}")))?;
    for checked in &steps {
        let what = checked.step.as_str();
        match &checked.fault {
            None => out::line(format!("{what}: fine")),
            Some(fault) => out::line(format!("{what}: {}", shown(fault))),
        }
    }
    if steps.iter().any(|checked| checked.fault.is_some()) {
        return Err(Failure::new(Exit::Problems, ""));
    }
    Ok(())
}
