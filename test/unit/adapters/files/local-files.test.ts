import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localFiles } from '../../../../src/adapters/files/local-files.ts';
import { EnvironmentError } from '../../../../src/errors.ts';
import { scratchFolder } from '../../../support/runner/scratch.ts';

describe('files on disk', () => {
  it('are written with their folder, read, and removed', async () => {
    const folder = scratchFolder();
    const path = join(folder, 'a/b/c.json');
    await localFiles.write(path, '{}');
    expect(String(await localFiles.read(path))).toBe('{}');
    await localFiles.remove(join(folder, 'a'));
    expect(localFiles.exists(path)).toBe(false);
    expect(await localFiles.read(path)).toBeUndefined();
    await localFiles.remove(path);
  });

  it('are listed by path, without links', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep/b.xml'), 'bb');
    writeFileSync(join(folder, 'a.xml'), 'a');
    utimesSync(join(folder, 'a.xml'), 5, 5);
    symlinkSync(join(folder, 'a.xml'), join(folder, 'link.xml'));
    expect(await localFiles.list(folder)).toMatchObject([
      { path: join(folder, 'a.xml'), size: 1, modifiedMs: 5_000 },
      { path: join(folder, 'deep/b.xml'), size: 2 },
    ]);
    expect(await localFiles.list(join(folder, 'link.xml'))).toEqual([]);
    expect(await localFiles.list(join(folder, 'gone'))).toEqual([]);
    expect(await localFiles.list(join(folder, 'a.xml'))).toHaveLength(1);
  });

  it('that cannot be written are an EnvironmentError with their path', async () => {
    const file = join(scratchFolder(), 'file');
    writeFileSync(file, '');
    await expect(localFiles.write(join(file, 'below.json'), '')).rejects.toThrow(EnvironmentError);
    await expect(localFiles.write(join(file, 'below.json'), '')).rejects.toThrow('below.json cannot be written');
  });
});
