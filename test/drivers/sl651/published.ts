/** Messages as published, with what their publishers say they hold. Element, value, and where it is not the minute before: the time. */
export interface PublishedReport {
  readonly message: string;
  readonly code: number;
  readonly station: string;
  readonly serial: number;
  /** Time of sending as sent. */
  readonly sent: string;
  /** Element and value in the order they stand; NaN where the station says there is none. */
  readonly values: readonly (readonly [element: string, value: number])[];
  readonly answer?: string;
}

const twelve = (element: string, values: readonly number[]): [string, number][] =>
  values.map((value) => [element, value]);

export const published: Readonly<Record<string, PublishedReport>> = {
  'test report of a river station': {
    message:
      '7E7E010012345678123430002B020003591011154947F1F1001234567848F0F0591011154920190000052619000005392300000127381211150320FA',
    code: 0x30,
    station: '0012345678',
    serial: 3,
    sent: '591011154947',
    values: [
      ['20', 0.5],
      ['26', 0.5],
      ['39', 0.127],
      ['38', 11.15],
    ],
    answer: '7E7E00123456780112343080080200035910111549471B75D4',
  },
  'timed report of a river station': {
    message:
      '7E7E05001122334403E832002B020034170718110016F1F1001122334448F0F01707181100201900004026190000403923000104903812109903A421',
    code: 0x32,
    station: '0011223344',
    serial: 0x34,
    sent: '170718110016',
    values: [
      ['20', 4],
      ['26', 4],
      ['39', 10.49],
      ['38', 10.99],
    ],
    answer: '7E7E00112233440503E83280080200341707181100161BE5D4',
  },
  'extra report of a reservoir': {
    message:
      '7E7E010012345678123433002B020004261121091230F1F100123456784BF0F02611210910201900012526190018303B23000290263812123103E030',
    code: 0x33,
    station: '0012345678',
    serial: 4,
    sent: '261121091230',
    values: [
      ['20', 12.5],
      ['26', 183],
      ['3B', 29.026],
      ['38', 12.31],
    ],
  },
  'timed report of a reservoir with letters in its address': {
    message:
      '7E7E2500418D23370000320030020C06230601010314F1F100418D23374BF0F0230601010020190000003B23000378652219000000261900000038121285035AC6',
    code: 0x32,
    station: '00418D2337',
    serial: 0x0c06,
    sent: '230601010314',
    values: [
      ['20', 0],
      ['3B', 37.865],
      ['22', 0],
      ['26', 0],
      ['38', 12.85],
    ],
  },
  'extra report with many elements': {
    message:
      '7e7e011234567890000233008e020001230308111501f1f1123456789048f0f023030811143923000003453a230000030503110254283600000041952029360000003660002736000000785520361b000304371b0006003c1b0003453d1b000305c15500000000000001165134c255000000000000010165204919000969471100794a1900096845200000000138121204c91100517a0800ca100100032c63',
    code: 0x33,
    station: '1234567890',
    serial: 1,
    sent: '230308111501',
    values: [
      ['39', 0.345],
      ['3A', 0.305],
      ['03', 25.4],
      ['28', 0.41952],
      ['29', 0.366],
      ['27', 0.78552],
      ['36', 0.304],
      ['37', 0.6],
      ['3C', 0.345],
      ['3D', 0.305],
      ['C1', 11.65134],
      ['C2', 10.1652],
      ['49', 96.9],
      ['47', 7.9],
      ['4A', 96.8],
      ['45', 1],
      ['38', 12.04],
      ['C9', 5.1],
      ['7A', 0],
      ['CA', 100],
    ],
  },
  'hourly report with an extended element and two observation times': {
    message:
      '7e7e011234567891123434005c026735241205110009f1f1123456789148f0f02412051005f5c0000000000000000000000000000000000000000000000000f0f02412051100282b0000000000ff01280000000000371b000000381212883923000000004520000004e103410d',
    code: 0x34,
    station: '1234567891',
    serial: 0x6735,
    sent: '241205110009',
    values: [
      ...twelve('F5', Array(12).fill(0)),
      ['28', 0],
      ['FF01', 0],
      ['37', 0],
      ['38', 12.88],
      ['39', 0],
      ['45', 0x4e1],
    ],
  },
  'hourly report whose definition byte says 11 of 24 bytes': {
    message:
      '7E7E100012345678123434003A020003140612020000F1F1001234567848F0F01406120200F55C0AAA0AAAFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF391A0027303812129003ADF77E',
    code: 0x34,
    station: '0012345678',
    serial: 3,
    sent: '140612020000',
    values: [...twelve('F5', [27.3, 27.3, ...Array<number>(10).fill(Number.NaN)]), ['39', 27.3], ['38', 12.9]],
  },
  'uniform report of a province': {
    message:
      '7E7E011000000006000031004E022F7E221205110019F1F1100000000648F0F0221205100504180000053923000289600002896000028960000289600002896000028960000289600002896000028960000289600002896000028960035B947E',
    code: 0x31,
    station: '1000000006',
    serial: 0x2f7e,
    sent: '221205110019',
    values: twelve('39', Array(12).fill(28.96)),
  },
  'uniform report of a reservoir': {
    message:
      '7E7E010012345678123431004E020003261121090019F1F100123456784BF0F0261121080504180000053B2300028960000289610002896300028966000289700002897500028981000289880002899600029005000290150002902603FDCC',
    code: 0x31,
    station: '0012345678',
    serial: 3,
    sent: '261121090019',
    values: twelve(
      '3B',
      [28.96, 28.961, 28.963, 28.966, 28.97, 28.975, 28.981, 28.988, 28.996, 29.005, 29.015, 29.026],
    ),
  },
  'timed report of a clock never set, from an address of letters': {
    message:
      '7e7e01ccd7000085c05032003a02008c000101000015f1f1ccd700008548f0f00001010000272b000000000076280000000000361b0000003923000000004520000000033812122503b140',
    code: 0x32,
    station: 'CCD7000085',
    serial: 0x8c,
    sent: '000101000015',
    values: [
      ['27', 0],
      ['76', 0],
      ['36', 0],
      ['39', 0],
      ['45', 3],
      ['38', 12.25],
    ],
  },
  'extra report of a rain station': {
    message:
      '7e7e01222262222200003300300201ab250219110649f1f1222262222248f0f0250219110622190000002019000000261900000039230000000038121160033971',
    code: 0x33,
    station: '2222622222',
    serial: 0x01ab,
    sent: '250219110649',
    values: [
      ['22', 0],
      ['20', 0],
      ['26', 0],
      ['39', 0],
      ['38', 11.6],
    ],
  },
};

export const publishedKeepAlives = [
  { message: '7E7E01001234567812342F0008020003591011155111036BCA', station: '0012345678' },
  { message: '7E7E00987654321012342F0008027E0822101110074703C3AE', station: '9876543210' },
  { message: '7e7e01222262222200002f00080201aa250219110641031ce4', station: '2222622222' },
] as const;

export const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
