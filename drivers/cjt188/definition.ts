import type { DriverDefinition } from '../../gateway/contract/index.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { planLink } from './link-plan.js';
import { type LinkSettings, linkSchema } from './link-schema.js';
import { type TagAddress, tagSchema, tagTypeOf } from './tag-schema.js';

/** Water, heat and gas meters of CJ/T 188, on a serial port, an M-Bus converter or behind a serial server. */
export const cjt188: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: { en: 'CJ/T 188 water, heat and gas meters', zh: 'CJ/T 188 水表、热量表和燃气表' },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: tagTypeOf,
  plan: planLink,
  async create(link, context) {
    const { Cjt188Driver } = await import('./cjt188-driver.js');
    return new Cjt188Driver(link, context);
  },
};
