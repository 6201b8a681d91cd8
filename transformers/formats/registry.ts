import type { FormatKind } from '../format.ts'
import { bytes } from './bytes.ts'
import { json } from './json.ts'
import { xml } from './xml.ts'

/** All formats of bodies, by the key that names them in YAML. */
export const formats: Readonly<Record<string, FormatKind>> = { json, xml, bytes }
