//! `#[derive(Reflect)]`: a plain struct or a plain enum in, its `oakc_runtime_schema::Reflect`
//! implementation out.
//!
//! For a struct it also writes `Default`, so that each field declares its own default:
//!
//! ```text
//! /// Doc comments become the documentation and the JSON Schema.
//! #[derive(Reflect, Clone, Debug, PartialEq)]
//! #[reflect(name = "ColorCameraProperties::IspScale", setters = SETTERS)]
//! pub struct IspScale {
//!     /// Pixels.
//!     #[reflect(default = 300, name = "previewWidth")]
//!     pub preview_width: u32,
//! }
//! ```
//!
//! `name` is the name in the device's schema; by default it is the field's Rust name in camelCase.
//! The order of the fields is the order on the wire. An enum needs `#[repr(int)]` and a
//! discriminant on every variant; `#[reflect(alias = "RGB")]` on a variant adds a second spelling.
//! The macro never looks at anything but the item it is written on.

use heck::ToLowerCamelCase as _;
use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DataEnum, DeriveInput, Error, Expr, Fields, LitStr, Result, Variant};

/// Implements `Reflect` (and, for structs, `Default`).
#[proc_macro_derive(Reflect, attributes(reflect))]
pub fn derive_reflect(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn expand(input: &DeriveInput) -> Result<Tokens> {
    match &input.data {
        Data::Struct(data) => expand_struct(input, &data.fields),
        Data::Enum(data) => expand_enum(input, data),
        Data::Union(_) => Err(Error::new(
            input.span(),
            "`Reflect` cannot be derived for a union",
        )),
    }
}

/// The contents of `#[reflect(...)]` and the doc comment of one item.
#[derive(Default)]
struct Attributes {
    name: Option<String>,
    default: Option<Expr>,
    setters: Option<Expr>,
    aliases: Vec<String>,
    doc: String,
}

impl Attributes {
    fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut found = Self::default();
        let mut lines = Vec::new();
        for attribute in attributes {
            if attribute.path().is_ident("doc") {
                lines.extend(doc_line(attribute));
            } else if attribute.path().is_ident("reflect") {
                found.read(attribute)?;
            }
        }
        lines.join("\n").trim().clone_into(&mut found.doc);
        Ok(found)
    }

    fn read(&mut self, attribute: &Attribute) -> Result<()> {
        attribute.parse_nested_meta(|meta| {
            let value = meta.value()?;
            if meta.path.is_ident("name") {
                self.name = Some(value.parse::<LitStr>()?.value());
            } else if meta.path.is_ident("alias") {
                self.aliases.push(value.parse::<LitStr>()?.value());
            } else if meta.path.is_ident("default") {
                self.default = Some(value.parse()?);
            } else if meta.path.is_ident("setters") {
                self.setters = Some(value.parse()?);
            } else {
                return Err(meta.error("expected name, alias, default or setters"));
            }
            Ok(())
        })
    }
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(literal) = &pair.value else {
        return None;
    };
    let syn::Lit::Str(text) = &literal.lit else {
        return None;
    };
    let text = text.value();
    Some(text.strip_prefix(' ').unwrap_or(&text).to_owned())
}

fn expand_struct(input: &DeriveInput, fields: &Fields) -> Result<Tokens> {
    let Fields::Named(fields) = fields else {
        return Err(Error::new(input.span(), "the fields must be named"));
    };
    let item = Attributes::of(&input.attrs)?;
    let rust_name = &input.ident;
    let name = item.name.unwrap_or_else(|| rust_name.to_string());
    let doc = item.doc;
    let setters = item.setters.map_or_else(|| quote!(&[]), |s| quote!(#s));

    let mut shapes = Vec::new();
    let mut defaults = Vec::new();
    let mut idents = Vec::new();
    for field in &fields.named {
        let Some(ident) = &field.ident else { continue };
        let attributes = Attributes::of(&field.attrs)?;
        let key = syn::ext::IdentExt::unraw(ident).to_string();
        let wire = attributes.name.unwrap_or_else(|| key.to_lower_camel_case());
        let doc = attributes.doc;
        let ty = &field.ty;
        shapes.push(quote! {
            ::oakc_runtime_schema::reflect::Field {
                key: #key,
                name: #wire,
                doc: #doc,
                shape: <#ty as ::oakc_runtime_schema::reflect::Reflect>::SHAPE,
            }
        });
        let zero = || quote!(::core::default::Default::default());
        defaults.push(attributes.default.map_or_else(zero, |expr| quote!(#expr)));
        idents.push(ident);
    }
    let count = idents.len();

    Ok(quote! {
        impl ::core::default::Default for #rust_name {
            fn default() -> Self {
                Self { #(#idents: #defaults),* }
            }
        }

        impl ::oakc_runtime_schema::reflect::Reflect for #rust_name {
            const SHAPE: ::oakc_runtime_schema::reflect::Shape =
                ::oakc_runtime_schema::reflect::Shape::Struct(
                    &::oakc_runtime_schema::reflect::StructShape {
                        name: #name,
                        doc: #doc,
                        fields: &[#(#shapes),*],
                        setters: #setters,
                        default: || ::oakc_runtime_schema::reflect::Reflect::to_value(
                            &<Self as ::core::default::Default>::default(),
                        ),
                    },
                );

            fn to_value(&self) -> ::oakc_runtime_schema::reflect::Value {
                ::oakc_runtime_schema::reflect::Value::Struct(::std::vec![
                    #(::oakc_runtime_schema::reflect::Reflect::to_value(&self.#idents)),*
                ])
            }

            fn from_value(
                value: &::oakc_runtime_schema::reflect::Value,
            ) -> ::core::result::Result<Self, ::oakc_runtime_schema::reflect::Mismatch> {
                let mut fields = value.struct_fields(#name, #count)?.iter();
                Ok(Self {
                    #(#idents: ::oakc_runtime_schema::reflect::next_field(&mut fields, #name)?),*
                })
            }
        }
    })
}

fn expand_enum(input: &DeriveInput, data: &DataEnum) -> Result<Tokens> {
    let item = Attributes::of(&input.attrs)?;
    let rust_name = &input.ident;
    let name = item.name.unwrap_or_else(|| rust_name.to_string());
    let doc = item.doc;
    let repr = repr_of(input)?;

    let mut members = Vec::new();
    let mut idents = Vec::new();
    for variant in &data.variants {
        let attributes = Attributes::of(&variant.attrs)?;
        let ident = &variant.ident;
        check_plain(variant)?;
        let member = attributes.name.unwrap_or_else(|| ident.to_string());
        let aliases = attributes.aliases;
        let doc = attributes.doc;
        members.push(quote! {
            ::oakc_runtime_schema::reflect::Member {
                name: #member,
                aliases: &[#(#aliases),*],
                doc: #doc,
                value: #rust_name::#ident as i64,
            }
        });
        idents.push(ident);
    }

    Ok(quote! {
        impl ::oakc_runtime_schema::reflect::Reflect for #rust_name {
            const SHAPE: ::oakc_runtime_schema::reflect::Shape =
                ::oakc_runtime_schema::reflect::Shape::Enum(
                    &::oakc_runtime_schema::reflect::EnumShape {
                        name: #name,
                        doc: #doc,
                        repr: <#repr as ::oakc_runtime_schema::reflect::Integer>::SHAPE,
                        members: &[#(#members),*],
                    },
                );

            fn to_value(&self) -> ::oakc_runtime_schema::reflect::Value {
                ::oakc_runtime_schema::reflect::Value::Int(i128::from(*self as i64))
            }

            fn from_value(
                value: &::oakc_runtime_schema::reflect::Value,
            ) -> ::core::result::Result<Self, ::oakc_runtime_schema::reflect::Mismatch> {
                let number = value.int(#name)?;
                #(if number == i128::from(#rust_name::#idents as i64) {
                    return Ok(#rust_name::#idents);
                })*
                Err(::oakc_runtime_schema::reflect::Mismatch::new(#name, value))
            }
        }
    })
}

fn repr_of(input: &DeriveInput) -> Result<syn::Ident> {
    for attribute in &input.attrs {
        if attribute.path().is_ident("repr") {
            return attribute.parse_args();
        }
    }
    Err(Error::new(
        input.span(),
        "an enum needs `#[repr(...)]` with the integer type on the wire",
    ))
}

fn check_plain(variant: &Variant) -> Result<()> {
    if !matches!(variant.fields, Fields::Unit) || variant.discriminant.is_none() {
        return Err(Error::new(
            variant.span(),
            "each enumerator must have the form `NAME = number`",
        ));
    }
    Ok(())
}
