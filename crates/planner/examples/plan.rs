//! Plans one file: `cargo run --release -p planner --example plan INSTANCE PLAN`.
use std::{env, fs, time::Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = env::args().skip(1);
    let (input, output) = (args.next().ok_or("INSTANCE")?, args.next().ok_or("PLAN")?);
    let instance = planner::Instance::from_json(&fs::read_to_string(input)?)?;
    let start = Instant::now();
    let plan = planner::solve(&instance)?;
    eprintln!("{:.2} s, {:?}", start.elapsed().as_secs_f64(), planner::Years::of(&instance, &plan));
    fs::write(output, serde_json::to_string(&plan)?)?;
    Ok(())
}
