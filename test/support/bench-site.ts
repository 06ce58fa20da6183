/** The site of the line-rate measurements: DEVICES × 50 float32 over Modbus TCP, one link a device, a rule on each tag. */
export function benchSite(options: {
  readonly devices: number;
  readonly everyMs: number;
  readonly influx: string;
  readonly folder: string;
  readonly basePort?: number;
  readonly httpPort?: number;
  readonly sinkMore?: string;
}): string {
  const { devices, everyMs, influx, folder, basePort = 15020, httpPort = 18080 } = options;
  const tags = Array.from(
    { length: 50 },
    (_, n) => `      v${n}: { register: holding ${n * 2}, type: float32, unit: "" }`,
  );
  const links = Array.from(
    { length: devices },
    (_, n) =>
      `  link-${n}: { driver: modbus, framing: tcp, address: "tcp://127.0.0.1:${basePort + n}", devices: { d${n}: { profile: bench, unit: 1 } } }`,
  );
  const rules = Array.from(
    { length: 50 },
    (_, n) =>
      `  limits-${n}: { type: limits, devices: ["profile:bench"], tag: v${n}, HH: 100000, H: 90000, L: -90000, LL: -100000 }`,
  );
  return `version: 1
site: { id: bench, timezone: "+08:00" }
profiles:
  bench:
    driver: modbus
    poll: ${everyMs}ms
    tags:
${tags.join('\n')}
links:
${links.join('\n')}
rules:
${rules.join('\n')}
sinks:
  influx: { type: influxdb, url: "${influx}", database: bench${options.sinkMore ?? ''} }
journal: { folder: "${folder}" }
http: { port: ${httpPort} }
`;
}
