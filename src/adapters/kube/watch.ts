import type { Clock, Kind, KubeObject, Selection, WatchEvent } from '../../ports.ts';
import { ApiFailure } from './failure.ts';
import { linesOf } from './lines.ts';
import { listAll } from './list.ts';
import { type Paths, query, selectionQuery } from './paths.ts';
import type { Rest } from './rest.ts';

/** After this long the present state is read again: the stream is fast, the read is the truth. */
const READ_AGAIN_MS = 60_000;
/** The server ends a stream itself after this long; one that is silent for longer is broken without having said so. */
const STREAM_SECONDS = 55;
const SILENCE_MS = 75_000;

interface RawEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject & { code?: number; message?: string; reason?: string };
}

/**
 * The present objects and then their changes, over any number of connections. A disconnect goes on from the last version
 * seen; a version that the server has forgotten (410) and every minute of watching lead to a new read, whose difference
 * to what is known comes as events.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function* watchAll(
  parts: { rest: Rest; paths: Paths; clock: Clock },
  kind: Kind,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const known = new Map<string, KubeObject>();
  const pauses = parts.rest.patience.pauses(`watching ${kind.kind}`);
  let version: string | undefined;
  let readAt = 0;
  while (!signal.aborted) {
    try {
      if (version === undefined || parts.clock.now() - readAt > READ_AGAIN_MS) {
        const listed = await listAll(parts.rest, parts.paths, kind, selection);
        yield* differences(known, listed.items);
        version = listed.resourceVersion;
        readAt = parts.clock.now();
      }
      for await (const raw of stream(parts, kind, selection, version, signal)) {
        pauses.reset();
        version = raw.object.metadata.resourceVersion ?? version;
        if (raw.type !== 'BOOKMARK') yield remember(known, { type: raw.type, object: raw.object });
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiFailure && error.httpStatus === 410) version = undefined;
      else await pauses.after(error);
    }
  }
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
      timeoutSeconds: STREAM_SECONDS,
    });
  const body = await parts.rest.stream({ method: 'GET', path, signal, idleMs: SILENCE_MS });
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

/** A line that is not whole was cut off with its connection. */
function parse(line: string): RawEvent {
  try {
    return JSON.parse(line) as RawEvent;
  } catch (cause) {
    throw Object.assign(new Error('the stream was cut off', { cause }), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
  }
}

/** What a fresh read has that is new, changed or gone. */
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
