//! Videos that ffmpeg decodes, picture by picture, in a process of its own.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use oakc_desk::Time;
use oakc_desk::sensor::{Ending, Scene, Size, number_at};
use oakc_runtime_schema::image::FrameType;
use oakc_subprocess::Companion;
use oakc_vision::Image;

const FFMPEG: &str = "ffmpeg";

/// How long a picture may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The size in which it is tried whether a video can be decoded.
const TRIAL: Size = (16, 16);

/// Pictures that are decoded ahead.
const AHEAD: usize = 2;

/// The longest header of a Y4M stream, in bytes.
const HEADER: u64 = 1_024;

/// Whether there is an ffmpeg.
pub(crate) fn has_ffmpeg() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(FFMPEG).is_file())
}

/// A video.
#[derive(Debug)]
pub(crate) struct Video {
    path: PathBuf,
    ending: Ending,
    playing: Mutex<Option<Playing>>,
}

/// A video that is being decoded.
#[derive(Debug)]
struct Playing {
    decoder: Decoder,
    size: Size,
    /// How many pictures were taken from the decoder, also in earlier rounds.
    taken: u64,
    /// How many of them in this round.
    round: u64,
    last: Option<Arc<Image>>,
    is_over: bool,
}

impl Video {
    /// A video whose first picture ffmpeg can decode.
    ///
    /// # Errors
    /// Why it cannot, in a sentence.
    pub(crate) fn open(path: &Path, ending: Ending) -> Result<Self, String> {
        let video = Self {
            path: path.to_owned(),
            ending,
            playing: Mutex::default(),
        };
        let mut playing = video.begin(TRIAL)?;
        video.advance(&mut playing)?;
        Ok(video)
    }

    fn begin(&self, size: Size) -> Result<Playing, String> {
        Ok(Playing {
            decoder: Decoder::start(&self.path, size).map_err(|error| error.to_string())?,
            size,
            taken: 0,
            round: 0,
            last: None,
            is_over: false,
        })
    }

    /// Takes the next picture; at the end of the video as it was said.
    fn advance(&self, playing: &mut Playing) -> Result<(), String> {
        if let Some(image) = playing.decoder.next()? {
            playing.last = Some(Arc::new(image));
            playing.taken += 1;
            playing.round += 1;
            return Ok(());
        }
        if playing.round == 0 {
            return Err("there is no picture in it that ffmpeg can read".to_owned());
        }
        if self.ending == Ending::Stays {
            playing.is_over = true;
            return Ok(());
        }
        let decoder = Decoder::start(&self.path, playing.size);
        playing.decoder = decoder.map_err(|error| error.to_string())?;
        playing.round = 0;
        Ok(())
    }
}

impl Scene for Video {
    fn shown(&self, _: i64, at: Time, size: Size) -> Result<Arc<Image>, String> {
        let mut playing = self.playing.lock().unwrap_or_else(PoisonError::into_inner);
        if playing.is_none() {
            *playing = Some(self.begin(size)?);
        }
        let mut now = playing.take().ok_or("it is not played")?;
        let wanted = number_at(at, now.decoder.rate) + 1;
        // Another camera, or another run, sees it from its beginning.
        if now.size != size || now.taken > wanted {
            now = self.begin(size)?;
        }
        while now.taken < wanted && !now.is_over {
            self.advance(&mut now)?;
        }
        let last = now.last.clone();
        *playing = Some(now);
        last.ok_or_else(|| "there is no picture in it".to_owned())
    }
}

/// A process of ffmpeg.
#[derive(Debug)]
struct Decoder {
    /// It ends with this.
    companion: Option<Companion>,
    pictures: Receiver<io::Result<Image>>,
    /// Pictures a second.
    rate: f64,
}

impl Decoder {
    /// Starts one: its pictures fill this size.
    fn start(path: &Path, (width, height): Size) -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        // Chroma has half the size.
        let (width, height) = (width + width % 2, height + height % 2);
        // As the pictures of a camera, they use the whole range of values.
        let filter = format!(
            "scale={width}:{height}:force_original_aspect_ratio=increase:out_range=full,crop={width}:{height}"
        );
        let mut command = Command::new(FFMPEG);
        command
            .args(["-v", "error", "-nostdin", "-threads", "1", "-i"])
            // A name that begins with a dash, or looks like an address.
            .arg(format!("file:{}", path.display()))
            .args(["-an", "-sn", "-dn", "-vf", &filter, "-pix_fmt", "yuv420p"])
            .args(["-f", "yuv4mpegpipe", "-"]);
        let companion = Companion::start(&mut command, Stdio::from(writer))?;
        // The other end must be the process's alone, or its end is never seen.
        drop(command);
        let mut stream = BufReader::new(reader);
        let mut header = Vec::new();
        (&mut stream).take(HEADER).read_until(b'\n', &mut header)?;
        let header = String::from_utf8_lossy(&header).into_owned();
        let Some((size, rate)) = described(&header) else {
            return Err(refusal(companion));
        };
        let (sender, pictures) = sync_channel(AHEAD);
        std::thread::Builder::new()
            .name("ffmpeg".to_owned())
            .spawn(move || {
                loop {
                    let picture = picture(&mut stream, size);
                    let is_over = picture.is_err();
                    if sender.send(picture).is_err() || is_over {
                        return;
                    }
                }
            })?;
        Ok(Self {
            companion: Some(companion),
            pictures,
            rate,
        })
    }

    /// The next picture; none at the end.
    fn next(&mut self) -> Result<Option<Image>, String> {
        match self.pictures.recv_timeout(PATIENCE) {
            Ok(Ok(image)) => Ok(Some(image)),
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => self.end(),
            Ok(Err(error)) => Err(error.to_string()),
            Err(RecvTimeoutError::Disconnected) => self.end(),
            Err(RecvTimeoutError::Timeout) => {
                self.companion = None;
                Err("ffmpeg takes too long for a picture".to_owned())
            }
        }
    }
}

impl Decoder {
    /// There are no more pictures: the video is at its end, unless somebody ended ffmpeg.
    fn end(&mut self) -> Result<Option<Image>, String> {
        let Some(mut companion) = self.companion.take() else {
            return Ok(None);
        };
        companion.await_end();
        match companion.end() {
            (Some(status), _) if status.code().is_none() => Err(format!(
                "ffmpeg ended in the middle of the video ({status})"
            )),
            _ => Ok(None),
        }
    }
}

/// Why ffmpeg made nothing of a file.
fn refusal(companion: Companion) -> io::Error {
    let (_, said) = companion.end();
    let said = String::from_utf8_lossy(&said);
    // What went wrong first is the cause of the rest. It begins with the part of ffmpeg, and where that is in memory.
    let line = said.lines().map(str::trim).find(|line| !line.is_empty());
    let line = line.map(|line| line.split_once("] ").map_or(line, |(_, said)| said));
    io::Error::other(format!(
        "ffmpeg cannot read it: {}",
        line.unwrap_or("it says nothing about why")
    ))
}

/// Size and rate of a Y4M stream.
fn described(header: &str) -> Option<(Size, f64)> {
    let word = |mark: char| {
        let mut words = header.trim_end().split(' ');
        words.find_map(|word| word.strip_prefix(mark))
    };
    header.starts_with("YUV4MPEG2 ").then_some(())?;
    let size = (word('W')?.parse().ok()?, word('H')?.parse().ok()?);
    let (above, below) = word('F')?.split_once(':')?;
    let rate = above.parse::<f64>().ok()? / below.parse::<f64>().ok()?;
    let rate = if rate.is_finite() && rate > 0.0 {
        rate
    } else {
        30.0
    };
    Some((size, rate.min(1_000.0)))
}

fn picture(stream: &mut impl BufRead, (width, height): Size) -> io::Result<Image> {
    let mut mark = Vec::new();
    stream.take(HEADER).read_until(b'\n', &mut mark)?;
    if !mark.starts_with(b"FRAME") {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let size = oakc_vision::image::size(FrameType::YUV420p, width, height);
    let mut data = vec![0; size.map_err(io::Error::other)?];
    stream.read_exact(&mut data)?;
    Image::new(FrameType::YUV420p, width, height, data).map_err(io::Error::other)
}
