import { describe, expect, test } from '@jest/globals';
import { modbus } from '../../../../drivers/modbus/index.js';
import type { Text } from '../../../../gateway/contract/index.js';
import { linkOf } from '../modbus-link.js';

/** Where and what is wrong with these settings, in English. */
const faults = (settings: Record<string, unknown>): string[] => {
  const { error } = modbus.link.safeParse({ address: 'serial:/dev/ttyUSB0', framing: 'rtu', ...settings });
  return (error?.issues ?? []).map((issue) => {
    const { what, remedy } = (issue as { params?: { what?: Text; remedy?: Text } }).params ?? {};
    return `${issue.path.join('.')}: ${what?.en}; ${remedy?.en}`;
  });
};

describe('the settings of a listen link', () => {
  test('are those of the line, and how long a device may be silent', () => {
    expect(faults({ listen: true, silentAfter: '30s', serial: { baud: 19_200, parity: 'even' } })).toEqual([]);
    expect(faults({ listen: true, framing: 'ascii', address: 'tcp://10.0.0.7:4001' })).toEqual([]);
    expect(modbus.link.parse({ address: 'tcp://10.0.0.7' }).listen).toBe(false);
  });

  test.each([
    ['Modbus TCP', { listen: true, framing: 'tcp', address: 'tcp://10.0.0.7' }, /^framing: Modbus TCP is no bus/],
    ['RTS', { listen: true, serial: { rs485: 'rts' } }, /^serial.rs485: opening a port raises RTS/],
    ['an echo', { listen: true, echo: true }, /^echo: a link that is listened to sends nothing/],
    [
      'silentAfter alone',
      { silentAfter: '30s' },
      /^silentAfter: only a link with `listen: true` has silentAfter; leave/,
    ],
  ])('refuse %s', (_, settings, expected) => {
    const told = faults(settings);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(expected);
  });
});

test('the plan of a listen link takes nothing of the bus, and still refuses a unit no line has', () => {
  const link = (unit: number) =>
    linkOf(
      { framing: 'rtu', address: 'serial:/dev/ttyUSB0', listen: true },
      { pump: { settings: { unit }, groups: { main: [{ register: 'holding 0' }] } } },
    );
  expect(modbus.plan(link(1))).toEqual({ requests: [], busLoad: 0, requestsPerSecond: 0, problems: [] });
  expect(modbus.plan(link(250)).problems.map(({ what }) => what.en)).toEqual(['no device on a line can have unit 250']);
});
