import { existsSync } from 'node:fs';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logsDir } from '../paths.ts';
import { StepFailed, say, step } from './progress.ts';
import { run, succeeds } from './run.ts';
import { which } from './which.ts';

/** A program (or file) that is needed, and the Debian package that has it. */
export interface Need {
  program: string;
  package: string;
}

const policy = '/usr/sbin/policy-rc.d';
const aside = `${policy}.before-slipway`;
const no = '#!/bin/sh\n# Slipway installs packages without their services.\nexit 101\n';

/** Installs what is missing, without starting any of its services. */
export async function installPackages(needs: Need[]): Promise<void> {
  const missing = needs.filter(
    (need) => !(need.program.startsWith('/') ? existsSync(need.program) : which(need.program)),
  );
  const packages = [...new Set(missing.map((need) => need.package))];
  if (packages.length === 0) return;
  if (!which('apt-get')) {
    const programs = missing.map((need) => need.program).join(', ');
    throw new StepFailed(
      'Install packages',
      `This machine has no apt-get, and lacks: ${programs}`,
      undefined,
      'install them',
    );
  }
  say(`  Installing Debian packages: ${packages.join(', ')} (their services are not started)`);
  const log = join(logsDir, 'apt.log');
  await step('Install packages', () => withoutServices(() => install(packages, log)), { log });
}

async function install(packages: string[], log: string): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const args = ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', ...packages];
  if (await succeeds('apt-get', args, { env, log })) return;
  await run('apt-get', ['update'], { env, log });
  await run('apt-get', args, { env, log });
}

/** Debian asks policy-rc.d before it starts a service: for a while, the answer is no. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  if (existsSync(policy) && !existsSync(aside)) await rename(policy, aside);
  await writeFile(policy, no);
  await chmod(policy, 0o755);
  try {
    await work();
  } finally {
    await restorePolicy();
  }
}

/** Also called by `down`, for an installation that was interrupted. */
export async function restorePolicy(): Promise<void> {
  if (existsSync(aside)) await rename(aside, policy);
  else if (existsSync(policy) && (await readFile(policy, 'utf8')) === no) await rm(policy);
}
