import type { Difference } from './compare.ts';

/** How Slipway treats a set, in comparison with the program that its users have. */
export type Class = 'A' | 'B' | 'C' | 'D' | 'X';

export const CLASSES: Record<Class, string> = {
  A: 'accepted, with the same objects',
  B: 'accepted, with other objects or although refused natively',
  C: 'refused by both',
  D: 'refused by design',
  X: 'a defect stops it, or Slipway alone refuses it by no documented rule',
};

interface Said {
  accepted: boolean;
  words: readonly string[];
}

export interface Classified {
  class: Class;
  /** The difference, the rule, or the words of the refusal. */
  why: string;
}

/** What Slipway refuses on purpose although kubectl or Helm accept it: docs/compatibility.md explains each rule. */
export const RULES: Readonly<Record<string, RegExp>> = {
  'belongs to the whole cluster': /belongs to the whole cluster$/m,
  'is for another namespace': /is for namespace \S+, not /,
  'no container runs the image': /no container (?:of|uses|runs|has)|there is no container/,
  'replaces no pods by itself': /replaces its pods only when somebody deletes them|does not replace its pods/,
  'described twice': /is also in /,
};

const DEFECT = /This is a defect of Slipway|\bunexpected: |INTERNAL|TypeError|RangeError/;

/** @param differences of the objects; only asked for where both accept the set */
export function classify(
  native: Said,
  slipway: Said & { remedy: string },
  differences: readonly Difference[],
): Classified {
  const text = slipway.words.join('\n');
  if (!slipway.accepted) {
    if (DEFECT.test(text)) return { class: 'X', why: first(slipway.words) };
    if (!native.accepted) return { class: 'C', why: first(slipway.words) };
    const rules = Object.entries(RULES).filter(([, pattern]) => pattern.test(text));
    if (slipway.remedy === '' || rules.length === 0) return { class: 'X', why: first(slipway.words) };
    return { class: 'D', why: rules.map(([name]) => name).join(', ') };
  }
  if (!native.accepted) return { class: 'B', why: `refused natively: ${first(native.words)}` };
  if (differences.length === 0) return { class: 'A', why: '' };
  const [{ object, field, native: theirs, slipway: ours }] = differences as [Difference, ...Difference[]];
  const more = differences.length > 1 ? ` (and ${differences.length - 1} more)` : '';
  return { class: 'B', why: `${[object, field].filter(Boolean).join(' ')}: ${theirs} → ${ours}${more}` };
}

function first(words: readonly string[]): string {
  return words.find((line) => line.trim() !== '') ?? 'no word';
}
