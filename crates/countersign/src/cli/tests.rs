//! The command line itself.

use clap::CommandFactory;

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

#[test]
fn exit_codes_are_as_documented() {
    for exit in [Exit::Failed, Exit::Usage, Exit::NotFound, Exit::Unreachable, Exit::Problems] {
        assert!(EXIT_CODES.contains(&format!("  {}  ", exit as u8)));
    }
}
