import { checkRepository } from './checks.ts'

// What `npm run check` runs after the compiler and the linter, in the repository's folder.
process.exitCode = await checkRepository(process.cwd(), line => console.log(line))
