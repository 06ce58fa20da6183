export { type LabResult, Laboratory, type LaboratoryOptions, type PostAnswer } from './laboratory.js';
export {
  type AskedOfService,
  type ServiceTrouble,
  WeatherService,
  type WeatherServiceOptions,
} from './weather-service.js';
