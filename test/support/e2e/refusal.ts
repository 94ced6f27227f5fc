import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ActionResult } from '../action-runner.ts';
import type { EditedYaml } from '../yaml.ts';
import { Job, type StepOptions } from './jobs.ts';
import type { Scene } from './scene.ts';

/** Of slipway.yml. */
export type Change = (config: EditedYaml) => void;
/** What files of the repository hold; null: they are removed. */
type Files = Record<string, string | null>;

export interface Refusal extends StepOptions {
  change?: Change;
  files?: Files;
  /** Actions before it that are fine. */
  after?: string[];
}

/** A job at a commit on top of what is there, which the repository is then without again. */
export async function jobOn(scene: Scene, change?: Change, files: Files = {}): Promise<Job> {
  if (change) await scene.configure(change);
  for (const [name, text] of Object.entries(files)) {
    const path = join(scene.repository.folder, name);
    await (text === null ? rm(path) : writeFile(path, text));
  }
  const job = new Job(scene, scene.github.actor.push('main', await scene.commit('Something wrong')));
  await job.workspace();
  await scene.repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  return job;
}

/** The one message of an action that is refused; nothing was written to the namespace or the registry. */
export async function refusedIn(scene: Scene, action: string, refusal: Refusal): Promise<string> {
  const state = async () => [await scene.cluster.snapshot(scene.staging), await scene.registry.tags(scene.images)];
  const job = await jobOn(scene, refusal.change, refusal.files);
  for (const before of refusal.after ?? []) {
    const result = await job.step(before);
    expect(result.exitCode, result.output).toBe(0);
  }
  const before = await state();
  const message = messageOf(await job.step(action, refusal));
  expect(await state()).toEqual(before);
  return message;
}

/** One error, exit code 1, and no more lines about a stack. */
export function messageOf(result: ActionResult): string {
  expect(result.exitCode, result.output).toBe(1);
  const errors = result.annotations.filter(({ level }) => level === 'error');
  expect(errors, result.output).toHaveLength(1);
  expect(result.output).not.toMatch(/\n\s+at .+:\d+:\d+/);
  return errors[0]?.message ?? '';
}
