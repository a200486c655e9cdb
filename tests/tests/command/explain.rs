//! `oakc explain`.

use super::*;

fn explain(name: &str) -> String {
    App::new().run(&["explain", name]).exits(0).stdout
}

#[test]
fn a_port_is_explained_with_what_scripts_find_in_its_messages() {
    let text = explain("VideoEncoder.bitstream");
    assert!(
        text.starts_with("VideoEncoder.bitstream (output)\n\nsends ImgFrame"),
        "{text}"
    );
    assert!(text.contains("  getSequenceNum() -> int"), "{text}");
}

#[test]
fn a_key_is_explained_with_its_type_default_and_values() {
    let text = explain("ColorCamera.resolution");
    for part in [
        "type: ColorCameraProperties.SensorResolution",
        "default: `",
        "  1080p (THE_1080_P)  ",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(
        explain("ColorCamera.setIspScale"),
        explain("ColorCamera.isp_scale")
    );
}

#[test]
fn a_product_names_its_sensors_and_a_sensor_its_products() {
    assert!(explain("OAK-1-POE").contains("IMX378"));
    let text = explain("IMX378");
    assert!(
        text.contains("OAK-1-POE") && text.contains("  4k  "),
        "{text}"
    );
}

#[test]
fn programs_get_one_object_with_every_topic_of_a_setter() {
    let app = App::new();
    let ran = app.run(&["explain", "setFps", "--format", "json"]).exits(0);
    let topics = json(&ran.stdout)["topics"].clone();
    let names = topics.as_array().unwrap().iter();
    let names: Vec<_> = names.map(|topic| topic["name"].as_str().unwrap()).collect();
    assert!(
        names.contains(&"ColorCamera.fps") && names.contains(&"MonoCamera.fps"),
        "{names:?}"
    );
}

#[test]
fn an_unknown_name_is_an_error_with_a_suggestion() {
    App::new()
        .run(&["explain", "ColorCamera.isp_scal"])
        .exits(1)
        .says(
            "there is nothing called `ColorCamera.isp_scal`; did you mean `ColorCamera.isp_scale`?",
        );
}
