// Khronos' own validator on GLB files: prints its reports.
import { readFileSync } from 'node:fs';
import { loadCommonJs } from './modules.mjs';

const validator = loadCommonJs('gltf-validator');
const reports = [];
for (const file of process.argv.slice(2))
  reports.push(await validator.validateBytes(new Uint8Array(readFileSync(file)), { maxIssues: 20 }));
console.log(JSON.stringify(reports));
