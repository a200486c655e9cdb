//! `ffmpeg` as an encoder: raw pictures in, H.264 or H.265 out.
//!
//! One process for each encoder. It ends when its input does, so with oakc, however oakc ends; and it is ended with this. ffmpeg
//! holds a picture back until the next one comes, so what comes out belongs to the picture before.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::Command;
use std::time::Duration;

use oakc_runtime_schema::nodes::video_encoder::{Profile, RateControlMode, VideoEncoderProperties};
use oakc_subprocess::Companion;

#[cfg(unix)]
type Line = std::os::unix::net::UnixStream;
#[cfg(not(unix))]
type Line = io::Empty;

/// How long ffmpeg may take for a picture.
const PATIENCE: Duration = Duration::from_mins(1);
/// The longest encoded picture, in bytes.
const LONGEST: usize = 64 << 20;

/// A running encoder for pictures of one size.
#[derive(Debug)]
pub(super) struct Ffmpeg {
    companion: Companion,
    pictures: Line,
    encoded: BufReader<Line>,
    /// Whether a picture has been written.
    is_fed: bool,
}

/// Whether there is an `ffmpeg`.
pub(super) fn is_there() -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join("ffmpeg").is_file())
}

impl Ffmpeg {
    /// Starts an encoder for pictures of this size and pixel format, as ffmpeg names it.
    #[cfg(unix)]
    pub(super) fn start(
        properties: &VideoEncoderProperties,
        pixels: &str,
        (width, height): (usize, usize),
    ) -> io::Result<Self> {
        use std::os::fd::OwnedFd;
        let (pictures, input) = Line::pair()?;
        let (encoded, output) = Line::pair()?;
        let mut command = Command::new("ffmpeg");
        command.args(["-nostdin", "-hide_banner", "-loglevel", "error"]);
        command.args([
            "-probesize",
            "32",
            "-analyzeduration",
            "0",
            "-fflags",
            "nobuffer",
        ]);
        command.args([
            "-f",
            "rawvideo",
            "-pix_fmt",
            pixels,
            "-s",
            &format!("{width}x{height}"),
        ]);
        let rate = format!("{:.3}", properties.frame_rate.max(0.1));
        command.args(["-r", &rate, "-i", "pipe:0", "-an", "-vsync", "passthrough"]);
        command.args([
            "-threads",
            "1",
            "-preset",
            "ultrafast",
            "-tune",
            "zerolatency",
        ]);
        command.args([
            "-pix_fmt",
            "yuv420p",
            "-flags:v",
            "+bitexact",
            "-map",
            "0:v",
        ]);
        command.args(coding(properties));
        let format = if properties.profile == Profile::H265_MAIN {
            "hevc"
        } else {
            "h264"
        };
        // Each picture is told before it comes, with its size.
        let outputs =
            format!("[f=framecrc:flush_packets=1]pipe\\:1|[f={format}:flush_packets=1]pipe\\:1");
        command.args(["-f", "tee", &outputs]);
        let companion =
            Companion::between(&mut command, OwnedFd::from(input), OwnedFd::from(output))?;
        // The other ends must be the process's alone, or its end is never seen.
        drop(command);
        pictures.set_write_timeout(Some(PATIENCE))?;
        encoded.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            companion,
            pictures,
            encoded: BufReader::new(encoded),
            is_fed: false,
        })
    }

    #[cfg(not(unix))]
    pub(super) fn start(
        _: &VideoEncoderProperties,
        _: &str,
        _: (usize, usize),
    ) -> io::Result<Self> {
        Err(io::Error::other("ffmpeg is used on Linux and macOS only"))
    }

    /// Encodes a picture: what comes out is the one before, if there was one, and whether it needs no other.
    pub(super) fn encode(&mut self, picture: &[u8]) -> io::Result<Option<(Vec<u8>, bool)>> {
        self.pictures.write_all(picture)?;
        if !std::mem::replace(&mut self.is_fed, true) {
            return Ok(None);
        }
        let line = loop {
            let mut line = String::new();
            if (&mut self.encoded).take(4096).read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if !line.starts_with('#') {
                break line;
            }
        };
        // stream, dts, pts, duration, size, checksum, flags
        let size = line.split(',').nth(4);
        let size = size.and_then(|size| size.trim().parse().ok());
        let size = size
            .filter(|size| *size <= LONGEST)
            .ok_or(io::ErrorKind::InvalidData)?;
        let mut encoded = vec![0; size];
        self.encoded.read_exact(&mut encoded)?;
        Ok(Some((encoded, !line.contains("F=0x0"))))
    }

    /// What it said last.
    pub(super) fn post_mortem(self, error: &io::Error) -> String {
        let said = self.companion.last_words();
        said.unwrap_or_else(|| error.to_string())
    }
}

/// What decides the coding.
fn coding(properties: &VideoEncoderProperties) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut set = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
    match properties.profile {
        Profile::H265_MAIN => {
            set("-c:v", "libx265".to_owned());
            let quiet = "log-level=error:pools=1:frame-threads=1:no-info=1";
            set("-x265-params", quiet.to_owned());
        }
        Profile::H264_HIGH => {
            set("-c:v", "libx264".to_owned());
            set("-profile:v", "high".to_owned());
        }
        Profile::H264_MAIN => {
            set("-c:v", "libx264".to_owned());
            set("-profile:v", "main".to_owned());
        }
        Profile::H264_BASELINE | Profile::MJPEG => {
            set("-c:v", "libx264".to_owned());
            set("-profile:v", "baseline".to_owned());
        }
    }
    set("-g", properties.keyframe_frequency.max(1).to_string());
    if properties.bitrate > 0 {
        set("-b:v", properties.bitrate.to_string());
        if properties.rate_ctrl_mode == RateControlMode::CBR {
            set("-maxrate", properties.bitrate.to_string());
            set("-bufsize", properties.bitrate.to_string());
        }
    }
    arguments
}
