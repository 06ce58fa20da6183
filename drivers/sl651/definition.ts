import type { DriverDefinition } from '../../gateway/contract/index.js';
import { planStations } from '../streams/index.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { type LinkSettings, linkSchema } from './link-schema.js';
import { type TagAddress, tagSchema, tagTypeOf } from './tag-schema.js';

/** Hydrological stations of SL 651-2014, HEX/BCD and ASCII, with this box as their centre. */
export const sl651: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: { en: 'SL 651-2014 hydrological stations that dial in', zh: 'SL 651-2014 水文遥测站（主动上报）' },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: tagTypeOf,
  plan: (link) => planStations(link, ({ element }) => element),
  async create(link, context) {
    const { sl651Centre } = await import('./sl651-centre.js');
    return sl651Centre(link, context);
  },
};
