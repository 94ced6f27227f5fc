import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { seconds } from './telling.ts';
import type { TrafficReport } from './traffic.ts';

/** One chapter of the demo, as it went. */
export interface Chapter {
  name: string;
  /** Milliseconds. */
  ms: number;
  /** One sentence: what is true now. */
  outcome: string;
  /** Steps of the workflow that ran, in order. */
  steps: { name: string; ms: number }[];
}

/** What the demo writes to .slipway/demo.json. */
export interface DemoResult {
  finishedAt: string;
  ms: number;
  kubernetes: string;
  chapters: Chapter[];
  /** Traffic during the rolling update of staging, and during the broken one. */
  traffic: { update: TrafficReport; broken: TrafficReport };
  digest: string;
  urls: Record<string, string>;
}

/** The closing table: chapters with their times, the traffic, the URLs. */
export function closing(result: DemoResult): string {
  const width = Math.max(...result.chapters.map((chapter) => chapter.name.length));
  const rows = result.chapters.map((c) => `  ${c.name.padEnd(width)}  ${seconds(c.ms).padStart(8)}   ${c.outcome}`);
  const traffic = Object.entries(result.traffic).map(
    ([when, t]) =>
      `  ${when.padEnd(8)} ${t.sent} requests at ${t.rate.toFixed(0)}/s, ${t.failed} failed, p99 ${t.p99.toFixed(0)} ms`,
  );
  const urls = Object.entries(result.urls).map(([name, url]) => `  ${name.padEnd(12)} ${url}`);
  const total = `  ${'all'.padEnd(width)}  ${seconds(result.ms).padStart(8)}`;
  return ['Stages', ...rows, total, '', 'Traffic', ...traffic, '', 'Open', ...urls].join('\n');
}

export async function write(file: string, result: DemoResult): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
}
