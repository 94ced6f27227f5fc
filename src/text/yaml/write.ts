import { dump } from 'js-yaml';

/** Documents of YAML, which programs with YAML 1.1 read alike: `yes` and `017` are in quotes. */
export function yamlDocuments(values: readonly object[]): string {
  return values.map((value) => `---\n${dump(value, { skipInvalid: true, noRefs: true, lineWidth: -1 })}`).join('');
}
