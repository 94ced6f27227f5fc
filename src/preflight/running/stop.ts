import { humanDuration } from '../../text/duration.ts';
import { type Finding, finding } from '../finding.ts';
import type { RunFacts, StartedProcess } from './facts.ts';

/** How the process ends. */
export function stopFindings(process: StartedProcess, { stop, listeningMs }: RunFacts): Finding[] {
  // One that did not open its port may not have begun to handle signals.
  if (stop === undefined || (process.port !== undefined && listeningMs === undefined)) return [];
  const where = { object: process.object };
  const { endedMs, waitedMs, handled, answered, broken } = stop;
  if (endedMs === undefined) {
    // Without a port, nothing shows that it has begun to handle signals.
    const isBare = handled === false && process.port !== undefined;
    const isSure = isBare || waitedMs >= process.graceMs;
    const why = isBare ? ', and has no handler for it' : '';
    return [
      finding('ignores-sigterm', {
        where,
        confidence: isSure ? 'proven' : 'likely',
        seen: `it still ran ${humanDuration(waitedMs)} after SIGTERM${why}`,
        remedy: HANDLE,
      }),
    ];
  }
  if (broken === 0) return [];
  return [
    finding('breaks-requests', {
      where,
      confidence: 'proven',
      seen: `${broken} requests that it had accepted got no answer after SIGTERM (${answered} others did)`,
      remedy:
        'On SIGTERM, stop accepting, answer what is open, then exit: `server.close()` in Node, `Shutdown(ctx)` in Go, `--graceful-timeout` of gunicorn, `server.shutdown=graceful` of Spring.',
    }),
  ];
}

const HANDLE =
  'Write CMD and ENTRYPOINT as lists, start the server with `exec` in scripts, and handle SIGTERM: a first process without a handler ignores it. For Node: `process.on("SIGTERM", () => server.close(() => process.exit()))`; or put `tini` in front.';
