//! Decides with the crate `opa-wasm`: `rdp-interop MODULE DATA` reads one JSON object a line, `{"entrypoint", "input"}`, and
//! answers each with one line, `{"result"}` or `{"error"}`.

use std::io::{BufRead, Write};

use anyhow::{Context, Result};
use opa_wasm::{Policy, Runtime};
use serde_json::{Value, json};
use wasmtime::{Engine, Module, Store};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut paths = std::env::args().skip(1);
    let module = std::fs::read(paths.next().context("no module given")?)?;
    let data: Value = serde_json::from_slice(&std::fs::read(paths.next().context("no data given")?)?)?;

    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    let module = Module::new(&engine, module)?;
    let runtime = Runtime::new(&mut store, &module).await?;
    let policy = runtime.with_data(&mut store, &data).await?;

    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let answer = match decide(&policy, &mut store, &request).await {
            Ok(result) => json!({ "result": result }),
            Err(error) => json!({ "error": format!("{error:#}") }),
        };
        writeln!(output, "{answer}")?;
    }
    Ok(())
}

async fn decide(
    policy: &Policy<opa_wasm::DefaultContext>,
    store: &mut Store<()>,
    request: &Value,
) -> Result<Value> {
    let entrypoint = request["entrypoint"].as_str().context("no entrypoint given")?;
    let results: Value = policy.evaluate(store, entrypoint, &request["input"]).await?;
    results.pointer("/0/result").cloned().context("no result")
}
