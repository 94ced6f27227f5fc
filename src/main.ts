import { stageWork } from './entry/actions.ts';
import { runPipeline } from './entry/pipeline.ts';
import { runAction } from './entry/run.ts';
import { messageOf } from './errors.ts';
import { ACTIONS } from './stage-result.ts';

/** `slipway <name>`: the folder of an action, `pipeline` for the root action, or `render`. */
async function main(name: string | undefined): Promise<number> {
  if (name === 'pipeline') return runPipeline();
  if (name === 'render') return (await import('./entry/render.ts')).runRender(process.argv.slice(3));
  const stage = ACTIONS.find((known) => known === name);
  if (!stage) {
    const isHelp = name === '--help' || name === '-h';
    const usage = `usage: slipway <action>, one of: pipeline, ${ACTIONS.join(', ')}; or slipway render\n`;
    (isHelp ? process.stdout : process.stderr).write(usage);
    return isHelp ? 0 : 1;
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
