import { adapters } from '../adapters/registry.ts'
import { formats } from '../transformers/formats/registry.ts'
import { transformers } from '../transformers/registry.ts'
import { gatewaySchema } from './editor-schema.ts'
import { errorReference } from './error-reference.ts'
import { faultCodes } from './fault-codes.ts'
import { functionsPage } from './functions-page.ts'
import { configReference } from './reference-page.ts'

/** A file of the repository that is made from the code, by its path from the root. */
export interface GeneratedFile {
  readonly path: string
  readonly content: string
}

/** All generated files as they must stand in the repository. */
export function generated(): readonly GeneratedFile[] {
  const registries = { adapters, transformers, formats }
  return [
    { path: 'config/gateway.schema.json', content: `${JSON.stringify(gatewaySchema(registries), null, 2)}\n` },
    { path: 'docs/reference/config.md', content: configReference(registries) },
    { path: 'docs/reference/functions.md', content: functionsPage() },
    { path: 'docs/reference/errors.md', content: errorReference() },
    { path: 'docs/reference/config-faults.md', content: faultReference() },
  ]
}

const NOTE = '<!-- Generated from the code: npm run generate. -->'

function faultReference(): string {
  const introduction = `# Config faults

${NOTE}

What \`waybill check\` tells: file, line, column, what was seen, what is allowed, and the mend. All faults are told at once; \`--json\` has
the code of each.`
  const entries = Object.entries(faultCodes).map(([code, { title, mend }]) => `## ${code}\n\n${title}.\n\n${mend}`)
  return `${[introduction, ...entries].join('\n\n')}\n`
}
