//! `countersign support requests`: what waits at the support desks.

use clap::Args;
use serde_json::{Value, json};

use super::super::Failure;
use super::super::told::{Desk, json, refused, rfc3339, shown, table, time};
use crate::flow::desk::{self, SupportRequestRow};

/// How the list is shown.
#[derive(Debug, Args)]
pub(super) struct RequestsArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(desk: &Desk, args: &RequestsArgs) -> Result<(), Failure> {
    let found = desk::all_waiting(&desk.call).await.map_err(refused)?;
    if args.json {
        json(&Value::Array(found.iter().map(|(slug, row)| as_json(slug, row)).collect()));
        return Ok(());
    }
    let rows: Vec<Vec<String>> = found.iter().map(|(slug, row)| cells(slug, row)).collect();
    table(&["since", "organisation", "state", "lost", "from", "proved"], &rows);
    Ok(())
}

fn cells(slug: &str, row: &SupportRequestRow) -> Vec<String> {
    vec![
        time(row.created_at),
        slug.to_owned(),
        row.state.as_str().to_owned(),
        row.lost.as_str().to_owned(),
        shown(&row.email.masked()).into_owned(),
        row.proof.as_str().to_owned(),
    ]
}

fn as_json(slug: &str, row: &SupportRequestRow) -> Value {
    json!({
        "id": row.id.to_string(),
        "organisation": slug,
        "account": row.account_id.map(|id| id.to_string()),
        "email": row.email.masked(),
        "lost": row.lost.as_str(),
        "proof": row.proof.as_str(),
        "state": row.state.as_str(),
        "created_at": rfc3339(row.created_at),
        "changed_at": rfc3339(row.changed_at),
    })
}
