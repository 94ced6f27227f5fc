import { parseArgs } from 'node:util';

export interface Options {
  /** A cluster that the user has: both must be given. */
  kubeconfig?: string;
  context?: string;
  /** A registry that the user's cluster can pull from. */
  registry?: string;
  /** Use kind or k3d, where Docker can pull their images. */
  kind: boolean;
  k3d: boolean;
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
    k3d: values.k3d ?? false,
    purge: values.purge ?? false,
    json: values.json ?? false,
  };
  if (Boolean(options.kubeconfig) !== Boolean(options.context)) {
    throw new UsageError('--kubeconfig and --context go together: the current context is never used by default.');
  }
  if ([options.kind, options.k3d, options.kubeconfig].filter(Boolean).length > 1) {
    throw new UsageError('--kind, --k3d and --kubeconfig exclude each other.');
  }
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
        k3d: { type: 'boolean' },
        purge: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
