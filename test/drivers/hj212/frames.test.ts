import { describe, expect, test } from '@jest/globals';
import { damageText, encodeFrame, type Found, Framer, heldBytesMax } from '../../../drivers/hj212/framer.js';
import { readRecords } from '../../../drivers/hj212/records.js';
import { formatSegment, parseSegment, type Segment } from '../../../drivers/hj212/segment.js';

/** The sample of the standard, the data and the acknowledgement made after it. */
const published = {
  interval:
    '##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n',
  realtime:
    '##0230QN=20261121090100123;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20261121090100;a21001-Rtd=18.4,a21001-Flag=N;a21028-Rtd=1.20,a21028-Flag=N;a01001-Rtd=23.6,a01001-Flag=N;a01002-Rtd=71.0,a01002-Flag=M&&1040\r\n',
  acknowledgement:
    '##0087QN=20261121090100123;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&DF81\r\n',
} as const;

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Everything in these pieces, the end of the connection included. */
function foundIn(...pieces: readonly string[]): Found[] {
  const framer = new Framer();
  return [...pieces.flatMap((piece) => framer.push(bytesOf(piece))), ...framer.end()];
}

const segmentsOf = (found: readonly Found[]): string[] =>
  found.flatMap((one) => (one.kind === 'frame' ? [one.segment] : []));
const damageOf = (found: readonly Found[]): Found[] => found.filter(({ kind }) => kind !== 'frame');

/** The one frame in this text, without damage. */
function only(text: string): Segment {
  const found = foundIn(text);
  expect(damageOf(found)).toEqual([]);
  expect(found).toHaveLength(1);
  const segment = parseSegment(segmentsOf(found)[0] as string);
  if (typeof segment === 'string') throw new Error(segment);
  return segment;
}

const common = { pw: '123456', mn: '010000A8900016F000169DC0', version: 1, packet: { number: 1, of: 1 } };

describe('published frames', () => {
  test("the standard's sample of 101 bytes: the interval of realtime data is set", () => {
    expect(only(published.interval)).toEqual({
      ...common,
      qn: '20160801085857223',
      st: '32',
      cn: '1062',
      pw: '100000',
      wantsAnswer: true,
      content: 'RtdInterval=30',
    });
    expect(segmentsOf(foundIn(published.interval))[0]).toHaveLength(101);
  });

  test('realtime data of four quantities, eight fields', () => {
    const segment = only(published.realtime);
    expect(segment).toMatchObject({ ...common, qn: '20261121090100123', st: '22', cn: '2011', wantsAnswer: true });
    const records = readRecords(segment.content);
    expect(records).toHaveLength(1);
    expect(records[0]?.dataTime).toBe('20261121090100');
    expect([...(records[0]?.fields ?? [])]).toEqual([
      ['a21001-rtd', '18.4'],
      ['a21001-flag', 'N'],
      ['a21028-rtd', '1.20'],
      ['a21028-flag', 'N'],
      ['a01001-rtd', '23.6'],
      ['a01001-flag', 'N'],
      ['a01002-rtd', '71.0'],
      ['a01002-flag', 'M'],
    ]);
  });

  test('the acknowledgement, as it is read and as it is sent', () => {
    const segment = only(published.acknowledgement);
    expect(segment).toEqual({
      ...common,
      qn: '20261121090100123',
      st: '91',
      cn: '9014',
      wantsAnswer: false,
      content: '',
    });
    expect(bytesOf(published.acknowledgement)).toEqual(encodeFrame(formatSegment(segment)));
  });
});

describe('what is wrong is told, and loses nothing else', () => {
  const { interval, realtime, acknowledgement } = published;
  const good = [interval, acknowledgement].map((text) => text.slice(6, -6));

  const cases: readonly [string, string, Found[], RegExp][] = [
    ['garbage before', 'AT+OK#', [{ kind: 'garbage', bytes: 6 }], /6 bytes before a frame/],
    ['half a beginning before', '##01', [{ kind: 'length', written: '01##' }], /`01##` is no length/],
    ['a length that is none', '##0x10QN=1', [{ kind: 'length', written: '0x10' }], /`0x10` is no length/],
    ['a length beyond the limit', '##1025QN=1', [{ kind: 'too-long', length: 1025 }], /1025 bytes, longer than 1024/],
    ['a length that is too long', realtime.replace('0230', '0330'), [], /bytes of a frame are missing|a checksum of/],
    ['a length that is too short', realtime.replace('0230', '0229'), [], /a checksum of &104, should be/],
    ['a wrong checksum', realtime.replace('1040', '1041'), [], /a checksum of 1041, should be 1040/],
    ["Modbus's checksum", interval.replace('1C80', '0759'), [], /a checksum of 0759, should be 1C80/],
    ['a changed value', realtime.replace('18.4', '18.5'), [], /a checksum of 1040, should be/],
    ['a frame cut short', realtime.slice(0, 100), [], /140 bytes of a frame are missing/],
  ];

  test.each(cases)('%s', (_, wrong, exactly, words) => {
    const found = foundIn(interval + wrong + acknowledgement);
    expect(segmentsOf(found)).toEqual(good);
    const damage = damageOf(found);
    if (exactly.length > 0) expect(damage).toEqual(exactly);
    else expect(damage).toHaveLength(1);
    const [first] = damage;
    if (!first || first.kind === 'frame') throw new Error('nothing was told');
    expect(damageText(first)).toMatch(words);
  });

  test('a frame without CR LF is taken, and told of; with LF alone, too', () => {
    const bare = interval.slice(0, -2);
    expect(foundIn(bare + acknowledgement).map(({ kind }) => kind)).toEqual(['frame', 'unended', 'frame']);
    expect(foundIn(bare).map(({ kind }) => kind)).toEqual(['frame', 'unended']);
    expect(foundIn(`${bare}\n${acknowledgement}`).map(({ kind }) => kind)).toEqual(['frame', 'unended', 'frame']);
  });

  test('a checksum in lower case is right', () => {
    expect(segmentsOf(foundIn(interval.replace('1C80', '1c80'), acknowledgement.replace('DF81', 'df81')))).toEqual(
      good,
    );
  });

  test('two frames in one piece, one frame in three, and byte by byte', () => {
    expect(segmentsOf(foundIn(interval + acknowledgement))).toEqual(good);
    expect(segmentsOf(foundIn(interval.slice(0, 4), interval.slice(4, 107), interval.slice(107)))).toEqual([good[0]]);
    expect(foundIn(...(interval + acknowledgement).split('')).map(({ kind }) => kind)).toEqual(['frame', 'frame']);
  });

  test('empty lines between frames are no damage', () => {
    expect(damageOf(foundIn(`\r\n\r\n${interval}\r\n${acknowledgement}\r\n`))).toEqual([]);
  });

  test('a frame whose end never comes is given up when the next begins, and holds no more than one', () => {
    const framer = new Framer();
    framer.push(bytesOf('##1024QN='));
    expect(framer.push(bytesOf('x'.repeat(500)))).toEqual([]);
    expect(framer.heldBytes).toBeLessThanOrEqual(heldBytesMax);
    expect(framer.push(bytesOf(interval)).map(({ kind }) => kind)).toEqual(['cut-short', 'frame']);
    expect(framer.heldBytes).toBe(0);
  });

  test('a segment of 1024 bytes passes, one of 1025 is not sent', () => {
    const longest = `${'x'.repeat(1018)}CP=&&&&`.slice(-1024);
    expect(segmentsOf(foundIn(Buffer.from(encodeFrame(longest)).toString('latin1')))).toEqual([longest]);
    expect(() => encodeFrame('x'.repeat(1025))).toThrow('a data segment of 1025 bytes is too long');
  });
});

describe('a data segment', () => {
  test.each([
    ['QN=1;ST=22;CN=2011;MN=A', /no `CP=&&`/],
    ['CN=2011;MN=A;CP=&&a=1', /does not end in `&&`/],
    ['CN=2011;MN=A;CP=&&', /does not end in `&&`/],
    ['ST=22;MN=A;CP=&&&&', /no command number/],
    ['CN=20x1;MN=A;CP=&&&&', /no command number/],
    ['CN=2011;CP=&&&&', /which station/],
    ['CN=2011;MN=A;PNUM=2;PNO=3;CP=&&&&', /packet 3 of 2/],
    ['CN=2011;MN=A;PNUM=2;PNO=0;CP=&&&&', /packet 0 of 2/],
    [`CN=2011;MN=${'A'.repeat(33)};CP=&&&&`, /`MN` is longer than 32/],
  ])('%s is none', (text, why) => {
    expect(parseSegment(text)).toMatch(why);
  });

  test('of 2005 has no number and no flag, and packets may be numbered before the password', () => {
    expect(parseSegment('ST=31;CN=2051;PNO=0002;PNUM=0003;PW=123456;MN=14513567846884;CP=&&B01-Avg=1&&')).toEqual({
      qn: undefined,
      st: '31',
      cn: '2051',
      pw: '123456',
      mn: '14513567846884',
      version: 0,
      wantsAnswer: false,
      packet: { number: 2, of: 3 },
      content: 'B01-Avg=1',
    });
  });

  test('of several times is several records; what is told twice, differently, is no number', () => {
    const text = 'DataTime=20261121080000;a-Avg=1,b-Avg=2;DataTime=20261121090000;a-Avg=3;a-Avg=4;a-Flag=N';
    expect(readRecords(text).map(({ dataTime, fields }) => [dataTime, [...fields]])).toEqual([
      [
        '20261121080000',
        [
          ['a-avg', '1'],
          ['b-avg', '2'],
        ],
      ],
      [
        '20261121090000',
        [
          ['a-avg', '?'],
          ['a-flag', 'N'],
        ],
      ],
    ]);
    expect(readRecords('')).toEqual([]);
  });
});
