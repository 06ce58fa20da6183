import { runPlantProcess } from './plant-process.js';

process.exitCode = await runPlantProcess(process.argv.slice(2));
