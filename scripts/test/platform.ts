import { spawn } from 'node:child_process';
import { currentPlatform, ensurePlatform, platformEnv } from '../../local/platform.ts';

export type PlatformOutcome =
  | { ready: true; env: NodeJS.ProcessEnv; started: boolean }
  | { ready: false; reason: string; started: boolean };

/** The local platform: the one that is up, or a new one. Never rejects: without it, suites are skipped with the reason. */
export async function preparePlatform(): Promise<PlatformOutcome> {
  const running = await currentPlatform();
  if (running) return { ready: true, env: platformEnv(running), started: false };
  try {
    const platform = await ensurePlatform();
    return { ready: true, env: platformEnv(platform), started: true };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ready: false, reason: `no local platform: ${reason}`, started: true };
  }
}

/** On CI what this run started is stopped; elsewhere it stays, because the next run is warm with it. */
export async function releasePlatform(outcome: PlatformOutcome, ci: boolean): Promise<void> {
  if (!outcome.started) return;
  if (!ci) {
    if (outcome.ready) console.log('\nThe local platform stays up for the next run; `npm run local:down` stops it.');
    return;
  }
  await new Promise<void>((resolve) => {
    const down = spawn(process.execPath, ['--import', 'tsx', 'local/down.ts'], { stdio: 'inherit' });
    down.on('exit', () => resolve());
    down.on('error', () => resolve());
  });
}
