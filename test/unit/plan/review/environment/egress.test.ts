import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../../src/config/load.ts';
import { egressBlocks, isReached } from '../../../../../src/plan/review/environment/egress.ts';
import { containsNetwork } from '../../../../../src/text/network.ts';

/** Whether the rules let a pod reach an address. */
function opens(networks: string[], address: string): boolean {
  const one = `${address}/${address.includes(':') ? 128 : 32}`;
  return egressBlocks(networks).some(
    ({ cidr, except = [] }) => containsNetwork(cidr, one) && !except.some((hole) => containsNetwork(hole, one)),
  );
}

describe('HRD-1: egress', () => {
  it.each([
    '0.1.2.3',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::1',
    '::ffff:10.0.0.1',
    'fc00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '64:ff9b::a00:1',
    '2002:a00:1::1',
    '2001:0:a00:1::1',
    'fd00:ec2::254',
  ])('`internet` does not open %s', (address) => {
    expect(opens(['internet'], address)).toBe(false);
  });

  it.each(['1.1.1.1', '203.0.114.1', '192.0.1.1', '2606:4700::1111'])('`internet` opens %s', (address) => {
    expect(opens(['internet'], address)).toBe(true);
  });

  it('a network that holds a metadata server is opened without it', () => {
    expect(opens(['0.0.0.0/0'], '10.0.0.1')).toBe(true);
    for (const address of ['169.254.169.254', '168.63.129.16', '100.100.100.200', '192.0.0.192'])
      expect(opens(['0.0.0.0/0'], address)).toBe(false);
    expect(opens(['::/0'], 'fd00:ec2::254')).toBe(false);
    expect(opens(['10.0.0.0/8'], '10.9.9.9')).toBe(true);
  });

  it.each(['169.254.169.254/32', '169.254.0.0/16', 'fe80::/10', 'fd20:ce::254/128', '300.1.1.1/8', '10.0.0.0/40'])(
    '%s is refused, with the line of slipway.yml',
    (network) => {
      const text = `app: a\nimage: { repository: r.example/a }\nreview:\n  egress:\n    - ${network}\n`;
      expect(() => parseConfig(text, 'slipway.yml')).toThrow(/slipway\.yml:5:\d+: review\.egress: /);
    },
  );

  it('knows what is open already', () => {
    expect(isReached('internet', ['internet'])).toBe(true);
    expect(isReached('internet', ['0.0.0.0/0'])).toBe(false);
    expect(isReached('internet', ['0.0.0.0/0', '::/0'])).toBe(true);
    expect(isReached('0.0.0.0/0', ['internet'])).toBe(false);
    expect(isReached('8.0.0.0/8', ['internet'])).toBe(true);
    expect(isReached('192.0.0.0/16', ['internet'])).toBe(false);
    expect(isReached('10.1.0.0/16', ['10.0.0.0/8'])).toBe(true);
    expect(isReached('10.0.0.0/8', ['10.1.0.0/16'])).toBe(false);
  });
});
