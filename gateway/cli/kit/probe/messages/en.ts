/** `sluice probe`, in English. */
export const probe = {
  summary: 'every meaning of a register and its neighbours; with what the display shows, the meanings that give it',
  unit: 'unit id of the device',
  register: 'register: 40001, 30001, h0, i0, `holding 0`, or 0 and 0x0000 in both tables',
  count: 'registers asked about, from --register on',
  shows: 'what the display shows, as it shows it: 23.5',
  badRegister: '`{value}` is no register. Write 40001 or 30001 (counted from 1), h0, i0, 0 or 0x0000 (counted from 0).',
  badShown: '`{value}` is no number. Write what the display shows, with its decimals: 23.5',
  nothing:
    'Unit {unit} gives none of these registers, in neither table. `sluice scan` shows who answers, `sluice doctor` why somebody does not.',
  head: '{table} {first}–{last} ({modiconFirst}–{modiconLast}), function {code}',
  register16: 'register',
  modicon: 'Modicon',
  offset: '−(v−10000)',
  wide: 'Two and four registers together, from register {register} ({modicon}) on:',
  none: 'Nothing here is shown as {shown}. Is it the right device? Try more registers with `--count`, or wait until the display stands still.',
  ranked: 'Shown as {shown}:',
  place: '{table} {register} ({modicon})',
  line: 'In the profile:\n  {line}',
  sure: 'Compare with the display at another value before you rely on it.',
  moved: 'one digit off: it moved, or it is not this one',
  cut: 'digits cut off',
} as const;
