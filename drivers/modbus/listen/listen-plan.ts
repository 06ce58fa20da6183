import type { DriverLink, LinkPlan } from '../../../gateway/contract/index.js';
import { dialInProblems } from '../../streams/index.js';
import type { DeviceSettings } from '../device-schema.js';
import { unitProblems } from '../link-plan.js';
import type { LinkSettings } from '../link-schema.js';
import type { TagAddress } from '../tag-schema.js';

/** A link that is listened to asks nothing: it takes none of the bus, whatever the groups of its devices say. */
export const planListening = ({
  settings,
  devices,
}: DriverLink<LinkSettings, DeviceSettings, TagAddress>): LinkPlan => ({
  requests: [],
  busLoad: 0,
  requestsPerSecond: 0,
  problems: [...dialInProblems(settings.dialIn), ...devices.flatMap((device) => unitProblems(device, true))],
});
