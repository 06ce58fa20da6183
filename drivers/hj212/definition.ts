import type { DriverDefinition } from '../../gateway/contract/index.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { planLink } from './link-plan.js';
import { type LinkSettings, linkSchema } from './link-schema.js';
import { type TagAddress, tagSchema } from './tag-schema.js';

/** Stations of HJ 212 that dial in, the gateway being their upper computer. */
export const hj212: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: {
    en: 'HJ 212-2017 environmental monitoring stations that dial in',
    zh: 'HJ 212-2017 污染源与环境在线监测站（站点拨入）',
  },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: () => 'number',
  plan: planLink,
  async create(link, context) {
    const { Hj212Driver } = await import('./hj212-driver.js');
    const { password } = link.settings;
    return new Hj212Driver(link, context, password && context.secret(password));
  },
};
