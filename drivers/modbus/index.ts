export {
  type Decoding,
  decodeForm,
  decodingsOf,
  type Form,
  modiconNumber,
  type RegisterWindow,
  type WordTable,
} from './decodings/decodings.js';
export { modbus } from './definition.js';
export { diagnose, type LinkFinding } from './diagnosis/diagnose.js';
export { diagnoseOpening } from './diagnosis/diagnose-opening.js';
export { examine, type ExamineOptions, type Phase, type Subject } from './diagnosis/examine.js';
export type { FindingKind } from './diagnosis/finding-texts.js';
export type { Observations, Unasked, UnitObservations, Verdict } from './diagnosis/observations.js';
export type { PortHolders } from './diagnosis/opening-fault.js';
export { type Believed, type RankedDecoding, rankDecodings } from './decodings/rank-decodings.js';
export { type Likeness, parseShown, type ShownReading } from './decodings/shown-reading.js';
export { readWindow } from './decodings/read-window.js';
export { type LinkSettings, resolveLink } from './link-schema.js';
export { bytesOf, type OpenLine, type Overheard, RawLine } from './raw/raw-line.js';
export type { LinkFraming, RawRead } from './raw/raw-read.js';
export { RawReader, type WordsAnswer } from './raw/raw-reader.js';
export { functionCodes } from './reading-plan.js';
export { fitProfiles, type ProfileFit, type ProfileSketch, type ReadWords } from './scan/fit-profile.js';
export {
  formatSerial,
  likelySettings,
  scanBauds,
  scanParities,
  type ScanSetting,
  type ScanStep,
  scanSteps,
} from './scan/scan-plan.js';
export { scan, type ScanFound, type ScanGarbled, type ScanOptions, type ScanTold } from './scan/scan.js';
export * from './listen/index.js';
export { addressCount, type TagAddress } from './tag-schema.js';
export type { CharacterFormat } from './wire-time.js';
