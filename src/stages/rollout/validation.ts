import type { CheckedRequest } from '../apply/check.ts';

/** Who has validated the objects of a dry run, as a sentence without an end. */
export function validationWords(checked: CheckedRequest | undefined): string {
  if (checked === undefined) return 'nobody, because the namespace does not exist yet';
  const hooks = [...(checked.hooks?.pre ?? []), ...(checked.hooks?.post ?? [])].map((hook) => hook.checked);
  const all = [...checked.objects, ...checked.jobs, ...hooks];
  const without = all.filter((one) => one.compared !== undefined);
  if (without.length === 0) return 'the API server (dry run)';
  const kinds = [...new Set(without.map(({ object }) => object.kind))].join(', ');
  const schema = without.every(({ compared }) => compared?.bySchema)
    ? ' and checked by the schema of the API server'
    : '';
  const what = without.length === all.length ? 'nobody: all objects are' : `the API server (dry run), except ${kinds}:`;
  return `${what} compared with what is there${schema}, because this account may not write them`;
}
