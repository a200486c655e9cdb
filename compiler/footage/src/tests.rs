use std::process::Command;

use oakc_desk::Time;
use oakc_runtime_schema::image::FrameType;
use oakc_vision::Image;

use super::*;

fn gray(value: u8) -> Image {
    Image::new(FrameType::GRAY8, 16, 16, vec![value; 256]).unwrap()
}

fn brightness(scene: &dyn Scene, number: i64, millis: u64) -> u8 {
    let at = Time::from_nanos(millis * 1_000_000);
    let image = scene.shown(number, at, (16, 16)).unwrap();
    image.converted(FrameType::GRAY8).unwrap().data()[0]
}

fn opened(spec: &str) -> Result<Arc<dyn Scene>, FootageError> {
    open(spec, &Anywhere, Ending::Repeats)
}

#[test]
fn a_folder_and_a_pattern_show_their_pictures_in_the_order_of_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for (name, value) in [("b.PNG", 50), ("a.png", 10), ("c.png", 200)] {
        std::fs::write(path(name), gray(value).encode_png().unwrap()).unwrap();
    }
    std::fs::write(path("notes.txt"), "nothing to see").unwrap();
    let scene = opened(folder.path().to_str().unwrap()).unwrap();
    let all: Vec<_> = (0..4)
        .map(|number| brightness(&*scene, number, 0))
        .collect();
    assert_eq!(all, [10, 50, 200, 10]);
    let scene = opened(path("[ac].png").to_str().unwrap()).unwrap();
    let all: Vec<_> = (0..3)
        .map(|number| brightness(&*scene, number, 0))
        .collect();
    assert_eq!(all, [10, 200, 10]);
}

#[test]
fn what_is_not_there_is_told() {
    let error = |spec: &str| opened(spec).unwrap_err().to_string();
    assert_eq!(
        error("pattern:stripes"),
        "there is no pattern `stripes`; there are: bars, noise, clock"
    );
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().to_str().unwrap();
    assert_eq!(
        error(name),
        format!("there is no picture (.jpg, .jpeg, .png) at `{name}`")
    );
    assert!(error("none.png").starts_with("`none.png` cannot be read: "));
}

#[test]
fn ffmpeg_decodes_other_videos_at_their_own_rate() {
    if !video::has_ffmpeg() {
        assert!(std::env::var_os("CI").is_none(), "ffmpeg is missing");
        eprintln!("skipped: ffmpeg is missing");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (source, video) = (folder.path().join("in.y4m"), folder.path().join("out.mkv"));
    let mut y4m = b"YUV4MPEG2 W16 H16 F10:1 Ip A1:1 Cmono\n".to_vec();
    for value in [40, 120, 200] {
        y4m.extend(b"FRAME\n");
        y4m.extend([value; 256]);
    }
    std::fs::write(&source, y4m).unwrap();
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&source)
        .args(["-c:v", "ffv1"])
        .arg(&video)
        .status();
    assert!(made.unwrap().success());
    let near = |value: u8, expected: u8| value.abs_diff(expected) <= 3;
    let scene = opened(video.to_str().unwrap()).unwrap();
    for (millis, expected) in [
        (0, 40),
        (50, 40),
        (100, 120),
        (250, 200),
        (300, 40),
        (400, 120),
    ] {
        assert!(
            near(brightness(&*scene, 0, millis), expected),
            "at {millis} ms"
        );
    }
    // Another run sees it from its beginning.
    assert!(near(brightness(&*scene, 0, 0), 40));
    let stays = open(video.to_str().unwrap(), &Anywhere, Ending::Stays).unwrap();
    assert!(near(brightness(&*stays, 0, 5_000), 200));
}

#[test]
fn what_ffmpeg_cannot_read_is_told() {
    if !video::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.mp4");
    std::fs::write(&path, "words").unwrap();
    let Err(error) = opened(path.to_str().unwrap()) else {
        panic!("it was opened");
    };
    let error = error.to_string();
    assert!(error.contains("ffmpeg cannot read it: "), "{error}");
}
