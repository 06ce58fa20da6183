import type { Text } from '../contract/index.js';
import { portHolder } from './port-holder.js';

/** A port that was to be listened on belongs to another process. `text` says so to a person, and whose it is. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  readonly port: number;
  readonly text: Text;

  constructor(host: string, port: number, options?: ErrorOptions) {
    const holder = portHolder(port);
    const en = `port ${port} on ${host} is taken${holder ? ` by process ${holder}` : ''}; stop it or choose another port`;
    super(en, options);
    this.port = port;
    this.text = {
      en,
      zh: `${host} 的端口 ${port} 已被${holder ? `进程 ${holder} ` : '其他程序'}占用；请停止该程序或换一个端口`,
    };
  }
}

/** What listening failed with, as `PortTaken` where that is the reason. */
export function listenError(error: unknown, host: string, port: number): unknown {
  const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return isTaken ? new PortTaken(host, port, { cause: error }) : error;
}
