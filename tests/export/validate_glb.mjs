// Khronos' own validator on a GLB: prints its report.
import { readFileSync } from 'node:fs';
import { loadCommonJs } from './modules.mjs';

const validator = loadCommonJs('gltf-validator');
const report = await validator.validateBytes(new Uint8Array(readFileSync(process.argv[2])), { maxIssues: 20 });
console.log(JSON.stringify(report));
