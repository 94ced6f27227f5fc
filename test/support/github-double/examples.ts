import type { Description } from './openapi/slice.ts';
import type { World } from './world/world.ts';

export type Json = Record<string, unknown>;

/** The answers that GitHub's description gives as examples, with the names and hosts of the double in them. */
export class Examples {
  private readonly examples: Record<string, unknown>;
  private readonly world: World;
  /** Base of the web pages, and of the API. */
  private readonly web: string;
  private readonly api: string;

  constructor(description: Description, world: World, web: string, api: string) {
    this.examples = description.components.examples ?? {};
    this.world = world;
    this.web = web;
    this.api = api;
  }

  /** @param replace further texts of the example, and ours in their place */
  one(name: string, replace: readonly [string, string][] = []): Json {
    return this.filled(name, replace) as Json;
  }

  /** Of an example that is a list: what is in it. */
  list(name: string): Json[] {
    return this.filled(name, []) as Json[];
  }

  private filled(name: string, replace: readonly [string, string][]): unknown {
    const example = (this.examples[name] as { value: unknown }).value;
    let text = JSON.stringify(example)
      .replaceAll(/(octocat|github)\/(Hello-World|hello-world|example)\b/g, this.world.fullName)
      .replaceAll('https://api.github.com', this.api)
      .replaceAll('https://github.com', this.web);
    for (const [from, to] of replace) text = text.replaceAll(from, JSON.stringify(to).slice(1, -1));
    return JSON.parse(text);
  }
}
