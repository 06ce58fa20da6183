import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OPCUACertificateManager } from 'node-opcua';
import type { OpcuaLibrary } from './library.js';

export const applicationUri = 'urn:127.0.0.1:sluice-field';

/** The certificates of the simulated server, each in a folder of its own below the one given. */
export class ServerIdentity {
  readonly #folder: string;
  #keys = 0;
  #certificates = 0;
  #manager: OPCUACertificateManager | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `renew` makes another certificate of the same key, `replace` one of a new key. */
  change(how: 'renew' | 'replace'): void {
    this.#certificates += 1;
    if (how === 'renew') return;
    this.#keys += 1;
    this.#manager = undefined;
  }

  /** What a server is made with; it trusts every client. */
  async current({ OPCUACertificateManager: Manager }: OpcuaLibrary): Promise<{
    readonly serverCertificateManager: OPCUACertificateManager;
    readonly certificateFile: string;
    readonly privateKeyFile: string;
  }> {
    const rootFolder = join(this.#folder, `server-${this.#keys}`);
    await mkdir(rootFolder, { recursive: true });
    this.#manager ??= new Manager({ rootFolder, automaticallyAcceptUnknownCertificate: true, name: 'pki' });
    const manager = this.#manager;
    await manager.initialize();
    const certificateFile = join(rootFolder, `certificate-${this.#certificates}.pem`);
    await manager.createSelfSignedCertificate({
      applicationUri,
      dns: ['localhost'],
      ip: ['127.0.0.1'],
      outputFile: certificateFile,
      subject: '/CN=sluice-field',
      startDate: new Date('2026-01-01T00:00:00Z'),
      validity: 3650,
    });
    return { serverCertificateManager: manager, certificateFile, privateKeyFile: manager.privateKey };
  }
}
