import { describe, expect, it } from 'vitest';
import { versionFlags } from '../../../local/build/programs.ts';
import { moduleVersion } from '../../../local/build/versions.ts';
import { mountsBelow } from '../../../local/machine/mounts.ts';
import { parseStartTime } from '../../../local/machine/processes.ts';
import { resolvConf } from '../../../local/node/resolv.ts';

describe('what the machine says', () => {
  it('finds the start time behind a name with blanks and parentheses', () => {
    const fields = Array.from({ length: 19 }, (_, n) => n + 4).join(' ');
    expect(parseStartTime(`12 (a) b) S ${fields}`)).toBe('22');
    expect(parseStartTime(`12 (a) b) Z ${fields}`)).toBeUndefined();
  });

  it('lists mounts below a folder, the innermost first, and no neighbour', () => {
    const mountinfo = [
      '1 0 8:1 / / rw - ext4 /dev/vda rw',
      '2 1 0:1 / /run/slipway rw - tmpfs tmpfs rw',
      '3 2 0:2 / /run/slipway/a\\040b rw - tmpfs tmpfs rw',
      '4 1 0:3 / /run/slipway-other rw - tmpfs tmpfs rw',
    ].join('\n');
    expect(mountsBelow(mountinfo, ['/run/slipway'])).toEqual(['/run/slipway/a b', '/run/slipway']);
  });

  it('leaves name servers on the loopback address out', () => {
    const hosts =
      '# comment\nnameserver 127.0.0.53\nnameserver 192.0.2.1\nsearch example.org\noptions edns0\nnameserver ::1\n';
    expect(resolvConf(hosts)).toBe('nameserver 192.0.2.1\noptions edns0\n');
  });
});

describe('versions', () => {
  const goMod =
    'module x\n\nrequire a.org/b v1.2.3\n\nrequire (\n\ta.org/c v0.1.0 // indirect\n)\n\nreplace a.org/d => a.org/d v9\n';

  it('come from go.mod', () => {
    expect(moduleVersion(goMod, 'a.org/b')).toBe('v1.2.3');
    expect(moduleVersion(goMod, 'a.org/c')).toBe('v0.1.0');
    expect(() => moduleVersion(goMod, 'a.org/d')).toThrow('a.org/d');
  });

  it('are linked into the programs', () => {
    expect(versionFlags('v1.34.4')).toContain('-X k8s.io/component-base/version.gitVersion=v1.34.4');
    expect(versionFlags('v1.34.4')).toContain('gitMinor=34');
  });
});
