import { describe, expect, it } from 'vitest';
import { podLinks } from '../../../local/machine/links.ts';

const pairs = JSON.stringify([{}, { ifname: 'veth1' }, { ifname: 'veth2' }, { ifname: 'veth9' }]);

describe('the links of pods that are to go', () => {
  it('are the virtual pairs that their addresses are reached over, each once', () => {
    const routes = ['veth1', 'veth2', 'veth1'].map((dev, at) => ({ dst: `10.89.16.${at}`, dev, scope: 'host' }));
    expect(podLinks(JSON.stringify(routes), pairs)).toEqual(['veth1', 'veth2']);
  });

  it.each([
    ['a tunnel', { dst: '10.89.20.0/24', dev: 'tun0' }],
    ['a card, by a gateway', { dst: '10.89.20.0/24', gateway: '192.0.2.1', dev: 'eth0' }],
    ['a virtual pair, by a gateway', { dst: '10.89.20.0/24', gateway: '192.0.2.1', dev: 'veth9' }],
  ])("are not those of others' routes: %s", (_, route) => {
    expect(podLinks(JSON.stringify([route]), pairs)).toEqual([]);
  });

  it('are none where `ip` says nothing', () => {
    expect(podLinks('', '')).toEqual([]);
  });
});
