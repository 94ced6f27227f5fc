// `node scripts/lock.mjs`: writes package-lock.json anew from package.json, without download addresses, so that it works
// with any registry. npm's own setting for that (omit-lockfile-registry-resolved) drops the optional packages of other
// platforms, after which `npm ci` refuses the file.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'slipway-lock-'));
copyFileSync('package.json', join(folder, 'package.json'));
const args = ['install', '--package-lock-only', '--omit-lockfile-registry-resolved=false', '--loglevel=error'];
const npm = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
if (npm.status !== 0) process.exit(1);
const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
writeFileSync('package-lock.json', lock.replace(/^ *"resolved": .*\n/gm, ''));
rmSync(folder, { recursive: true });
