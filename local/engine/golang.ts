import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../machine/run.ts';
import { which } from '../machine/which.ts';

/** What a build with Go needs of its folder. */
const PARTS = ['bin', 'lib', 'pkg', 'src', 'VERSION', 'go.env'];
/** The sources of the toolchain itself, and what its tests read: a third of it. */
const LEFT_OUT = /\/src\/cmd$|\/testdata$/;
/** Where an administrator puts the authorities that this machine trusts besides the usual ones. */
const AUTHORITIES = '/usr/local/share/ca-certificates';

/** Go on this machine: what the image of it is made from. */
export interface Go {
  /** Such as go1.26.1. */
  version: string;
  root: string;
  proxy: string;
}

/** undefined where this machine has no Go for Linux: such a machine pulls the image. */
export async function machinesGo(): Promise<Go | undefined> {
  if (process.platform !== 'linux' || !which('go')) return undefined;
  const { stdout } = await run('go', ['env', 'GOVERSION', 'GOROOT', 'GOPROXY']);
  const [version = '', root = '', proxy = ''] = stdout.trim().split('\n');
  return { version, root, proxy };
}

/**
 * Hands a folder to `use` that holds Dockerfile, Go and certificates; removes it afterwards.
 * @param image folder of the image's Dockerfile
 */
export async function withGoContext(image: string, go: Go, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-go-'));
  try {
    await cp(image, folder, { recursive: true });
    await mkdir(join(folder, 'certificates'));
    if (existsSync(AUTHORITIES)) await cp(AUTHORITIES, join(folder, 'certificates'), { recursive: true });
    const filter = (path: string) => !LEFT_OUT.test(path);
    for (const part of PARTS) await cp(join(go.root, part), join(folder, 'go', part), { recursive: true, filter });
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
