import { dump, load } from 'js-yaml';

/** A value as YAML; fields that are undefined are left out. */
export function yamlOf(value: unknown): string {
  return dump(value, { skipInvalid: true, noRefs: true, lineWidth: -1 });
}

type Path = readonly string[];

/** A YAML file that a test changes. Its comments are lost. */
export class EditedYaml {
  private readonly value: Record<string, unknown>;

  constructor(text: string) {
    this.value = load(text) as Record<string, unknown>;
  }

  set(key: string, value: unknown): void {
    this.setIn([key], value);
  }

  delete(key: string): void {
    this.deleteIn([key]);
  }

  /** Makes the maps on the way. */
  setIn(path: Path, value: unknown): void {
    const [key = '', map] = [path.at(-1), this.mapAt(path.slice(0, -1))];
    map[key] = value;
  }

  deleteIn(path: Path): void {
    delete this.mapAt(path.slice(0, -1))[path.at(-1) ?? ''];
  }

  toString(): string {
    return yamlOf(this.value);
  }

  private mapAt(path: Path): Record<string, unknown> {
    return path.reduce<Record<string, unknown>>((map, key) => {
      if (typeof map[key] !== 'object' || map[key] === null) map[key] = {};
      return map[key] as Record<string, unknown>;
    }, this.value);
  }
}
