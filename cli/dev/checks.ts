import { docsCommandsRun } from './docs-bash.ts'
import { docsConfigsFit } from './docs-yaml.ts'
import { errorsDocumented } from './error-page.ts'
import { generatedFresh } from './generated.ts'
import { heartStandsAlone } from './layering.ts'
import type { RepositoryCheck } from './repository-check.ts'

const checks: readonly RepositoryCheck[] = [heartStandsAlone, generatedFresh, errorsDocumented, docsConfigsFit, docsCommandsRun]

/** Runs all checks of the repository's folder: 0 where all is well, else 1. */
export async function checkRepository(root: string, print: (line: string) => void): Promise<number> {
  let failed = 0
  for (const { name, run } of checks) {
    const faults = await run(root)
    print(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}`)
    for (const fault of faults) print(`     ${fault}`)
    if (faults.length > 0) failed += 1
  }
  print(`${checks.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}
