import type { Adapter } from './adapter.ts'
import { rest } from './rest/index.ts'

/** All protocols, by their key in YAML. */
export const adapters: Readonly<Record<string, Adapter>> = { rest }
