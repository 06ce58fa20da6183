import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { tagSchema } from '../../../config/schema/profile-schema.js';
import { WeatherService } from '../../../firmware-sim/http/index.js';
import { HeldValues } from '../../../firmware-sim/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { said } from '../files/told-log.js';
import { linkOf, openLink } from './http-link.js';

type Tags = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

test('weather-http reads the newest observation of a weather service', async () => {
  const { device, tags } = parse(readFileSync('config/profiles/weather-http.yaml', 'utf8')) as {
    readonly device: Readonly<Record<string, unknown>>;
    readonly tags: Tags;
  };
  const own = Object.entries(tags).map(([tag, spec]) => [
    tag,
    Object.fromEntries(Object.entries(spec).filter(([key]) => !(key in tagSchema.shape))),
  ]);
  const values = { temp: 23.5, humidity: 65, pressure: 893, precip: 0.2, wind360: 214, windSpeed: 11, text: 1 };
  const clock = new ManualClock(Date.UTC(2026, 10, 21, 1, 9));
  const service = new WeatherService({ model: new HeldValues(values), clock });
  await service.start();
  const link = linkOf(
    { url: service.address },
    { sky: { ...device, path: '/now', tags: Object.fromEntries(own) as Tags } },
  );
  const { driver, told } = await openLink(link, clock);
  const [reading] = await told.count(1);
  expect(reading && said(reading)).toEqual({
    temperature: 23.5,
    humidity: 65,
    pressure: 893,
    precipitation: 0.2,
    wind_direction: 214,
    wind_speed: 11,
    weather: '1',
  });
  await driver.close();
  await service.stop();
});
