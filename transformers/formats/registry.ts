import type { FormatKind } from '../format.ts'
import { bytes } from './bytes.ts'
import { csv } from './csv.ts'
import { fixed } from './fixed.ts'
import { json } from './json.ts'
import { lines } from './lines.ts'
import { ndjson } from './ndjson.ts'
import { xml } from './xml.ts'

/** All formats of bodies, by the key that names them in YAML. */
export const formats: Readonly<Record<string, FormatKind>> = { json, ndjson, xml, csv, fixed, lines, bytes }
