//! What each page shows, as plain data, and the templates that show it.
//!
//! Every view is an [`askama::Template`]: fill the struct and call `render`. A view never decides
//! and never looks anything up; it takes a [`Page`] (what all pages share) and its own facts.
//! Texts that the core names by key are put into words before they come here
//! ([`Words::message`](crate::words::Words::message)).

mod account;
mod address;
mod admin;
mod code_problem;
mod demo;
mod desk;
mod desk_account;
mod email_codes;
mod enrol;
mod enrolment;
mod form;
mod help;
mod icon;
mod link;
mod mail_code;
mod other_ways;
mod page;
mod phone;
mod policy;
mod prose;
mod recovery_key;
mod reference;
mod said;
mod second_step;
mod security;
mod sign_in;
mod sso;
mod suspension;
mod telegram;
mod tokens;
mod tray;
mod watch;

pub use account::{AtSignIn, HomePage, NextStep, PasswordPage, ProfilePage, Protection};
pub use address::{AddressPage, AddressRow, ConfirmFirstPage};
pub use admin::{
    AdminHomePage, AdoptionPage, AdoptionRow, AuditLine, AuditLook, AuditPage, CallingPool, ChannelLine,
    Choice, CourierLine, CouriersPage, GuardTimes, HandOver, InvitationLine, InvitationPlanPage,
    InvitationsPage, MemberDeletePage, MemberDevice, MemberLine, MemberPage, MembersPage, OrganisationPage,
    Pager, PlanLine, PlanLook, Series, SpendingDay, SpendingPage, SpendingPrefix, StoppedPrefix, role_words,
};
pub use code_problem::CodeProblem;
pub use demo::{DemoAccount, DemoOrganisation, DemoStartPage, LetterLine, TrayApp, TrayDevice, TrayLetter};
pub use desk::{DeskPage, DeskRequestPage, FoundRow, NoteRow, QueueTab, RequestRow, RequestSubject};
pub use desk_account::{DeskAccountPage, FactorRow, FullLimit, LetterFact};
pub use email_codes::{EmailCodesOffPage, EmailCodesOnPage};
pub use enrol::{LastShowingPage, SetUpCheck, SetUpDonePage, SetUpPage, SetUpStartPage};
pub use enrolment::{EnrolmentChoice, EnrolmentDonePage, EnrolmentHurdle, EnrolmentPage, EnrolmentReason};
pub use form::{FieldError, FormErrors};
pub use help::{
    ContactLink, ErrorPage, HelpClockPage, HelpDevicesPage, LostAccessPage, Onward, RequestDonePage,
};
pub use icon::icon;
pub use link::{
    ForgotDonePage, ForgotPage, LinkAct, LinkActPage, LinkDonePage, LinkKind, LinkOutcome, LinkOverPage,
    LinkPage,
};
pub use mail_code::{MailAgain, MailBox, MailDelivery, MailSent};
pub use other_ways::{MethodLink, TryAnotherWayPage};
pub use page::{Accent, Notice, NoticeKind, Page, ProofFirst, Staff, User, Wording};
pub use phone::{
    PhoneAddPage, PhoneBox, PhoneButton, PhoneEntry, PhoneList, PhoneNewest, PhoneNews, PhonePick,
    PhoneProblem, PhoneRemovePage, PhoneStage,
};
pub use policy::{
    ChangedRule, Control, EffectLine, Installed, Pick, PolicyHistoryPage, PolicyPage, PolicyPresetsPage,
    PolicyReviewPage, PolicyVersion, PresetChoice, Reviewed, RiskToRead, Rule, RuleGroup, RuleSection,
    Touched, VersionAuthor, changed_rules, effect_lines, preset_name, rules,
};
pub use prose::{Piece, Prose};
pub use recovery_key::{KeyState, RecoveryKeyMadePage, RecoveryKeyPage};
pub use reference::{Answer, ApiReferencePage, Operation, OperationGroup, Parameter};
pub use said::Done;
pub use second_step::{Asked, SecondStepPage, SecondStepPurpose};
pub use security::{
    Blocked, Device, DeviceRemovePage, DeviceRenamePage, MethodRow, MethodState, NotOffered, RowAction,
    SecurityPage, Strength, Ways, ways,
};
pub use sign_in::{Puzzle, SignInPage, SignInProblem, SignUpDonePage, SignUpPage, StepUpPasswordPage};
pub use sso::{
    AdminSsoFormPage, AdminSsoPage, AdminSsoRemovePage, AdminSsoTestPage, LinkedSignIn, SignIns, SsoAwayPage,
    SsoChoice, SsoFindPage, SsoRefusedPage, SsoRow, SsoStepUpPage, SsoTestStep, SsoValues,
};
pub use suspension::{
    DecidePage, KindChoice, SupportCodePage, SuspendPage, SuspensionBanner, SuspensionFacts, SuspensionPage,
    SuspensionState, WaitingPage, WaitingRow, kind_about,
};
pub use telegram::{
    ChatAsked, ChatQuestion, ChatRow, Chats, LinkAddress, LinkEnd, LinkStage, TelegramDonePage,
    TelegramLinkPage, TelegramOffPage, TelegramOnPage, TelegramOverPage, TelegramRefusedPage,
    TelegramStartPage, telegram_why,
};
pub use tokens::{ApiTokenMadePage, ApiTokenNewPage, ApiTokenRow, ApiTokensPage, ScopeChoice};
pub use tray::{
    CallEnd, ChatButton, ChatMessage, OpenChatPage, TrayChat, TrayNews, TrayPage, TrayPhone, TrayRing,
};
pub use watch::{ActivityEntry, ActivityFilter, ActivityPage, SessionRow, SessionsPage, device};

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
