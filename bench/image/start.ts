import { fileURLToPath } from 'node:url';
import { ACTIONS, type ActionName } from '../../src/stage-result.ts';
import { scratchFolder } from '../../test/support/runner/scratch.ts';
import { runAll } from '../rollout/process.ts';

const bundle = fileURLToPath(new URL('../../dist/slipway.mjs', import.meta.url));

export interface StartTimes {
  /** Of `node` that does nothing. */
  bare: number[];
  actions: Record<ActionName, number[]>;
}

/** The time of each action up to its first complaint: a folder without slipway.yml. */
export async function startTimes(runs: number): Promise<StartTimes> {
  const cwd = scratchFolder();
  const env = { PATH: process.env.PATH ?? '', HOME: cwd, GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: cwd };
  const times: StartTimes = {
    bare: [],
    actions: Object.fromEntries(ACTIONS.map((name): [ActionName, number[]] => [name, []])) as StartTimes['actions'],
  };
  const measure = async (args: string[]) => {
    const { startedAt, endedAt } = await runAll([{ file: process.execPath, args, cwd, env }]);
    return endedAt - startedAt;
  };
  for (let run = 0; run <= runs; run++) {
    const bare = await measure(['--eval', '0']);
    if (run > 0) times.bare.push(bare);
    for (const name of ACTIONS) {
      const own = await measure([bundle, name]);
      if (run > 0) times.actions[name].push(own);
    }
  }
  return times;
}
