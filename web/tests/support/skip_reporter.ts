// Prints each skipped test in a line for tests/run_tests.py, which compares them with tests/allowed_skips.txt.

import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

const name = (test: TestCase) => `${relative(process.cwd(), test.module.moduleId)} > ${test.fullName}`;

export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules)
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const note = result.state === 'skipped' ? result.note : undefined;
        console.log(`SKIPPED TEST ${name(test)}: ${note ?? 'by the source'}`);
      }
  }
}
