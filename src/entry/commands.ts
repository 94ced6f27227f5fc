import { SlipwayError } from '../errors.ts';
import { errorLines } from '../report/error-text.ts';
import { ACTIONS } from '../stage-result.ts';
import { type Command, type Installation, print } from './command.ts';

interface Listed {
  /** One line of `slipway --help`. */
  about: string;
  /** Loads the command on use: none pays for the libraries of another. */
  load(): Promise<Command>;
}

/** The commands by name. A new one needs its line here, and exports a Command. */
export const COMMANDS: Readonly<Record<string, Listed>> = {
  doctor: {
    about: 'check the whole set-up: repository, GitHub, sign-in, registry, clusters, host names',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  preflight: {
    about: 'start the image as Kubernetes will, and report what will fail in the cluster',
    load: async () => (await import('./preflight-command.ts')).preflightCommand,
  },
  init: {
    about: 'write slipway.yml and the workflows for a repository',
    load: async () => (await import('./init.ts')).initCommand,
  },
  render: {
    about: 'print the objects of an environment, without a cluster',
    load: async () => (await import('./render.ts')).renderCommand,
  },
};

/**
 * Runs a command, or prints its usage.
 * @returns the exit code; undefined for a name that is no command
 */
export async function runCommand(
  name: string,
  args: string[],
  installation: Installation,
): Promise<number | undefined> {
  const listed = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (listed === undefined) return undefined;
  const command = await listed.load();
  if (asksForHelp(args)) {
    await print(command.usage);
    return 0;
  }
  try {
    return await command.run(args, installation);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    process.stderr.write(`error: ${errorLines(error).join('\n')}\n`);
    return 1;
  }
}

/** What `slipway --help` prints. */
export function usage(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  return [
    'usage: slipway <command> [arguments]',
    '',
    ...Object.entries(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`),
    '',
    '`slipway <command> --help` prints the arguments of a command.',
    `The actions run as slipway <action>, one of: pipeline, ${ACTIONS.join(', ')}.`,
    '',
  ].join('\n');
}

function asksForHelp(args: string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}
