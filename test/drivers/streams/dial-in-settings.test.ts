import { describe, expect, test } from '@jest/globals';
import { cjt188 } from '../../../drivers/cjt188/index.js';
import { declared } from '../../../drivers/declared/index.js';
import { dlt645 } from '../../../drivers/dlt645/index.js';
import { modbus } from '../../../drivers/modbus/index.js';
import { dialInProblems, formatStreamAddress } from '../../../drivers/streams/index.js';
import { parseStreamAddress } from '../../../drivers/streams/stream-address.js';

const address = 'tcp-listen://0.0.0.0:7000';
const dialIn = { registration: 'DTU-1' };
const drivers = { modbus, dlt645, cjt188, declared } as const;

/** What is wrong with a link, a line each: `dialIn: it is not said …`. */
function faultsOf(driver: keyof typeof drivers, link: object): string[] {
  const framing = driver === 'modbus' ? { framing: 'rtu' } : {};
  const { error } = drivers[driver].link.safeParse({ ...framing, ...link });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('an address where DTUs dial in', () => {
  test.each([
    [address, { kind: 'tcp-listen', host: '0.0.0.0', port: 7000 }],
    ['tcp-listen://[::]:7000', { kind: 'tcp-listen', host: '::', port: 7000 }],
    ['tcp-listen://127.0.0.1:7000/', { kind: 'tcp-listen', host: '127.0.0.1', port: 7000 }],
  ])('%s', (text, parsed) => {
    expect(parseStreamAddress(text, 502)).toEqual(parsed);
    expect(formatStreamAddress(parsed as never)).toBe(text.replace(/\/$/, ''));
  });

  test.each(['tcp-listen://:7000', 'tcp-listen://0.0.0.0', 'tcp-listen://0.0.0.0:0', 'tcp-listen:7000'])(
    '%s leaves out the host or the port',
    (text) => {
      expect(parseStreamAddress(text, 502)).toBeUndefined();
    },
  );
});

describe.each(Object.keys(drivers) as (keyof typeof drivers)[])('a link of %s', (driver) => {
  test('may be one where a DTU dials in', () => {
    expect(faultsOf(driver, { address, dialIn })).toEqual([]);
    expect(faultsOf(driver, { address, dialIn: { ...dialIn, heartbeats: ['PING', 'hex:FE 01 ?? 16'] } })).toEqual([]);
  });

  test('needs to know the DTU there, and nowhere else', () => {
    expect(faultsOf(driver, { address })).toEqual(['dialIn: it is not said how the DTU that dials in is known']);
    expect(faultsOf(driver, { address: 'tcp://10.0.0.5:4001', dialIn })).toEqual([
      'dialIn: nobody dials in to this address',
    ]);
    expect(faultsOf(driver, { address: 'serial:/dev/ttyS1', dialIn })).toEqual([
      'dialIn: nobody dials in to this address',
    ]);
  });

  test('has no RTS there', () => {
    expect(faultsOf(driver, { address, dialIn, serial: { rs485: 'rts' } })).toEqual([
      'serial.rs485: only a serial port of this box has RTS',
    ]);
  });

  test.each([
    [{ registration: 'x' }, 'dialIn.registration: `x` is no pattern of bytes'],
    [{ registration: 'pattern:id=*' }, 'dialIn.registration: `pattern:id=*` is no pattern of bytes'],
    [{ ...dialIn, heartbeats: ['hex:FE'] }, 'dialIn.heartbeats.0: `hex:FE` is no pattern of bytes'],
    [
      { ...dialIn, heartbeats: ['pattern:<*>'] },
      'dialIn.heartbeats.0: `*` in `pattern:<*>` could stand for measured data',
    ],
  ])('%j is told', (bad, fault) => {
    expect(faultsOf(driver, { address, dialIn: bad })).toEqual([fault]);
  });
});

test('Modbus TCP is not spoken to who dials in', () => {
  expect(faultsOf('modbus', { address, dialIn, framing: 'tcp' })).toEqual([
    'framing: a DTU that dials in does not carry Modbus TCP',
  ]);
});

test('a short heartbeat is warned of: data will hold it', () => {
  const settings = modbus.link.parse({
    address,
    framing: 'rtu',
    dialIn: { ...dialIn, heartbeats: ['ABCD', 'hex:FE ?? ?? 16'] },
  });
  expect(dialInProblems(settings.dialIn)).toEqual([
    expect.objectContaining({ path: ['dialIn', 'heartbeats', 1], warning: true }),
  ]);
  expect(modbus.plan({ name: 'l', settings, devices: [] }).problems).toHaveLength(1);
});
