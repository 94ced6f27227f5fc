import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localFiles } from '../../../../src/adapters/files/local-files.ts';
import { EnvironmentError } from '../../../../src/errors.ts';
import { scratchFolder } from '../../../support/runner/scratch.ts';

describe('files of the runner', () => {
  it('are written with their folder, and read again byte by byte', async () => {
    const path = join(scratchFolder(), 'slipway', 'report.bin');
    expect(await localFiles.read(path)).toBeUndefined();
    await localFiles.write(path, Uint8Array.of(0, 255));
    await localFiles.write(path, Uint8Array.of(1, 254));
    expect(await localFiles.read(path)).toEqual(Buffer.from([1, 254]));
  });

  it('that cannot be read or written are named', async () => {
    const folder = join(scratchFolder(), 'report');
    mkdirSync(folder);
    await expect(localFiles.read(folder)).rejects.toThrow(EnvironmentError);
    await expect(localFiles.write(folder, '')).rejects.toThrow(`${folder} cannot be written`);
  });
});
