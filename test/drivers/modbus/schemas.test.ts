import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { modbus } from '../../../drivers/modbus/index.js';
import { resolveLink } from '../../../drivers/modbus/link-schema.js';
import { parseRegisterReference } from '../../../drivers/modbus/register-reference.js';
import { linkOf } from './modbus-link.js';

/** Places and sentences of what is wrong, in both languages. */
function faults(schema: z.ZodType, value: unknown): string[] {
  const result = schema.safeParse(value);
  return (result.error?.issues ?? []).map((issue) => {
    const params =
      'params' in issue
        ? (issue.params as { what: { en: string; zh: string }; remedy: { en: string; zh: string } })
        : undefined;
    if (params) for (const text of [params.what.zh, params.remedy.zh, params.remedy.en]) expect(text).not.toBe('');
    return `${issue.path.join('.')}: ${params?.what.en ?? issue.code}`;
  });
}

describe('a register', () => {
  test.each([
    ['holding 0', 'holding', 0],
    ['Holding  0x2000', 'holding', 0x2000],
    ['input 65535', 'input', 65_535],
    ['coil 5', 'coil', 5],
    ['discrete 7', 'discrete', 7],
    [40_001, 'holding', 0],
    ['40001', 'holding', 0],
    [400_001, 'holding', 0],
    ['465536', 'holding', 65_535],
    [30_010, 'input', 9],
    [10_001, 'discrete', 0],
    ['00001', 'coil', 0],
    ['000010', 'coil', 9],
  ])('%s is %s %d', (written, table, start) => {
    expect(parseRegisterReference(written)).toEqual({ table, start });
  });

  test.each(['holding', 'holding -1', 'holding 65536', '40000', 1, 20_001, '50001', '4000001', '400000', '465537', ''])(
    '%s is none',
    (written) => {
      expect(parseRegisterReference(written)).toBeUndefined();
      expect(faults(modbus.tag, { register: written })[0]).toMatch(/^register: `.*` is no register$/);
    },
  );
});

describe('a tag', () => {
  test.each([
    [{ register: 'holding 0' }, 'integer'],
    [{ register: 'holding 0', type: 'float32' }, 'number'],
    [{ register: 'holding 0', bit: 3 }, 'boolean'],
    [{ register: 'coil 0' }, 'boolean'],
    [{ register: 'holding 0', type: 'string', length: 4 }, 'text'],
    [{ register: 'holding 0', type: 'bcd32' }, 'integer'],
  ])('%o is a %s', (tag, type) => {
    expect(modbus.tagType(modbus.tag.parse(tag))).toBe(type);
  });

  test.each([
    [{ register: 'coil 0', type: 'int16' }, 'type: a coil is one bit, no int16'],
    [{ register: 'coil 0', bit: 1 }, 'bit: only a bool in a register has a bit'],
    [{ register: 'holding 0', type: 'int16', bit: 1 }, 'bit: only a bool in a register has a bit'],
    [{ register: 'holding 0', type: 'string' }, 'type: a string needs its length'],
    [{ register: 'holding 0', length: 2 }, 'length: only a string has length'],
    [{ register: 'holding 0', encoding: 'utf-8' }, 'encoding: only a string has encoding'],
    [{ register: 'holding 0', type: 'string', length: 2, order: 'CDAB' }, 'order: a string has no order CDAB'],
    [{ register: 'holding 0', byte: 'low' }, 'byte: only int8 and uint8 have a byte'],
    [{ register: 'holding 0', type: 'int16', sign: 'offset10000' }, 'sign: sign offset10000 is for uint16'],
    [{ register: 'holding 65535', type: 'int32' }, 'register: the value ends beyond the last register'],
    [{ register: 'holding 0', typ: 'int16' }, ': unrecognized_keys'],
  ])('%o: %s', (tag, fault) => {
    expect(faults(modbus.tag, tag)).toEqual([fault]);
  });
});

describe('a link', () => {
  const address = 'tcp://10.0.0.5';

  test('has its defaults by what it is', () => {
    const resolved = (settings: object) => resolveLink(linkOf(settings as Record<string, unknown>, {}).settings);
    expect(resolved({ address })).toMatchObject({ timeoutMs: 1000, latenessMs: 3000, turnaroundMs: 0 });
    const serial = resolved({ address: 'serial:/dev/ttyUSB0', framing: 'rtu' });
    expect(serial).toMatchObject({ timeoutMs: 500, latenessMs: 1500 });
    expect(serial.turnaroundMs).toBeCloseTo(3.646, 3);
    expect(resolved({ address, framing: 'rtu', serial: { baud: 115_200 } }).turnaroundMs).toBe(1.75);
    expect(modbus.link.parse({ address }).address).toEqual({ kind: 'tcp', host: '10.0.0.5', port: 502 });
    expect(modbus.link.parse({ address: 'tcp://[::1]:1502' }).address).toEqual({
      kind: 'tcp',
      host: '::1',
      port: 1502,
    });
  });

  test.each([
    [{ address: 'http://x' }, 'address: `http://x` is no address of a Modbus link'],
    [{ address: 'tcp://x:70000' }, 'address: `tcp://x:70000` is no address of a Modbus link'],
    [{ address, timeout: '1s', lateness: '1s' }, 'lateness: lateness is not longer than the time-out of 1000 ms'],
    [{ address: 'serial:/dev/ttyS0' }, 'framing: a serial port does not carry Modbus TCP'],
    [{ address, framing: 'rtu', serial: { dataBits: 7 } }, 'serial.dataBits: RTU needs 8 data bits'],
    [{ address, framing: 'rtu', serial: { rs485: 'rts' } }, 'serial.rs485: only a serial port of this box has RTS'],
    [{ address, echo: true }, 'echo: Modbus TCP has no echo'],
    [{ address, speed: 9600 }, ': unrecognized_keys'],
    [{ address, serial: { bauds: 9600 } }, 'serial: unrecognized_keys'],
  ])('%o: %s', (settings, fault) => {
    expect(faults(modbus.link, settings)).toEqual([fault]);
  });

  test('every key is described, also in the JSON Schema', () => {
    const undescribed: string[] = [];
    const visit = (schema: { properties?: Record<string, unknown>; description?: string }, path: string): void => {
      for (const [key, value] of Object.entries(schema.properties ?? {})) {
        const property = value as typeof schema;
        if (!property.description && !property.properties) undescribed.push(`${path}.${key}`);
        visit(property, `${path}.${key}`);
      }
    };
    for (const name of ['link', 'device', 'tag'] as const) {
      visit(z.toJSONSchema(modbus[name], { io: 'input', unrepresentable: 'any' }) as Parameters<typeof visit>[0], name);
    }
    expect(undescribed).toEqual([]);
  });
});

describe('a plan', () => {
  const spec = (settings: object, tags: readonly Record<string, unknown>[]) => ({
    settings: settings as Record<string, unknown>,
    groups: { main: tags },
  });

  test('says requests and bus load in words and numbers', () => {
    const units = Object.fromEntries(
      Array.from({ length: 16 }, (_, n) => [
        `d${n}`,
        spec({ unit: n + 1 }, [
          { register: 'holding 0', type: 'float32' },
          { register: 'holding 8', type: 'int32' },
        ]),
      ]),
    );
    const plan = modbus.plan(linkOf({ framing: 'rtu', address: 'serial:/dev/ttyS1' }, units));
    expect(plan.problems).toEqual([]);
    expect(plan.requestsPerSecond).toBe(16);
    expect(plan.requests[0]).toMatchObject({
      device: 'd0',
      group: 'main',
      text: 'unit 1 · holding 0–9',
      fetched: 10,
      needed: 4,
    });
    // 8 bytes of request, 25 of answer at 9600 8N1, 3.5 characters of silence and the unit's own time.
    expect(plan.requests[0]?.busMs).toBeCloseTo((33 + 3.5) * (10 / 9.6) + 4, 6);
    expect(plan.busLoad).toBeCloseTo((16 * (plan.requests[0]?.busMs ?? 0)) / 1000, 9);
  });

  test('names what cannot be done, with its place', () => {
    const link = linkOf(
      { framing: 'rtu', address: 'serial:/dev/ttyS1', serial: { baud: 1200 }, timeout: '100ms' },
      {
        a: spec({ unit: 0 }, [{ register: 'holding 0' }]),
        b: spec({ unit: 248, longestRead: 2 }, [{ register: 'holding 0', type: 'float64' }]),
        c: spec({ unit: 3, holes: ['holding 5-9'] }, [{ register: 'holding 8' }]),
        d: spec({ unit: 4 }, [{ register: 'holding 0', type: 'string', length: 100 }]),
      },
    );
    const { problems, busLoad } = modbus.plan(link);
    expect(busLoad).toBeGreaterThan(1);
    expect(
      problems.map(({ path, what, warning }) => `${path.join('.')}: ${what.en}${warning ? ' (warning)' : ''}`),
    ).toEqual([
      'devices.a.unit: no device on a line can have unit 0',
      'devices.b.unit: no device on a line can have unit 248',
      'devices.b.tags.t0.register: `t0` takes 4 registers, one read of b has at most 2',
      'devices.c.tags.t0.register: `t0` stands in the hole holding 5–9, which is never read',
      'devices.d.longestRead: an answer of 100 registers takes 1709 ms on this line, longer than its lateness of 300 ms',
      expect.stringMatching(/^devices: the polls take \d+ % of the bus: some will be left out \(warning\)$/),
    ]);
  });

  test('makes reads of one unit on a line differ in length, and leaves those over TCP as they are', () => {
    const devices = {
      meter: spec(
        { unit: 1 },
        [0, 200, 400].map((n) => ({ register: `holding ${n}` })),
      ),
    };
    const texts = (settings: Record<string, unknown>) =>
      modbus.plan(linkOf(settings, devices)).requests.map(({ text }) => text);
    expect(texts({ framing: 'rtu', address: 'serial:/dev/ttyS1' })).toEqual([
      'unit 1 · holding 0',
      'unit 1 · holding 200–201',
      'unit 1 · holding 400–402',
    ]);
    expect(texts({ address: 'tcp://x' })).toEqual([
      'unit 1 · holding 0',
      'unit 1 · holding 200',
      'unit 1 · holding 400',
    ]);
  });
});
