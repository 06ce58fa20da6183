import type { DriverContext, DriverDefinition, DriverLink } from '../../gateway/contract/index.js';
import { type DeviceSettings, deviceSchema } from './device-schema.js';
import { planLink } from './link-plan.js';
import { LineBus } from './line-bus.js';
import { type LinkSettings, linkSchema, resolveLink } from './link-schema.js';
import { planListening } from './listen/listen-plan.js';
import { ListeningDriver } from './listen/listening-driver.js';
import { ModbusDriver } from './modbus-driver.js';
import type { RegisterBus } from './register-bus.js';
import { type TagAddress, tagSchema, tagTypeOf } from './tag-schema.js';
import { TcpBus } from './tcp-bus.js';

type ModbusLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;

/** Modbus TCP, RTU and ASCII, on a serial port, over TCP or behind a DTU that dials in. */
export const modbus: DriverDefinition<LinkSettings, DeviceSettings, TagAddress> = {
  summary: { en: 'Modbus TCP, RTU and ASCII', zh: 'Modbus TCP、RTU 和 ASCII' },
  link: linkSchema,
  device: deviceSchema,
  tag: tagSchema,
  tagType: tagTypeOf,
  plan: (link) => (link.settings.listen ? planListening(link) : planLink(link)),
  create: async (link, context) =>
    link.settings.listen
      ? new ListeningDriver(link, context)
      : new ModbusDriver(link, await createBus(link, context), context),
};

async function createBus({ settings }: ModbusLink, context: DriverContext): Promise<RegisterBus> {
  const { timeoutMs, latenessMs, turnaroundMs } = resolveLink(settings);
  const { framing, address } = settings;
  if (framing === 'tcp' && address.kind === 'tcp') {
    const { host, port } = address;
    return new TcpBus({ host, port, timeoutMs, latenessMs, turnaroundMs, clock: context.clock });
  }
  return LineBus.create(settings, context);
}
