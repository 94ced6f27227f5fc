import type { Area } from '../../doctor-checks.ts';
import type { Finding } from '../../plan/doctor/report.ts';
import type { Clock, Log } from '../../ports.ts';
import { inPool } from '../pool.ts';

/** Checks that are made together. */
export interface Task {
  area: Area;
  /** What is looked at, for the progress. */
  title: string;
  run(): Promise<Finding[]>;
  /** The findings when nothing is known after the time limit. */
  late(why: string): Finding[];
}

export interface DoctorPorts {
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** Reports the progress: how many of all tasks have ended, and the last of them. */
  progress(done: number, all: number, title: string): void;
}

/** Enough to hide latency, and few enough for the rate limits of an API. */
const AT_ONCE = 12;
/** Milliseconds. An answer that takes longer is none: a person waits. */
const LIMIT_MS = 30_000;

/** Runs all tasks, some at a time; the findings are in the order of the tasks. */
export async function runTasks(tasks: readonly Task[], ports: DoctorPorts): Promise<Finding[]> {
  let done = 0;
  const all = await inPool(
    tasks,
    async (task) => {
      const findings = await inTime(task, ports);
      done += 1;
      ports.progress(done, tasks.length, task.title);
      return findings;
    },
    AT_ONCE,
  );
  return all.flat();
}

async function inTime(task: Task, { clock, signal }: DoctorPorts): Promise<Finding[]> {
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const late = clock.sleep(LIMIT_MS, both).then(
    () => task.late(`no answer within ${LIMIT_MS / 1000} s`),
    () => [],
  );
  try {
    const findings = await Promise.race([task.run(), late]);
    signal.throwIfAborted();
    return findings;
  } finally {
    over.abort();
  }
}
