/** `sluice scan`, in English. */
export const scan = {
  summary: 'find every Modbus device on a line: tries speeds, parities and unit ids, the likeliest first',
  units: 'unit ids to try, such as 1-32 or 1,3,247; all from 1 to 247 without it',
  bauds: 'speeds to try, such as 9600,4800; eight usual ones without it',
  parities: 'parities to try, such as none,even; all three without it',
  resume: 'file an unfinished scan is kept in; where it is there, the scan goes on',
  stopAfter: 'stop when this many devices are found',
  what: 'scan',
  plan: 'Questions: {steps} at most, settings of the line: {settings}; about {span}. Ctrl-C stops.',
  found: 'unit {unit}, {setting}, answers in {ms}',
  table: '{table} 0–{last}: {words}',
  refuses: 'nothing at register 0',
  fits: 'may be {profiles}',
  garbled: '{setting}, unit {unit} asked: {bytes} bytes that are no answer; two devices with one id, or noise',
  oneDevice:
    'Every unit id is answered alike: it is one device that does not look at the id. The scan ends here; use unit 1.',
  stopped: 'Stopped at {percent}. To go on:\n  {command}',
  resumed: 'Going on at {percent}; found before: {count}.',
  otherScan: '{file} is of another scan (other line, units or settings). Name another file, or delete it.',
  badFile: '{file} holds no scan. Name another file.',
  damagedFile: '{file} is damaged: it tells of {done} questions asked of {of}. Delete it, or name another file.',
  noFile:
    'An unfinished scan cannot be kept in {file}: {why}\nName a file that can be written with `--resume`; nothing was asked.',
  notKept:
    'Stopped at {percent}, and what was found cannot be kept in {file}: {why}\nMake room, or name another file with `--resume`, and scan anew.',
  done: 'Devices found: {count}.',
  ask: 'No profile fits unit {unit}. `{command}`, with a register of its manual and what its display shows, finds where the reading stands.',
  unlike: 'They are set differently, and a link has one setting: set the devices of one line alike.',
  none: 'No device answers. Check power and wiring, A and B; `sluice doctor {address}` looks closer.',
  overTcp: 'Modbus TCP',
  rtuOverTcp: 'RTU over TCP',
  asciiOverTcp: 'ASCII over TCP',
} as const;
