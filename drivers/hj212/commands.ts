/** Command numbers, HJ 212-2017 table 5. */
export const command = {
  setClock: '1012',
  /** A station asks for its clock to be set. */
  clockWanted: '1013',
  requestAnswer: '9011',
  result: '9012',
  noticeTaken: '9013',
  dataTaken: '9014',
} as const;

/** `ST` of what passes between the two systems themselves. */
export const systemInteraction = '91';

/** `QnRtn`: what becomes of a request, HJ 212-2017 table 6. */
export const requestAnswer = { accepted: '1', wrongPassword: '3', wrongStation: '4', wrongSystem: '5' } as const;

const requestAnswers: Readonly<Record<string, string>> = {
  '1': 'accepted',
  '2': 'refused',
  '3': 'wrong password PW',
  '4': 'wrong station number MN',
  '5': 'wrong kind of system ST',
  '6': 'wrong Flag',
  '7': 'wrong request number QN',
  '8': 'wrong command number CN',
  '9': 'wrong checksum',
  '100': 'unknown fault',
};

/** `ExeRtn`: how it was carried out, HJ 212-2017 table 7. */
export const result = { done: '1', noData: '100' } as const;

const results: Readonly<Record<string, string>> = {
  '1': 'done',
  '2': 'failed, it does not say why',
  '3': 'wrong command',
  '4': 'the instrument does not answer the logger',
  '5': 'busy',
  '6': 'fault of the logger',
  '100': 'it has no such data',
};

export const requestAnswerText = (code: string): string => `QnRtn ${code}: ${requestAnswers[code] ?? 'unknown code'}`;

export const resultText = (code: string): string => `ExeRtn ${code}: ${results[code] ?? 'unknown code'}`;
