import { parseArgs } from 'node:util';
import { AREAS, type Area } from '../doctor-checks.ts';
import { messageOf, UserError } from '../errors.ts';

/** Arguments of `slipway doctor`. */
export interface DoctorInputs {
  json: boolean;
  /** Empty: all areas. */
  only: readonly Area[];
  /** Environment (or `review`) → user of the cluster whose permissions are checked. */
  as: Readonly<Record<string, string>>;
  kubeconfig: string | undefined;
  context: string | undefined;
  config: string;
  workingDirectory: string | undefined;
}

export const DOCTOR_USAGE = `usage: slipway doctor [--only <area>]… [--json]

Checks the whole set-up of a repository: files, GitHub, sign-in, registry, clusters, host names. Reads only.
✓ is right; ✗ is wrong, with the command that fixes it; ? cannot be seen, with the permission that is missing; – does not apply.
Exits with 1 if anything is wrong.

  --only <area>                ${AREAS.join(', ')}; can be repeated
  --json                       prints the report as JSON (schema/doctor.schema.json)
  --as <environment>=<user>    checks the permissions of this user of the cluster, such as
                               staging=system:serviceaccount:parking-staging:slipway; can be repeated
  --kubeconfig <file>          default: KUBECONFIG, otherwise ~/.kube/config
  --context <name>             default: that of slipway.yml, otherwise the current context
  --config <file>              default: slipway.yml
  --working-directory <folder> default: the current folder
  --help                       prints this text
`;

/** @throws UserError for unknown arguments */
export function doctorInputs(args: string[]): DoctorInputs {
  const { values, positionals } = parsed(args);
  if (positionals.length > 0) throw wrong(`unexpected argument ${JSON.stringify(positionals[0])}`);
  return {
    json: values.json ?? false,
    only: (values.only ?? []).map(areaNamed),
    as: Object.fromEntries((values.as ?? []).map(userNamed)),
    kubeconfig: values.kubeconfig,
    context: values.context,
    config: values.config ?? 'slipway.yml',
    workingDirectory: values['working-directory'],
  };
}

function areaNamed(text: string): Area {
  const found = AREAS.find((area) => area === text);
  if (found === undefined) throw wrong(`--only ${text}: there is no such area`);
  return found;
}

function userNamed(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw wrong(`--as ${text}: is not <environment>=<user>`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const;
  const many = { type: 'string', multiple: true } as const;
  const options = {
    json: { type: 'boolean' },
    only: many,
    as: many,
    kubeconfig: text,
    context: text,
    config: text,
    'working-directory': text,
  } as const;
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw wrong(messageOf(error));
  }
}

function wrong(problem: string): UserError {
  return new UserError(`\`slipway doctor\`: ${problem}`, { details: DOCTOR_USAGE.trimEnd().split('\n') });
}
