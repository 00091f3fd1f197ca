/** Plays scenarios on virtual time, each as often as it asks for. */
import { LOOP_PERIOD } from "#controller/safety-loop";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import type { ScenarioResult } from "./report.ts";
import { type RunResult, runOnce } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { VirtualRig } from "./virtual-rig.ts";

/**
 * Every run has its own seed, and its actions fall elsewhere in the safety loop's period, so that a reaction time is seen at its
 * worst. @param seed replaces the scenario's own.
 */
export async function play(scenario: Scenario, seed = scenario.seed): Promise<ScenarioResult> {
  const began = performance.now();
  const config = scenario.charger(DEFAULT_EVSE_CONFIG);
  const runs: RunResult[] = [];
  for (let index = 0; index < scenario.runs; index += 1) {
    const slackMs = (index / scenario.runs) * LOOP_PERIOD;
    const rig = new VirtualRig({ config, seed: seed + index, firstLoopMs: LOOP_PERIOD - slackMs });
    await rig.open();
    runs.push(await runOnce(scenario, rig, seed + index, slackMs));
  }
  return {
    scenario,
    runs,
    passed: runs.every((run) => run.passed),
    lastedMs: runs.reduce((sum, run) => sum + run.lastedMs, 0),
    tookMs: performance.now() - began,
  };
}
