//! Values that many answers hold, in the one spelling of this API.

use std::borrow::Cow;

use countersign_core::api_token::Scope;
use countersign_core::audit::Event;
use countersign_core::factor::phone::CallOutcome;
use countersign_core::link::LinkPurpose;
use countersign_core::method::{Class, Method};
use countersign_core::phone::Channel;
use countersign_core::policy::Risk;
use countersign_core::preset::Preset;
use countersign_core::request::{Lost, RequestProof, RequestState};
use countersign_core::role::Role;
use countersign_core::session;
use countersign_core::sign_in::{Purpose, SuspensionKind};
use countersign_core::time::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::flow::suspension::Approval;

pub(super) use axum::Json as Sent;

/// An instant as RFC 3339 writes it, in UTC with milliseconds.
#[derive(Clone, Copy)]
pub(super) struct Time(Timestamp);

impl From<Timestamp> for Time {
    fn from(instant: Timestamp) -> Self {
        Self(instant)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let instant = jiff::Timestamp::from_millisecond(self.0.as_millis()).unwrap_or(jiff::Timestamp::MAX);
        serializer.collect_str(&format_args!("{instant:.3}"))
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("An instant in UTC, with milliseconds (RFC 3339)."))
            .examples(["2026-03-01T09:30:00.000Z"])
            .into()
    }
}

impl ToSchema for Time {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Time")
    }
}

/// Gives a closed list of core its names in JSON and in the description, so that neither can lack one.
macro_rules! named {
    ($($name:ident($core:ty), $about:literal;)+) => {$(
        #[doc = $about]
        #[derive(Clone, Copy, Debug)]
        pub(super) struct $name(pub(super) $core);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                <$core>::parse(&text).map(Self).ok_or_else(|| D::Error::custom("not one of the list"))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(<$core>::ALL.iter().map(|one| one.as_str())))
                    .description(Some($about))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}

named! {
    MethodName(Method), "A kind of second step.";
    ClassName(Class), "How much a second step proves, from nothing to phishing-resistant.";
    RoleName(Role), "What an account may do beyond its own settings.";
    ScopeName(Scope), "One thing that an API token may be used for.";
    EventName(Event), "What happened.";
    PurposeName(Purpose), "What a right code will be used for.";
    LinkPurposeName(LinkPurpose), "What a one-time link lets its holder do.";
    SuspensionKindName(SuspensionKind), "What a suspension of the second step lets in.";
    ApprovalName(Approval), "Whether a suspension needs a second person's word, and has it.";
    LostName(Lost), "What somebody lacks who can't do the second step.";
    RequestStateName(RequestState), "How far the support desk has come with a request.";
    RequestProofName(RequestProof), "What a browser had proved when it asked the support desk.";
    PresetName(Preset), "The set of rules that a policy started from.";
    RiskName(Risk), "A risk that comes with a setting.";
    ChannelName(Channel), "How a code reaches a phone.";
    CallOutcomeName(CallOutcome), "How a call ended.";
}

/// A browser, roughly. What it says of itself is never repeated.
#[derive(Serialize, ToSchema)]
pub(super) struct Device {
    /// The browser's name, where it is a known one.
    #[schema(value_type = Option<String>, examples("Firefox"))]
    browser: Option<&'static str>,
    /// The operating system's name, where it is a known one.
    #[schema(value_type = Option<String>, examples("Android"))]
    system: Option<&'static str>,
}

impl Device {
    /// Reads a browser's own description.
    pub(super) fn of(user_agent: &str) -> Self {
        let device = session::describe_device(user_agent);
        Self { browser: device.browser, system: device.system }
    }
}

/// A member of a change that `null` means something to: left out it stays, `null` clears it.
#[derive(Debug, Default)]
pub(super) enum Change<T> {
    /// It was not sent.
    #[default]
    Keep,
    /// It was sent.
    Set(Option<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_utc_with_milliseconds() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_772_357_400_007, "2026-03-01T09:30:00.007Z"),
            (1_772_357_400_120, "2026-03-01T09:30:00.120Z"),
        ] {
            assert_eq!(serde_json::to_value(Time::from(Timestamp::from_millis(millis))).unwrap(), text);
        }
        assert!(serde_json::to_value(Time::from(Timestamp::from_millis(i64::MAX))).unwrap().is_string());
    }
}
