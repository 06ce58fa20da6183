import type { DriverDevice } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import type { TagAddress } from './tag-schema.js';

const intervalsMax = 3;

/** ms after which a station that sends nothing does not answer. */
export const silentAfterMs = ({ settings, groups }: DriverDevice<DeviceSettings, TagAddress>): number =>
  settings.silentAfter ?? intervalsMax * Math.min(...groups.map(({ everyMs }) => everyMs));
