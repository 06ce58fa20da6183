import type { DriverDefinition } from '../../gateway/contract/index.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { planLink } from './link-plan.js';
import { type LinkSettings, linkSchema } from './link-schema.js';
import { type TagAddress, tagSchema } from './tag-schema.js';

/** Electricity meters of DL/T 645-2007, on a serial port or behind a serial server. */
export const dlt645: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: { en: 'DL/T 645-2007 electricity meters', zh: 'DL/T 645-2007 电能表' },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: () => 'number',
  plan: planLink,
  async create(link, context) {
    const { Dlt645Driver } = await import('./dlt645-driver.js');
    return new Dlt645Driver(link, context);
  },
};
