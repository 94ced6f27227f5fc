import type { Clock, LogOptions, ObjectRef } from '../../ports.ts';
import { cutLinesOf } from '../streams/lines.ts';
import { ApiFailure } from './failure.ts';
import { type Paths, query } from './paths.ts';
import type { Rest } from './rest.ts';

const POD = { apiVersion: 'v1', kind: 'Pod' };
/** Bytes that the node sends at most for the last lines: beyond a long line there may be others. */
const LIMIT = 16 * 1024 * 1024;
/** Bytes of one line: twenty of them fit into a comment on GitHub. */
const LONGEST_LAST = 2_000;
/** Bytes of one line of a log that is followed; it is printed as it arrives. */
const LONGEST_FOLLOWED = 16 * 1024;
const NOT_YET_MS = 500;
/**
 * The kubelet's answer, with status 200, for a container that it has removed meanwhile.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kuberuntime/kuberuntime_container.go (GetContainerLogs)
 */
const NO_LOG = /^unable to retrieve container logs for \S+$/;
/** Milliseconds; a container may write nothing for a long time. */
const SILENCE_MS = 3_600_000;

/** The last lines of a container, long ones cut; none when it has not started, has no previous run, or was removed. */
export async function lastLines(rest: Rest, paths: Paths, pod: ObjectRef, options: LogOptions): Promise<string[]> {
  const { container, previous, tailLines } = options;
  const path = `${await paths.object({ ...pod, ...POD })}/log`;
  try {
    const body = await rest.stream({
      method: 'GET',
      path: path + query({ container, previous, tailLines, limitBytes: LIMIT }),
      headers: { accept: '*/*' },
    });
    const lines: string[] = [];
    for await (const line of cutLinesOf(body, LONGEST_LAST)) lines.push(line);
    return lines.length === 1 && NO_LOG.test(lines[0] ?? '') ? [] : lines;
  } catch (error) {
    if (hasNone(error)) return [];
    throw error;
  }
}

/**
 * Lines as the container writes them, long ones cut. Waits for the container to start, and resumes a broken connection where
 * it ended.
 */
export async function* follow(
  parts: { rest: Rest; paths: Paths; clock: Clock },
  pod: ObjectRef,
  container: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const podPath = await parts.paths.object({ ...pod, ...POD });
  const path = `${podPath}/log`;
  const pauses = parts.rest.retry.pauses(`log of ${pod.name}`);
  let last = '';
  let lookedAgain = false;
  while (!signal.aborted) {
    // sinceTime counts whole seconds: after a disconnect, the server repeats lines that were shown already.
    const shown = nanoseconds(last);
    try {
      const parameters = query({ container, follow: true, timestamps: true, sinceTime: last || undefined });
      const body = await parts.rest.stream({ method: 'GET', path: path + parameters, signal, idleMs: SILENCE_MS });
      for await (const line of cutLinesOf(body, LONGEST_FOLLOWED)) {
        pauses.reset();
        const space = line.indexOf(' ');
        last = line.slice(0, space);
        if (nanoseconds(last) > shown) yield line.slice(space + 1);
      }
      // A node ends the stream with the container, and may store the last lines of the container after that.
      if (lookedAgain && nanoseconds(last) <= shown) return;
      lookedAgain = true;
      if (last === '') await parts.clock.sleep(NOT_YET_MS, signal).catch(() => undefined);
    } catch (error) {
      if (signal.aborted || (isGone(error) && !(await isThere(parts.rest, podPath)))) return;
      if (hasNone(error)) await parts.clock.sleep(NOT_YET_MS, signal).catch(() => undefined);
      else await pauses.after(error);
    }
  }
}

/** A node also answers 404 until it knows a pod that was just assigned to it. */
async function isThere(rest: Rest, path: string): Promise<boolean> {
  try {
    await rest.json({ method: 'GET', path });
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Comparable as text: the server omits zeros at the end of a fraction. */
function nanoseconds(time: string): string {
  return time.replace(/(\.\d+)?Z$/, (_, fraction: string = '.') => fraction.padEnd(10, '0'));
}

/** 400: "container … is waiting to start", "previous terminated container … not found". */
function hasNone(error: unknown): boolean {
  return error instanceof ApiFailure && (error.httpStatus === 400 || isGone(error));
}

function isGone(error: unknown): boolean {
  return error instanceof ApiFailure && error.httpStatus === 404;
}
