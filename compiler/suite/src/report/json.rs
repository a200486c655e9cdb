//! For programs: one JSON object.

use oakc_desk::observation::{PoolState, QueueState};
use oakc_desk::play::Failure;
use oakc_diag::render::json::Report;
use serde_json::{Map, Value, json as object};

use super::{Counts, again, counts, replay_text};
use crate::Case;

/// What became of scenarios, with the diagnostics in their usual form.
pub fn json(cases: &[Case]) -> Value {
    let Counts { passed, failed } = counts(cases);
    let scenarios: Vec<_> = cases.iter().map(scenario).collect();
    object!({
        "scenarios": scenarios,
        "summary": { "passed": passed, "failed": failed },
    })
}

fn scenario(case: &Case) -> Value {
    let mut value = Map::new();
    value.insert("file".to_owned(), case.path.display().to_string().into());
    value.insert("description".to_owned(), case.description.clone().into());
    value.insert("passed".to_owned(), case.has_passed().into());
    if let Some(played) = &case.played {
        value.insert("seed".to_owned(), played.seed.into());
        value.insert("seeds".to_owned(), played.tried.into());
        value.insert(
            "virtual_seconds".to_owned(),
            played.took.as_secs_f64().into(),
        );
        value.insert("trace".to_owned(), format!("{:016x}", played.trace).into());
        let replay = played.replay.as_ref().map(replay_text);
        value.insert("replay".to_owned(), replay.into());
        value.insert("again".to_owned(), again(case).into());
        let failure = played.failure.as_ref().map(failure);
        value.insert("failure".to_owned(), failure.unwrap_or(Value::Null));
    }
    if let Some(broken) = &case.broken {
        value.insert("error".to_owned(), broken.to_string().into());
    }
    let report = Report::new(&case.findings.diagnostics, &case.findings.sources);
    // Strings, numbers and lists always become JSON.
    let report = serde_json::to_value(report).unwrap_or_default();
    let diagnostics = report.get("diagnostics").cloned().unwrap_or_default();
    value.insert("diagnostics".to_owned(), diagnostics);
    Value::Object(value)
}

fn failure(failure: &Failure) -> Value {
    let state = &failure.state;
    let queues: Vec<_> = state.queues.iter().map(queue).collect();
    let pools: Vec<_> = state.pools.iter().map(pool).collect();
    let log = state.log.iter().map(|(at, line)| {
        object!({
            "t": at.as_secs_f64(),
            "node": line.node,
            "level": line.level.name(),
            "text": line.text,
        })
    });
    object!({
        "step": failure.step,
        "virtual_seconds": failure.at.as_secs_f64(),
        "message": failure.message,
        "instead": failure.instead,
        "traceback": failure.traceback,
        "queues": queues,
        "pools": pools,
        "threads": state.threads,
        "complaints": state.complaints,
        "log": log.collect::<Vec<_>>(),
    })
}

fn queue(queue: &QueueState) -> Value {
    object!({
        "input": queue.input.to_string(),
        "length": queue.length,
        "size": queue.size,
        "blocking": queue.blocking,
        "received": queue.received,
        "dropped": queue.dropped,
        "stopped": queue.stopped,
    })
}

fn pool(pool: &PoolState) -> Value {
    object!({
        "output": pool.output.to_string(),
        "size": pool.size,
        "taken": pool.taken,
    })
}
