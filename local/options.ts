import { parseArgs } from 'node:util';

export interface Options {
  /** A cluster that the user has: both must be given. */
  kubeconfig?: string;
  context?: string;
  /** A registry that the user's cluster can pull from. */
  registry?: string;
  /** Use kind, where its node image can be pulled. */
  kind: boolean;
  /** With `down`: the cache as well. */
  purge: boolean;
  json: boolean;
}

export class UsageError extends Error {}

export function parseOptions(args: string[]): Options {
  const { values } = parse(args);
  const options: Options = {
    ...values,
    kind: values.kind ?? false,
    purge: values.purge ?? false,
    json: values.json ?? false,
  };
  if (Boolean(options.kubeconfig) !== Boolean(options.context)) {
    throw new UsageError('--kubeconfig and --context go together: the current context is never used by default.');
  }
  if (options.kind && options.kubeconfig) throw new UsageError('--kind and --kubeconfig exclude each other.');
  return options;
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        kubeconfig: { type: 'string' },
        context: { type: 'string' },
        registry: { type: 'string' },
        kind: { type: 'boolean' },
        purge: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
