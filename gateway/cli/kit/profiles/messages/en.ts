/** `sluice profiles`, English. */
export const profiles = {
  summary: 'instruments Sluice knows: what each delivers, and what to mind',
  nameArgument: 'one of them, with its tags',
  writeOption: 'write all of them as one page for people, in Markdown',
  more: '`sluice profiles {name}` shows the tags of one. Others are described in a profile of your own: `sluice import` makes one from a register table.',
  unknown: 'there is no profile `{name}` shipped with Sluice',
  didYouMean: '; did you mean `{name}`?',
  speaks: 'speaks: {driver}',
  device: 'set by the profile: {settings}',
  tag: 'tag',
  unit: 'unit',
  range: 'range',
  step: 'step',
  every: 'every',
  from: 'from',
  pageTitle: 'Profiles shipped with Sluice',
  pageIntro:
    'A device in the site file names one of these as its `profile`. The page is written by `sluice profiles --write`; change the profiles, not the page.',
  written: 'Written: {file}',
} as const;
