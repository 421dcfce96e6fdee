//! Texts in two languages by Project Fluent: one file per slice and language, collected at start.
//!
//! A slice says `web::messages!("its.name");` in its `mod.rs`, beside `messages.vi.ftl` and
//! `messages.en.ftl`. Keys start with the slice's name, so that they never meet.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use intl_memoizer::concurrent::IntlLangMemoizer;
use unic_langid::langid;

/// Language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Vietnamese, the first language.
    #[default]
    Vi,
    /// English, by a switch.
    En,
}

impl Lang {
    /// From a cookie or a query: anything unknown is Vietnamese.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        if code == "en" { Self::En } else { Self::Vi }
    }

    /// `vi` or `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }
}

/// The two texts of a slice, collected by [`crate::messages!`].
#[derive(Debug)]
pub struct SliceMessages {
    /// Name of the slice, for error messages.
    pub slice: &'static str,
    /// Vietnamese.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

inventory::collect!(SliceMessages);

/// Registers `messages.vi.ftl` and `messages.en.ftl` beside the calling file.
#[macro_export]
macro_rules! messages {
    ($slice:literal) => {
        $crate::inventory::submit! {
            $crate::messages::SliceMessages {
                slice: $slice,
                vi: include_str!("messages.vi.ftl"),
                en: include_str!("messages.en.ftl"),
            }
        }
    };
}

static VI: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::Vi, |m| m.vi));
static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::En, |m| m.en));

/// Numbers choose plural forms and are written in the language's way.
fn format_vi(value: &FluentValue<'_>, _: &IntlLangMemoizer) -> Option<String> {
    number(T::new(Lang::Vi), value)
}

fn format_en(value: &FluentValue<'_>, _: &IntlLangMemoizer) -> Option<String> {
    number(T::new(Lang::En), value)
}

fn number(t: T, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(n) => Some(t.decimal(n.value, if n.value.fract() == 0.0 { 0 } else { 1 })),
        _ => None,
    }
}

fn bundle(lang: Lang, text: fn(&SliceMessages) -> &'static str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![match lang {
        Lang::Vi => langid!("vi"),
        Lang::En => langid!("en"),
    }]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(if lang == Lang::Vi { format_vi } else { format_en }));
    for messages in inventory::iter::<SliceMessages> {
        let resource = match FluentResource::try_new(text(messages).to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                tracing::error!(slice = messages.slice, ?errors, "broken message file");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(slice = messages.slice, ?errors, "message keys meet");
        }
    }
    bundle
}

/// Texts and formats of one language. Copy it into every page struct as `t`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct T {
    /// The language.
    pub lang: Lang,
}

/// A value inside a message. Numbers choose plural forms and are written in the language's way.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Shown as it is.
    Text(String),
    /// Grouped, and used for plural forms.
    Number(i64),
}

macro_rules! value_from {
    ($($from:ty => $make:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                $make(value)
            }
        }
    )*};
}

value_from!(String => Self::Text, &str => |v: &str| Self::Text(v.to_owned()), Cow<'static, str> => |v: Cow<'static, str>| Self::Text(v.into_owned()));
value_from!(&String => |v: &String| Self::Text(v.clone()), &i64 => |v: &i64| Self::Number(*v), &usize => |v: &usize| Self::Number(i64::try_from(*v).unwrap_or(i64::MAX)));
value_from!(i64 => Self::Number, i32 => |v: i32| Self::Number(v.into()), u32 => |v: u32| Self::Number(v.into()));
value_from!(usize => |v: usize| Self::Number(i64::try_from(v).unwrap_or(i64::MAX)));

impl From<Value> for FluentValue<'static> {
    fn from(value: Value) -> Self {
        match value {
            Value::Text(text) => text.into(),
            Value::Number(number) => number.into(),
        }
    }
}

impl T {
    /// For a language.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// A message without values. A missing key shows itself in brackets and is found by `xtask tidy`.
    #[must_use]
    pub fn get(self, key: impl AsRef<str>) -> Cow<'static, str> {
        self.format(key.as_ref(), None)
    }

    /// What an audit record says was done: `registry.import.undone` is the message `registry-done-import-undone`.
    /// Every slice has one for each of its actions; `xtask tidy` finds one that is missing.
    #[must_use]
    pub fn done(self, action: &str) -> Cow<'static, str> {
        self.get(action.replacen('.', "-done-", 1).replace('.', "-"))
    }

    /// A message with one value.
    #[must_use]
    pub fn arg(self, key: impl AsRef<str>, name: &'static str, value: impl Into<Value>) -> Cow<'static, str> {
        self.args(key, [(name, value.into())])
    }

    /// A message with several values: `t.args(key, [("a", 1.into()), ("b", name.into())])`.
    #[must_use]
    pub fn args(
        self,
        key: impl AsRef<str>,
        values: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Cow<'static, str> {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(name, FluentValue::from(value));
        }
        self.format(key.as_ref(), Some(&args))
    }

    pub(crate) fn format_owned(
        self,
        key: &str,
        values: impl IntoIterator<Item = (String, Value)>,
    ) -> Cow<'static, str> {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(name, FluentValue::from(value));
        }
        self.format(key, Some(&args))
    }

    /// Whether a message exists.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        match self.lang {
            Lang::Vi => &VI,
            Lang::En => &EN,
        }
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            return Cow::Owned(format!("[{key}]"));
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            tracing::warn!(key, ?errors, "message lacks a value");
        }
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(text),
            Cow::Owned(text) => Cow::Owned(text),
        }
    }
}

/// Every key of both languages with the slice that brought it, for tests.
#[must_use]
pub fn all_slices() -> Vec<&'static SliceMessages> {
    inventory::iter::<SliceMessages>().collect()
}
