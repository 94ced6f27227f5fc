import { readFileSync } from 'node:fs';
import type { KubeObject, WatchEvent } from '../../../src/ports.ts';
import { judge } from '../../../src/readiness/judge.ts';
import type { EventView, Surroundings, Verdict } from '../../../src/readiness/verdict.ts';

/** A recorded sequence of watch events (test/fixtures/kube): what was there, and what came then. */
export function recorded(name: string): { before: WatchEvent[]; events: WatchEvent[] } {
  const text = readFileSync(new URL(`../../fixtures/kube/${name}.jsonl`, import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  const all = lines.map((line) => JSON.parse(line) as WatchEvent | { type: 'BEGIN' });
  const begin = all.findIndex(({ type }) => type === 'BEGIN');
  const isEvent = (one: (typeof all)[number]): one is WatchEvent => one.type !== 'BEGIN';
  return { before: all.slice(0, begin).filter(isEvent), events: all.slice(begin).filter(isEvent) };
}

/** The objects of a sequence up to now. */
export class Replayed implements Surroundings {
  private readonly objects = new Map<string, KubeObject>();
  private readonly events: { about: string | undefined; name: string; view: EventView }[] = [];

  take({ type, object }: WatchEvent): void {
    const uid = object.metadata.uid ?? '';
    if (object.kind === 'Event') this.events.push(eventOf(object));
    else if (type === 'DELETED') this.objects.delete(uid);
    else this.objects.set(uid, object);
  }

  find(kind: string): KubeObject | undefined {
    return [...this.objects.values()].find((object) => object.kind === kind);
  }

  ownedBy(uid: string | undefined, kind: string): KubeObject[] {
    return [...this.objects.values()].filter(
      (object) => object.kind === kind && object.metadata.ownerReferences?.some((owner) => owner.uid === uid),
    );
  }

  warnings(uid: string | undefined): EventView[] {
    return this.events.filter(({ about }) => about === uid).map(({ view }) => view);
  }

  warningsNamed(kind: string, name: string): EventView[] {
    return this.events.filter((event) => event.name === `${kind}/${name}`).map(({ view }) => view);
  }
}

function eventOf(object: KubeObject): { about: string | undefined; name: string; view: EventView } {
  const { reason, message, involvedObject } = object as KubeObject & {
    reason: string;
    message: string;
    involvedObject: { kind?: string; name?: string; uid?: string; fieldPath?: string };
  };
  const container = /\{(.+)\}/.exec(involvedObject.fieldPath ?? '')?.[1];
  const name = `${involvedObject.kind}/${involvedObject.name}`;
  return { about: involvedObject.uid, name, view: { reason, message, at: 0, container } };
}

/** The verdicts on the one object of a kind after each event, without repetitions, until it is ready or has failed. */
export function verdicts(name: string, kind: string, until: Verdict['state'][] = ['ready', 'failed']): Verdict[] {
  const { before, events } = recorded(name);
  const world = new Replayed();
  for (const event of before) world.take(event);
  const seen: Verdict[] = [];
  for (const event of events) {
    world.take(event);
    const object = world.find(kind);
    // Until the write arrives, it is the version before that is seen.
    if (!object || (seen.length === 0 && event.object.kind !== kind)) continue;
    const verdict = judge(object, world);
    const last = seen.at(-1);
    if (last?.state !== verdict.state || last.reason !== verdict.reason) seen.push(verdict);
    if (until.includes(verdict.state)) break;
  }
  return seen;
}

/** `state: reason` of each, for comparing. */
export function told(all: readonly Verdict[]): string[] {
  return all.map(({ state, reason }) => `${state}: ${reason}`);
}
