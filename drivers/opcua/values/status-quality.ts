import { Quality, type QualityName } from '../../../gateway/contract/index.js';

/**
 * StatusCodes this driver decides by, without their info bits (OPC 10000-6 annex A.2). Kept as numbers, so that what
 * needs them needs no library.
 */
export const Status = {
  badTimeout: 0x800a0000,
  badTooManyOperations: 0x80100000,
  badSecurityChecksFailed: 0x80130000,
  badCertificateInvalid: 0x80120000,
  badCertificateUntrusted: 0x801a0000,
  badUserAccessDenied: 0x801f0000,
  badIdentityTokenInvalid: 0x80200000,
  badIdentityTokenRejected: 0x80210000,
  badNodeIdInvalid: 0x80330000,
  badNodeIdUnknown: 0x80340000,
  badMonitoredItemFilterUnsupported: 0x80440000,
  badFilterNotAllowed: 0x80450000,
  badTooManySessions: 0x80560000,
  badNoMatch: 0x806f0000,
  badTooManyPublishRequests: 0x80780000,
  badMessageNotAvailable: 0x807b0000,
  badDeadbandFilterInvalid: 0x808e0000,
  goodNoData: 0x00a50000,
} as const;

const byStatus: readonly (readonly [status: number, quality: QualityName])[] = [
  [0x00960000, 'good-local-override'],
  [0x00dc0000, 'good-edited'],
  // NoCommunicationLastUsableValue, LastUsableValue
  [0x408f0000, 'uncertain-last-usable'],
  [0x40900000, 'uncertain-last-usable'],
  [0x40910000, 'uncertain-substitute'],
  // SimulatedValue
  [0x42090000, 'uncertain-substitute'],
  [0x40920000, 'uncertain-initial'],
  [0x40930000, 'uncertain-inaccurate'],
  // CommunicationError, Timeout, ServerNotConnected, NoCommunication
  [0x80050000, 'bad-no-answer'],
  [Status.badTimeout, 'bad-no-answer'],
  [0x800d0000, 'bad-no-answer'],
  [0x80310000, 'bad-no-answer'],
  // EncodingError, DecodingError, DataEncodingUnsupported
  [0x80060000, 'bad-decoding'],
  [0x80070000, 'bad-decoding'],
  [0x80390000, 'bad-decoding'],
  [0x80320000, 'bad-waiting'],
  [Status.badUserAccessDenied, 'bad-configuration'],
  [Status.badNodeIdInvalid, 'bad-configuration'],
  [Status.badNodeIdUnknown, 'bad-configuration'],
  // AttributeIdInvalid, IndexRangeInvalid, IndexRangeNoData, NotReadable, NotSupported
  [0x80350000, 'bad-configuration'],
  [0x80360000, 'bad-configuration'],
  [0x80370000, 'bad-configuration'],
  [0x803a0000, 'bad-configuration'],
  [0x803d0000, 'bad-configuration'],
  [Status.badNoMatch, 'bad-configuration'],
  [0x80890000, 'bad-configuration'],
  [0x808a0000, 'bad-not-connected'],
  [0x808b0000, 'bad-device-failure'],
  [0x808c0000, 'bad-sensor-failure'],
  [0x808d0000, 'bad-out-of-service'],
];

const qualityByStatus = new Map(byStatus.map(([status, quality]) => [status, Quality[quality]]));

const engineeringUnitsExceeded = 0x40940000;
/** InfoType DataValue, and the limit bits beside it (OPC 10000-4 §7.39.1). */
const infoType = 0x0c00;
const infoOfDataValue = 0x0400;
const limitBits = 0x0300;
const limitLow = 0x0100;
const limitHigh = 0x0200;
const overflowBit = 0x0080;

/** A StatusCode without its info bits. */
export const withoutInfo = (status: number): number => (status & 0xffff0000) >>> 0;

export const isBadStatus = (status: number): boolean => status >>> 31 === 1;

/** The quality of a value with this StatusCode; one not in the table goes by its severity. */
export function qualityOf(status: number): number {
  if (status === 0) return Quality.good;
  const code = withoutInfo(status);
  const known = qualityByStatus.get(code);
  if (known !== undefined) return known;
  if (code === engineeringUnitsExceeded) return beyondRange(status);
  if (isBadStatus(status)) return Quality.bad;
  return code >= 0x40000000 ? Quality.uncertain : Quality.good;
}

/** Which end of the range was passed stands in the limit bits; a server that leaves them out tells only that one was. */
function beyondRange(status: number): number {
  const limit = (status & infoType) === infoOfDataValue ? status & limitBits : 0;
  if (limit === limitHigh) return Quality['uncertain-over-range'];
  return limit === limitLow ? Quality['uncertain-under-range'] : Quality.uncertain;
}

/** True when values before this one were thrown away because the queue of the item was full. */
export const hasOverflowed = (status: number): boolean =>
  (status & infoType) === infoOfDataValue && (status & overflowBit) !== 0;

/** The StatusCode a service was refused with, when an error carries one. */
export function refusalStatus(error: unknown): number | undefined {
  const carrier = error as
    | { readonly statusCode?: { readonly value?: unknown }; readonly response?: FaultResponse }
    | undefined;
  const value = carrier?.statusCode?.value ?? carrier?.response?.responseHeader?.serviceResult?.value;
  return typeof value === 'number' ? withoutInfo(value) : undefined;
}

interface FaultResponse {
  readonly responseHeader?: { readonly serviceResult?: { readonly value?: unknown } };
}
