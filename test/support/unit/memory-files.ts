import type { Files } from '../../../src/ports.ts';

/** Files in memory. */
export class MemoryFiles implements Files {
  private readonly contents = new Map<string, Buffer>();

  async read(path: string): Promise<Buffer | undefined> {
    return this.contents.get(path);
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    this.contents.set(path, Buffer.from(content));
  }

  async list(path: string): Promise<{ path: string; size: number; modifiedMs: number }[]> {
    const below = [...this.contents].filter(([name]) => name === path || name.startsWith(`${path}/`));
    return below.map(([name, { length }]) => ({ path: name, size: length, modifiedMs: 0 }));
  }

  async remove(path: string): Promise<void> {
    this.contents.delete(path);
  }

  exists(path: string): boolean {
    return this.contents.has(path);
  }
}
