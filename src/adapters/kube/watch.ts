import type { Clock, Kind, KubeObject, Selection, WatchEvent } from '../../ports.ts';
import { parseJson } from '../../text/json.ts';
import { linesOf } from '../streams/lines.ts';
import { ApiFailure } from './failure.ts';
import { listAll } from './list.ts';
import { type Paths, query, selectionQuery } from './paths.ts';
import type { Rest } from './rest.ts';

const FIRST_EXPIRED_MS = 100;
const LONGEST_EXPIRED_MS = 5_000;
/** A stream that ends sooner without an event was not ended by its timeout. */
const SHORT_MS = 1_000;

interface RawEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject & { code?: number; message?: string; reason?: string };
}

/**
 * Yields the present objects, then their changes, over any number of connections. A broken stream resumes at the last version
 * seen. An expired version (410), and every minute, lead to a new list, whose differences are yielded as events.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function* watchAll(
  parts: { rest: Rest; paths: Paths; clock: Clock },
  kind: Kind,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const { clock, rest } = parts;
  const known = new Map<string, KubeObject>();
  const pauses = rest.retry.pauses(`watching ${kind.kind}`);
  let version: string | undefined;
  let readAt = 0;
  let expired = 0;
  while (!signal.aborted) {
    try {
      if (version === undefined || clock.now() - readAt >= rest.timing.readAgain) {
        const listed = await listAll(rest, parts.paths, kind, selection);
        yield* differences(known, listed.items);
        version = listed.resourceVersion;
        readAt = clock.now();
        // A kind without events must not use up its budget while its streams are cut.
        pauses.reset();
      }
      const opened = clock.now();
      let brought = false;
      for await (const raw of stream(parts, kind, selection, version, signal)) {
        brought = true;
        expired = 0;
        pauses.reset();
        version = raw.object.metadata.resourceVersion ?? version;
        if (raw.type !== 'BOOKMARK') yield remember(known, { type: raw.type, object: raw.object });
      }
      if (!brought && clock.now() - opened < SHORT_MS) await pauses.after(cutOff());
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiFailure && error.httpStatus === 410) {
        version = undefined;
        if (expired > 0) await clock.sleep(expiredMs(expired), signal).catch(() => undefined);
        expired++;
      } else await pauses.after(error);
    }
  }
}

/** Pauses for a server whose versions expire as soon as they are read. */
function expiredMs(times: number): number {
  return Math.min(LONGEST_EXPIRED_MS, FIRST_EXPIRED_MS * 2 ** times);
}

type LiveEvent = RawEvent & { type: Exclude<RawEvent['type'], 'ERROR'> };

async function* stream(
  parts: { rest: Rest; paths: Paths },
  kind: Kind,
  selection: Selection,
  version: string,
  signal: AbortSignal,
): AsyncGenerator<LiveEvent> {
  const path =
    (await parts.paths.collection(kind, selection.namespace)) +
    query({
      ...selectionQuery(selection),
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: version,
      timeoutSeconds: Math.max(1, Math.round(parts.rest.timing.stream / 1_000)),
    });
  const body = await parts.rest.stream({ method: 'GET', path, signal, idleMs: parts.rest.timing.streamSilence });
  try {
    for await (const line of linesOf(body)) {
      if (line.trim() === '') continue;
      const event = parse(line);
      if (event.type === 'ERROR') {
        const { code = 500, message = '', reason = '' } = event.object;
        throw new ApiFailure(code, { message, reason, causes: [] });
      }
      yield event as LiveEvent;
    }
  } finally {
    body.destroy();
  }
}

/** An incomplete line was cut off with its connection. */
function parse(line: string): RawEvent {
  try {
    return parseJson(line) as RawEvent;
  } catch (cause) {
    throw cutOff(cause);
  }
}

function cutOff(cause?: unknown): Error {
  return Object.assign(new Error('the stream was cut off', { cause }), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
}

/** The events that lead from the known objects to a fresh list. */
function* differences(known: Map<string, KubeObject>, items: KubeObject[]): Generator<WatchEvent> {
  const present = new Set(items.map(keyOf));
  for (const [key, object] of known) {
    if (!present.has(key)) yield remember(known, { type: 'DELETED', object });
  }
  for (const object of items) {
    const before = known.get(keyOf(object));
    if (before?.metadata.resourceVersion === object.metadata.resourceVersion) continue;
    yield remember(known, { type: before ? 'MODIFIED' : 'ADDED', object });
  }
}

function remember(known: Map<string, KubeObject>, event: WatchEvent): WatchEvent {
  if (event.type === 'DELETED') known.delete(keyOf(event.object));
  else known.set(keyOf(event.object), event.object);
  return event;
}

function keyOf(object: KubeObject): string {
  return object.metadata.uid ?? `${object.metadata.namespace}/${object.metadata.name}`;
}
