import { readdirSync, readFileSync } from 'node:fs';

/** When a process started, in clock ticks since the boot; undefined where it is gone or a zombie. */
export function startTime(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : parseStartTime(stat);
}

/** The name of the program, in parentheses, may itself hold spaces and parentheses. */
export function parseStartTime(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

/** The processes whose command line holds exactly this argument. */
export function processesWith(argument: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => (read(`/proc/${pid}/cmdline`) ?? '').split('\0').includes(argument))
    .map(Number);
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
