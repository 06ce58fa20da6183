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

/** The centre of SZY 206-2016: stations dial in, report, and are confirmed. */
export function szy206Centre(
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
      addressOf: ({ address }) => address,
      refusalOf: ({ address }, station) =>
        station ? undefined : `this link has no station ${address}; compare its address with the link`,
      damageText: frameDamageText,
      noun: 'frame',
      probeText,
    },
  });
}
