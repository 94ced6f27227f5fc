import { type Instruction, instructionsOf } from '../../text/dockerfile.ts';

/** One FROM of a Dockerfile and what follows it. */
export interface Stage {
  name: string;
  from: Instruction;
  /** The image or stage after FROM, as written. */
  base: string;
  body: Instruction[];
}

/** The word of an instruction, in upper case. */
export function wordOf({ text }: Instruction): string {
  return (text.split(' ', 1)[0] ?? '').toUpperCase();
}

/** The instruction without its word and its options (`--mount=…`). */
export function restOf({ text }: Instruction): string {
  return text.replace(/^\S+ ?/, '').replace(/^(?:--[a-z][^ ]{0,1000} ){0,20}/, '');
}

export function stagesIn(dockerfile: string): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of instructionsOf(dockerfile)) {
    if (wordOf(instruction) !== 'FROM') {
      stages.at(-1)?.body.push(instruction);
      continue;
    }
    const [base = '', as, name] = restOf(instruction).split(' ');
    const own = as?.toUpperCase() === 'AS' && name !== undefined ? name : String(stages.length);
    stages.push({ name: own.toLowerCase(), from: instruction, base, body: [] });
  }
  return stages;
}

/** The stage that is built and the stages it begins with, the base last. */
export function chainOf(stages: readonly Stage[], target: string | undefined): Stage[] {
  const wanted = target?.toLowerCase();
  let at = wanted === undefined ? stages.length - 1 : stages.findLastIndex(({ name }) => name === wanted);
  const chain: Stage[] = [];
  while (at >= 0) {
    const stage = stages[at];
    if (stage === undefined) break;
    chain.push(stage);
    const base = stage.base.toLowerCase();
    at = stages.slice(0, at).findLastIndex(({ name }) => name === base);
  }
  return chain;
}
