/** ms UTC at which the year 10000 begins: RFC 3339, and many a store, end before it. */
const timeEnd = Date.UTC(10_000, 0);

/** True of ms UTC that a device may tell: from 1970 until the year 9999 ends. What is beyond is no time. */
export const isDeviceTime = (ms: number): boolean => ms >= 0 && ms < timeEnd;
