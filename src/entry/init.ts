import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rootOf } from '../adapters/git/checkout.ts';
import { readRepository } from '../adapters/repository/read-repository.ts';
import { type Written, writeNew } from '../adapters/repository/write-new.ts';
import { EnvironmentError } from '../errors.ts';
import { INIT_USAGE, initInputs } from '../inputs/init.ts';
import { planInit } from '../plan/init/plan-init.ts';
import { isRead, LIMITS } from '../plan/init/repository.ts';
import { initReport, printedFile } from '../report/init-report.ts';
import { type Command, print } from './command.ts';

/** `slipway init`: writes slipway.yml and the workflows for a repository, from what is in it. */
export const initCommand: Command = {
  usage: INIT_USAGE,
  async run(args, installation) {
    const inputs = initInputs(args);
    const folder = resolve(inputs.workingDirectory ?? '.');
    const repository = await readRepository(folder, { ...LIMITS, isRead });
    const plan = planInit(repository, inputs, (variant) => workflowsOf(installation.root, variant));
    // GitHub reads workflows in the root of the repository only.
    const isRoot = ((await rootOf(folder)) ?? repository.root) === repository.root;
    const files = isRoot ? [plan.config, ...plan.workflows] : [plan.config];
    if (inputs.dryRun) {
      await print(files.map(printedFile).join('\n'));
      process.stderr.write('dry run: nothing was written\n');
      return 0;
    }
    const written = new Map<string, Written>();
    for (const { path, text } of files) written.set(path, await writeNew(repository.root, path, text));
    const { leftOut, head, branch } = repository;
    const onBranch = head !== branch;
    const { workingDirectory } = inputs;
    await print(initReport(plan, { written, isRoot, leftOut, call: installation.call, workingDirectory, onBranch }));
    return 0;
  },
};

/** The workflows that the package has for a variant: name → text. The only place that knows where they lie. */
function workflowsOf(root: string, variant: string): Map<string, string> {
  const folder = join(root, 'workflows', variant);
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.yml'));
    return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  } catch (cause) {
    throw new EnvironmentError(`the workflows of Slipway are not in ${folder}`, {
      remedy: 'Install the package again, with its folder workflows/.',
      cause,
    });
  }
}
