import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { declared } from '../../../drivers/declared/index.js';
import { linkOf, profileOf, type Raw } from './declared-link.js';

/** Places and sentences of what is wrong. */
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

const message = (one: Raw) => ({ messages: { m: one } });
const byte = { offset: 1, type: 'uint8' };

describe('a message', () => {
  test.each([
    [{ kind: 'text', pattern: '{a}{b}' }, 'messages.m.pattern: nothing parts two fields of the pattern'],
    [{ kind: 'text', pattern: '{a},{a}' }, 'messages.m.pattern: two fields of the pattern have one name'],
    [{ kind: 'text', pattern: '{a' }, 'messages.m.pattern: something in braces is no placeholder'],
    [{ kind: 'text', pattern: '重{a}' }, 'messages.m.pattern: the pattern has a character that is no byte'],
    [{ kind: 'text', pattern: '{a}', end: '\\q' }, 'messages.m.end: `\\q` is no text of bytes'],
    [{ kind: 'text', pattern: '{a}', request: 'hex 1' }, 'messages.m.request: `hex 1` is no request'],
    [{ kind: 'text', pattern: '{a}', checksum: { name: 'crc-ccitt' } }, 'messages.m.checksum.name: invalid_value'],
    [{ kind: 'text', pattern: '{a}', patern: '' }, 'messages.m: unrecognized_keys'],
    [{ kind: 'binary', header: 'AA 5', length: 3, fields: {} }, 'messages.m.header: `AA 5` are no bytes'],
    [
      { kind: 'binary', header: '.. AA', length: 3, fields: {} },
      'messages.m.header: the header begins with any byte, so a message has no beginning',
    ],
    [
      { kind: 'binary', header: 'AA', length: 3, fields: { v: { offset: 2, type: 'float32' } } },
      'messages.m.fields.v.offset: `v` ends beyond the 3 bytes',
    ],
    [
      { kind: 'binary', header: 'AA', length: 3, fields: { v: { ...byte, bit: 8 } } },
      'messages.m.fields.v.bit: a uint8 has no bit 8',
    ],
    [
      { kind: 'binary', header: 'AA', length: 300, fields: { v: byte } },
      'messages.m.lengthMax: the message has 300 bytes',
    ],
    [{ kind: 'nmea', sentence: 'mwv', fields: {} }, 'messages.m.sentence: invalid_format'],
    [{ kind: 'regexp' }, 'messages.m.kind: invalid_union'],
  ])('%o: %s', (one, fault) => {
    expect(faults(declared.device, message(one))).toEqual([fault]);
  });
});

describe('a tag', () => {
  test.each([
    [{ field: 'w' }, 'number'],
    [{ field: 'w', type: 'integer' }, 'integer'],
    [{ field: 'w', type: 'text' }, 'text'],
    [{ field: 'w', is: 'ST' }, 'boolean'],
  ])('%o is a %s', (tag, type) => {
    expect(declared.tagType(declared.tag.parse(tag))).toBe(type);
  });

  test.each([
    [{ field: 'w', is: 1, type: 'text' }, 'type: a tag with `is` is a bool'],
    [{ field: 'w', type: 'text', stable: { within: 1, for: '1s' } }, 'stable: only a number can be stable'],
    [{ field: 'w', stabel: {} }, ': unrecognized_keys'],
  ])('%o: %s', (tag, fault) => {
    expect(faults(declared.tag, tag)).toEqual([fault]);
  });
});

describe('a link', () => {
  const address = 'tcp://10.0.0.5:4001';

  test.each([
    [{ address: 'tcp://10.0.0.5' }, 'address: `tcp://10.0.0.5` is no address of a link of a declared protocol'],
    [{ address, timeout: '1s', lateness: '1s' }, 'lateness: lateness is not longer than the time-out of 1000 ms'],
    [{ address, serial: { rs485: 'rts' } }, 'serial.rs485: only a serial port of this box has RTS'],
  ])('%o: %s', (settings, fault) => {
    expect(faults(declared.link, settings)).toEqual([fault]);
  });

  test('every key is described, also in the JSON Schema', () => {
    const undescribed: string[] = [];
    const visit = (schema: Schema, path: string): void => {
      for (const [key, value] of Object.entries(schema.properties ?? {})) {
        if (!value.description && !value.properties) undescribed.push(`${path}.${key}`);
        visit(value, `${path}.${key}`);
      }
      for (const [n, one] of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].entries()) visit(one, `${path}[${n}]`);
      if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${path}.*`);
    };
    for (const name of ['link', 'device', 'tag'] as const) {
      visit(z.toJSONSchema(declared[name], { io: 'input', unrepresentable: 'any' }) as Schema, name);
    }
    expect(undescribed).toEqual([]);
  });
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
}

describe('a plan', () => {
  test('says what is asked, and what of the line it takes', () => {
    const serial = { address: 'serial:/dev/ttyS1', serial: { baud: 9600 } };
    const plan = declared.plan(linkOf(serial, { meter: profileOf('density-meter') }));
    expect(plan.problems).toEqual([]);
    expect(plan.requestsPerSecond).toBe(1);
    const [request] = plan.requests;
    expect(request).toMatchObject({ device: 'meter', group: 'main', text: 'asks for all', fetched: 4, needed: 4 });
    // 20 ms of silence, 20 for the instrument, 5 bytes of request and at most 32 of answer at 9600 8N1.
    expect(request?.busMs).toBeCloseTo(40 + (37 * 10_000) / 9600, 6);
    expect(plan.busLoad).toBeCloseTo((request?.busMs ?? 0) / 1000, 9);
  });

  test('says what is listened for, which takes nothing', () => {
    const plan = declared.plan(linkOf({ address: 'serial:/dev/ttyS1' }, { mast: profileOf('weather-station') }));
    expect(plan).toMatchObject({ busLoad: 0, requestsPerSecond: 0, problems: [] });
    expect(plan.requests.map(({ text, fetched, needed }) => `${text} ${needed}/${fetched}`)).toEqual([
      'listens for air 3/3',
      'listens for wind 3/3',
      'listens for place 4/4',
    ]);
  });

  test('names what cannot be done, with its place', () => {
    const text = { kind: 'text', pattern: '{w} {s:text}' };
    const link = linkOf(
      { address: 'tcp://10.0.0.5:4001' },
      {
        a: { device: message(text), tags: { v: { field: 'x' }, s: { field: 's' }, t: { field: 'w', type: 'text' } } },
        b: { device: { messages: { m: text, n: text } }, tags: { v: { field: 'w' }, u: { field: 'w', message: 'o' } } },
        c: { device: message({ ...text, request: 'W' }), tags: { v: { field: 'w', stable: { flag: 'f', is: 1 } } } },
        d: { device: message({ kind: 'binary', header: 'AA', length: 2, fields: { v: byte } }), tags: {} },
      },
    );
    expect(
      declared
        .plan(link)
        .problems.map(({ path, what, warning }) => `${path.join('.')}: ${what.en}${warning ? ' (warning)' : ''}`),
    ).toEqual([
      'devices.a.messages.m: `m` is sent unasked, other messages of this link are asked for',
      'devices.a.tags.v.field: `m` has no field `x`',
      'devices.a.tags.s.type: `s` is text',
      'devices.a.tags.t.type: `w` is a number',
      'devices.b.tags.v.message: `v` does not say which message it is of',
      'devices.b.tags.u.message: b has no message `o`',
      'devices.c.tags.v.stable: `m` has no field `f`',
      'devices.d.messages.m: `m` has no checksum: a disturbed byte gives a wrong value that nothing shows (warning)',
    ]);
  });
});
