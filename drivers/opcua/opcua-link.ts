import type { DriverLink } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import type { LinkSettings } from './link-schema.js';
import type { TagAddress } from './tag-schema.js';

/** Everything configured on a link to one server. */
export type OpcuaLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;
