/** `sluice sniff`, English. */
export const sniff = {
  summary: 'listen to a bus that has a master, frame by frame; nothing is sent',
  address: 'the line: `serial:/dev/ttyUSB0`, or `tcp://host:port` of a serial server',
  baud: 'speed of the line; 9600',
  parity: 'none, even or odd; none',
  stopBits: '1 or 2; 1',
  framing: 'rtu or ascii; rtu',
  forOption: 'how long, such as `30s`; until Ctrl-C',
  save: 'keep what is heard in a file, for --replay',
  replay: 'decode such a file again in place of a line',
  jsonLines: 'one JSON object a line, for programs; the last one sums up',
  neither: 'Which line? Write its address, or `--replay FILE`.',
  both: 'A recording is replayed as it is: leave the address and the settings of the line out.',
  badFor: '`{value}` is no time: write `30s`, `10min` or `2h`',
  badNumber: '`{value}` is no number',
  badRecording: '{file}, line {line}, is not of a recording of `sluice sniff`',
  listening: 'Listening to {address}, {serial}; nothing is sent. Ctrl-C ends and sums up.',
  nothingYet: 'Nothing heard so far: check A and B, and that the master of the bus runs.',
  lost: 'The line is gone: {why}',
  notSaved:
    '{file} cannot be written, and the listening ends: {why}\nMake room on the disk, or name a file on another one with `--save`.',
} as const;

/** A line of the transcript. */
export const heard = {
  time: 'time s',
  unit: 'unit',
  what: 'what',
  right: 'ok',
  wrong: 'bad',
  doubtful: '?',
  read: 'read {place}',
  write: 'write {place}: {values}',
  other: '{place}',
  reply: '{ms} ms  {values}',
  done: '{ms} ms  done',
  refused: '{ms} ms  refused: {code} {reason}',
  late: '(may answer an earlier request)',
  maybe: '(may be a reply)',
  noReply: 'no reply within {ms} ms',
  damagedReply: 'no right reply within {ms} ms',
  damaged: '{count} bytes, no right frame: {hex}',
  stray: 'a reply nobody was heard to ask for, function {code}',
  ambiguous: 'a reply or a request: cannot be told, no value',
} as const;

/** Exceptions by code: Modbus Application Protocol V1.1b3 §7. */
export const exceptions = {
  e1: 'function not supported',
  e2: 'no such address',
  e3: 'value not allowed',
  e4: 'device failure',
  e5: 'accepted, not done yet',
  e6: 'busy',
  e8: 'memory parity error',
  e10: 'gateway has no path to the unit',
  e11: 'unit behind the gateway does not answer',
  unknown: 'unknown',
} as const;

/** The summary. */
export const summary = {
  head: '{seconds} s: {frames} right frames, {bytes} damaged bytes, {rate} requests a second',
  unit: 'unit',
  asked: 'asked',
  replied: 'replied',
  refused: 'refused',
  silent: 'silent',
  damaged: 'damaged',
  turnaround: 'reply ms: min / median / max',
  strays: 'Replies to requests that were not heard: {count}',
  ambiguous: 'Frames that read both as a reply and as a request, and gave no value: {count}',
} as const;

/** What to do, by what was heard. */
export const advice = {
  nothing: 'Nothing was heard: check A and B, the ground, and that the master of the bus runs.',
  noFrames: 'Bytes were heard, and not one right frame: check speed and parity, and that this is Modbus RTU.',
  allDamaged:
    'Requests are right, and every reply is damaged: check parity and stop bits of the units, termination and bias.',
  onlyRequests:
    'Requests were heard, and no reply at all: on four wires listen to the other pair; else no unit is powered.',
  onlyReplies: 'Replies were heard, and no request: on four wires listen to the other pair.',
  unitSilent: 'Unit {units} never answers: check its power, wiring and unit id.',
  unitDamaged: 'Unit {units} is often damaged: check its wiring, and that no two units have this id.',
  wrongAddress: 'The master asks unit {units} for addresses it does not have: compare its register map.',
  someDamaged: '{percent} of all bytes are damaged: check termination, shield and ground.',
} as const;
