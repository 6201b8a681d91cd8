import { functionsReference } from '../expressions/functions/registry.ts'

const INTRODUCTION = `# Functions

<!-- Generated from the code: npm run generate. -->

What expressions can call, in conditions, mapping rules, \`key\`, \`once\`, \`settle\` and path parameters. Each may also be called on its first
argument: \`body.email.lower()\` is \`lower(body.email)\`. A \`?\` marks an argument that may be left out, \`...\` one that may repeat. A function
that gets an absent field is absent itself, but for \`coalesce\` and \`has\`. Numbers are one kind.`

/** The reference page of the expressions' functions (Markdown), made from their registry. */
export function functionsPage(): string {
  const rows = functionsReference().map(
    ({ signature, description, example }) => `| ${code(signature)} | ${cell(description)} | ${code(example)} |`,
  )
  return `${INTRODUCTION}\n\n${['| Function | Meaning | Example |', '|---|---|---|', ...rows].join('\n')}\n`
}

function code(text: string): string {
  return `\`${cell(text)}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
