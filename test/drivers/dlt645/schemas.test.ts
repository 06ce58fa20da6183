import { describe, expect, test } from '@jest/globals';
import { dlt645 } from '../../../drivers/dlt645/index.js';
import { linkOf } from './meter-link.js';

/** Where and what the first issue is, and what to write instead. */
function issueOf(schema: typeof dlt645.tag | typeof dlt645.device | typeof dlt645.link, value: unknown) {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  const params = issue?.code === 'custom' ? (issue.params as { remedy?: { en: string } }) : undefined;
  return { path: issue?.path, message: issue?.message, remedy: params?.remedy?.en };
}

describe('a tag', () => {
  test('is a quantity, or an identifier with its format, with or without spaces', () => {
    const voltage = { identifier: 0x02010100, format: { bytes: 2, decimals: 1, signed: false }, at: 0 };
    expect(dlt645.tag.parse({ quantity: 'voltage-a' })).toEqual(voltage);
    expect(dlt645.tag.parse({ identifier: '02010100', format: 'XXX.X' })).toEqual(voltage);
    expect(dlt645.tag.parse({ identifier: '02 01 01 00', format: 'XXX.X' })).toEqual(voltage);
    const second = { identifier: '02 02 ff 00', format: 'XXX.XXX', signed: true, element: 1 };
    expect(dlt645.tag.parse(second)).toMatchObject({ identifier: 0x0202ff00, at: 3 });
  });

  test.each([
    [{}, 'quantity', /either a quantity or an identifier/],
    [{ quantity: 'power', identifier: '00010000' }, 'quantity', /either a quantity or an identifier/],
    [{ quantity: 'power', format: 'XX.XX' }, 'format', /has its own format/],
    [{ identifier: '00010000' }, 'format', /needs the format/],
    [{ identifier: '00010000', format: 'XXX.XX' }, 'format', /whole bytes/],
    [{ identifier: 10000, format: 'XX.XX' }, 'identifier', /`10000` is no data identifier/],
    [{ identifier: '0001000', format: 'XX.XX' }, 'identifier', /is no data identifier/],
  ])('%j is refused', (value, path, message) => {
    const issue = issueOf(dlt645.tag, value);
    expect(issue.path).toEqual([path]);
    expect(issue.message).toMatch(message);
    expect(issue.remedy).toMatch(/write|leave/);
  });
});

test.each([[12345678], ['1234'], ['00000000000A']])('%j is no address of a meter', (address) => {
  const { remedy, message } = issueOf(dlt645.device, { address });
  expect(message).toBe(`\`${address}\` is no meter address`);
  expect(remedy).toContain("`'000012345678'`");
});

test('a link is 2400 8E1 with four bytes of preamble when nothing else is said', () => {
  const { serial, timeout, preamble } = dlt645.link.parse({ address: 'serial:/dev/ttyUSB0' });
  expect({ timeout, preamble, serial }).toMatchObject({
    timeout: 2000,
    preamble: 4,
    serial: { baud: 2400, parity: 'even', dataBits: 8, stopBits: 1 },
  });
  expect(issueOf(dlt645.link, { address: 'tcp://box:1', serial: { rs485: 'rts' } }).path).toEqual(['serial', 'rs485']);
  expect(issueOf(dlt645.link, { address: 'tcp://box:1', serial: { dataBits: 7 } }).path).toEqual([
    'serial',
    'dataBits',
  ]);
});

describe('the plan', () => {
  const tags = [
    { quantity: 'voltage-a' },
    { identifier: '00 01 FF 00', format: 'XXXXXX.XX', element: 4 },
    { identifier: '00 01 FF 00', format: 'XXXXXX.XX' },
  ];
  const planAt = (baud: number) =>
    dlt645.plan(linkOf({ address: 'tcp://box:1', serial: { baud } }, { m: { address: '000000000001', tags } }));

  test('asks once for each identifier, and tells what the line spends on it', () => {
    const { requests, requestsPerSecond, busLoad, problems } = planAt(2400);
    expect(requests.map(({ text, fetched, needed }) => [text, fetched, needed])).toEqual([
      ['meter 000000000001 · 02 01 01 00', 2, 2],
      ['meter 000000000001 · 00 01 FF 00', 20, 8],
    ]);
    // 20 and 22 characters of 11 bits, 30 ms of silence and 100 ms of the meter's own.
    expect(requests[0]?.busMs).toBeCloseTo((42 * 11 * 1000) / 2400 + 130, 6);
    expect(requestsPerSecond).toBe(2);
    expect(busLoad).toBeCloseTo(((42 + 60) * 11) / 2400 + 0.26, 6);
    expect(problems).toEqual([]);
  });

  test('warns of a line that is too slow', () => {
    expect(planAt(600).problems.map(({ path, warning }) => [path, warning])).toEqual([[['devices'], true]]);
  });
});
