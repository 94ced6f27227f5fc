import type { YamlNode } from '../../../text/yaml/node.ts';
import { entriesOf, readYaml, textOf } from '../read/yaml.ts';
import { at, type Repository } from '../repository.ts';

/** Values of a chart, such as `service.type`, that open a port of every node or an address of their own: path → where. */
export function openTypes(repository: Repository, chart: string): Map<string, string> {
  const path = `${chart}/values.yaml`;
  const file = readYaml(repository.text(path) ?? '');
  const found = new Map<string, string>();
  for (const { keys, node } of typesIn(file.documents[0], [])) {
    const type = textOf(node) ?? '';
    if (/^(NodePort|LoadBalancer)$/.test(type)) found.set(keys.join('.'), at(path, file.lineOf(node), `type: ${type}`));
  }
  return found;
}

function* typesIn(node: YamlNode | undefined, keys: string[]): Generator<{ keys: string[]; node: YamlNode }> {
  for (const [key, value] of entriesOf(node)) {
    if (key === 'type' && keys.length > 0) yield { keys: [...keys, key], node: value };
    else if (keys.length < 5) yield* typesIn(value, [...keys, key]);
  }
}
