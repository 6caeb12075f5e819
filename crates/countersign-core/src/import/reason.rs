//! Why a line was refused.

use crate::email::EmailFault;
use crate::name::NameFault;
use crate::password::foreign::ForeignFault;
use crate::text::Text;

/// Longest part of a foreign name that a reason quotes, in characters.
const QUOTED: usize = 40;

/// A line, or one key of it, that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field, as files name it; `line` where the whole line is meant.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: Reason,
}

impl Fault {
    /// This field, for this reason.
    pub const fn new(field: &'static str, reason: Reason) -> Self {
        Self { field, reason }
    }

    /// The whole line, for this reason.
    pub const fn line(reason: Reason) -> Self {
        Self { field: "line", reason }
    }
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is longer than any such line can be.
    LineTooLong,
    /// It is not UTF-8.
    NotText,
    /// It is no JSON object.
    NotJson,
    /// It has another number of fields than the first line.
    FieldCount,
    /// It names a field that is not known; which one.
    UnknownField(String),
    /// It names a field twice; which one.
    TwiceGiven(String),
    /// A field has a value of another kind, such as a number for a text.
    WrongKind,
    /// A field that must be there is missing or empty.
    Missing,
    /// It is longer than this many characters, or it has characters that cannot be seen.
    BadText(usize),
    /// It is no e-mail address.
    Email(EmailFault),
    /// It is no name.
    Name(NameFault),
    /// It is no role.
    Role,
    /// It is no language that is spoken here.
    Language,
    /// It is neither true nor false.
    Flag,
    /// It is no time, or one that has not come yet.
    Time,
    /// It is no password hash that can be taken over.
    Hash(ForeignFault),
    /// The address is an account's already, or is reserved for the account that had it until lately.
    EmailTaken,
    /// The address stands in the file twice.
    EmailTwice,
    /// There is no organisation of this short name.
    NoOrganisation,
    /// The line has no address of a known kind.
    NotOtpauth,
    /// The codes are counted and not timed (HOTP), or of another kind.
    NotTimed,
    /// The codes are made with another function than SHA-1.
    Algorithm,
    /// The codes have not six digits.
    Digits,
    /// The codes do not change every 30 seconds.
    Period,
    /// It is no key in base32.
    NotBase32,
    /// The key has so few bits.
    KeyTooShort(usize),
    /// The key has so many bits.
    KeyTooLong(usize),
    /// It names two different issuers.
    IssuersDiffer,
    /// It is another issuer's key than the ones asked for.
    OtherIssuer,
    /// It is no payload of Google Authenticator's export.
    NotMigration,
    /// The payload holds more keys than this.
    TooManyKeys(usize),
    /// It is no plain export of this app; where it stops making sense.
    NotExport(usize),
    /// The export is encrypted.
    Encrypted,
    /// There is no account of this address in the organisation.
    NoAccount,
    /// The organisation's policy has no authenticators for this account.
    NotAllowed,
    /// The account has as many authenticators as it may have: this many.
    TooManyDevices(usize),
    /// The account has this key already.
    KeyKnown,
}

impl Reason {
    /// A foreign name, cut short and without anything that moves a cursor.
    pub(super) fn quoted(name: &str) -> String {
        name.chars().filter(|letter| !crate::clean::is_hidden(*letter)).take(QUOTED).collect()
    }

    /// What to tell the operator.
    pub fn text(&self) -> Text {
        match self {
            Self::UnknownField(name) => Text::new("import-unknown-field").with("name", name.as_str()),
            Self::TwiceGiven(name) => Text::new("import-twice-given").with("name", name.as_str()),
            Self::BadText(most) => Text::new("import-bad-text").with("most", *most),
            Self::Email(fault) => fault.text(),
            Self::Name(fault) => fault.text(),
            Self::KeyTooShort(bits) => Text::new("import-key-too-short").with("bits", *bits),
            Self::KeyTooLong(bits) => Text::new("import-key-too-long").with("bits", *bits),
            Self::TooManyKeys(most) => Text::new("import-too-many-keys").with("most", *most),
            Self::NotExport(line) => Text::new("import-not-export").with("line", *line),
            Self::TooManyDevices(most) => Text::new("import-too-many-devices").with("most", *most),
            plain => Text::new(plain.plain_key()),
        }
    }

    const fn plain_key(&self) -> &'static str {
        match self {
            Self::LineTooLong => "import-line-too-long",
            Self::NotText => "import-not-text",
            Self::NotJson => "import-not-json",
            Self::FieldCount => "import-field-count",
            Self::Missing => "import-missing",
            Self::Role => "import-role",
            Self::Language => "import-language",
            Self::Flag => "import-flag",
            Self::Time => "import-time",
            Self::Hash(ForeignFault::UnknownKind) => "import-hash-unknown-kind",
            Self::Hash(ForeignFault::Broken) => "import-hash-broken",
            Self::Hash(ForeignFault::TooCostly) => "import-hash-too-costly",
            Self::Hash(ForeignFault::TooWeak) => "import-hash-too-weak",
            Self::EmailTaken => "import-email-taken",
            Self::EmailTwice => "import-email-twice",
            Self::NoOrganisation => "import-no-organisation",
            Self::NotOtpauth => "import-not-otpauth",
            Self::NotTimed => "import-not-timed",
            Self::Algorithm => "import-algorithm",
            Self::Digits => "import-digits",
            Self::Period => "import-period",
            Self::NotBase32 => "import-not-base32",
            Self::IssuersDiffer => "import-issuers-differ",
            Self::OtherIssuer => "import-other-issuer",
            Self::NotMigration => "import-not-migration",
            Self::Encrypted => "import-encrypted",
            Self::NoAccount => "import-no-account",
            Self::NotAllowed => "import-not-allowed",
            Self::KeyKnown => "import-key-known",
            _ => "import-wrong-kind",
        }
    }
}
