import type { DriverDefinition } from '../../gateway/contract/index.js';
import { planStations } from '../streams/index.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { type LinkSettings, linkSchema } from './link-schema.js';
import { type TagAddress, tagSchema, tagTypeOf } from './tag-schema.js';

/** Water resource stations of SZY 206-2016 and SL/T 427-2021, with this box as their centre. */
export const szy206: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: {
    en: 'SZY 206-2016 and SL/T 427 water resource stations that dial in',
    zh: 'SZY 206-2016、SL/T 427 水资源监测站（主动上报）',
  },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: tagTypeOf,
  plan: (link) => planStations(link, ({ quantity }) => quantity),
  async create(link, context) {
    const { szy206Centre } = await import('./szy206-centre.js');
    return szy206Centre(link, context);
  },
};
