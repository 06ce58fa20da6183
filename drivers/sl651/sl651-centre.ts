import type { DriverContext, DriverLink } from '../../gateway/contract/index.js';
import { StationCentre } from '../streams/index.js';
import type { DeviceSettings } from './device-schema.js';
import type { Frame } from './frame.js';
import { FrameCollector, type FrameDamage, frameDamageText } from './frame-collector.js';
import type { LinkSettings } from './link-schema.js';
import { probeText } from './probe-text.js';
import { Station } from './station.js';
import type { TagAddress } from './tag-schema.js';
import { newWireCount } from './wire-count.js';

/** The centre of SL 651-2014: stations dial in, report, and are answered. */
export function sl651Centre(
  link: DriverLink<LinkSettings, DeviceSettings, TagAddress>,
  context: DriverContext,
): StationCentre<Frame, FrameDamage, Station> {
  const count = newWireCount();
  const options = { zoneMinutes: link.settings.timezone, context, count };
  return new StationCentre({
    link,
    context,
    count,
    stations: link.devices.map((device) => new Station(device, options)),
    protocol: {
      finder: () => new FrameCollector(),
      addressOf: ({ station }) => station,
      refusalOf,
      damageText: frameDamageText,
      noun: 'message',
      probeText,
    },
  });
}

function refusalOf(frame: Frame, station: Station | undefined): string | undefined {
  const why = station ? station.refusalOf(frame) : 'this link has no such station';
  return why && `station ${frame.station}: ${why}; compare its address, centre and password with the link`;
}
