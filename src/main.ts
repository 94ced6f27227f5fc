import { runAction, type StageWork } from './entry/run.ts';
import type { StageName } from './stages/stage-result.ts';

/** Each action's work, loaded when it is asked for: the heavy SDKs come with the stages that need them. */
const actions: Partial<Record<StageName, () => Promise<{ work: StageWork }>>> = {};

const name = process.argv[2] ?? '';
const load = actions[name as StageName];
if (!load) {
  process.stderr.write(`usage: slipway <action>; "${name}" is none of: pipeline, ${Object.keys(actions).join(', ')}\n`);
  process.exit(1);
}
const { work } = await load();
process.exit(await runAction(name as StageName, work));
