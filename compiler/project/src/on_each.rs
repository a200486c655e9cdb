//! The same for many at once, cameras or files: jobs in, their results out in the same order.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Does `work` for each of `jobs`, for at most `at_once` of them at the same time; the results in
/// the order of the jobs. One failure does not keep the others from being done. All threads have
/// ended when this returns.
pub fn on_each<J: Sync, R: Send>(
    jobs: &[J],
    at_once: usize,
    work: impl Fn(usize, &J) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut results = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else {
                return results;
            };
            results.push((index, work(index, job)));
        }
    };
    let mut results: Vec<_> = thread::scope(|scope| {
        let workers = 0..at_once.clamp(1, jobs.len().max(1));
        let workers: Vec<_> = workers.map(|_| scope.spawn(worker)).collect();
        // A result that is missing would pass for one of the next job.
        let ended = workers.into_iter().map(thread::ScopedJoinHandle::join);
        let ended = ended.map(|results| results.unwrap_or_else(|panic| resume_unwind(panic)));
        ended.flatten().collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
