import * as client from '@kubernetes/client-node';

type Values = Record<string, unknown>;

interface Model {
  getAttributeTypeMap(): { baseName: string; type: string }[];
}

const models = client as unknown as Record<string, Model | undefined>;

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Groups of custom resources that pages show: their definitions are in no package. */
const CUSTOM = ['gateway.networking.k8s.io', 'cloud.google.com', 'networking.gke.io', 'external-secrets.io'];

/**
 * What the API server would not know in an object: unknown kinds and fields, and values of another type, by the schema that
 * the client library was generated from. Required fields are not in it.
 */
export function problemsOfObject(object: unknown): string[] {
  if (!isMap(object)) return ['is no object'];
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return ['has no apiVersion or no kind'];
  const name = isMap(object.metadata) ? object.metadata.name : undefined;
  if (typeof name !== 'string') return [`${kind} has no metadata.name`];
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
  if (CUSTOM.includes(group ?? '')) return [];
  const type = `${version?.replace(/^v/, 'V')}${kind}`;
  return models[type] ? problemsOfValue(object, type, kind) : [`there is no ${kind} of ${apiVersion}`];
}

/** @param type a name of a model, or a type of TypeScript as the generated client writes it */
function problemsOfValue(value: unknown, type: string, path: string): string[] {
  const [, item] = /^Array<(.*)>$/.exec(type) ?? [];
  if (item) {
    if (!Array.isArray(value)) return [`${path} takes a list`];
    return value.flatMap((one, index) => problemsOfValue(one, item, `${path}[${index}]`));
  }
  const [, named] = /^\{ \[key: string\]: (.*); \}$/.exec(type) ?? [];
  if (named) {
    if (!isMap(value)) return [`${path} takes a map`];
    return Object.entries(value).flatMap(([key, one]) => problemsOfValue(one, named, `${path}.${key}`));
  }
  const model = models[type];
  if (model?.getAttributeTypeMap) return problemsOfFields(value, model, path);
  const types: Record<string, string[]> = { number: ['number'], boolean: ['boolean'], string: ['string'] };
  const taken = types[type] ?? (type === 'IntOrString' ? ['number', 'string'] : undefined);
  return taken && !taken.includes(typeof value) ? [`${path} takes a ${taken.join(' or ')}, not ${typeof value}`] : [];
}

function problemsOfFields(value: unknown, model: Model, path: string): string[] {
  if (!isMap(value)) return [`${path} takes a map`];
  const fields = new Map(model.getAttributeTypeMap().map(({ baseName, type }) => [baseName, type]));
  return Object.entries(value).flatMap(([key, one]) => {
    const type = fields.get(key);
    return type ? problemsOfValue(one, type, `${path}.${key}`) : [`${path}.${key} does not exist`];
  });
}
