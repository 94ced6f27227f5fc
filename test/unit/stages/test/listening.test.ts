import { expect, it } from 'vitest';
import { listening } from '../../../../src/stages/test/listening.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const V4 = (local: string, state = '0A') =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 22 1 0 100 0 0 10 0`;
const V6 = (local: string) =>
  `   0: ${local} 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 23 1 0`;
const ANY6 = '00000000000000000000000000000000';
const LOOP6 = '00000000000000000000000001000000';

it.each([
  ['on all addresses', [V4('00000000:2BCB')], 'everywhere'],
  ['on one address of the container', [V4('020014AC:2BCB')], 'everywhere'],
  ['on all addresses of both kinds', [HEAD, V6(`${ANY6}:2BCB`)], 'everywhere'],
  ['on 127.0.0.1 only', [V4('0100007F:2BCB')], 'loopback'],
  ['on 127.0.0.1 and ::1', [V4('0100007F:2BCB'), HEAD, V6(`${LOOP6}:2BCB`)], 'loopback'],
  ['on another port', [V4('00000000:1F90')], 'not'],
  ['nowhere: that is a connection', [V4('020014AC:2BCB', '01')], 'not'],
  ['nowhere', [], 'not'],
])('a server %s', (_where, lines, expected) => {
  expect(listening([HEAD, ...lines].join('\n'), 11211)).toBe(expected);
});
