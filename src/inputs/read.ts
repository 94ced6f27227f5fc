import { UserError } from '../errors.ts';
import { parseDuration } from '../text/duration.ts';

/**
 * Reads the inputs of an action. Only `src/inputs/` does. A composite action maps each input to INPUT_<NAME> in `env:` (upper
 * case, "_" for "-", which names of shell variables cannot hold). An empty value means "not given".
 */
export class Inputs {
  private readonly env: Readonly<Record<string, string | undefined>>;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.env = env;
  }

  /** These inputs, and those that are given here by their names. */
  with(given: Readonly<Record<string, string>>): Inputs {
    const own = Object.entries(given).map(([name, value]) => [variableOf(name), value]);
    return new Inputs({ ...this.env, ...Object.fromEntries(own) });
  }

  /** The trimmed value, or undefined when not given. */
  text(name: string): string | undefined {
    const value = this.env[variableOf(name)]?.trim();
    return value === '' ? undefined : value;
  }

  required(name: string, remedy: string): string {
    const value = this.text(name);
    if (value === undefined) throw new UserError(`input \`${name}\` is missing`, { remedy });
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) {
      throw new UserError(`input \`${name}\`: "${value}" is not known`, {
        remedy: `Use one of ${choices.join(', ')}.`,
      });
    }
    return found;
  }

  /** `true` or `false`, as in YAML 1.2's core schema. @see https://github.com/actions/toolkit (getBooleanInput) */
  flag(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^(true|True|TRUE)$/.test(value)) return true;
    if (/^(false|False|FALSE)$/.test(value)) return false;
    throw new UserError(`input \`${name}\`: "${value}" is neither true nor false`, { remedy: 'Write true or false.' });
  }

  /** One entry per line (blank lines dropped). */
  lines(name: string): string[] {
    return (this.text(name) ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }

  /** Entries separated by lines or commas. */
  list(name: string): string[] {
    return this.lines(name)
      .flatMap((line) => line.split(','))
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  }

  /** Lines of KEY=VALUE. */
  pairs(name: string): Record<string, string> {
    const pairs: Record<string, string> = {};
    for (const line of this.lines(name)) {
      const at = line.indexOf('=');
      if (at <= 0)
        throw new UserError(`input \`${name}\`: "${line}" is not KEY=VALUE`, {
          remedy: 'Write one KEY=VALUE per line.',
        });
      pairs[line.slice(0, at).trim()] = line.slice(at + 1);
    }
    return pairs;
  }

  /** A duration such as 90s, 10m, 2h or 7d, in milliseconds. */
  duration(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : parseDuration(value, `input \`${name}\``);
  }
}

function variableOf(name: string): string {
  return `INPUT_${name.toUpperCase().replaceAll('-', '_')}`;
}
