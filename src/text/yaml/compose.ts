import {
  type AliasEvent,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
  YAMLException,
} from 'js-yaml';
import { type YamlMapping, type YamlNode, YamlProblem, type YamlSequence } from './node.ts';

/** Limits of one document. */
export interface YamlLimits {
  /** Nesting, aliases expanded. */
  depth: number;
  /** Nodes that aliases add when they are expanded. */
  aliased: number;
}

interface Open {
  node: YamlSequence | YamlMapping;
  anchor: string | undefined;
  key: YamlNode | undefined;
}

/**
 * The documents of a text, in order; undefined for a document without content.
 * @throws YamlProblem for a syntax error, an unknown alias, an alias inside of its own anchor, and for too much nesting
 */
export function compose(text: string, limits: YamlLimits): (YamlNode | undefined)[] {
  const composer = new Composer(text, limits);
  for (const event of eventsOf(text, limits.depth)) composer.take(event);
  return composer.documents;
}

function eventsOf(text: string, maxDepth: number): Event[] {
  try {
    return parseEvents(text, { maxDepth });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    if (error.reason.includes('maxDepth')) throw tooDeep(maxDepth, error.mark?.position ?? 0);
    throw new YamlProblem(`not valid YAML: ${error.reason}${hintFor(error.reason)}`, error.mark?.position ?? 0);
  }
}

/** The parser reports the place; the cause is most often a text that needs quotes. */
function hintFor(reason: string): string {
  if (reason.startsWith('bad indentation'))
    return '; a text that has ": " in it, or begins with @, %, ` or *, belongs in quotes';
  if (reason.startsWith('missed comma')) return '; inside of { } and [ ], a text with { or [ in it belongs in quotes';
  return '';
}

class Composer {
  readonly documents: (YamlNode | undefined)[] = [];
  private readonly text: string;
  private readonly limits: YamlLimits;
  private open: Open[] = [];
  private root: YamlNode | undefined;
  private anchors = new Map<string, YamlNode | 'open'>();
  private aliased = 0;

  constructor(text: string, limits: YamlLimits) {
    this.text = text;
    this.limits = limits;
  }

  take(event: Event): void {
    if (event.type === EVENT_ID.DOCUMENT) this.begin();
    else if (event.type === EVENT_ID.SCALAR) this.scalar(event);
    else if (event.type === EVENT_ID.ALIAS) this.alias(event);
    else if (event.type === EVENT_ID.POP) this.pop();
    else this.collection(event);
  }

  private begin(): void {
    this.open = [];
    this.root = undefined;
    this.anchors = new Map();
    this.aliased = 0;
  }

  private scalar(event: ScalarEvent): void {
    const node: YamlNode = {
      kind: 'scalar',
      offset: this.offsetOf(event, event.valueStart),
      tag: this.tagOf(event),
      text: getScalarValue(this.text, event),
      plain: event.style === SCALAR_STYLE.PLAIN,
      size: 1,
      depth: 1,
    };
    const anchor = this.anchorOf(event);
    if (anchor !== undefined) this.anchors.set(anchor, node);
    this.add(node);
  }

  private collection(event: SequenceEvent | MappingEvent): void {
    const placed = { offset: this.offsetOf(event, event.start), tag: this.tagOf(event), size: 1, depth: 1 };
    const node: YamlSequence | YamlMapping =
      event.type === EVENT_ID.SEQUENCE
        ? { kind: 'sequence', items: [], ...placed }
        : { kind: 'mapping', pairs: [], ...placed };
    const anchor = this.anchorOf(event);
    if (anchor !== undefined) this.anchors.set(anchor, 'open');
    this.open.push({ node, anchor, key: undefined });
  }

  private alias(event: AliasEvent): void {
    const name = this.text.slice(event.anchorStart, event.anchorEnd);
    const at = event.anchorStart - 1;
    const node = this.anchors.get(name);
    if (node === undefined) {
      throw new YamlProblem(`there is no anchor &${name} before *${name}; put a text that begins with * in quotes`, at);
    }
    if (node === 'open') throw new YamlProblem(`*${name} is inside its own anchor &${name}`, at);
    this.aliased += node.size;
    if (this.aliased > this.limits.aliased) {
      throw new YamlProblem(`aliases expand to more than ${this.limits.aliased} values`, at);
    }
    this.add(node, at);
  }

  private pop(): void {
    const closed = this.open.pop();
    if (closed === undefined) {
      this.documents.push(this.root);
      return;
    }
    if (closed.anchor !== undefined) this.anchors.set(closed.anchor, closed.node);
    this.add(closed.node);
  }

  private add(node: YamlNode, at = node.offset): void {
    const parent = this.open.at(-1);
    if (parent === undefined) {
      this.root = node;
      return;
    }
    if (parent.node.kind === 'sequence') parent.node.items.push(node);
    else if (parent.key === undefined) parent.key = node;
    else {
      parent.node.pairs.push({ key: parent.key, value: node });
      parent.key = undefined;
    }
    parent.node.size += node.size;
    parent.node.depth = Math.max(parent.node.depth, node.depth + 1);
    if (parent.node.depth > this.limits.depth) throw tooDeep(this.limits.depth, at);
  }

  /** An empty value has no offset of its own; the offset of its key or parent replaces it. */
  private offsetOf(event: ScalarEvent | SequenceEvent | MappingEvent, start: number): number {
    const quote = event.type === EVENT_ID.SCALAR && event.style !== SCALAR_STYLE.PLAIN ? 1 : 0;
    const starts = [
      ...(event.tagStart < 0 ? [] : [event.tagStart]),
      ...(event.anchorStart < 0 ? [] : [event.anchorStart - 1]),
      ...(start < 0 ? [] : [start - quote]),
    ];
    if (starts.length > 0) return Math.min(...starts);
    const parent = this.open.at(-1);
    return parent?.key?.offset ?? parent?.node.offset ?? 0;
  }

  private anchorOf({ anchorStart, anchorEnd }: ScalarEvent | SequenceEvent | MappingEvent): string | undefined {
    return anchorStart < 0 ? undefined : this.text.slice(anchorStart, anchorEnd);
  }

  private tagOf({ tagStart, tagEnd }: ScalarEvent | SequenceEvent | MappingEvent): string | undefined {
    if (tagStart < 0) return undefined;
    return this.text.slice(tagStart, tagEnd).replace(/^!<tag:yaml\.org,2002:(.*)>$/, '!!$1');
  }
}

function tooDeep(limit: number, offset: number): YamlProblem {
  return new YamlProblem(`nested more than ${limit} levels deep`, offset);
}
