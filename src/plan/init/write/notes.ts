import type { Found } from '../repository.ts';

/** Longest evidence in characters: the line itself is in the file that it names. */
const LONGEST = 90;

/** The comment of a value that was found. */
export function noteOf({ from, guess }: Pick<Found<unknown>, 'from' | 'guess'>): string {
  const short = from.length > LONGEST ? `${from.slice(0, LONGEST - 1)}…` : from;
  return guess ? `guess: ${short}; check it` : `from ${short}`;
}

/** The comment of a value that only a person knows. */
export function ask(question: string): string {
  return `ask: ${question}`;
}
