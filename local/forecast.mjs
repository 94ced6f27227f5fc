// What the demo can do on this machine, said before anything is installed: plain JavaScript without dependencies. Its types are
// in forecast.d.mts.
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { availableParallelism, homedir, totalmem } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Milliseconds for each question. All are asked at once. */
const PATIENCE = 800;
const GIB = 2 ** 30;
const NEEDED_MEMORY = 3.5;
/** GiB that programs, images and sources take; with programs that are built already. */
const NEEDED_DISK = { cold: 15, warm: 4 };
const OLDEST_GO = [1, 24];
/** Minutes on two processors, of which the builds of Go are divided by more. */
const COLD = { builds: 9, rest: 3 };

export async function readFacts(env = process.env) {
  const has = (program) => isProgram(program, env);
  const cache = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway');
  const state = join(env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'slipway');
  const [go, docker, buildx, hub] = await Promise.all([
    has('go') ? output('go', ['version'], env) : undefined,
    has('docker') ? output('docker', ['version', '--format', '{{.Server.Version}}'], env) : undefined,
    has('docker') ? output('docker', ['buildx', 'version'], env) : undefined,
    answers('https://registry-1.docker.io/v2/'),
  ]);
  return {
    os: process.platform,
    arch: process.arch,
    root: process.getuid?.() === 0,
    memory: totalmem() / GIB,
    disk: freeDisk(cache),
    processors: availableParallelism(),
    go: /go(\d+\.\d+)/.exec(go ?? '')?.[1],
    docker: has('docker') ? (docker ? 'answers' : 'silent') : 'absent',
    buildx: Boolean(buildx),
    hub,
    apt: has('apt-get'),
    kind: has('kind'),
    k3d: has('k3d'),
    kubectl: has('kubectl'),
    up: existsSync(join(state, 'platform.json')),
    // The last program of a cold build.
    built: existsSync(join(cache, 'bin', 'helm')),
  };
}

export function wayOf(facts, args = []) {
  if (args.includes('--kubeconfig') || args.some((arg) => arg.startsWith('--kubeconfig='))) return { name: 'user' };
  if (args.includes('--kind')) return { name: 'kind' };
  if (args.includes('--k3d')) return { name: 'k3d' };
  if (facts.up) return { name: 'up' };
  const noBuild = lackedByBuild(facts);
  // What has been built and tried here before comes before what would have to be pulled.
  if (facts.built && noBuild.length === 0) return { name: 'build', minutes: 1 };
  const noContainers = lackedByContainers(facts);
  if (noContainers.length === 0) return { name: facts.kind ? 'kind' : 'k3d' };
  if (noBuild.length === 0) return { name: 'build', minutes: minutesOf(facts) };
  return { name: 'none', lacks: [...noContainers, ...noBuild], remedies: remediesOf(facts) };
}

const minutesOf = ({ processors }) => Math.ceil((COLD.builds * 2) / Math.min(Math.max(processors, 1), 8) + COLD.rest);

/** Why the cluster cannot be built from source here. */
function lackedByBuild({ os, root, apt, go, memory, disk, built }) {
  if (os !== 'linux') return ['to build it: a node of Kubernetes runs on Linux only'];
  const needed = built ? NEEDED_DISK.warm : NEEDED_DISK.cold;
  return [
    ...(root ? [] : ['to build it: a node needs root, for its network, mounts and cgroups']),
    ...(apt || built ? [] : ['to build it: etcd, containerd and others come from Debian packages (apt-get)']),
    ...(isRecent(go) ? [] : [`to build it: Go ${OLDEST_GO.join('.')} or newer${go ? `; this is ${go}` : ''}`]),
    ...(memory >= NEEDED_MEMORY ? [] : [`to build it: 4 GB of memory; there are ${memory.toFixed(1)}`]),
    ...(disk === undefined || disk >= needed ? [] : [`to build it: ${needed} GB of disk; ${disk.toFixed(0)} are free`]),
  ];
}

function isRecent(go) {
  const [major = 0, minor = 0] = (go ?? '').split('.').map(Number);
  return major > OLDEST_GO[0] || (major === OLDEST_GO[0] && minor >= OLDEST_GO[1]);
}

/** Why it cannot be made of containers here. */
function lackedByContainers({ docker, buildx, hub, kind, k3d, kubectl }) {
  return [
    ...(docker === 'absent' ? ['for kind or k3d: Docker'] : []),
    ...(docker === 'silent' ? ['for kind or k3d: a Docker engine that answers'] : []),
    ...(docker === 'answers' && !buildx ? ['for kind or k3d: the plugin buildx of Docker'] : []),
    ...(hub ? [] : ['for kind or k3d: Docker Hub, which did not answer within a second']),
    ...(kind || k3d ? [] : ['for kind or k3d: one of the two programs']),
    ...(kubectl ? [] : ['for kind or k3d: kubectl']),
  ];
}

function remediesOf({ os, docker, hub, kind, k3d, kubectl }) {
  const missing = [...(kind || k3d ? [] : ['kind']), ...(kubectl ? [] : ['kubectl'])];
  const install = os === 'darwin' ? `brew install ${missing.join(' ')}` : `install ${missing.join(' and ')}`;
  const engine = os === 'darwin' ? 'start Docker Desktop, Colima or OrbStack' : 'install and start Docker';
  const container = [
    ...(docker === 'answers' ? [] : [engine]),
    ...(missing.length > 0 ? [install] : []),
    ...(hub ? [] : ['npm run demo -- --kind, if Docker reaches its registry by a proxy or a mirror']),
  ];
  return [
    ...(container.length > 0 ? [`for kind: ${container.join('; ')}`] : []),
    'with a cluster that you have: npm run demo -- --kubeconfig FILE --context NAME',
    ...(os === 'linux' ? ['to build it: run as root on Debian or Ubuntu, with Go'] : []),
  ];
}

const NOT_RUN =
  'The tests of this project do not run kind, k3d or macOS: this way was written from their documentation.';

export function forecast(facts, way) {
  const machine = [
    `${{ linux: 'Linux', darwin: 'macOS' }[facts.os] ?? facts.os} ${facts.arch}`,
    `${facts.processors} processors`,
    `${facts.memory.toFixed(0)} GB of memory`,
    { absent: 'no Docker', silent: 'Docker does not answer', answers: 'Docker answers' }[facts.docker],
    ...[facts.kind && 'kind', facts.k3d && 'k3d', facts.go && `Go ${facts.go}`].filter(Boolean),
    facts.root ? 'root' : 'not root',
  ];
  return [`This machine: ${machine.join(', ')}.`, ...told(way)];
}

function told(way) {
  switch (way.name) {
    case 'up':
      return ['✓ The platform of an earlier run is used, if it still answers.'];
    case 'user':
      return ['✓ Your cluster is used, and the Docker engine that answers here.'];
    case 'kind':
    case 'k3d':
      return [
        `✓ ${way.name} makes the cluster, from images that Docker pulls: minutes, nothing is compiled.`,
        `  ${NOT_RUN}`,
      ];
    case 'build':
      return [
        way.minutes > 1
          ? `✓ Kubernetes is built from source here, once: about ${way.minutes} minutes. After that it starts in seconds.`
          : '✓ Kubernetes, which was built here before, starts in less than a minute.',
      ];
    default:
      return [
        '✗ npm run demo and the tests on a cluster do not work here. Missing',
        ...way.lacks.map((lack) => `    ${lack}`),
        '  What to do, one of these:',
        ...way.remedies.map((remedy) => `    ${remedy}`),
        '✓ npm run test:unit, npm run lint and npm run render work.',
      ];
  }
}

function isProgram(name, env) {
  return (env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The standard output; undefined for a program that fails, or takes too long. */
function output(program, args, env) {
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: PATIENCE, killSignal: 'SIGKILL' }, (error, stdout) =>
      resolve(error ? undefined : stdout.trim()),
    );
  });
}

/** Any answer will do: without a login it is 401. */
function answers(url) {
  return fetch(url, { signal: AbortSignal.timeout(PATIENCE) }).then(
    () => true,
    () => false,
  );
}

/** GiB, of the nearest folder that exists. */
function freeDisk(folder) {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = statfsSync(at);
      return (bavail * bsize) / GIB;
    } catch {
      if (at === dirname(at)) return undefined;
    }
  }
}
