//! How the time of work grows with what there is a lot of: `cargo bench -p oakc-tests --bench growth`. Each kind
//! of input is worked through in one size and in four times that; the time should not grow by much more.

use criterion::{BenchmarkId, Criterion};
use oakc_tests::growth::KINDS;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for kind in KINDS {
        let mut group = criterion.benchmark_group(kind.name);
        group.sample_size(10);
        for count in [kind.count, 4 * kind.count] {
            let work = (kind.prepare)(count);
            group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
                bencher.iter(&work);
            });
        }
        group.finish();
    }
    criterion.final_summary();
}
