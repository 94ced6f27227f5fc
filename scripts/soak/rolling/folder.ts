import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from '../../../local/demo/program.ts';
import { type Platform, platformEnv } from '../../../local/platform.ts';

const bundle = fileURLToPath(new URL('../../../dist/slipway.mjs', import.meta.url));
const WHO = ['-c', 'user.name=soak', '-c', 'user.email=soak@example.com'];

/** A new folder for the repository of an app that holds slipway.yml and nothing else. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-soak-'));
  await program('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
  return folder;
}

/** Commits a slipway.yml and rolls it out to staging. @param image input of the action */
export async function rollOut(platform: Platform, folder: string, config: string, image: string): Promise<void> {
  await writeFile(join(folder, 'slipway.yml'), config);
  await program('git', ['add', '--all'], { cwd: folder });
  await program('git', [...WHO, 'commit', '--quiet', '--allow-empty', '--message=A version'], { cwd: folder });
  await program(process.execPath, [bundle, 'rolling-update'], {
    cwd: folder,
    env: { ...platformEnv(platform), INPUT_ENVIRONMENT: 'staging', INPUT_IMAGE: image },
  });
}
