//! Tests of records: their sizes in C++, bytes seen on the wire, round trips, and arbitrary bytes.

use std::net::Ipv4Addr;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::bson::{BsonError, MAX_DEPTH};
use super::*;

/// One of each request, with the size of its record.
fn requests() -> Vec<(Request, usize)> {
    let memory = Memory::Emmc;
    let (offset, total_size) = (0x0080_0000, 28_508_193);
    let data = Payload::of(total_size);
    vec![
        (Request::UsbRomBoot, 4),
        (Request::BootApplication, 4),
        (
            Request::UpdateFlash {
                storage: Storage::Bootloader,
                data,
            },
            16,
        ),
        (Request::GetVersion, 4),
        (Request::BootMemory { data }, 12),
        (
            Request::UpdateFlashSection {
                memory,
                section: Section::UserBootloader,
                data,
            },
            20,
        ),
        (
            Request::UpdateFlashAt {
                memory,
                offset,
                data,
            },
            20,
        ),
        (Request::NoOp, 4),
        (Request::GetType, 4),
        (
            Request::SetConfig {
                memory: Memory::Auto,
                offset: -1,
                clear: false,
                data: Payload::of(27),
            },
            32,
        ),
        (
            Request::GetConfig {
                memory: Memory::Flash,
                offset: 0x007F_C000,
                max_size: 0x4000,
            },
            24,
        ),
        (Request::GetMemory, 4),
        (Request::GetCommit, 4),
        (
            Request::UpdateBootHeader(BootHeader {
                kind: BootHeaderKind::Fast,
                offset: -1,
                location: 1 << 40,
                dummy_cycles: 4,
                frequency: 100,
                gpio_mode: 7,
            }),
            40,
        ),
        (
            Request::ReadFlash {
                memory,
                offset,
                total_size,
            },
            16,
        ),
        (Request::GetApplicationDetails { memory }, 8),
        (Request::GetMemoryDetails { memory }, 8),
        (Request::IsUserBootloader, 4),
    ]
}

/// One of each response, with the size of its record.
fn responses() -> Vec<(Response, usize)> {
    let failed = || Err("Flashing failed".to_owned());
    let payload = Payload::of(512);
    vec![
        (Response::FlashComplete(failed()), 72),
        (Response::FlashStatus(0.25), 8),
        (Response::Version(Version::new(0, 0, 28)), 16),
        (Response::Type(BootloaderType::Network), 8),
        (Response::Config(Ok(payload)), 80),
        (Response::Memory(Memory::Emmc), 8),
        (Response::BootApplication(failed()), 72),
        (Response::Commit("a".repeat(40)), 68),
        (Response::ReadFlash(Err("no".to_owned())), 80),
        (
            Response::ApplicationDetails(ApplicationDetails {
                outcome: Ok(()),
                has_application: true,
                firmware_version: Some("6632d3a2".to_owned()),
                application_name: Some("door-counter".to_owned()),
            }),
            4436,
        ),
        (
            Response::MemoryDetails(Some(MemoryDetails {
                memory: Memory::Emmc,
                size: 15_758_000_128,
                info: "MMC".to_owned(),
            })),
            536,
        ),
        (Response::IsUserBootloader(true), 8),
        (Response::NoOp { invalid: true }, 8),
    ]
}

#[test]
fn records_have_the_sizes_and_numbers_of_the_library() {
    for (number, (request, size)) in (0_u32..).zip(requests()) {
        let packet = request.encode();
        assert_eq!(packet.len(), size, "{request:?}");
        assert_eq!(packet[..4], number.to_le_bytes(), "{request:?}");
        assert_eq!(Request::decode(&packet), Ok(request));
    }
    for (number, (response, size)) in (0_u32..).zip(responses()) {
        let packet = response.encode();
        assert_eq!(packet.len(), size, "{response:?}");
        assert_eq!(packet[..4], number.to_le_bytes(), "{response:?}");
        assert_eq!(Response::decode(&packet), Ok(response));
    }
}

/// The values of `sizeof`, `offsetof` and the host library's version checks.
#[test]
fn every_record_requires_the_version_that_the_library_requires() {
    let first = |patch| Version::new(0, 0, patch);
    let of_requests = [
        2, 2, 2, 2, 12, 12, 12, 21, 12, 14, 14, 14, 18, 19, 19, 19, 19, 21,
    ];
    for ((request, _), patch) in requests().iter().zip(of_requests) {
        assert_eq!(request.kind().first_version(), first(patch), "{request:?}");
    }
    let of_responses = [2, 2, 2, 12, 14, 14, 2, 18, 19, 19, 19, 21, 21];
    for ((response, _), patch) in responses().iter().zip(of_responses) {
        assert_eq!(
            response.kind().first_version(),
            first(patch),
            "{response:?}"
        );
    }
}

#[test]
fn numbers_are_aligned_as_by_the_compiler() {
    let header = requests().remove(13).0.encode();
    let place = |offset: usize| i64::from_le_bytes(header[offset..][..8].try_into().unwrap());
    assert_eq!((place(8), place(16)), (-1, 1 << 40));
    assert_eq!(header[24..36], [4, 0, 0, 0, 100, 0, 0, 0, 7, 0, 0, 0]);
    let memory = responses().remove(10).0.encode();
    assert_eq!(memory[16..24], 15_758_000_128_i64.to_le_bytes());
    assert_eq!(memory[24..28], *b"MMC\0");
}

#[test]
fn an_image_identifies_its_bootloader_type() {
    for kind in BootloaderType::ALL {
        let image = format!("MA2x 0.0.28 {}.elf", kind.image_name());
        assert_eq!(BootloaderType::of_image(image.as_bytes()), Some(kind));
        assert_eq!(BootloaderType::of_image(&image.as_bytes()[1..]), None);
    }
    assert_eq!(BootloaderType::of_image(b"MA2x depthai-device"), None);
    assert_eq!(BootloaderType::of_image(b""), None);
}

#[test]
fn a_version_seen_on_the_wire_is_decoded() {
    let packet = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1c, 0, 0, 0];
    let version = Version::new(0, 0, 28);
    assert_eq!(Response::decode(&packet), Ok(Response::Version(version)));
    assert_eq!("0.0.28".parse(), Ok(version));
    assert_eq!(version.to_string(), "0.0.28");
    assert!(Version::new(0, 0, 9) < version);
    assert!("0.0".parse::<Version>().is_err() && "0.0.-1".parse::<Version>().is_err());
}

#[test]
fn a_truncated_record_is_an_error_and_a_longer_one_is_not() {
    for (request, _) in requests() {
        let mut packet = request.encode();
        packet.extend([0xAB; 9]);
        assert_eq!(Request::decode(&packet), Ok(request));
        assert!(Request::decode(&packet[..3]).is_err());
    }
    for (response, _) in responses() {
        let mut packet = response.encode();
        assert!(Response::decode(&packet[..7]).is_err());
        packet.extend([0xAB; 9]);
        assert_eq!(Response::decode(&packet), Ok(response));
    }
}

#[test]
fn commands_and_memories_of_other_versions_are_distinguished_from_damage() {
    let unknown = 18_u32.to_le_bytes();
    assert_eq!(
        Request::decode(&unknown),
        Err(RecordError::UnknownCommand(18))
    );
    assert_eq!(
        Response::decode(&unknown),
        Err(RecordError::UnknownCommand(18))
    );
    let memory = [[16, 0, 0, 0], [9, 0, 0, 0]].concat();
    let error = RecordError::UnknownCode {
        field: "memory",
        code: 9,
    };
    assert_eq!(Request::decode(&memory), Err(error));
}

#[test]
fn text_from_a_camera_cannot_control_a_terminal() {
    let mut packet = Response::FlashComplete(Err("x".repeat(20))).encode();
    packet[8..13].copy_from_slice(b"\x1b[2J\xff");
    let Ok(Response::FlashComplete(Err(message))) = Response::decode(&packet) else {
        panic!("no message");
    };
    assert_eq!(message, format!("\u{fffd}[2J\u{fffd}{}", "x".repeat(15)));
}

#[test]
fn a_text_that_is_too_long_is_cut_at_a_character() {
    let packet = Response::Commit("ä".repeat(40)).encode();
    assert_eq!(
        Response::decode(&packet),
        Ok(Response::Commit("ä".repeat(31)))
    );
}

#[test]
fn the_layout_of_memories_is_that_of_the_library() {
    let network = Layout::of(BootloaderType::Network);
    assert_eq!(network.bootloader.offset, 512);
    assert_eq!(network.user_bootloader.unwrap().offset, 0x0040_0000);
    assert_eq!(network.user_bootloader.unwrap().size, 0x003F_C000);
    assert_eq!(network.config.offset, 0x007F_C000);
    assert_eq!(network.offset(Section::Application), Some(0x0080_0000));
    let usb = Layout::of(BootloaderType::Usb);
    assert_eq!(usb.config.offset, 0x000F_C000);
    assert_eq!(usb.application, 0x0010_0000);
    assert_eq!(usb.offset(Section::UserBootloader), None);
}

#[test]
fn data_are_cut_into_packets_as_by_the_library() {
    assert_eq!(Payload::of(1).packets, 1);
    assert_eq!(Payload::of(MAX_PACKET_SIZE).packets, 1);
    assert_eq!(Payload::of(MAX_PACKET_SIZE + 1).packets, 2);
}

/// What depthai 2.33 stores for `setStaticIPv4("192.168.1.50", "255.255.255.0", "192.168.1.1")`,
/// without the parts that stay unchanged.
fn library_config() -> Value {
    json!({
        "appMem": -1,
        "network": {
            "ipv4": 0x3201_A8C0, "ipv4Mask": 0x00FF_FFFF, "ipv4Gateway": 0x0101_A8C0,
            "ipv4Dns": 0, "ipv6": [0, 0, 0, 0], "mac": [0, 0, 0, 0, 0, 0],
            "staticIpv4": true, "timeoutMs": 30000,
        },
        "usb": {"maxUsbSpeed": 3, "pid": 63036, "timeoutMs": 3000, "vid": 999},
        "userBlChecksum": 0, "userBlSize": 0,
    })
}

#[test]
fn settings_of_the_library_are_read_by_name() {
    let config = Config::from_json(library_config()).unwrap();
    assert_eq!(config.app_memory(), Some(Memory::Auto));
    let address = config.address(Ipv4Setting::Address);
    assert_eq!(address, Some(Ipv4Addr::new(192, 168, 1, 50)));
    let mask = config.address(Ipv4Setting::Mask);
    assert_eq!(mask, Some(Ipv4Addr::new(255, 255, 255, 0)));
    assert_eq!(config.address(Ipv4Setting::Dns), None);
    assert_eq!(config.address(Ipv4Setting::AlternativeDns), None);
    assert_eq!(config.static_ipv4(), Some(true));
    assert_eq!((config.mac(), config.user_bootloader()), (None, None));
    assert_eq!(config.network_timeout_ms(), Some(30000));
    assert_eq!(config.usb_timeout_ms(), Some(3000));
}

#[test]
fn setting_one_value_leaves_all_others_unchanged() {
    let mut stored = library_config();
    stored["network"]["future"] = json!({"key": [1, null, "text", 0.5]});
    let bson = Config::from_json(stored.clone())
        .unwrap()
        .to_bson()
        .unwrap();
    let mut config = Config::from_bson(&bson).unwrap();
    let gateway = Ipv4Addr::new(10, 0, 0, 200);
    config.set_address(Ipv4Setting::Gateway, gateway);
    config.set_app_memory(Memory::Emmc);
    stored["network"]["ipv4Gateway"] = json!(0xC800_000A_u32);
    stored["appMem"] = json!(1);
    assert_eq!(config.to_json(), stored);
    assert_eq!(config.address(Ipv4Setting::Gateway), Some(gateway));
}

#[test]
fn addresses_are_text_for_people_and_everything_else_stays() {
    let stored = json!({"appMem": 1, "network": {
        "ipv4": 0x3201_A8C0_u32, "ipv4Mask": 0, "ipv4Gateway": "none", "ipv4Dns": -1,
        "mac": [68, 169, 44, 0, 0, 1], "future": 7,
    }});
    let shown = json!({"appMem": 1, "network": {
        "ipv4": "192.168.1.50", "ipv4Mask": "0.0.0.0", "ipv4Gateway": "none", "ipv4Dns": -1,
        "mac": "44:A9:2C:00:00:01", "future": 7,
    }});
    let config = |value| Config::from_json(value).unwrap();
    assert_eq!(config(stored).to_json_with_text(), shown);
    for odd in [
        json!({}),
        json!({"network": 3}),
        json!({"network": {"mac": [1, 2]}}),
    ] {
        assert_eq!(config(odd.clone()).to_json_with_text(), odd);
    }
}

#[test]
fn settings_written_to_an_empty_configuration_are_read_back() {
    let mut config = Config::default();
    config.set_static_ipv4(false);
    config.set_mac([2, 0, 0, 0, 0, 0xFE]);
    config.set_network_timeout_ms(-1);
    config.set_usb_timeout_ms(0);
    let user = UserBootloader {
        size: 3_825_968,
        checksum: 0xDEAD_BEEF,
    };
    config.set_user_bootloader(user);
    let config = Config::from_bson(&config.to_bson().unwrap()).unwrap();
    assert_eq!(config.static_ipv4(), Some(false));
    assert_eq!(config.mac(), Some([2, 0, 0, 0, 0, 0xFE]));
    assert_eq!(config.network_timeout_ms(), Some(-1));
    assert_eq!(config.usb_timeout_ms(), Some(0));
    assert_eq!(config.user_bootloader(), Some(user));
}

#[test]
fn values_of_the_wrong_type_are_not_settings() {
    let config =
        json!({"appMem": "flash", "network": [1], "userBlSize": -1, "userBlChecksum": 0.5});
    let mut config = Config::from_json(config).unwrap();
    assert_eq!(config.app_memory(), None);
    assert_eq!(config.address(Ipv4Setting::Address), None);
    assert_eq!(config.user_bootloader(), None);
    config.set_static_ipv4(true);
    assert_eq!(config.static_ipv4(), Some(true));
    assert!(Config::from_json(json!([1])).is_err());
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// As written by nlohmann's JSON for C++, with which the library stores configurations.
#[test]
fn numbers_are_as_wide_as_in_the_library() {
    let bytes = bson::encode(&object(json!({"a": 0x7FFF_FFFF, "b": 0x8000_0000_u32}))).unwrap();
    let small = b"\x10a\0\xff\xff\xff\x7f";
    let large = b"\x12b\0\0\0\0\x80\0\0\0\0";
    let expected = [b"\x17\0\0\0", &small[..], &large[..], b"\0"].concat();
    assert_eq!(bytes, expected);
}

#[test]
fn documents_are_bounded_in_depth_and_size() {
    let nested = |levels: usize| (1..levels).fold(json!({}), |inner, _| json!({ "a": inner }));
    let deepest = bson::encode(&object(nested(MAX_DEPTH))).unwrap();
    assert_eq!(
        bson::decode(&deepest),
        Ok(object(nested(MAX_DEPTH))),
        "as deep as allowed"
    );
    let too_deep = object(nested(MAX_DEPTH + 1));
    assert_eq!(bson::encode(&too_deep), Err(BsonError::TooDeep));
    let large = object(json!({"a": "x".repeat(bson::MAX_SIZE)}));
    assert!(matches!(
        bson::encode(&large),
        Err(BsonError::TooLarge { .. })
    ));
    let large = vec![0; bson::MAX_SIZE + 1];
    assert!(matches!(
        bson::decode(&large),
        Err(BsonError::TooLarge { .. })
    ));
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-zä]{0,4}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn objects_survive_a_round_trip_through_bson(value in json_value()) {
        let whole = object(json!({"value": value}));
        let bytes = bson::encode(&whole).unwrap();
        prop_assert_eq!(bson::decode(&bytes), Ok(whole));
    }

    #[test]
    fn a_truncated_document_or_one_with_trailing_bytes_is_refused(value in json_value(), at: usize) {
        let mut bytes = bson::encode(&object(json!({"value": value}))).unwrap();
        prop_assert!(bson::decode(&bytes[..at % bytes.len()]).is_err());
        bytes.push(0);
        prop_assert!(bson::decode(&bytes).is_err());
    }

    #[test]
    fn arbitrary_bytes_never_make_records_panic(mut bytes: Vec<u8>, command in 0_u32..20, at: usize, byte: u8) {
        let _ = bson::decode(&bytes);
        let mut packet = command.to_le_bytes().to_vec();
        packet.append(&mut bytes);
        packet.resize(packet.len().max(at % 5000), byte);
        let _ = Request::decode(&packet);
        let _ = Response::decode(&packet);
    }
}
