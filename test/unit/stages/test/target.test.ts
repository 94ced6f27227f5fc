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
  },
};

describe('the network of a test', () => {
  it('is the private one, with or without a URL elsewhere', () => {
    expect(networking(undefined, 'net', [cache])).toEqual({ network: 'net' });
    expect(networking('https://pr-7.parking.example.com/', 'net', [cache])).toEqual({ network: 'net' });
    expect(networking('https://notlocalhost/', 'net', [])).toEqual({ network: 'net' });
  });

  it('is that of this machine for a URL on it; services are reached by their addresses', () => {
    expect(networking('http://pr-7.parking.localhost:8080', 'net', [cache])).toEqual({
      hostNetwork: true,
      extraHosts: { 'pr-7.parking.localhost': '127.0.0.1', cache: '172.20.0.2' },
    });
    expect(networking('http://localhost:8080', 'net', [])).toEqual({ hostNetwork: true, extraHosts: {} });
    expect(networking('http://127.0.0.1:8080', 'net', [])).toEqual({ hostNetwork: true, extraHosts: {} });
    expect(networking('http://[::1]:8080', 'net', [])).toEqual({ hostNetwork: true, extraHosts: {} });
  });
});
