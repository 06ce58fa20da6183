import { Quality } from '../../gateway/contract/index.js';

/** What a data flag makes of its value, HJ 212-2017 table 8. */
const qualityByFlag: Readonly<Record<string, number>> = {
  /** Works as it should. */
  N: Quality.good,
  /** Stopped. */
  F: Quality['bad-out-of-service'],
  /** Under maintenance. */
  M: Quality['bad-function-check'],
  /** Set by hand. */
  S: Quality['good-local-override'],
  /** The instrument is at fault. */
  D: Quality['bad-sensor-failure'],
  /** Being calibrated. */
  C: Quality['bad-function-check'],
  /** Above the measuring limit. */
  T: Quality['uncertain-over-range'],
  /** The logger does not hear the instrument. */
  B: Quality['bad-no-answer'],
};

/** Without a flag the station vouches for its value; what an unknown one means nobody here knows. */
export const qualityOfFlag = (flag: string | undefined): number =>
  flag === undefined || flag === '' ? Quality.good : (qualityByFlag[flag.toUpperCase()] ?? Quality.uncertain);
