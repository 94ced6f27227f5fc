import { stageWork } from './entry/actions.ts';
import { runPipeline } from './entry/pipeline.ts';
import { runAction } from './entry/run.ts';
import { messageOf } from './errors.ts';
import { ACTIONS } from './stage-result.ts';

/** `slipway <name>`: the folder of an action, or `pipeline` for the root action. */
async function main(name: string | undefined): Promise<number> {
  if (name === 'pipeline') return runPipeline();
  const stage = ACTIONS.find((known) => known === name);
  if (!stage) {
    process.stderr.write(`usage: slipway <action>, one of: pipeline, ${ACTIONS.join(', ')}\n`);
    return 1;
  }
  return runAction(stage, async (run) => (await stageWork[stage]()).work(run));
}

try {
  // Connections that are still open must not keep a finished step running.
  process.exit(await main(process.argv[2]));
} catch (error) {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exit(1);
}
