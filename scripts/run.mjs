// Runs a script of this repository and does its set-up first: `node scripts/run.mjs <file> [args…]`.
// Plain JavaScript without dependencies, because it is what installs them.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [file, ...args] = process.argv.slice(2);

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`Slipway needs Node 20 or newer; this is ${process.version} (${process.execPath}).`);
  process.exit(1);
}

/** Installs the locked dependencies unless node_modules already holds exactly these. */
function installDependencies() {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.slipway-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.log('installing the locked npm dependencies (npm ci) …');
  const started = Date.now();
  const npm = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (npm.status !== 0) {
    console.error('npm ci failed (see above); check the network and the npm registry that npm is configured for.');
    process.exit(1);
  }
  writeFileSync(stamp, hash);
  console.log(`installed in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

/** Commands that bring up a cluster say first whether this machine can: before minutes of installation. */
const NEEDS_CLUSTER = ['local/demo.ts', 'local/up.ts'];
if (NEEDS_CLUSTER.includes(file) && !args.includes('--down')) {
  const { forecast, readFacts, wayOf } = await import('../local/forecast.mjs');
  const facts = await readFacts();
  const way = wayOf(facts, args);
  console.log(forecast(facts, way).join('\n'));
  if (way.name === 'none') process.exit(1);
  if ((way.name === 'kind' || way.name === 'k3d') && !args.includes(`--${way.name}`)) args.push(`--${way.name}`);
}

installDependencies();
const loader = file.endsWith('.ts') ? ['--import', 'tsx'] : [];
const child = spawn(process.execPath, [...loader, join(root, file), ...args], { cwd: root, stdio: 'inherit' });
// The terminal sends Ctrl-C to the whole group; a supervisor signals only us. Either way the child decides when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 15)));
