/** What commands say of a period, and `sluice report`, in English. */
export const period = {
  from: 'beginning of the period: a time at the site, a day, or how long ago, such as 7d',
  to: 'end of the period, not included; now when left out',
  folder: "journal folder, in place of the site file's; a gateway may be running on it",
  badTime: '`{time}` is no time. Write `2026-11-21 20:04`, `2026-11-21`, `20:04`, or `7d` for so long ago.',
  empty: 'The period ends before it begins.',
} as const;

export const report = {
  summary: 'how the alarms of a site did over a period (EEMUA 191, ISA-18.2): rates, floods, chatter, top ten',
  fromOption: 'beginning of the period, such as 2026-11-01 or 30d; a week before its end when left out',
  markdown: 'as Markdown; this is what is printed when nothing is asked for',
  svg: 'as a picture (SVG)',
  out: 'file to write; without it the report is printed',
  oneForm: 'One of `--markdown`, `--svg` and `--json`.',
  nothing: 'Nothing is kept of that period.',
  written: '{file} written.',
} as const;
