import { humanDuration } from '../../text/duration.ts';
import { type Confidence, type Finding, finding } from '../finding.ts';
import type { RunFacts, StartedProcess } from './facts.ts';

/** Whether the process runs, and whether the kubelet can connect to it. */
export function startFindings(process: StartedProcess, facts: RunFacts): Finding[] {
  if (facts.ended !== undefined) return [endFinding(process, facts, facts.ended)];
  const port = portFinding(process, facts);
  return [...(port ? [port] : []), ...silence(process, facts)];
}

/** The exit code of SIGKILL. */
const KILLED = 137;

/** Words of errors that no Secret and no database mends. */
const BROKEN =
  /ModuleNotFoundError|ImportError|SyntaxError|Cannot find module|ERR_MODULE_NOT_FOUND|ClassNotFoundException|NoClassDefFoundError|error while loading shared libraries|exec format error|LoadError/;

function endFinding(process: StartedProcess, { output }: RunFacts, ended: NonNullable<RunFacts['ended']>): Finding {
  const { object, missing, memory = 0, port } = process;
  const { exitCode, oomKilled, afterMs } = ended;
  const where = { object };
  // The engine may miss that memory was the reason. Nothing inside of a container can send SIGKILL to its first process.
  if (oomKilled || (exitCode === KILLED && memory > 0)) {
    return finding('out-of-memory', {
      where,
      confidence: 'proven',
      seen: `the kernel killed it after ${humanDuration(afterMs)}, at its limit of ${mebibytes(memory)}`,
      remedy: 'Raise `resources.memory` of the process in slipway.yml.',
    });
  }
  const last = output.filter((line) => line.trim() !== '').at(-1);
  const said = last === undefined ? ', and it printed nothing' : `; its last line: ${last}`;
  const broken = exitCode === 126 || exitCode === 127 || output.some((line) => BROKEN.test(line));
  const isSure = exitCode === 0 ? port !== undefined : broken;
  const without = missing.length === 0 || isSure ? '' : ` (here it has no ${missing.join(', ')})`;
  return finding('exits', {
    where,
    confidence: isSure ? 'proven' : 'likely',
    seen: `it ended with exit code ${exitCode} after ${humanDuration(afterMs)}${without}${said}`,
    remedy: exitCode === 0 ? IN_FOREGROUND : broken ? BROKEN_IMAGE : CRASH,
    key: exitCode === 0 ? 'zero' : 'error',
  });
}

const IN_FOREGROUND =
  'Run the server in the foreground: without `-D`, `--daemon`, `&`, `nohup` or `service … start`, and as the last command of the entrypoint, with `exec`. A command that only prepares something belongs into `deploy.migrate` or a cron.';
const BROKEN_IMAGE = 'The lines of its log name what is missing. Install it in the image, or correct `command`.';
const CRASH =
  'Its log names the reason. If it lacks a variable or a service, give it to review environments as well (`review.env`, `review.services`), so that preflight and every pull request have it.';

function portFinding(process: StartedProcess, facts: RunFacts): Finding | undefined {
  const { object, port, missing } = process;
  if (port === undefined || facts.listeningMs !== undefined) return undefined;
  const where = { object };
  const { listeners, waitedMs, answersOn } = facts;
  if (listeners.some((one) => one.port === port && one.loopback)) {
    return finding('listens-on-localhost', {
      where,
      confidence: 'proven',
      seen: `it listens on port ${port} of 127.0.0.1 only`,
      remedy: `${EVERYWHERE} Port ${port} of 0.0.0.0 is reachable from the pod network only, as long as no Ingress leads there.`,
    });
  }
  const others = listeners.map((one) => `${one.loopback ? '127.0.0.1:' : ''}${one.port}`).join(', ');
  if (listeners.length === 0) {
    return finding('not-listening', {
      where,
      confidence: 'possible',
      seen: `it listened on no port within ${humanDuration(waitedMs)}${lacking(missing)}`,
      remedy: 'See its log. If it starts slowly, raise `startup`; if it is a worker, leave out `port`.',
    });
  }
  const reachable = listeners.find((one) => !one.loopback);
  const confidence: Confidence = answersOn !== undefined && missing.length === 0 ? 'proven' : 'likely';
  return finding(reachable === undefined ? 'listens-on-localhost' : 'listens-on-another-port', {
    where,
    confidence,
    seen: `it listens on ${others} and not on ${port}, after ${humanDuration(waitedMs)}${lacking(missing)}`,
    remedy:
      reachable === undefined
        ? `${EVERYWHERE} And correct the port.`
        : `Write \`port: ${answersOn ?? reachable.port}\` in slipway.yml, or let the process listen on the port in its variable PORT (${port}).`,
  });
}

const EVERYWHERE =
  'Let it listen on all addresses: `--host 0.0.0.0` (uvicorn, flask run, vite, rails server -b), `-b 0.0.0.0:$PORT` (gunicorn), `app.listen(port)` without a host (Node), `:8080` (Go), `server.address=0.0.0.0` (Spring).';

function lacking(missing: readonly string[]): string {
  return missing.length === 0 ? '' : `; here it has no ${missing.join(', ')}`;
}

function silence({ object }: StartedProcess, { output }: RunFacts): Finding[] {
  if (output.some((line) => line.trim() !== '')) return [];
  return [
    finding('no-output', {
      where: { object },
      confidence: 'possible',
      seen: 'it printed no line to standard output or standard error, from its start to its end',
      remedy:
        'Log to standard output, and unbuffered: `PYTHONUNBUFFERED=1` for Python, `accesslog = "-"` for gunicorn, /dev/stdout in place of a file.',
    }),
  ];
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
