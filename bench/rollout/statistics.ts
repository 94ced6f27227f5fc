/** Several measurements of one thing. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** @throws Error when there is nothing to sum up: a table never shows a figure that was not measured */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new Error('nothing was measured');
  const half = sorted.length / 2;
  const [low = min, high = min] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return { median: (low + high) / 2, min, max };
}

/** `1.24 s (1.10–1.60)` of milliseconds, in the unit that fits the median. */
export function time({ median, min, max }: Spread): string {
  const [unit, divisor, digits] = Math.abs(median) < 1_000 ? ['ms', 1, 0] : ['s', 1_000, 2];
  const show = (ms: number) => (ms / divisor).toFixed(digits);
  return `${show(median)} ${unit} (${show(min)}–${show(max)})`;
}

/** `71 MB (70–73)` of bytes. */
export function megabytes({ median, min, max }: Spread): string {
  const show = (bytes: number) => (bytes / 1e6).toFixed(0);
  return `${show(median)} MB (${show(min)}–${show(max)})`;
}

/** Peer over ours, by medians: above 1, ours is better. */
export function ratio(peer: Spread, ours: Spread): string {
  return `${(peer.median / ours.median).toFixed(1)} ×`;
}

/** A Markdown table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
