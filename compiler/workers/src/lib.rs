//! The same work for many, cameras, files or programs, several at a time.
//!
//! In: jobs, and what to do for each. Out: their results, in the order of the jobs. Never: a job that takes
//! the result of another with it when it fails, more threads than allowed, or a thread that goes on after
//! the call.

use std::any::Any;
use std::cell::Cell;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, available_parallelism, scope};

/// The work for one job ended by a panic, which is a bug of oakc.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("oakc failed: {0}")]
pub struct Panicked(
    /// What the panic says.
    pub String,
);

thread_local! {
    /// Whether this thread is one of several that work on jobs.
    static IS_SHARED: Cell<bool> = const { Cell::new(false) };
}

/// How many of this many jobs to work on at the same time, where they only compute: as many as there are
/// processors, and no more than leave `share` jobs for each. Fewer are not worth a thread. One at a time
/// inside of a job that is itself one of several: the processors have work already.
pub fn at_once(jobs: usize, share: usize) -> usize {
    if IS_SHARED.get() {
        return 1;
    }
    let processors = available_parallelism().map_or(1, NonZero::get);
    processors.min(jobs.div_ceil(share.max(1))).max(1)
}

/// Does `work` for each of `jobs`, for at most `at_once` of them at the same time. The results are in the
/// order of the jobs; where the work for one panics, that is its result.
pub fn on_each<J: Sync, R: Send>(
    jobs: &[J],
    at_once: usize,
    work: impl Fn(usize, &J) -> R + Sync,
) -> Vec<Result<R, Panicked>> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(jobs.len()));
    let at_once = at_once.min(jobs.len());
    let worker = || {
        let was_shared = IS_SHARED.get();
        IS_SHARED.set(was_shared || at_once > 1);
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else {
                break;
            };
            let result = alone(|| work(index, job));
            // Nothing can panic while this is locked.
            if let Ok(mut results) = results.lock() {
                results.push((index, result));
            }
        }
        IS_SHARED.set(was_shared);
    };
    scope(|scope| {
        // This thread works too, so the jobs get done even where the system allows no other.
        for _ in 1..at_once {
            if Builder::new().spawn_scoped(scope, worker).is_err() {
                break;
            }
        }
        worker();
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// A panic stays inside of one job: whatever it shares with others, it shares through `Sync`.
fn alone<R>(work: impl FnOnce() -> R) -> Result<R, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Panicked(message(&*panic)))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it does not say why".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_jobs() {
        let jobs: Vec<u64> = (0..40).rev().collect();
        for at_once in [0, 1, 3, 100] {
            let results = on_each(&jobs, at_once, |index, job| {
                sleep(Duration::from_micros(*job));
                (index, *job)
            });
            let expected = jobs.iter().copied().enumerate().map(Ok);
            assert_eq!(results, expected.collect::<Vec<_>>());
        }
        assert_eq!(on_each(&[(); 0], 4, |_, ()| ()), []);
    }

    #[test]
    fn a_panic_is_the_result_of_its_job_alone() {
        for at_once in [1, 4] {
            let results = on_each(&[1, 0, 2, 0], at_once, |index, job| {
                assert_ne!(*job, 0, "job {index}");
                10 / job
            });
            assert_eq!((&results[0], &results[2]), (&Ok(10), &Ok(5)));
            for index in [1, 3] {
                let Panicked(text) = results[index].as_ref().unwrap_err();
                assert!(text.contains(&format!("job {index}")), "{text}");
            }
        }
    }

    #[test]
    fn no_more_run_at_the_same_time_than_allowed() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        on_each(&[(); 30], 3, |_, ()| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(Duration::from_millis(2));
            running.fetch_sub(1, Ordering::SeqCst);
        });
        assert!((1..=3).contains(&most.into_inner()));
    }

    #[test]
    fn jobs_inside_of_shared_jobs_are_not_shared_again() {
        let inside = |jobs: usize| {
            let results = on_each(&vec![(); jobs], jobs, |_, ()| at_once(1000, 1));
            results.into_iter().map(Result::unwrap).max()
        };
        assert_eq!(inside(1), Some(at_once(1000, 1)));
        assert_eq!(inside(2), Some(1));
        assert_eq!(inside(1), Some(at_once(1000, 1)), "it ends with the jobs");
    }

    #[test]
    fn few_jobs_get_no_threads() {
        assert_eq!((at_once(0, 8), at_once(7, 8), at_once(8, 8)), (1, 1, 1));
        assert!(at_once(1000, 8) <= available_parallelism().map_or(1, NonZero::get));
    }
}
