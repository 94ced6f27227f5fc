import { expect, it } from 'vitest';
import { acceptedOn, isLoopback, listenersOf, socketsOf } from '../../../../src/preflight/running/sockets.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (local: string, remote: string, state: string, inode = '4711') =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
const NOBODY = '00000000:0000';
const NOBODY6 = `${'0'.repeat(32)}:0000`;

it('reads both families, and which ports only the container itself reaches', () => {
  const text = [
    HEAD,
    line('0100007F:1F90', NOBODY, '0A'),
    line('00000000:0BB8', NOBODY, '0A'),
    line('0B00007F:A3F1', NOBODY, '0A'),
    HEAD,
    line(`${'0'.repeat(24)}01000000:1F90`, NOBODY6, '0A'),
    line(`${'0'.repeat(32)}:0050`, NOBODY6, '0A'),
    line(`0000000000000000FFFF00000100007F:0051`, NOBODY6, '0A'),
  ].join('\n');
  expect(listenersOf(socketsOf(text))).toEqual([
    { port: 8080, loopback: true },
    { port: 3000, loopback: false },
    { port: 80, loopback: false },
    { port: 81, loopback: true },
  ]);
});

it('a port that is open on localhost and elsewhere is reached', () => {
  const text = [line('0100007F:1F90', NOBODY, '0A'), line('0500A8C0:1F90', NOBODY, '0A')].join('\n');
  expect(listenersOf(socketsOf(text))).toEqual([{ port: 8080, loopback: false }]);
});

it('knows addresses of this machine', () => {
  expect(['0100007F', '0200007F', `${'0'.repeat(24)}01000000`].every(isLoopback)).toBe(true);
  expect(['00000000', '0500A8C0', '0'.repeat(32)].some(isLoopback)).toBe(false);
});

it('other text is no socket', () => {
  expect(socketsOf('cat: /proc/net/tcp6: No such file or directory\n\n')).toEqual([]);
});

it('tells a connection that is accepted from one that waits for it', () => {
  const text = [
    HEAD,
    line('00000000:1F90', NOBODY, '0A'),
    line('0500A8C0:1F90', '0100A8C0:C001', '01'),
    line('0500A8C0:1F90', '0100A8C0:C002', '01', '0'),
    line('0500A8C0:1F90', '0100A8C0:C003', '06', '0'),
    line('0500A8C0:0050', '0100A8C0:C004', '01'),
  ].join('\n');
  expect(acceptedOn(socketsOf(text), 8080)).toEqual([0xc001]);
});
