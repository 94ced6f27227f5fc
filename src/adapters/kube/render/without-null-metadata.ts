type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An object without the null fields of its metadata, and of the metadata of its templates. Templates of charts often leave
 * `annotations:` empty, which the API server takes for an absent field.
 */
export function withoutNullMetadata(value: unknown): unknown {
  if (!isFields(value)) return value;
  const entries = Object.entries(value)
    .filter(([key, one]) => !(key === 'metadata' && one === null))
    .map(([key, one]) => [key, key === 'metadata' ? withoutNulls(one) : template(key, one)] as const);
  return Object.fromEntries(entries);
}

function template(key: string, value: unknown): unknown {
  if (key === 'volumeClaimTemplates' && Array.isArray(value)) return value.map(withoutNullMetadata);
  return ['spec', 'template', 'jobTemplate'].includes(key) ? withoutNullMetadata(value) : value;
}

function withoutNulls(metadata: unknown): unknown {
  if (!isFields(metadata)) return metadata;
  return Object.fromEntries(Object.entries(metadata).filter(([, one]) => one !== null));
}
