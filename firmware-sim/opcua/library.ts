/** The server library; loaded when a server is started, since nothing else of the simulated field needs it. */
export type OpcuaLibrary = typeof import('node-opcua');

export async function loadLibrary(): Promise<OpcuaLibrary> {
  process.env['NODEOPCUA_LOG_LEVEL'] ??= '0';
  return import('node-opcua');
}
