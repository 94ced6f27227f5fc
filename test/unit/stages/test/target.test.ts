import { describe, expect, it } from 'vitest';
import type { RunningService } from '../../../../src/stages/test/services.ts';
import { networking } from '../../../../src/stages/test/target.ts';

const cache: RunningService = {
  id: 'x',
  address: '172.20.0.2',
  service: {
    engine: 'redis',
    name: 'cache',
    image: 'redis:7',
    port: 6379,
    env: {},
    command: undefined,
    health: undefined,
    clientEnv: {},
    connection: {},
  },
};

const forwarded: [string, number][] = [];
const containers = {
  forward: async (network: string, port: number) => {
    forwarded.push([network, port]);
    return { address: '172.20.0.1', close: async () => void forwarded.pop() };
  },
};
const join = async (url: string | undefined, services: RunningService[] = [cache]) => {
  const { close, ...joined } = await networking(url, 'net', services, containers);
  await close();
  return joined;
};

describe('the network of a test', () => {
  it('is the private one, with or without a URL elsewhere', async () => {
    expect(await join(undefined)).toEqual({ network: 'net' });
    expect(await join('https://pr-7.parking.example.com/')).toEqual({ network: 'net' });
    expect(await join('https://notlocalhost/')).toEqual({ network: 'net' });
  });

  it('HRD-8: is the private one for *.localhost as well: one port of this machine is forwarded, as long as it runs', async () => {
    const { close, ...joined } = await networking('http://pr-7.parking.localhost:8080', 'net', [cache], containers);
    expect(joined).toEqual({ network: 'net', extraHosts: { 'pr-7.parking.localhost': '172.20.0.1' } });
    expect(forwarded).toEqual([['net', 8080]]);
    await close();
    expect(forwarded).toEqual([]);
    const ports: number[] = [];
    const other = {
      forward: async (network: string, port: number) => {
        ports.push(port);
        return containers.forward(network, port);
      },
    };
    for (const url of ['http://a.localhost', 'https://a.localhost/']) await networking(url, 'net', [], other);
    expect(ports).toEqual([80, 443]);
  });

  it('is that of this machine for a URL of localhost itself; services are reached by their addresses', async () => {
    for (const url of ['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080']) {
      expect(await join(url, [])).toEqual({ hostNetwork: true, extraHosts: {} });
    }
    expect(await join('http://localhost:8080')).toEqual({ hostNetwork: true, extraHosts: { cache: '172.20.0.2' } });
  });
});
