import type { PlantSpec } from './plant-spec.js';

/** TCP ports of the demonstration; 0 takes a free one. */
export interface DemoPorts {
  readonly controller: number;
  readonly bus: number;
  readonly station: number;
}

/**
 * A pig house and a slurry pump station.
 * `house-controller` (Modbus TCP): 1 fan drive, 2 meter. `house-bus` (RTU over TCP, 9600 8N1): 1 and 2 XY-MD02, 3 KinCony,
 * 4 NH3, 5 CO2, 6 H2S. `pump-station` (Modbus TCP): 1 pump drive, 2 flow, 3 pressure, 4 level.
 */
export function demoPlant(ports: DemoPorts = { controller: 0, bus: 0, station: 0 }): PlantSpec {
  return {
    seed: 7,
    plants: { house: 'pig-house', station: 'slurry-station' },
    servers: [
      {
        name: 'house-controller',
        transport: { kind: 'tcp', port: ports.controller },
        units: [
          { unit: 1, device: 'vfd', watches: 'house' },
          { unit: 2, device: 'dtsu666', watches: 'house' },
        ],
      },
      {
        name: 'house-bus',
        transport: { kind: 'rtu-over-tcp', port: ports.bus },
        wire: { baud: 9600 },
        units: [
          { unit: 1, device: 'xy-md02', watches: 'house' },
          { unit: 2, device: 'xy-md02', watches: 'house' },
          { unit: 3, device: 'kincony-sht30', watches: 'house' },
          { unit: 4, device: 'nh3', watches: 'house' },
          { unit: 5, device: 'co2', watches: 'house' },
          { unit: 6, device: 'h2s', watches: 'house' },
        ],
      },
      {
        name: 'pump-station',
        transport: { kind: 'tcp', port: ports.station },
        units: [
          { unit: 1, device: 'vfd', watches: 'station' },
          { unit: 2, device: 'tuf-2000m', watches: 'station' },
          { unit: 3, device: 'pressure', watches: 'station' },
          { unit: 4, device: 'qdy30a', watches: 'station' },
        ],
      },
    ],
  };
}
