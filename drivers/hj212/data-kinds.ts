/** What a station tells of itself, and by which command, HJ 212-2017 table 5. */
export const dataKinds = {
  realtime: { command: '2011' },
  minute: { command: '2051' },
  hour: { command: '2061' },
  day: { command: '2031' },
} as const;

export type DataKind = keyof typeof dataKinds;

/** Kinds a station keeps and can be asked for again. */
export type HistoryKind = Exclude<DataKind, 'realtime'>;

export const dataKindNames = Object.keys(dataKinds) as [DataKind, ...DataKind[]];

export const isHistory = (kind: DataKind): kind is HistoryKind => kind !== 'realtime';

const kindByCommand = new Map(dataKindNames.map((kind) => [dataKinds[kind].command as string, kind]));

export const kindOfCommand = (command: string): DataKind | undefined => kindByCommand.get(command);

const fixedPeriodMs = { hour: 3_600_000, day: 86_400_000 } as const;

/** ms from one record of this kind to the next; of realtime and minute data the station's own setting, `everyMs`. */
export const periodOf = (kind: DataKind, everyMs: number): number =>
  kind === 'hour' || kind === 'day' ? fixedPeriodMs[kind] : everyMs;
