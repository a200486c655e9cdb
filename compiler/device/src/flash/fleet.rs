//! The same for many cameras at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::Report;

/// Does `work` for each of `jobs`, for at most `at_once` of them at the same time; the reports in
/// the order of the jobs. One failure does not keep the others from being done. All threads have
/// ended when this returns.
pub fn on_each<J: Sync>(
    jobs: &[J],
    at_once: usize,
    work: impl Fn(usize, &J) -> Report + Sync,
) -> Vec<Report> {
    let next = AtomicUsize::new(0);
    let reports: Mutex<Vec<(usize, Report)>> = Mutex::new(Vec::with_capacity(jobs.len()));
    let worker = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else {
                return;
            };
            let report = work(index, job);
            if let Ok(mut reports) = reports.lock() {
                reports.push((index, report));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..at_once.clamp(1, jobs.len().max(1)) {
            scope.spawn(worker);
        }
    });
    let mut reports = reports.into_inner().unwrap_or_default();
    reports.sort_by_key(|(index, _)| *index);
    reports.into_iter().map(|(_, report)| report).collect()
}
