import { type YamlMapping, type YamlNode, YamlProblem } from './node.ts';

/** Whether a key is `<<`, which merges the keys of other maps. @see https://yaml.org/type/merge.html */
export function isMergeKey(key: YamlNode): boolean {
  return key.kind === 'scalar' && key.plain && key.text === '<<' && (key.tag === undefined || key.tag === '!!merge');
}

/**
 * The maps that a merge key merges, the first with the highest precedence.
 * @throws YamlProblem for anything else
 */
export function mergedMaps(value: YamlNode): YamlMapping[] {
  return (value.kind === 'sequence' ? value.items : [value]).map((source) => {
    if (source.kind === 'mapping') return source;
    throw new YamlProblem('<< takes a map, or a list of maps', source.offset);
  });
}
