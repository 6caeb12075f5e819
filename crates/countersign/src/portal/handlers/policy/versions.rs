//! The presets beside the policy in force, and the versions that came before it.

use axum::response::Response;
use countersign_core::action::Action;
use countersign_core::preset::Preset;

use super::super::super::view::{
    PolicyHistoryPage, PolicyPresetsPage, PolicyVersion, PresetChoice, VersionAuthor, changed_rules,
    effect_lines,
};
use super::super::super::visit::{Administrator, Member, moment, show};
use super::{in_force, installed};
use crate::flow::policy::{self, Author, Version};
use crate::flow::staff;
use crate::http::problem::Problem;

/// How many versions the page shows.
const VERSIONS: u32 = 100;

pub(in super::super) async fn presets(Administrator(member): Administrator) -> Result<Response, Problem> {
    staff::require(member.call(), &member.me, Action::ViewPolicy).await?;
    let row = in_force(&member).await?;
    let page = member.page();
    let mut presets = Vec::new();
    for &preset in Preset::ALL {
        let next = row.policy.adopting(preset);
        let preview = policy::preview(member.call(), row.organisation_id, &next).await?;
        presets.push(PresetChoice {
            preset,
            in_force: row.policy.preset == preset,
            changes: changed_rules(&page, &row.policy, &next),
            touched: effect_lines(&page, &preview.effect),
            missing: installed(&member).missing(&page, &next),
        });
    }
    show(&PolicyPresetsPage { page, presets })
}

pub(in super::super) async fn history(Administrator(member): Administrator) -> Result<Response, Problem> {
    staff::require(member.call(), &member.me, Action::ViewPolicy).await?;
    let organisation = member.me.facts.account.organisation_id;
    // One more than is shown: the oldest is compared with it.
    let found = policy::history(member.call(), organisation, VERSIONS + 1).await?;
    show(&PolicyHistoryPage { versions: lines(&member, &found), page: member.page() })
}

fn lines(member: &Member, found: &[Version]) -> Vec<PolicyVersion> {
    let page = member.page();
    let shown = usize::try_from(VERSIONS).unwrap_or(usize::MAX);
    let line = |(at, version): (usize, &Version)| PolicyVersion {
        number: version.row.version,
        at: moment(version.row.changed_at),
        by: match &version.by {
            Author::Account { name, email } => VersionAuthor::Person(name.clone(), email.clone()),
            Author::Gone => VersionAuthor::Gone,
            Author::Operator => VersionAuthor::Operator,
        },
        reason: version.row.reason.clone(),
        changes: found
            .get(at + 1)
            .map_or_else(Vec::new, |earlier| changed_rules(&page, &earlier.row.policy, &version.row.policy)),
        in_force: at == 0,
    };
    found.iter().enumerate().take(shown).map(line).collect()
}
