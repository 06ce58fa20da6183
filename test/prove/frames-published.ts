/**
 * Frames as documents and devices publish them, and what each says. Where a value stands in the documents as a raw
 * number with its scale, it stands here as people read it.
 */

/** A value, or the quality of one that is none. */
export type Element = readonly [name: string, value: number | string];

interface PublishedFrame {
  readonly name: string;
  /** Bytes in hex, or text for protocols of characters. */
  readonly wire: string;
  readonly elements: readonly Element[];
}

/** An answer to a request of ours. */
export interface PublishedAnswer extends PublishedFrame {
  /** As published; undefined where only the answer is. */
  readonly request?: string;
  /** Profile by which it is read, and which of its tags; without one, tags of this device alone. */
  readonly profile?: string;
  readonly tags: readonly string[];
  /** Quality and words of an answer that refuses. */
  readonly refusal?: readonly [quality: string, words: RegExp];
}

/** What the gateway answers to a station, the clock being what it was. */
export interface PublishedReport extends PublishedFrame {
  readonly answer?: { readonly wire: string; readonly time: string };
}

const xyRequest = '01 04 00 01 00 02 20 0b';
const xy = { profile: 'xy-md02', tags: ['temperature', 'humidity'] } as const;

export const modbusAnswers: readonly PublishedAnswer[] = [
  {
    name: 'XY-MD02',
    ...xy,
    request: xyRequest,
    wire: '01 04 04 01 31 02 22 2a ce',
    elements: [
      ['temperature', 30.5],
      ['humidity', 54.6],
    ],
  },
  {
    name: 'XY-MD02, below zero',
    ...xy,
    request: xyRequest,
    wire: '01 04 04 ff 33 02 22 ba e6',
    elements: [
      ['temperature', -20.5],
      ['humidity', 54.6],
    ],
  },
  {
    name: 'XY-MD02, one register',
    profile: 'xy-md02',
    tags: ['temperature'],
    request: '01 04 00 01 00 01 60 0a',
    wire: '01 04 02 ff 33 b8 d5',
    elements: [['temperature', -20.5]],
  },
  {
    name: 'XY-MD02, exception 02',
    ...xy,
    request: xyRequest,
    wire: '01 84 02 c2 c1',
    elements: [],
    refusal: ['bad-configuration', /exception 02: no such address/],
  },
  {
    name: 'TUF-2000M, flow',
    profile: 'tuf-2000m',
    tags: ['flow'],
    request: '01 03 00 00 00 02 c4 0b',
    // The published number, cccd42f6, in an answer of its own.
    wire: '01 03 04 cc cd 42 f6 e4 7a',
    elements: [['flow', Math.fround(123.4)]],
  },
  {
    name: 'TUF-2000M, exception 02',
    profile: 'tuf-2000m',
    tags: ['flow'],
    request: '01 03 00 00 00 02 c4 0b',
    wire: '01 83 02 c0 f1',
    elements: [],
    refusal: ['bad-configuration', /exception 02: no such address/],
  },
  {
    name: 'QDY30A, exception 02 to all',
    tags: [0, 1, 2, 3, 4, 5, 6].map((register) => `holding ${register}`),
    request: '01 03 00 00 00 07 04 08',
    wire: '01 83 02 c0 f1',
    elements: [],
    refusal: ['bad-configuration', /exception 02: no such address/],
  },
];

/** Asks whatever meter there is for its address. */
export const dlt645AddressRequest = '68 AA AA AA AA AA AA 68 13 00 DF 16';

export const dlt645Answers: readonly PublishedAnswer[] = [
  {
    name: 'forward energy',
    profile: 'dlt645-meter',
    tags: ['energy_import'],
    request: '68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16',
    wire: '68 25 04 03 02 01 00 68 91 08 33 33 34 33 75 39 45 33 8B 16',
    elements: [['energy_import', 1206.42]],
  },
  {
    name: 'voltage of phase A',
    profile: 'dlt645-meter',
    tags: ['voltage_a'],
    request: '68 01 00 00 00 00 00 68 11 04 33 34 34 35 B6 16',
    wire: '68 01 00 00 00 00 00 68 91 06 33 34 34 35 38 55 C5 16',
    elements: [['voltage_a', 220.5]],
  },
  {
    name: 'power, back into the grid',
    profile: 'dlt645-meter',
    tags: ['power'],
    wire: '68 01 00 00 00 00 00 68 91 07 33 33 36 35 78 56 B4 BC 16',
    elements: [['power', -1.2345]],
  },
  {
    name: 'no such data',
    profile: 'dlt645-meter',
    tags: ['voltage_a'],
    request: '68 01 00 00 00 00 00 68 11 04 33 34 34 35 B6 16',
    wire: '68 01 00 00 00 00 00 68 D1 01 35 D8 16',
    elements: [],
    refusal: ['bad-configuration', /the meter refuses \(error 02H: it has no such data\)/],
  },
];

const hj212Head = 'PW=123456;MN=010000A8900016F000169DC0';

export const hj212Frames: readonly PublishedReport[] = [
  {
    name: 'CN 1062, sample of the standard',
    wire: '##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n',
    elements: [['rtdinterval', 30]],
  },
  {
    name: 'CN 2011, one flag M',
    wire: `##0230QN=20261121090100123;ST=22;CN=2011;${hj212Head};Flag=5;CP=&&DataTime=20261121090100;a21001-Rtd=18.4,a21001-Flag=N;a21028-Rtd=1.20,a21028-Flag=N;a01001-Rtd=23.6,a01001-Flag=N;a01002-Rtd=71.0,a01002-Flag=M&&1040\r\n`,
    elements: [
      ['a21001-rtd', 18.4],
      ['a21028-rtd', 1.2],
      ['a01001-rtd', 23.6],
      ['a01002-rtd', 'bad-function-check'],
    ],
  },
  {
    name: 'CN 9014',
    wire: `##0087QN=20261121090100123;ST=91;CN=9014;${hj212Head};Flag=4;CP=&&&&DF81\r\n`,
    elements: [],
  },
];

const levels = [28.96, 28.961, 28.963, 28.966, 28.97, 28.975, 28.981, 28.988, 28.996, 29.005, 29.015, 29.026];

export const sl651Frames: readonly PublishedReport[] = [
  { name: '2FH keep-alive', wire: '7E7E01001234567812342F0008020003591011155111036BCA', elements: [] },
  {
    name: '30H test report',
    wire: '7E7E010012345678123430002B020003591011154947F1F1001234567848F0F0591011154920190000052619000005392300000127381211150320FA',
    elements: [
      ['20', 0.5],
      ['26', 0.5],
      ['39', 0.127],
      ['38', 11.15],
    ],
    answer: { wire: '7E7E00123456780112343080080200035910111549471B75D4', time: '591011154947' },
  },
  {
    name: '33H extra report',
    wire: '7E7E010012345678123433002B020004261121091230F1F100123456784BF0F02611210910201900012526190018303B23000290263812123103E030',
    elements: [
      ['20', 12.5],
      ['26', 183],
      ['3B', 29.026],
      ['38', 12.31],
    ],
    answer: { wire: '7E7E00123456780112343380080200042611210912311B610F', time: '261121091231' },
  },
  {
    name: '31H uniform report',
    wire: '7E7E010012345678123431004E020003261121090019F1F100123456784BF0F0261121080504180000053B2300028960000289610002896300028966000289700002897500028981000289880002899600029005000290150002902603FDCC',
    elements: levels.map((level) => ['3B', level]),
  },
];

export const szy206Frames: readonly PublishedReport[] = [
  { name: '84H supply voltage', wire: '6809688D1101080405843012A116', elements: [['voltage', 12.3]] },
];

export const nmeaSentences: readonly PublishedReport[] = [
  {
    name: 'XDR',
    wire: '$YXXDR,C,23.5,C,AIRT,H,65.2,P,AIRH,P,1.01325,B,BARO*68\r\n',
    elements: [
      ['temperature', 23.5],
      ['humidity', 65.2],
      ['pressure', 1.01325],
    ],
  },
  {
    name: 'MWV',
    wire: '$WIMWV,214.8,R,0.1,K,A*28\r\n',
    elements: [
      ['angle', 214.8],
      ['speed', 0.1],
      ['reference', 'R'],
    ],
  },
  {
    name: 'GGA',
    wire: '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n',
    elements: [
      ['latitude', 48 + 7.038 / 60],
      ['longitude', 11 + 31 / 60],
      ['satellites', 8],
      ['altitude', 545.4],
    ],
  },
];
