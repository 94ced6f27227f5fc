import type { CheckedRequest } from '../apply/check.ts';

/** How the objects of a dry run were validated, in words. */
export function validationWords(checked: CheckedRequest | undefined): string {
  if (checked === undefined) return 'none, because the namespace does not exist yet';
  const hooks = [...(checked.hooks?.pre ?? []), ...(checked.hooks?.post ?? [])].map((hook) => hook.checked);
  const all = [...checked.objects, ...checked.jobs, ...hooks];
  const without = all.filter((one) => one.compared !== undefined);
  if (without.length === 0) return 'by the API server (dry run)';
  const kinds = [...new Set(without.map(({ object }) => object.kind))].join(', ');
  const schema = without.every(({ compared }) => compared?.bySchema) ? ' and checked by its schema' : '';
  const [by, what] =
    without.length === all.length
      ? ['not by the API server', 'the objects, which are']
      : [`by the API server (dry run), except ${kinds}`, 'these, which are'];
  return `${by}: this account may not write ${what} compared with the live ones${schema}`;
}
