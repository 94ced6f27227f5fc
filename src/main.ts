#!/usr/bin/env node
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stageWork } from './entry/actions.ts';
import { runCommand, usage } from './entry/commands.ts';
import { runPipeline } from './entry/pipeline.ts';
import { runAction } from './entry/run.ts';
import { messageOf } from './errors.ts';
import { ACTIONS } from './stage-result.ts';

const self = fileURLToPath(import.meta.url);
const INSTALLATION = {
  // src/ and dist/ both lie directly in the package.
  root: dirname(dirname(self)),
  call: callOf(process.env.npm_command),
};

/** What a person types to start Slipway again in this folder. */
function callOf(npmCommand: string | undefined): string {
  if (npmCommand === 'exec') return 'npx slipway';
  // Node 20 runs no TypeScript: a checkout has a script for it.
  return self.endsWith('.ts') ? 'npm run slipway --' : `node ${relative(process.cwd(), self)}`;
}

/** `slipway <name>`: the folder of an action, `pipeline` for the root action, or a command. */
async function main(name: string | undefined, args: string[]): Promise<number> {
  if (name === 'pipeline') return runPipeline();
  // A name of both is the action on a runner, and without arguments.
  const stage = args.length === 0 ? ACTIONS.find((known) => known === name) : undefined;
  if (stage) return runAction(stage, async (run) => (await stageWork[stage]()).work(run));
  const code = name === undefined ? undefined : await runCommand(name, args, INSTALLATION);
  if (code !== undefined) return code;
  const isHelp = name === '--help' || name === '-h';
  if (!isHelp && name !== undefined) process.stderr.write(`error: there is no command ${JSON.stringify(name)}\n\n`);
  (isHelp ? process.stdout : process.stderr).write(usage());
  return isHelp ? 0 : 1;
}

try {
  // Connections that are still open must not keep a finished step running.
  process.exit(await main(process.argv[2], process.argv.slice(3)));
} catch (error) {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exit(1);
}
