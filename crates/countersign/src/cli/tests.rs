//! The command line itself.

use super::*;

#[test]
fn every_command_is_well_formed_and_explains_itself() {
    let mut cli = Cli::command();
    cli.clone().debug_assert();
    cli.build();
    for command in cli.get_subcommands_mut().filter(|command| command.get_name() != "help") {
        let name = command.get_name().to_owned();
        assert!(command.get_long_about().or(command.get_about()).is_some(), "{name}");
        assert!(!command.render_long_help().to_string().contains("<http"), "{name}");
    }
}

fn leaves(command: &clap::Command, path: &str, into: &mut Vec<(String, String)>) {
    let path = format!("{path} {}", command.get_name());
    if !command.has_subcommands() {
        into.push((path, command.clone().render_long_help().to_string()));
        return;
    }
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        leaves(below, &path, into);
    }
}

#[test]
fn the_help_of_every_command_that_does_something_has_an_example_and_the_exit_codes() {
    let mut cli = command();
    cli.build();
    let mut found = Vec::new();
    leaves(&cli, "", &mut found);
    assert!(found.len() > 20, "{found:?}");
    for (path, help) in found {
        assert!(help.contains("Example"), "{path}: {help}");
        assert_eq!(help.matches("Exit codes:").count(), 1, "{path}: {help}");
    }
}

#[test]
fn exit_codes_are_as_documented() {
    for exit in [Exit::Failed, Exit::Usage, Exit::NotFound, Exit::Unreachable, Exit::Problems] {
        assert!(EXIT_CODES.contains(&format!("  {}  ", exit as u8)));
    }
}
